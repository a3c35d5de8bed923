"""What nobody needs any more is deleted, in small steps, once an hour by one process of many.

An event that was handled is kept for longer than platforms re-deliver it. A message that is over is kept for longer than
the pace of coaching looks back, and some for good: a key of its own says that something has been said once, and its
receipt is how a text that was taken back is found. A key that is numbered under a cause ("…#1") lives only as long as
that cause can come again: an event while its inbox row is there, a due item at one instant. `passing` names the kinds whose
keys stand for a day or a week that has gone. Who named whom as the one they ask is gone after `KEPT`.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, Delete, delete, func, literal, or_, select, tuple_, update

from storage.aging import Aging, Gone, record
from storage.claims import in_state
from storage.database import Database
from storage.mixing import mix, vacuum
from storage.models import (
    Base,
    InboxEvent,
    InboxState,
    Lane,
    Nomination,
    OutboxMessage,
    OutboxState,
    Project,
    Upkeep,
    UsageDay,
    UsageEvent,
    Workspace,
    WorkspaceStatus,
)
from storage.repositories.base import insert_new
from storage.repositories.champions import KEPT
from storage.repositories.usage import EVENTS_KNOWN, USAGE_KEPT
from storage.work import SystemWork

TASK = "hourly"
HOUR = timedelta(hours=1)

BATCH = 1000
"""Rows in one transaction, so that nothing else waits for long."""

Looked = tuple[datetime, int]
"""How far messages have been looked at: when the last one was planned, and its number."""

START: Looked = (datetime(1970, 1, 1, tzinfo=UTC), 0)

OVER = (OutboxState.SENT, OutboxState.SUPERSEDED, OutboxState.CANCELLED)
"""What is purged; what failed stays until somebody has looked at it."""


@dataclass(frozen=True)
class Purged:
    """How many rows went, and how many are left in each state, as (table, state)."""

    events: int
    messages: int
    lanes: int
    left: dict[tuple[str, str], int]
    gone: tuple[Gone, ...] = ()
    """What was written down, by kind."""

    unvacuumed: int = 0
    """Tables of what was said without a name that our role may not vacuum, where there was something to vacuum."""


class Purge:
    """`inbox_keep` and `outbox_keep`: how long after it was over a row stays. `aging` sees to what else has its time."""

    def __init__(
        self,
        database: Database,
        inbox_keep: timedelta,
        outbox_keep: timedelta,
        passing: Collection[str],
        aging: Aging | None = None,
    ) -> None:
        self._database, self._passing, self._aging = database, passing, aging
        self._inbox_keep, self._outbox_keep = inbox_keep, outbox_keep

    async def run(self) -> Purged | None:
        """Do the hour's upkeep; None if a process has begun it less than an hour ago."""
        if not await self._database.run_system(_begin):
            return None
        return await self.carry_out()

    async def carry_out(self) -> Purged:
        """Do it now, whenever it was done last; what went is written down."""
        now = self._database.clock.now()
        events = messages = 0
        while gone := await self._database.run_system(self._events):
            events += gone
            await asyncio.sleep(0)
        looked: Looked | None = START
        while looked:
            gone, looked = await self._database.run_system(partial(self._messages, looked=looked))
            messages += gone
        days = await self._database.run_system(_usage)
        lanes = await self._database.run_system(_lanes)
        named = await self._database.run_system(_nominations)
        went = (
            Gone("inbox", events, now - self._inbox_keep),
            Gone("outbox", messages, now - self._outbox_keep),
            Gone("usage_days", days, now - USAGE_KEPT),
            Gone("nominations", named, now - KEPT),
            *(await self._aging.run() if self._aging else ()),
        )
        await self._database.run_system(partial(record, done=went))
        mixed = await self._database.run_system(mix)
        unvacuumed = await asyncio.to_thread(vacuum, self._database.engine) if mixed else 0
        return Purged(events, messages, lanes, await self._database.read_system(_left), went, unvacuumed)

    async def would_go(self) -> list[Gone]:
        """What `carry_out` would delete now."""
        return [
            *await self._database.read_system(self._counted),
            *(await self._aging.would_go() if self._aging else ()),
        ]

    def _counted(self, work: SystemWork) -> list[Gone]:
        def count(model: type[Base], *over: ColumnElement[bool]) -> int:
            return work.session.scalar(select(func.count()).select_from(model).where(*over)) or 0

        events, messages = work.now - self._inbox_keep, work.now - self._outbox_keep
        days, named = work.now - USAGE_KEPT, work.now - KEPT
        forgotten = in_state(*OVER), OutboxMessage.created_at < messages, self._forgettable(work)
        return [
            Gone("inbox", count(InboxEvent, _handled(), InboxEvent.done_at < events), events),
            Gone("outbox", count(OutboxMessage, *forgotten), messages),
            Gone("usage_days", count(UsageDay, UsageDay.day < days.date()), days),
            Gone("nominations", count(Nomination, Nomination.created_at <= named), named),
        ]

    def _events(self, work: SystemWork) -> int:
        oldest = (
            select(InboxEvent.seq)
            .where(_handled(), InboxEvent.done_at < work.now - self._inbox_keep)
            .order_by(InboxEvent.done_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        return _delete(work, InboxEvent, list(work.session.scalars(oldest)))

    def _messages(self, work: SystemWork, looked: Looked) -> tuple[int, Looked | None]:
        """Look at some of the oldest after those `looked` at; how many went, and how far that was; None at the end."""
        rows = work.session.execute(
            select(OutboxMessage.created_at, OutboxMessage.seq, self._forgettable(work))
            .where(
                in_state(*OVER),
                OutboxMessage.created_at < work.now - self._outbox_keep,
                tuple_(OutboxMessage.created_at, OutboxMessage.seq) > looked,
            )
            .order_by(OutboxMessage.created_at, OutboxMessage.seq)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        gone = _delete(work, OutboxMessage, [seq for _, seq, forgettable in rows if forgettable])
        return gone, (rows[-1][0], rows[-1][1]) if rows else None

    def _forgettable(self, work: SystemWork) -> ColumnElement[bool]:
        """Whether the key may be forgotten with the row; a message that was to leave later is not over so early."""
        return (OutboxMessage.not_before < work.now - self._outbox_keep) & or_(
            OutboxMessage.dedupe.contains("#"), OutboxMessage.intent.in_(self._passing)
        )


def _begin(work: SystemWork) -> bool:
    row = {"task": TASK, "begun_at": work.now}
    if insert_new(work.session, Upkeep, [row], key=[Upkeep.task], returning=[Upkeep.task]):
        return True
    begun = work.session.execute(
        update(Upkeep)
        .where(
            Upkeep.task == TASK,
            or_(Upkeep.begun_at <= work.now - HOUR, Upkeep.begun_at > work.now + HOUR),
        )
        .values(begun_at=work.now)
        .returning(Upkeep.task)
    )
    return begun.first() is not None


def _handled() -> ColumnElement[bool]:
    """Handled events, with the state as a literal so that their partial index is found."""
    return InboxEvent.state == literal(InboxState.DONE, InboxEvent.state.type, literal_execute=True)


def _delete(work: SystemWork, model: type[InboxEvent] | type[OutboxMessage], seqs: list[int]) -> int:
    if seqs:
        work.session.execute(
            delete(model).where(model.seq.in_(seqs)).execution_options(synchronize_session=False)
        )
    return len(seqs)


def _usage(work: SystemWork) -> int:
    """Days of use, by project so that their index is found, and the events that were known; how many days.

    A day's worth at a time.
    """
    today, days = work.now.date(), 0
    for project_id in list(work.session.scalars(select(Project.id))):
        days += _rows(
            work, delete(UsageDay).where(UsageDay.project_id == project_id, UsageDay.day < today - USAGE_KEPT)
        )
    work.session.execute(
        delete(UsageEvent)
        .where(UsageEvent.taken_on < today - EVENTS_KNOWN)
        .execution_options(synchronize_session=False)
    )
    return days


def _lanes(work: SystemWork) -> int:
    """What held the sends to workspaces back that have uninstalled the app."""
    gone = select(Workspace.id).where(Workspace.status == WorkspaceStatus.UNINSTALLED)
    deleted = work.session.execute(
        delete(Lane)
        .where(Lane.workspace_id.in_(gone))
        .returning(Lane.workspace_id)
        .execution_options(synchronize_session=False)
    )
    return len(deleted.all())


def _nominations(work: SystemWork) -> int:
    return _rows(work, delete(Nomination).where(Nomination.created_at <= work.now - KEPT))


def _rows(work: SystemWork, statement: Delete) -> int:
    """Carry it out; how many rows went."""
    found = work.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[object]", found).rowcount


def _left(work: SystemWork) -> dict[tuple[str, str], int]:
    counted: dict[tuple[str, str], int] = {}
    for table, state in (("inbox", InboxEvent.state), ("outbox", OutboxMessage.state)):
        for value, rows in work.session.execute(select(state, func.count()).group_by(state)):
            counted[table, value.value] = rows
    return counted
