"""Messages on their way out: claimed in each person's order, sent by nobody twice.

A claimed row is SENDING under a lease. If its process dies, nobody knows whether the message left: the row becomes
UNCERTAIN and is looked up before anything is resent. While a person has such a row, their later messages wait.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, or_, select, update

from storage import receipts
from storage.agenda import next_due
from storage.budget import Budget, Rates
from storage.claims import (
    Due,
    Outgoing,
    cancel_too_late,
    claims_under_way,
    heads,
    in_state,
    is_served,
    make_uncertain,
    outgoing,
    seek,
    take,
    with_recipient,
    workspaces_with_due,
)
from storage.clock import Elapsed, elapsed
from storage.database import Database
from storage.grouped import GroupCommit
from storage.lanes import (
    FIRST_PAUSE,
    PROBING,
    Lanes,
    budget_of,
    close,
    is_closed,
    lanes_of,
    locked,
    next_opening,
    open_or_unknown,
    pause,
)
from storage.models import Lane, OutboxMessage, OutboxState, Person, WorkspaceStatus
from storage.receipts import Arrived
from storage.repositories.outbox import ON_THE_WAY, UNREACHABLE
from storage.work import SystemWork, Work

__all__ = ["Outbox", "Outgoing"]

LEASE_SECONDS = 300.0
SETTLE_SECONDS = 30.0
SHARE = 8
"""Messages that a workspace may send before another one's turn."""

Change = Callable[[SystemWork, OutboxMessage], None]
"""What is done to a message that did not arrive."""


