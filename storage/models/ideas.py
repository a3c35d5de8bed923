"""The board of ideas: what people propose, who supports it, what they add, and where its words were shown."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class IdeaStatus(StrEnum):
    """`PLANNED`, `DONE` and `DECLINED` are a lead's answers. `HIDDEN`: a lead took it off the board, with a reason."""

    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


ON_BOARD = (IdeaStatus.OPEN, IdeaStatus.PLANNED, IdeaStatus.DONE, IdeaStatus.DECLINED)
ANSWERS = (IdeaStatus.PLANNED, IdeaStatus.DONE, IdeaStatus.DECLINED)


class Idea(WorkspaceScoped, Base):
    """A person's words, shown exactly as consented to; `reason` is what a lead says of it. Both are sealed.

    Unless `named` nobody but its author ever sees whose it is. A withdrawn one has lost its words. `joined_to` is the id of
    the idea that says the same; it counts while that one is on the board. `author_id` is None where somebody was erased and
    left their idea behind. `told_support` is how many supporters are told: it moves only when they are five more or fewer.
    """

    __tablename__ = "ideas"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    author_id: Mapped[str | None] = foreign("people.id", index=True)
    text: Mapped[str] = mapped_column(Text)
    named: Mapped[bool]
    status: Mapped[IdeaStatus] = mapped_column(choice(IdeaStatus), default=IdeaStatus.OPEN)
    reason: Mapped[str | None] = mapped_column(Text)
    joined_to: Mapped[str | None] = mapped_column(Id)
    told_support: Mapped[int] = mapped_column(default=0, server_default="0")
    proposed_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    """When its author last changed the words."""
    decided_at: Mapped[datetime | None]
    """When a lead last answered or hid it."""


class IdeaSupport(WorkspaceScoped, Base):
    """Somebody finds an idea good, its author to begin with."""

    __tablename__ = "idea_supports"
    __table_args__ = (UniqueConstraint("idea_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    idea_id: Mapped[str] = foreign("ideas.id")
    person_id: Mapped[str] = foreign("people.id", index=True)


class IdeaComment(WorkspaceScoped, Base):
    """What somebody adds to an idea, once and without a name. `text` is sealed; `hidden`: a lead took it away."""

    __tablename__ = "idea_comments"
    __table_args__ = (UniqueConstraint("idea_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    idea_id: Mapped[str] = foreign("ideas.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    text: Mapped[str] = mapped_column(Text)
    hidden: Mapped[bool]
    said_at: Mapped[datetime]


class IdeaPlace(WorkspaceScoped, Base):
    """A message that shows an idea to a person, so that it can be made anew: planned under `key` in the outbox.

    Such a key stands for itself, so its row is never purged.
    """

    __tablename__ = "idea_places"
    __table_args__ = (UniqueConstraint("idea_id", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    idea_id: Mapped[str] = foreign("ideas.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    key: Mapped[str] = mapped_column(String(300))
