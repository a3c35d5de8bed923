"""What the person who runs the bot sees of inbox and outbox, and may do about it. Nothing tells whose a row is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from storage.crypto import SealBroken
from storage.inbox import PAYLOAD
from storage.models import InboxEvent, InboxState, OutboxMessage, OutboxState, Workspace
from storage.repositories.outbox import TOO_LATE
from storage.work import SystemWork


@dataclass(frozen=True)
class Event:
    """An event of the inbox. `workspace` is the platform's id; `error` names what went wrong last."""

    seq: int
    platform: str
    workspace: str
    kind: str
    state: str
    attempts: int
    error: str | None
    received_at: datetime


@dataclass(frozen=True)
class Outgoing:
    """A message of the outbox. `workspace` is the platform's id; `error` names what went wrong, or why it was cancelled.

    `repeated`: nobody knew whether it had arrived, so it was sent once more.
    """

    seq: int
    platform: str
    workspace: str
    intent: str
    state: str
    attempts: int
    repeated: bool
    error: str | None
    unasked: bool
    planned_at: datetime
    not_before: datetime
    not_after: datetime | None
    sent_at: datetime | None


class Done(StrEnum):
    """What became of one row that something was to be done about."""

    REPLAYED = "will be handled again"
    RETRIED = "will be sent at the next fitting moment"
    CANCELLED = "will not be sent"
    UNKNOWN = "there is no such row"
    HANDLED = "was handled already"
    WAITING = "is waiting already"
    SEALED = "its key is missing; add it to ENTRAIN_ENCRYPTION_KEYS first"
    SENT = "was sent already"
    UNDER_WAY = "is under way; whether it arrived is found out by itself"
    OVER = "was cancelled or replaced, and is not wanted any more"

    @property
    def ok(self) -> bool:
        return self in {Done.REPLAYED, Done.RETRIED, Done.CANCELLED}


# ------------------------------------------------------------------ inbox


def event_counts(work: SystemWork) -> dict[str, int]:
    """How many events are in each state."""
    return _counts(work, select(InboxEvent.state, func.count()).group_by(InboxEvent.state))


def events(work: SystemWork, state: InboxState, workspace: str | None, limit: int) -> list[Event]:
    """The newest events in a state, newest first, of one workspace (the platform's id) or of all."""
    statement = (
        select(InboxEvent, Workspace)
        .join(Workspace, Workspace.id == InboxEvent.workspace_id)
        .where(InboxEvent.state == state)
        .order_by(InboxEvent.seq.desc())
        .limit(limit)
    )
    if workspace is not None:
        statement = statement.where(Workspace.external_id == workspace)
    return [
        Event(
            seq=event.seq,
            platform=place.platform,
            workspace=place.external_id,
            kind=event.kind,
            state=event.state.value,
            attempts=event.attempts,
            error=event.error,
            received_at=event.received_at,
        )
        for event, place in work.session.execute(statement).all()
    ]


def poisoned(work: SystemWork) -> list[int]:
    """Every event that was set aside, oldest first."""
    statement = select(InboxEvent.seq).where(InboxEvent.state == InboxState.POISON)
    return list(work.session.scalars(statement.order_by(InboxEvent.seq)))


def replay(work: SystemWork, seq: int) -> Done:
    """Let an event that was set aside be handled again, before everything newer of the same person."""
    event = work.session.get(InboxEvent, seq)
    if event is None:
        return Done.UNKNOWN
    if event.state is not InboxState.POISON:
        return Done.HANDLED if event.state is InboxState.DONE else Done.WAITING
    try:
        work.keyring.open(event.workspace_id, PAYLOAD, event.payload, event.event_id)
    except SealBroken:
        return Done.SEALED
    event.state, event.attempts, event.lease_owner, event.lease_until = InboxState.NEW, 0, None, None
    work.session.planned.add(event.workspace_id)
    return Done.REPLAYED


def overtaken(work: SystemWork, seq: int) -> bool:
    """Whether something newer of the same person has been handled already."""
    newer = aliased(InboxEvent)
    statement = select(
        exists().where(
            InboxEvent.seq == seq,
            newer.workspace_id == InboxEvent.workspace_id,
            newer.sender == InboxEvent.sender,
            newer.state == InboxState.DONE,
            newer.seq > seq,
        )
    )
    return bool(work.session.scalar(statement))


