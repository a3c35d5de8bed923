"""Events as they come in: durable before they are acknowledged, then handled once, in each sender's order.

An event is claimed under a lease; if its process dies, the lease ends and another takes the event. `mark_done` is
part of the handler's own transaction, so an event is either handled and done or neither.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import aliased

from storage.crypto import SealBroken
from storage.database import Database
from storage.errors import AlreadyDone
from storage.models import InboxEvent, InboxState, Workspace
from storage.repositories.base import insert_new
from storage.work import SystemWork, Work

PAYLOAD = "inbox.payload"
GROUP = 200
"""Events per commit: with 10,000 concurrent answers, groups of 200 gave p99 128 ms against 2.1 s one by one."""

LEASE_SECONDS = 120.0
PAUSE = timedelta(seconds=2)
"""After the n-th failure an event, and with it its sender, waits n² times this."""


@dataclass(frozen=True)
class NewEvent:
    """An event to keep. `payload` is sealed before it is written."""

    workspace_id: str
    event_id: str
    sender: str
    kind: str
    payload: str


@dataclass(frozen=True)
class Received:
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
            "payload": work.keyring.seal(event.workspace_id, PAYLOAD, event.payload),
            "received_at": work.now,
        }
        for event in events
    ]
    key = (InboxEvent.workspace_id, InboxEvent.event_id)
    inserted = {tuple(row) for row in insert_new(work.session, InboxEvent, rows, key=key, returning=key)}
    stored = []
    for event in events:
        stored.append((event.workspace_id, event.event_id) in inserted)
        inserted.discard((event.workspace_id, event.event_id))
    return stored


def mark_done(work: Work, seq: int) -> None:
    """Close an event in the transaction that handled it; its words are not kept.

    Raises:
        AlreadyDone: another process was faster; everything this transaction did must be rolled back.
    """
    closed = work.session.execute(
        update(InboxEvent)
        .where(InboxEvent.seq == seq, InboxEvent.state == InboxState.NEW)
        .values(state=InboxState.DONE, payload="", done_at=work.now, lease_owner=None, lease_until=None)
        .returning(InboxEvent.seq)
        .execution_options(synchronize_session=False)
    )
    if closed.first() is None:
        raise AlreadyDone


class Inbox:
    """The events of every workspace, as the worker `owner` sees them."""

    def __init__(self, database: Database, owner: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database, self._owner = database, owner
        self._lease = timedelta(seconds=lease_seconds)

    async def claim(self, limit: int) -> list[Received]:
        """Each sender's oldest open event, oldest first, if nobody holds it. A payload that cannot be opened is poison.

        A lease that ends later than any can is of a clock that was set back since: it holds nothing. An event that two
        workers handle is handled by the first to commit.
        """
        return await self._database.run_system(lambda work: self._claim(work, limit))

    async def failed(self, seq: int, error_type: str, attempts: int = 5) -> bool:
        """Count a failure and give the event back for later; True if it was the last try and the event is poison."""
        return await self._database.run_system(lambda work: self._failed(work, seq, error_type, attempts))

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

    def _claim(self, work: SystemWork, limit: int) -> list[Received]:
        earlier = aliased(InboxEvent)
        rows = work.session.execute(
            select(InboxEvent, Workspace.platform)
            .join(Workspace, Workspace.id == InboxEvent.workspace_id)
            .where(
                InboxEvent.state == InboxState.NEW,
                or_(
                    InboxEvent.lease_until.is_(None),
                    InboxEvent.lease_until <= work.now,
                    InboxEvent.lease_until > work.now + self._lease,
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
        claimed = [self._received(work, event, platform) for event, platform in rows.all()]
        return [received for received in claimed if received is not None]

    def _received(self, work: SystemWork, event: InboxEvent, platform: str) -> Received | None:
        try:
            payload = work.keyring.open(event.workspace_id, PAYLOAD, event.payload)
        except SealBroken:
            event.state, event.error = InboxState.POISON, SealBroken.__name__
            return None
        event.lease_owner, event.lease_until = self._owner, work.now + self._lease
        return Received(
            seq=event.seq,
            workspace_id=event.workspace_id,
            platform=platform,
            event_id=event.event_id,
            sender=event.sender,
            kind=event.kind,
            payload=payload,
            attempts=event.attempts,
            received_at=event.received_at,
        )

    def _failed(self, work: SystemWork, seq: int, error_type: str, attempts: int) -> bool:
        event = work.session.scalar(
            select(InboxEvent)
            .where(
                InboxEvent.seq == seq,
                InboxEvent.state == InboxState.NEW,
                InboxEvent.lease_owner == self._owner,
            )
            .with_for_update()
        )
        if event is None:
            return False
        event.attempts += 1
        event.error = error_type[:200]
        event.lease_owner, event.lease_until = None, work.now + event.attempts**2 * PAUSE
        if event.attempts >= attempts:
            event.state, event.lease_until = InboxState.POISON, None
        return event.state is InboxState.POISON


class InboxWriter:
    """Writes events that arrive at the same time in one commit; lives in one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[NewEvent, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, event: NewEvent) -> bool:
        """Return once the event is durable; False if it had been before. Raises what the commit raised."""
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="inbox-writer")
        return await stored

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._writing:
            await self._writing

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                await self._commit(group)
        finally:
            self._writing = None

    async def _commit(self, group: list[tuple[NewEvent, asyncio.Future[bool]]]) -> None:
        try:
            stored = await self._database.run_system(
                lambda work: put_many(work, [event for event, _ in group])
            )
        except Exception as error:  # noqa: BLE001 - every caller must hear of it, so that none acknowledges
            if isinstance(error, DataError | IntegrityError) and len(group) > 1:
                for alone in group:
                    await self._commit([alone])
                return
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), new in zip(group, stored, strict=True):
                if not future.done():
                    future.set_result(new)
