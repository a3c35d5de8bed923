"""Messages on their way out: claimed in each person's order, sent by nobody twice.

A claimed row is SENDING under a lease. If its process dies, nobody knows whether the message left: the row becomes
UNCERTAIN and is looked up before anything is resent. While a person has such a row, their later messages wait.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from storage.agenda import next_due
from storage.database import Database
from storage.models import OutboxMessage, OutboxState, Person, Workspace, WorkspaceStatus
from storage.repositories.outbox import ON_THE_WAY
from storage.work import SystemWork, Work

LEASE_SECONDS = 300.0
TOO_LATE = "too_late"
"""Noted with a message that was cancelled because it would have been of no use any more."""
Change = Callable[[SystemWork, OutboxMessage], None]


@dataclass(frozen=True)
class Outgoing:
    """A claimed message. `workspace` and `person` are the platform's ids; `updates` is (message, conversation).

    `key` is unique per message and the same on every try. `attempts` counts the tries before this one, `error` is what was
    noted about the last of them.
    """

    seq: int
    key: str
    dedupe: str
    workspace_id: str
    person_id: str
    platform: str
    workspace: str
    person: str
    conversation: str | None
    intent: str
    args: dict[str, str]
    updates: tuple[str, str] | None
    paced: bool
    attempts: int
    error: str | None
    not_before: datetime
    not_after: datetime | None
    created_at: datetime


class Outbox:
    """The messages of every workspace, as the worker `owner` sees them.

    What `mark_…` and `retry` do holds only while this worker, or nobody, has the row; they say whether it did.
    """

    def __init__(self, database: Database, owner: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database, self._owner = database, owner
        self._lease = timedelta(seconds=lease_seconds)

    # ---------------------------------------------------------------- claiming

    async def claim(self, limit: int) -> list[Outgoing]:
        """At most one due message per person, their oldest, of workspaces that are active; now SENDING.

        A message waits for an earlier one that is due or is being retried; one planned for later holds nothing up.
        """
        return await self._database.run_system(lambda work: self._claim(work, limit))

    async def uncertain(self, limit: int) -> list[Outgoing]:
        """Messages that may or may not have arrived, for this worker to look up; the same again after the lease."""
        return await self._database.run_system(lambda work: self._uncertain(work, limit))

    async def recover(self) -> None:
        """Make uncertain what a killed process was sending. For the start, where this is the only process (SQLite)."""

        def expire(work: SystemWork) -> None:
            work.session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.state.in_(ON_THE_WAY))
                .values(state=OutboxState.UNCERTAIN, lease_owner=None, lease_until=None)
            )

        if self._database.single_process:
            await self._database.run_system(expire)

    async def release(self, begun: Collection[int]) -> None:
        """Give up what this worker holds: uncertain where sending has `begun` (by seq), else as it was before the claim."""
        free = {"lease_owner": None, "lease_until": None}
        mine = update(OutboxMessage).where(OutboxMessage.lease_owner == self._owner)

        def release(work: SystemWork) -> None:
            sending = mine.where(OutboxMessage.state == OutboxState.SENDING)
            for state, rows in (
                (OutboxState.UNCERTAIN, sending.where(OutboxMessage.seq.in_(begun))),
                (OutboxState.READY, sending),
                (OutboxState.UNCERTAIN, mine.where(OutboxMessage.state == OutboxState.UNCERTAIN)),
            ):
                work.session.execute(rows.values(state=state, **free))

        await self._database.run_system(release)

    async def newest(self) -> datetime | None:
        """When the newest message was planned, by the clock of that time."""

        def newest(work: SystemWork) -> datetime | None:
            return work.session.scalar(
                select(OutboxMessage.created_at).order_by(OutboxMessage.seq.desc()).limit(1)
            )

        return await self._database.read_system(newest)

    async def clock_set_back(self) -> None:
        """Wait from now on as long as was meant, for what was planned or put off while the clock was ahead."""

        def shorten(work: SystemWork) -> None:
            for row in work.session.scalars(
                select(OutboxMessage).where(
                    OutboxMessage.state == OutboxState.READY,
                    OutboxMessage.not_before > work.now,
                    or_(OutboxMessage.created_at > work.now, OutboxMessage.attempts > 0),
                )
            ):
                meant = timedelta(0) if row.attempts else row.not_before - row.created_at
                row.not_before = work.now + max(meant, timedelta(0))
                row.created_at = min(row.created_at, work.now)

        await self._database.run_system(shorten)

    async def next_due(self, now: datetime, workspace_id: str | None = None) -> datetime | None:
        """The first instant after `now` at which a message may be sent or an agenda item is due, anywhere if None."""
        return await self._database.read_system(lambda work: next_due(work, now, workspace_id))

    # ---------------------------------------------------------------- what became of it

    async def mark_sent(self, seq: int, message: str, conversation: str) -> bool:
        """It arrived; `message` and `conversation` are the receipt, and the person's conversation is remembered."""

        def sent(work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.sent_at, row.error = OutboxState.SENT, work.now, None
            row.receipt_message, row.receipt_conversation = message, conversation
            person = work.session.get_one(Person, row.person_id)
            if row.updates is None and person.conversation != conversation:
                person.conversation = conversation

        return await self._change(seq, sent)

    async def retry(self, seq: int, not_before: datetime, error: str) -> bool:
        """It did not leave: try again, not before that."""

        def again(_: SystemWork, row: OutboxMessage) -> None:
            row.state, row.not_before, row.error = OutboxState.READY, not_before, error[:200]
            row.attempts += 1

        return await self._change(seq, again)

    async def hold(self, seq: int, not_before: datetime) -> bool:
        """It may not leave now, which is no failure: it waits, holding up nothing of the same person."""

        def held(_: SystemWork, row: OutboxMessage) -> None:
            row.state, row.not_before, row.attempts = OutboxState.READY, not_before, 0

        return await self._change(seq, held)

    async def mark_failed(self, seq: int, error: str) -> bool:
        """It did not leave, and never will."""
        return await self._end(seq, OutboxState.FAILED, error)

    async def mark_cancelled(self, seq: int, reason: str) -> bool:
        """It may not leave, now or later; `reason` is a word for upkeep."""
        return await self._end(seq, OutboxState.CANCELLED, reason)

    async def mark_superseded(self, seq: int) -> bool:
        """It no longer makes sense, and was not sent."""
        return await self._end(seq, OutboxState.SUPERSEDED, None)

    async def mark_uncertain(self, seq: int, error: str = "no_answer") -> bool:
        """It may have left: to be looked up."""
        return await self._end(seq, OutboxState.UNCERTAIN, error)

    async def mark_unreachable(self, workspace_id: str, person_id: str) -> None:
        """This person cannot be written to; what was still to be sent is cancelled."""

        def unreachable(work: Work) -> None:
            work.people.mark_unreachable(person_id)
            work.outbox.cancel(person_id)

        await self._database.run(workspace_id, unreachable)

    # ---------------------------------------------------------------- inside

    def _claim(self, work: SystemWork, limit: int) -> list[Outgoing]:
        _expire(work)
        earlier = aliased(OutboxMessage)
        held_up = exists().where(
            earlier.workspace_id == OutboxMessage.workspace_id,
            earlier.person_id == OutboxMessage.person_id,
            or_(
                earlier.state.in_(ON_THE_WAY),
                and_(
                    earlier.state == OutboxState.READY,
                    earlier.seq < OutboxMessage.seq,
                    or_(earlier.not_before <= work.now, earlier.attempts > 0),
                ),
            ),
        )
        statement = _with_recipient().where(
            OutboxMessage.state == OutboxState.READY,
            OutboxMessage.not_before <= work.now,
            Workspace.status == WorkspaceStatus.ACTIVE,
            ~held_up,
        )
        return self._leased(work, statement, limit, OutboxState.SENDING)

    def _uncertain(self, work: SystemWork, limit: int) -> list[Outgoing]:
        _expire(work)
        statement = _with_recipient().where(
            OutboxMessage.state == OutboxState.UNCERTAIN,
            or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= work.now),
            Workspace.status == WorkspaceStatus.ACTIVE,
        )
        return self._leased(work, statement, limit, OutboxState.UNCERTAIN)

    def _leased(
        self,
        work: SystemWork,
        statement: Select[OutboxMessage, Person, Workspace],
        limit: int,
        state: OutboxState,
    ) -> list[Outgoing]:
        rows = work.session.execute(
            statement.order_by(OutboxMessage.seq)
            .limit(limit)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        ).all()
        for row, _, _ in rows:
            row.state, row.lease_owner, row.lease_until = state, self._owner, work.now + self._lease
        return [_outgoing(row, person, workspace) for row, person, workspace in rows]

    async def _end(self, seq: int, state: OutboxState, error: str | None) -> bool:
        def end(_: SystemWork, row: OutboxMessage) -> None:
            row.state, row.error = state, error[:200] if error else None

        return await self._change(seq, end)

    async def _change(self, seq: int, change: Change) -> bool:
        def call(work: SystemWork) -> bool:
            row = work.session.scalar(
                select(OutboxMessage)
                .where(
                    OutboxMessage.seq == seq,
                    OutboxMessage.state.in_(ON_THE_WAY),
                    or_(OutboxMessage.lease_owner.is_(None), OutboxMessage.lease_owner == self._owner),
                )
                .with_for_update()
            )
            if row is None:
                return False
            change(work, row)
            row.lease_owner = row.lease_until = None
            return True

        return await self._database.run_system(call)


