"""Events as they come in: durable before they are acknowledged, then handled once, in each sender's order.

An event is claimed under a lease; if its process dies, the lease ends and another takes the event. `mark_done` is
part of the handler's own transaction, so an event is either handled and done or neither.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import aliased

from storage.crypto import SealBroken
from storage.database import Database
from storage.errors import AlreadyDone
from storage.grouped import GroupCommit
from storage.many import among
from storage.models import InboxEvent, InboxState, Workspace
from storage.repositories.base import insert_new
from storage.work import SystemWork, Work

PAYLOAD = "inbox.payload"

LEASE_SECONDS = 120.0
PAUSE = timedelta(seconds=2)
"""After the n-th failure an event, and with it its sender, waits n² times this."""

LONGEST_PAUSE = timedelta(minutes=15)
"""A lease or pause that has longer to go than any can comes from a clock that was ahead, and does not hold."""


@dataclass(frozen=True)
class NewEvent:
    """An event to keep. `payload` is sealed before it is written."""

    workspace_id: str
    event_id: str
    sender: str
    kind: str
    payload: str


class Received(NamedTuple):
    """A claimed event, opened. `attempts` is how often handling it has failed so far."""

    seq: int
    workspace_id: str
    platform: str
    event_id: str
    sender: str
    kind: str
    payload: str
    attempts: int
    received_at: datetime


def put_many(work: SystemWork, events: Sequence[NewEvent]) -> list[bool]:
    """Keep the events, in order; for each, whether it was new rather than a re-delivery."""
    rows = [
        {
            "workspace_id": event.workspace_id,
            "event_id": event.event_id,
            "sender": event.sender,
            "kind": event.kind,
            "payload": work.keyring.seal(event.workspace_id, PAYLOAD, event.payload, event.event_id),
            "received_at": work.now,
        }
        for event in events
    ]
    key = (InboxEvent.workspace_id, InboxEvent.event_id)
    inserted = {tuple(row) for row in insert_new(work.session, InboxEvent, rows, key=key, returning=key)}
    work.session.planned.update(workspace_id for workspace_id, _ in inserted)
    stored = []
    for event in events:
        stored.append((event.workspace_id, event.event_id) in inserted)
        inserted.discard((event.workspace_id, event.event_id))
    return stored


def mark_done(work: Work, seqs: Collection[int], *, keep: bool = False) -> None:
    """Close events in the transaction that handled them; their payload is emptied, unless it holds nobody's words (`keep`).

    Raises:
        AlreadyDone: another process was faster; everything this transaction did must be rolled back.
    """
    emptied = {} if keep else {"payload": ""}
    closed = work.session.execute(
        update(InboxEvent)
        .where(among(work.session, InboxEvent.seq, seqs), InboxEvent.state == InboxState.NEW)
        .values(state=InboxState.DONE, done_at=work.now, lease_owner=None, lease_until=None, **emptied)
        .returning(InboxEvent.seq)
        .execution_options(synchronize_session=False)
    )
    if len(closed.all()) < len(set(seqs)):
        raise AlreadyDone


def kept(work: Work, kind: str, sender: str) -> list[str]:
    """The payloads of this sender's handled events of one kind, of those that keep them."""
    sealed = work.session.execute(
        select(InboxEvent.payload, InboxEvent.event_id)
        .where(
            InboxEvent.sender == sender,
            InboxEvent.state == InboxState.DONE,
            InboxEvent.kind == kind,
            InboxEvent.payload != "",
        )
        .order_by(InboxEvent.seq)
    )
    return [work.open(PAYLOAD, payload, row=event_id) for payload, event_id in sealed]


def last_heard(work: Work, *, but: str, sender: str | None = None) -> datetime | None:
    """When the latest handled event of another kind than `but` was received, from one sender or from anybody."""
    statement = select(InboxEvent.received_at).where(
        InboxEvent.state == InboxState.DONE, InboxEvent.kind != but
    )
    if sender is not None:
        statement = statement.where(InboxEvent.sender == sender)
    return work.session.scalar(statement.order_by(InboxEvent.seq.desc()).limit(1))


