"""Every column that is sealed, and what its row was known by when it was."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import SQLCoreOperations

from storage.models import (
    Action,
    AuditHead,
    Barrier,
    Idea,
    IdeaComment,
    InboxEvent,
    Interview,
    Nomination,
    PlaygroundMessage,
    Routine,
    StoryQuestion,
    Testimonial,
    Workspace,
)

Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


@dataclass(frozen=True)
class Sealed:
    """A sealed column of `model`; `row` is what its row was known by when it was sealed, and never changes."""

    model: type[Any]
    column: Text
    row: InstrumentedAttribute[str]

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.key}"

    @property
    def workspace(self) -> SQLCoreOperations[str]:
        """The column that says which workspace the row is of."""
        column: InstrumentedAttribute[str] = getattr(
            self.model, "id" if self.model is Workspace else "workspace_id"
        )
        return column


SEALED = (
    Sealed(Action, Action.said, Action.id),
    Sealed(Action, Action.text, Action.id),
    Sealed(AuditHead, AuditHead.sealed, AuditHead.workspace_id),
    Sealed(Barrier, Barrier.sentence, Barrier.id),
    Sealed(Idea, Idea.reason, Idea.id),
    Sealed(Idea, Idea.text, Idea.id),
    Sealed(IdeaComment, IdeaComment.text, IdeaComment.id),
    Sealed(InboxEvent, InboxEvent.payload, InboxEvent.event_id),
    Sealed(Interview, Interview.state, Interview.id),
    Sealed(Nomination, Nomination.typed, Nomination.id),
    Sealed(PlaygroundMessage, PlaygroundMessage.body, PlaygroundMessage.key),
    Sealed(Routine, Routine.action, Routine.id),
    Sealed(Routine, Routine.cue, Routine.id),
    Sealed(StoryQuestion, StoryQuestion.answer, StoryQuestion.id),
    Sealed(StoryQuestion, StoryQuestion.text, StoryQuestion.id),
    Sealed(Testimonial, Testimonial.gain, Testimonial.id),
    Sealed(Testimonial, Testimonial.reason, Testimonial.id),
    Sealed(Testimonial, Testimonial.text, Testimonial.id),
    Sealed(Workspace, Workspace.erasure_key, Workspace.id),
)


def row_of(column: str) -> str:
    """The column by which the row of a sealed one ("table.column") is known. Raises KeyError where it is not sealed."""
    return _ROWS[column]


_ROWS = {sealed.name: sealed.row.key for sealed in SEALED}