def _expire(work: SystemWork) -> None:
    """What was being sent when its lease ended is uncertain; what is too late to be useful is cancelled."""
    work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.lease_until <= work.now)
        .values(state=OutboxState.UNCERTAIN, lease_owner=None, lease_until=None, error="lease_expired")
    )
    work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.READY, OutboxMessage.not_after < work.now)
        .values(state=OutboxState.CANCELLED, error=TOO_LATE)
    )


def _with_recipient() -> Select[OutboxMessage, Person, Workspace]:
    return (
        select(OutboxMessage, Person, Workspace)
        .join(Person, Person.id == OutboxMessage.person_id)
        .join(Workspace, Workspace.id == OutboxMessage.workspace_id)
    )


def _outgoing(row: OutboxMessage, person: Person, workspace: Workspace) -> Outgoing:
    return Outgoing(
        seq=row.seq,
        key=sha256(f"{row.workspace_id}|{row.dedupe}".encode()).hexdigest()[:32],
        dedupe=row.dedupe,
        workspace_id=row.workspace_id,
        person_id=row.person_id,
        platform=workspace.platform,
        workspace=workspace.external_id,
        person=person.external_id,
        conversation=person.conversation,
        intent=row.intent,
        args=json.loads(row.args),
        updates=tuple(json.loads(row.updates)) if row.updates else None,
        paced=row.paced,
        attempts=row.attempts,
        error=row.error,
        not_before=row.not_before,
        not_after=row.not_after,
        created_at=row.created_at,
    )