class Inbox:
    """The events of every workspace, as the worker `owner` sees them."""

    def __init__(self, database: Database, owner: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database, self._owner = database, owner
        self._lease = timedelta(seconds=lease_seconds)
        self._longest = max(self._lease, LONGEST_PAUSE)

    async def claim(self, limit: int) -> list[Received]:
        """Each sender's oldest open event, oldest first, if nobody holds it. A payload that cannot be opened is poison.

        A lease that ends later than any can is of a clock that was set back since: it holds nothing. An event that two
        workers handle is handled by the first to commit.
        """
        return await self._database.run_system(lambda work: self._claim(work, limit))

    async def failed(self, seq: int, error_type: str, attempts: int = 5) -> bool:
        """Count a failure and give the event back for later; True if it was the last try and the event is poison."""
        return await self._database.run_system(lambda work: self._failed(work, seq, error_type, attempts))

    async def give_back(self, seqs: Collection[int]) -> None:
        """These events could not be handled and are not to blame: for later, without counting."""

        def back(work: SystemWork) -> None:
            work.session.execute(
                update(InboxEvent)
                .where(*self._held, among(work.session, InboxEvent.seq, seqs))
                .values(lease_owner=None, lease_until=work.now + PAUSE)
                .execution_options(synchronize_session=False)
            )

        await self._database.run_system(back)

    async def release(self) -> None:
        """Give back everything this worker holds, at once and without counting: nothing of it is being handled."""

        def back(work: SystemWork) -> None:
            work.session.execute(
                update(InboxEvent).where(*self._held).values(lease_owner=None, lease_until=None)
            )

        await self._database.run_system(back)

    async def recover(self) -> None:
        """Give back what a killed process held. At the start, if no other process is there (SQLite)."""

        def give_back(work: SystemWork) -> None:
            work.session.execute(
                update(InboxEvent)
                .where(InboxEvent.state == InboxState.NEW, InboxEvent.lease_owner.is_not(None))
                .values(lease_owner=None, lease_until=None)
            )

        with self._database.alone() as alone:
            if alone:
                await self._database.run_system(give_back)

    @property
    def _held(self) -> tuple[ColumnElement[bool], ...]:
        """Which events this worker holds."""
        return InboxEvent.state == InboxState.NEW, InboxEvent.lease_owner == self._owner

    def _claim(self, work: SystemWork, limit: int) -> list[Received]:
        earlier = aliased(InboxEvent)
        rows = work.session.execute(
            select(
                InboxEvent.seq,
                InboxEvent.workspace_id,
                Workspace.platform,
                InboxEvent.event_id,
                InboxEvent.sender,
                InboxEvent.kind,
                InboxEvent.payload,
                InboxEvent.attempts,
                InboxEvent.received_at,
            )
            .join(Workspace, Workspace.id == InboxEvent.workspace_id)
            .where(
                InboxEvent.state == InboxState.NEW,
                or_(
                    InboxEvent.lease_until.is_(None),
                    InboxEvent.lease_until <= work.now,
                    InboxEvent.lease_until > work.now + self._longest,
                ),
                ~exists().where(
                    earlier.workspace_id == InboxEvent.workspace_id,
                    earlier.sender == InboxEvent.sender,
                    earlier.state == InboxState.NEW,
                    earlier.seq < InboxEvent.seq,
                ),
            )
            .order_by(InboxEvent.seq)
            .limit(limit)
            .with_for_update(of=InboxEvent, skip_locked=True)
        )
        claimed, broken = [], []
        for row in rows:
            received = Received._make(row)
            try:
                payload = work.keyring.open(
                    received.workspace_id, PAYLOAD, received.payload, received.event_id
                )
            except SealBroken:
                broken.append(received.seq)
            else:
                claimed.append(received._replace(payload=payload))
        self._mark(
            work,
            [each.seq for each in claimed],
            lease_owner=self._owner,
            lease_until=work.now + self._lease,
        )
        self._mark(work, broken, state=InboxState.POISON, error=SealBroken.__name__)
        return claimed

    @staticmethod
    def _mark(work: SystemWork, seqs: Sequence[int], **values: object) -> None:
        if seqs:
            work.session.execute(
                update(InboxEvent)
                .where(among(work.session, InboxEvent.seq, seqs))
                .values(values)
                .execution_options(synchronize_session=False)
            )

    def _failed(self, work: SystemWork, seq: int, error_type: str, attempts: int) -> bool:
        event = work.session.scalar(
            select(InboxEvent).where(*self._held, InboxEvent.seq == seq).with_for_update()
        )
        if event is None:
            return False
        event.attempts += 1
        event.error = error_type[:200]
        event.lease_owner, event.lease_until = None, work.now + min(event.attempts**2 * PAUSE, LONGEST_PAUSE)
        if event.attempts >= attempts:
            event.state, event.lease_until = InboxState.POISON, None
        return event.state is InboxState.POISON


class InboxWriter(GroupCommit[NewEvent, bool]):
    """Makes events durable; `put` says whether an event is new. Nobody may acknowledge one before it returns."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, put_many)
