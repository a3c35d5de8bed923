"""What people said of the use of their data, who asked to be forgotten, and what was deleted after its time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class Purpose(StrEnum):
    """What something about a person is held for. A person may say no to `WITHDRAWABLE`, one by one."""

    CONTACT = "contact"
    INTERVIEW = "interview"
    COACHING = "coaching"
    STORIES = "stories"
    IDEAS = "ideas"
    USAGE = "usage"
    HELP = "help"
    """Champions, and whom people ask for help."""
    COMPARISON = "comparison"
    """Tests on a sample."""
    LANGUAGE_MODEL = "language_model"


WITHDRAWABLE = (
    Purpose.INTERVIEW,
    Purpose.COACHING,
    Purpose.STORIES,
    Purpose.IDEAS,
    Purpose.USAGE,
    Purpose.LANGUAGE_MODEL,
)


class Consent(WorkspaceScoped, Base):
    """A person's latest word on one purpose, and when they said it. Without a row they have said nothing."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("person_id", "purpose"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = foreign("people.id")
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    given: Mapped[bool]
    said_at: Mapped[datetime]


class Erasure(WorkspaceScoped, Base):
    """Somebody asked to be forgotten. `mark` knows them again and tells nobody who they are.

    It is an HMAC-SHA-256 of the platform's id under the workspace's own `erasure_key`. `done_at` is None for the moment
    in which the last message to them leaves.
    """

    __tablename__ = "erasures"
    __table_args__ = (UniqueConstraint("workspace_id", "mark"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class PurgeRecord(Base):
    """So many rows of one kind went at `purged_at`, because they were older than `before`. Of all workspaces together."""

    __tablename__ = "purges"
    __table_args__ = (Index(None, "purged_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    rows: Mapped[int]
    before: Mapped[datetime]
    purged_at: Mapped[datetime]
