"""What came in, what goes out, and what is due."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Sequence, WorkspaceScoped, choice, foreign


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    POISON = "poison"


class OutboxState(StrEnum):
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"


def _partial(*columns: str, where: str) -> Index:
    """An index that holds only the rows for which `where` is true."""
    return Index(None, *columns, sqlite_where=text(where), postgresql_where=text(where))


class InboxEvent(WorkspaceScoped, Base):
    """An event as it was accepted. `sender` orders events of one person; `payload` is sealed and emptied once done."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "event_id"),
        Index(None, "state", "seq"),
        Index(None, "workspace_id", "sender", "state", "seq"),
        _partial("done_at", where="state = 'done'"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(255))
    sender: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[InboxState] = mapped_column(choice(InboxState), default=InboxState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OutboxMessage(WorkspaceScoped, Base):
    """A message to be sent. `intent` and `args` say what about; it is rendered when it is sent.

    `dedupe` is (person, item, slot) in one text: a second row of the same never exists. With `updates` the row
    replaces the message that was sent under that outbox `seq` or platform receipt. `paced` rows count in the weekly budget.

    The partial indexes are found only by statements that name the state as a literal: `storage.claims.in_state`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "dedupe"),
        Index(None, "workspace_id", "person_id", "state"),
        _partial("not_before", where="state = 'ready'"),
        _partial("workspace_id", "paced", "not_before", "seq", where="state = 'ready'"),
        _partial("not_after", where="state = 'ready' AND not_after IS NOT NULL"),
        _partial("state", where="state = 'sending' OR state = 'uncertain'"),
        _partial("created_at", "seq", where="state = 'sent' OR state = 'superseded' OR state = 'cancelled'"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = foreign("people.id")
    intent: Mapped[str] = mapped_column(String(64))
    args: Mapped[str] = mapped_column(Text)
    dedupe: Mapped[str] = mapped_column(String(300))
    state: Mapped[OutboxState] = mapped_column(choice(OutboxState), default=OutboxState.READY)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime | None]
    paced: Mapped[bool] = mapped_column(Boolean, default=False)
    replaces: Mapped[str | None] = mapped_column(String(100))
    """Unsent rows of this person with the same value are superseded by a newer one."""
    updates: Mapped[str | None] = mapped_column(Text)
    """JSON receipt of the message to replace, instead of sending a new one."""
    attempts: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Nobody knew whether it had arrived, so it was sent once more: the person may see it twice."""
    error: Mapped[str | None] = mapped_column(String(200))
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    receipt_message: Mapped[str | None] = mapped_column(String(255))
    receipt_conversation: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    """When it was first taken to be sent: a look-up need not search further back."""
    confirm_at: Mapped[datetime | None]
    """When an uncertain message may be looked up: before that the request may still be on its way."""
    sent_at: Mapped[datetime | None]


class Lane(WorkspaceScoped, Base):
    """What holds the sends to a workspace back; see `storage.lanes`. `budget` is what `storage.budget` keeps."""

    __tablename__ = "lanes"

    workspace_id: Mapped[str] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    closed_until: Mapped[datetime | None]
    closed_for: Mapped[str | None] = mapped_column(String(40))
    failures: Mapped[int] = mapped_column(default=0)
    """Sends in a row that found the platform down or got no answer."""
    budget: Mapped[str] = mapped_column(Text, default="{}")


class AgendaItem(WorkspaceScoped, Base):
    """Something that becomes due. `next_due_at` is the truth; `rule` is the person's local rule that it came from."""

    __tablename__ = "agenda"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "ref"),
        Index(None, "next_due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = foreign("people.id", index=True)
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(100), default="")
    next_due_at: Mapped[datetime | None]
