"""What was chosen by chance, how likely it was, what came of it; and what has been learnt from that."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class Point(StrEnum):
    """What was chosen: whether to write at all and when, or which wording."""

    WHETHER = "whether"
    WHAT = "what"


class Choice(WorkspaceScoped, Base):
    """One choice about a nudge, made on the local date `day`.

    `options` is JSON: name, probability, and days since the person last read it, of all that could have been chosen.
    `context` is JSON: what the choice depended on. `nudge_id` is the nudge it led to, None for one held back. `response`,
    0-1, is the use within a week; None until it is settled, and for good where nobody knows.
    """

    __tablename__ = "choices"
    __table_args__ = (Index(None, "workspace_id", "settled_on", "day"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    nudge_id: Mapped[str | None] = foreign("nudges.id", index=True)
    point: Mapped[Point] = mapped_column(choice(Point))
    day: Mapped[date]
    options: Mapped[str] = mapped_column(Text)
    chosen: Mapped[str] = mapped_column(String(64))
    context: Mapped[str] = mapped_column(Text)
    belief: Mapped[int]
    response: Mapped[float | None]
    settled_on: Mapped[date | None]
    decided_at: Mapped[datetime]


class Learnt(WorkspaceScoped, Base):
    """What a workspace's choices have shown: `body` is a `nudges.learning.Belief` as JSON, of nobody in particular."""

    __tablename__ = "beliefs"

    workspace_id: Mapped[str] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    learnt_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
