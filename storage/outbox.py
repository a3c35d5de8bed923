"""Messages on their way out: claimed in each person's order, sent by nobody twice.

A claimed row is SENDING under a lease. If its process dies, nobody knows whether the message left: the row becomes
UNCERTAIN and is looked up before anything is resent. While a person has such a row, their later messages wait.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from storage.agenda import next_due
from storage.claims import (
    ON_THE_WAY,
    Outgoing,
    Recipient,
    expire,
    heads,
    in_state,
    outgoing,
    with_recipient,
    workspaces_with_due,
)
from storage.database import Database
from storage.models import OutboxMessage, OutboxState, Person, Workspace, WorkspaceStatus
from storage.work import SystemWork, Work

__all__ = ["Outbox", "Outgoing"]

LEASE_SECONDS = 300.0
SETTLE_SECONDS = 15.0
SHARE = 8
"""Messages that a workspace may send before another one's turn."""

Change = Callable[[SystemWork, OutboxMessage], None]


class Outbox:
    """The messages of every workspace, as the worker `owner` sees them.

    `settle_seconds`: how long a request without an answer may still be carried out; it is not looked up before.
    What `mark_…` and `retry` do holds only while this worker, or nobody, has the row; they say whether it did.
    """

    def __init__(
        self,
        database: Database,
        owner: str,
        lease_seconds: float = LEASE_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._database, self._owner = database, owner
        self._lease, self._settle = timedelta(seconds=lease_seconds), timedelta(seconds=settle_seconds)
        self._last_served = ""

    # ---------------------------------------------------------------- claiming

    async def claim(self, limit: int) -> list[Outgoing]:
        """At most one due message per person, of workspaces that are active, each in its turn; now SENDING.

        Which one of a person's messages is first: see `storage.claims.heads`.
        """
        return await self._database.run_system(lambda work: self._claim(work, limit))

    async def uncertain(self, limit: int) -> list[Outgoing]:
        """Messages that may or may not have arrived and have settled, to look up; the same again after the lease."""
        return await self._database.run_system(lambda work: self._uncertain(work, limit))

    async def recover(self) -> None:
        """Make uncertain what a killed process was sending. For the start, where this is the only process (SQLite)."""

        def take_over(work: SystemWork) -> None:
            work.session.execute(
                update(OutboxMessage)
                .where(in_state(*ON_THE_WAY))
                .values(
                    state=OutboxState.UNCERTAIN,
                    lease_owner=None,
                    lease_until=None,
                    confirm_at=work.now + self._settle,
                )
            )

        if self._database.single_process:
            await self._database.run_system(take_over)

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

    async def mark_failed(self, seq: int, error: str) -> bool:
        """It did not leave, and never will."""
        return await self._end(seq, OutboxState.FAILED, error)

    async def mark_superseded(self, seq: int) -> bool:
        """It no longer makes sense, and was not sent."""
        return await self._end(seq, OutboxState.SUPERSEDED, None)

    async def mark_uncertain(self, seq: int, error: str = "no_answer") -> bool:
        """It may have left: to be looked up once it has settled."""

        def uncertain(work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.error = OutboxState.UNCERTAIN, error[:200]
            row.confirm_at = work.now + self._settle

        return await self._change(seq, uncertain)

    async def mark_unreachable(self, workspace_id: str, person_id: str) -> None:
        """This person cannot be written to; what was still to be sent is cancelled."""

        def unreachable(work: Work) -> None:
            work.people.mark_unreachable(person_id)
            work.outbox.cancel(person_id)

        await self._database.run(workspace_id, unreachable)

    # ---------------------------------------------------------------- inside

    def _claim(self, work: SystemWork, limit: int) -> list[Outgoing]:
        expire(work)
        due = workspaces_with_due(work)
        share = max(SHARE, limit // max(len(due), 1))
        claimed: list[Recipient] = []
        for workspace_id in sorted(due, key=lambda workspace_id: workspace_id <= self._last_served):
            if len(claimed) >= limit:
                break
            claimed += heads(work, workspace_id, min(share, limit - len(claimed)))
            self._last_served = workspace_id
        for row, _, _ in claimed:
            row.state, row.tried_at = OutboxState.SENDING, row.tried_at or work.now
            row.lease_owner, row.lease_until = self._owner, work.now + self._lease
        return [outgoing(*recipient) for recipient in claimed]

    def _uncertain(self, work: SystemWork, limit: int) -> list[Outgoing]:
        expire(work)
        rows = work.session.execute(
            with_recipient()
            .where(
                in_state(OutboxState.UNCERTAIN),
                OutboxMessage.confirm_at <= work.now,
                Workspace.status == WorkspaceStatus.ACTIVE,
            )
            .order_by(OutboxMessage.seq)
            .limit(limit)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        ).all()
        for row, _, _ in rows:
            row.lease_owner, row.confirm_at = self._owner, work.now + self._lease
        return [outgoing(*row) for row in rows]

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
                    in_state(*ON_THE_WAY),
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