# ------------------------------------------------------------------ outbox


def message_counts(work: SystemWork) -> dict[str, int]:
    """How many messages are in each state."""
    return _counts(work, select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))


@dataclass(frozen=True)
class Which:
    """Which messages are meant; None leaves it open. `workspace` is the platform's id; `due` ones could leave now."""

    state: OutboxState | None = None
    workspace: str | None = None
    intent: str | None = None
    due: bool = False


def messages(work: SystemWork, which: Which, limit: int) -> list[Outgoing]:
    """The newest of these messages, newest first."""
    statement = _which(work, which).order_by(OutboxMessage.seq.desc()).limit(limit)
    return [_outgoing(row, place) for row, place in work.session.execute(statement).all()]


def message(work: SystemWork, seq: int) -> Outgoing | None:
    found = work.session.execute(_with_workspace().where(OutboxMessage.seq == seq)).one_or_none()
    return _outgoing(*found) if found else None


def waiting(work: SystemWork, which: Which) -> list[int]:
    """Which of these messages could still be cancelled."""
    statement = _which(work, which).where(OutboxMessage.state == OutboxState.READY)
    return [row.seq for row, _ in work.session.execute(statement.order_by(OutboxMessage.seq)).all()]


def retry(work: SystemWork, seq: int) -> Done:
    """Send a message after all that failed or became too late; no deadline holds any more, the person's hours do."""
    row = work.session.get(OutboxMessage, seq, with_for_update=True)
    if row is None:
        return Done.UNKNOWN
    failed = row.state is OutboxState.FAILED
    if not failed and not (row.state is OutboxState.CANCELLED and row.error == TOO_LATE):
        return _why_not(row.state)
    row.state, row.attempts, row.error, row.repeated = OutboxState.READY, 0, None, False
    row.not_before, row.not_after = work.now, None
    work.session.planned.add(row.workspace_id)
    return Done.RETRIED


def cancel(work: SystemWork, seq: int) -> Done:
    """Do not send a message that has not left."""
    row = work.session.get(OutboxMessage, seq, with_for_update=True)
    if row is None:
        return Done.UNKNOWN
    if row.state is not OutboxState.READY:
        return _why_not(row.state)
    row.state, row.error = OutboxState.CANCELLED, "by_hand"
    return Done.CANCELLED


def _why_not(state: OutboxState) -> Done:
    match state:
        case OutboxState.READY:
            return Done.WAITING
        case OutboxState.SENT:
            return Done.SENT
        case OutboxState.SENDING | OutboxState.UNCERTAIN:
            return Done.UNDER_WAY
        case _:
            return Done.OVER


def _with_workspace() -> Select[OutboxMessage, Workspace]:
    return select(OutboxMessage, Workspace).join(Workspace, Workspace.id == OutboxMessage.workspace_id)


def _which(work: SystemWork, which: Which) -> Select[OutboxMessage, Workspace]:
    statement = _with_workspace()
    if which.state is not None:
        statement = statement.where(OutboxMessage.state == which.state)
    if which.workspace is not None:
        statement = statement.where(Workspace.external_id == which.workspace)
    if which.intent is not None:
        statement = statement.where(OutboxMessage.intent == which.intent)
    if which.due:
        due = (OutboxMessage.state == OutboxState.READY, OutboxMessage.not_before <= work.now)
        statement = statement.where(*due)
    return statement


def _outgoing(row: OutboxMessage, place: Workspace) -> Outgoing:
    return Outgoing(
        seq=row.seq,
        platform=place.platform,
        workspace=place.external_id,
        intent=row.intent,
        state=row.state.value,
        attempts=row.attempts,
        repeated=row.repeated,
        error=row.error,
        unasked=row.paced,
        planned_at=row.created_at,
        not_before=row.not_before,
        not_after=row.not_after,
        sent_at=row.sent_at,
    )


def _counts(work: SystemWork, statement: Select[InboxState | OutboxState, int]) -> dict[str, int]:
    return {state.value: number for state, number in work.session.execute(statement).all()}