class Outbox:
    """The messages of every workspace, as the worker `owner` sees them.

    `rates`: what each platform allows a workspace, by kind: `call` (any), `send`, `open` (a first contact), `update`,
    `look_up`, and `conversation` (sends to one person).
    `settle_seconds`: how long a request without an answer may still be carried out; it is not looked up before.
    What `mark_…` and `retry` do holds only while this worker, or nobody, has the row; they say whether it did.
    """

    def __init__(
        self,
        database: Database,
        owner: str,
        lease_seconds: float = LEASE_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
        rates: Mapping[str, Rates] | None = None,
        elapsed: Elapsed = elapsed,
    ) -> None:
        self._database, self._owner = database, owner
        self._lease, self._settle = timedelta(seconds=lease_seconds), timedelta(seconds=settle_seconds)
        self._rates = rates or {}
        self.lanes = Lanes(database)
        self._elapsed = elapsed
        self._changes = GroupCommit(database, self._carry_out)
        self._under_way: dict[tuple[str | None, datetime | None], float] = {}
        """When each claim that is being sent was first seen, in elapsed time."""
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

    def holds(self, claimed: Outgoing) -> bool:
        """Whether a message of this worker's may still leave: early enough to have settled when the lease ends."""
        return self._elapsed() < claimed.leave_by

    async def recover(self) -> None:
        """Make uncertain what a killed process was sending. At the start, if no other process is there (SQLite)."""

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

        with self._database.alone() as alone:
            if alone:
                await self._database.run_system(take_over)

    async def release(self, begun: Collection[int]) -> None:
        """Give up what this worker holds: uncertain where sending has `begun` (by seq), else as it was before the claim."""
        await self._changes.close()
        mine = update(OutboxMessage).where(in_state(*ON_THE_WAY), OutboxMessage.lease_owner == self._owner)

        def release(work: SystemWork) -> None:
            sending = mine.where(in_state(OutboxState.SENDING))
            for rows, state, confirm_at in (
                (sending.where(OutboxMessage.seq.in_(begun)), OutboxState.UNCERTAIN, work.now + self._settle),
                (sending, OutboxState.READY, None),
                (mine.where(in_state(OutboxState.UNCERTAIN)), OutboxState.UNCERTAIN, work.now),
            ):
                work.session.execute(
                    rows.values(state=state, confirm_at=confirm_at, lease_owner=None, lease_until=None)
                )

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
            work.session.execute(
                update(OutboxMessage)
                .where(
                    in_state(OutboxState.UNCERTAIN),
                    OutboxMessage.confirm_at > work.now + max(self._lease, self._settle),
                )
                .values(confirm_at=work.now + self._settle)
            )
            work.session.execute(update(Lane).where(Lane.closed_until > work.now).values(closed_until=None))

        await self._database.run_system(shorten)

    async def next_due(self, now: datetime, workspace_id: str | None = None) -> datetime | None:
        """The first instant after `now` at which a message may be sent or an agenda item is due, anywhere if None."""

        def first(work: SystemWork) -> datetime | None:
            due = workspaces_with_due(work)
            lanes = [waiting for waiting in due if workspace_id in {None, waiting}]
            found = (
                next_due(work, now, workspace_id),
                next_opening(work, lanes, now, self._rates) if lanes else None,
            )
            return min((instant for instant in found if instant is not None), default=None)

        return await self._database.read_system(first)

    # ---------------------------------------------------------------- what became of it

    async def mark_sent(self, seq: int, message: str, conversation: str) -> bool:
        """It arrived; `message` and `conversation` are the receipt, and the person's conversation is remembered."""

        return await self._changes.put((seq, Arrived(message, conversation)))

    async def retry(self, seq: int, not_before: datetime, error: str, *, counts: bool = True) -> bool:
        """It did not leave: try again, not before that. Counted as a try of its own, unless the lane was at fault."""

        def again(_work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.not_before, row.error = OutboxState.READY, not_before, error[:200]
            row.attempts += counts

        return await self._change(seq, again)

    async def repeat(self, seq: int) -> bool:
        """Nobody can tell whether it arrived: send it once more."""

        def once_more(work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.not_before, row.repeated = OutboxState.READY, work.now, True
            row.attempts += 1

        return await self._change(seq, once_more)

    async def hold(self, seq: int, not_before: datetime) -> bool:
        """It may not leave now, which is no failure: it waits, holding up nothing of the same person."""

        def held(_work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.not_before = OutboxState.READY, not_before
            row.attempts, row.tried_at = 0, None

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
        """It may have left: to be looked up once it has settled."""

        def uncertain(work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.error = OutboxState.UNCERTAIN, error[:200]
            row.confirm_at = work.now + self._settle

        return await self._change(seq, uncertain)

    async def look_up_later(self, seq: int, seconds: float) -> None:
        """The platform wants to be asked less often what became of messages."""

        def later(work: SystemWork, row: OutboxMessage) -> None:
            row.confirm_at = work.now + timedelta(seconds=seconds)

        await self._change(seq, later)

    async def mark_unreachable(self, workspace_id: str, person_id: str, reason: str) -> None:
        """This person cannot be written to; what was still to be sent is cancelled. Nothing once erased."""

        def unreachable(work: Work) -> None:
            if not work.people.some([person_id]):
                return
            work.people.mark_unreachable(person_id, reason)
            work.outbox.cancel(person_id, reason=UNREACHABLE)

        await self._database.run(workspace_id, unreachable)

    # ---------------------------------------------------------------- inside

    def _expire(self, work: SystemWork) -> None:
        """A claim is over once this worker has seen it for the time of a lease; nobody's wall clock is believed."""
        now = self._elapsed()
        seen = {claim: self._under_way.get(claim, now) for claim in claims_under_way(work)}
        for claim in [claim for claim, since in seen.items() if now - since >= self._lease.total_seconds()]:
            make_uncertain(work, *claim)
            del seen[claim]
        self._under_way = seen
        cancel_too_late(work)

    def _claim(self, work: SystemWork, limit: int) -> list[Outgoing]:
        leave_by = self._elapsed() + (self._lease - self._settle).total_seconds()
        self._expire(work)
        due = workspaces_with_due(work)
        share = max(SHARE, limit // max(len(due), 1))
        claimed: list[Outgoing] = []
        lanes = lanes_of(work, due) if due else {}
        for workspace_id in sorted(due, key=lambda workspace_id: workspace_id <= self._last_served):
            if len(claimed) >= limit:
                break
            if not is_closed(lanes[workspace_id], work.now):
                claimed += self._claim_lane(work, workspace_id, min(share, limit - len(claimed)), leave_by)
                self._last_served = workspace_id
        return claimed

    def _claim_lane(self, work: SystemWork, workspace_id: str, limit: int, leave_by: float) -> list[Outgoing]:
        lane = locked(work, workspace_id, skip=True)
        if lane is None or is_closed(lane, work.now):
            return []
        place = work.workspaces.get(workspace_id)
        mistaken = place.status is WorkspaceStatus.MISCONFIGURED
        probing, platform = bool(pause(lane.failures)) or mistaken, place.platform
        budget, now = budget_of(lane, platform, self._rates), work.now.timestamp()
        claimed = []
        for row in heads(work, workspace_id, limit, *_affordable(budget, now)):
            if budget.take(now, *_costs(row)):
                probe = lane.failures > 0 or mistaken
                claimed.append(outgoing(row, tried_at=work.now, probe=probe, leave_by=leave_by))
                if probing:
                    close(lane, work.now, pause(lane.failures) or FIRST_PAUSE, PROBING)
                    break
        if claimed:
            take(work, [message.seq for message in claimed], self._owner, work.now + self._lease)
        lane.budget = budget.dumps(now)
        return claimed

    def _uncertain(self, work: SystemWork, limit: int) -> list[Outgoing]:
        self._expire(work)
        rows = work.session.execute(
            with_recipient()
            .outerjoin(Lane, Lane.workspace_id == OutboxMessage.workspace_id)
            .where(
                in_state(OutboxState.UNCERTAIN),
                OutboxMessage.confirm_at <= work.now,
                is_served(),
                open_or_unknown(work.now),
            )
            .order_by(OutboxMessage.seq)
            .limit(limit)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        ).all()
        found = [outgoing(row) for row in rows if self._may_look_up(work, row)]
        if found:
            seek(work, [message.seq for message in found], self._owner, work.now + self._lease)
        return found

    def _may_look_up(self, work: SystemWork, row: Due) -> bool:
        if row.platform in self._rates:
            lane = locked(work, row.workspace_id, skip=True)
            if lane is None:
                return False
            budget, now = budget_of(lane, row.platform, self._rates), work.now.timestamp()
            if not budget.take(now, "call", "look_up"):
                return False
            lane.budget = budget.dumps(now)
        return True

    async def _end(self, seq: int, state: OutboxState, error: str | None) -> bool:
        def end(_work: SystemWork, row: OutboxMessage) -> None:
            row.state, row.error = state, error[:200] if error else None

        return await self._change(seq, end)

    async def _change(self, seq: int, change: Change) -> bool:
        return await self._changes.put((seq, change))

    def _carry_out(self, work: SystemWork, changes: list[tuple[int, Arrived | Change]]) -> list[bool]:
        mine = or_(OutboxMessage.lease_owner.is_(None), OutboxMessage.lease_owner == self._owner)
        held = and_(in_state(*ON_THE_WAY), mine)
        arrived = {seq: change for seq, change in changes if isinstance(change, Arrived)}
        changed = receipts.record(work, arrived, held) if arrived else set()
        others = {seq: change for seq, change in changes if not isinstance(change, Arrived)}
        if others:
            changed |= self._change_each(work, others, held)
        return [seq in changed for seq, _ in changes]

    @staticmethod
    def _change_each(work: SystemWork, changes: Mapping[int, Change], held: ColumnElement[bool]) -> set[int]:
        rows = work.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.seq.in_(changes), held)
            .order_by(OutboxMessage.seq)
            .with_for_update()
        ).all()
        for row in rows:
            changes[row.seq](work, row)
            row.lease_owner = row.lease_until = None
        return {row.seq for row in rows}


def _costs(row: Due) -> tuple[str, ...]:
    """What sending this uses up."""
    if row.updates is not None:
        return ("call", "update")
    here = f"conversation:{row.person_id}"
    return ("call", "send", here) if row.conversation is not None else ("call", "send", "open", here)


def _affordable(budget: Budget, now: float) -> list[ColumnElement[bool]]:
    """Which messages may leave while something is used up, so that they do not wait behind those that may not."""
    if not budget.allows(now, "call"):
        return [false()]
    if not budget.allows(now, "send"):
        return [OutboxMessage.updates.is_not(None)]
    if not budget.allows(now, "open"):
        return [or_(OutboxMessage.updates.is_not(None), Person.conversation.is_not(None))]
    return []
