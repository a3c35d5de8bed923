"""What leads do about an obstacle, and what those in whose way it is say afterwards."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content.actions import Answer, State
from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


def _somebody() -> Mapped[str | None]:
    """A person, for as long as they are known."""
    return mapped_column(Id, ForeignKey("people.id", ondelete="SET NULL"), nullable=True)


class Action(WorkspaceScoped, Base):
    """Proposed with the page of ISO `week` for its `subject`: a blocker, a family or a headline.

    `proposal` names what was proposed, `text` is what a lead made of it, sealed; `said` is what those concerned are told
    was done, sealed. `due_on` is the owner's date. `moved_at` is when it came to its state, `done_at` when it was done,
    `settled_at` when what was answered was counted, once; of that is kept how many said that their obstacle is `gone`,
    `less` or `still` there, where it may be told.
    """

    __tablename__ = "actions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    week: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(20))
    proposal: Mapped[str] = mapped_column(String(40))
    text: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)
    state: Mapped[State] = mapped_column(choice(State), default=State.PROPOSED)
    owner_id: Mapped[str | None] = _somebody()
    due_on: Mapped[date | None]
    proposed_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    gone: Mapped[int | None]
    less: Mapped[int | None]
    still: Mapped[int | None]


class ActionEvent(WorkspaceScoped, Base):
    """Something that happened to an action, and who did it; None: nobody did, or they are not known any more."""

    __tablename__ = "action_events"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    action_id: Mapped[str] = foreign("actions.id", index=True)
    move: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = _somebody()
    at: Mapped[datetime]


class ActionAnswer(WorkspaceScoped, Base):
    """What somebody said became of their obstacle.

    Of somebody who was heard by name, one row says both. Of somebody of an anonymous round one row says that they have
    answered, another what one of them said, with nothing between the two: ids are drawn at random and there is no instant.
    On SQLite rows lie by their id, not in the order of writing. Once they have been counted they are deleted.
    """

    __tablename__ = "action_answers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    action_id: Mapped[str] = foreign("actions.id", index=True)
    person_id: Mapped[str | None] = foreign("people.id", index=True)
    answer: Mapped[Answer | None] = mapped_column(choice(Answer))
