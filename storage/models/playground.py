"""The playground's own store: it is a chat platform, so it keeps conversations as Slack or Teams would."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Sequence, WorkspaceScoped, foreign


class PlaygroundMessage(WorkspaceScoped, Base):
    """A message in one person's conversation. `author` is "entrain" or the person's id; `body` is JSON, sealed."""

    __tablename__ = "playground_messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "workspace_id", "person_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = foreign("people.id")
    author: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class PlaygroundClock(WorkspaceScoped, Base):
    """How far the playground's clock runs ahead of the machine's, in seconds."""

    __tablename__ = "playground_clocks"
    __table_args__ = (UniqueConstraint("workspace_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ahead_seconds: Mapped[int]
