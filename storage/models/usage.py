"""Use of the tools that are brought in, as they tell it: who used one on which day, and who may say so."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped


class UsageEvent(WorkspaceScoped, Base):
    """An event that came in. Nothing is kept of it but that it did: `id` is a digest of the sender's own id."""

    __tablename__ = "usage_events"
    __table_args__ = (Index(None, "taken_on"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    taken_on: Mapped[date]


class UsageDay(WorkspaceScoped, Base):
    """A person used the tool on local date `day`, by an event of this name, once or more often."""

    __tablename__ = "usage_days"
    __table_args__ = (Index(None, "project_id", "day"), {"sqlite_with_rowid": False})

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[str] = mapped_column(
        Id, ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(64), primary_key=True)


class UsageToken(WorkspaceScoped, Base):
    """Lets a tool tell about use in this workspace. `digest` is the SHA-256 of its secret, which is kept nowhere."""

    __tablename__ = "usage_tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
