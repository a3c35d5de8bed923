"""The lane of a workspace: what holds its sends back. It outlives restarts, and other workspaces go on.

A lane is closed for a time when the platform asks to slow down, refuses the installation, or fails again and again.
After failures it opens for one message at a time, until one arrives.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from storage.budget import Budget, Rates
from storage.database import Database
from storage.models import Lane, Workspace
from storage.repositories.base import insert_new
from storage.work import SystemWork

LONGEST = timedelta(hours=1)
"""How long a lane may be closed: then it is tried again, whatever was said; a clock that was set back holds nothing up."""

FAILURES = 5
"""Failures in a row after which a lane is closed."""

UNAVAILABLE, PROBING, RATE_LIMITED = "unavailable", "probing", "rate_limited"
"""Why a lane is closed. After failures the first answer opens it again; a wish to slow down holds for its time."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)


def pause(failures: int) -> timedelta:
    """How long a lane rests after so many failures in a row."""
    if failures < FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FAILURES, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


class Lanes:
    """What a sender tells of the lanes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def close(self, workspace_id: str, seconds: float, why: str) -> None:
        """Send nothing to this workspace for that long; no message is at fault."""

        def closed(work: SystemWork) -> None:
            if lane := locked(work, workspace_id):
                close(lane, work.now, timedelta(seconds=seconds), why)

        await self._database.run_system(closed)

    async def failed(self, workspace_id: str, in_a_row: int) -> bool:
        """A call, as the latest of so many, found the platform down or got no answer; whether the lane is closed.

        What was under way when the lane closed fails with the others, and tells nothing new: one incident closes it once.
        """

        def failed(work: SystemWork) -> bool:
            lane = locked(work, workspace_id)
            if lane is None:
                return False
            if not pause(lane.failures):
                lane.failures = min(in_a_row, FAILURES)
            elif lane.closed_for == PROBING or not is_closed(lane, work.now):
                lane.failures += 1
            else:
                return True
            rest = pause(lane.failures)
            if rest:
                close(lane, work.now, rest, UNAVAILABLE)
            return bool(rest)

        return await self._database.run_system(failed)

    async def works(self, workspace_id: str) -> None:
        """The platform answered after it had failed: the lane is open again, unless it asked to slow down since."""

        def works(work: SystemWork) -> None:
            if lane := locked(work, workspace_id):
                reopen(lane)

        await self._database.run_system(works)


def lanes_of(work: SystemWork, workspaces: list[str]) -> dict[str, Lane]:
    """The lanes of these workspaces, made where there is none yet."""
    known = select(Lane).where(Lane.workspace_id.in_(workspaces))
    lanes = {lane.workspace_id: lane for lane in work.session.scalars(known)}
    missing = sorted(set(workspaces) - lanes.keys())
    if missing:
        rows = [{"workspace_id": workspace_id} for workspace_id in missing]
        insert_new(work.session, Lane, rows, key=[Lane.workspace_id], returning=[Lane.workspace_id])
        lanes = {lane.workspace_id: lane for lane in work.session.scalars(known)}
    return lanes


def locked(work: SystemWork, workspace_id: str, *, skip: bool = False) -> Lane | None:
    """The lane, for this transaction alone; None if another one has it and `skip`, or if it is not made yet."""
    return work.session.scalar(
        select(Lane)
        .where(Lane.workspace_id == workspace_id)
        .with_for_update(skip_locked=skip)
        .execution_options(populate_existing=True)
    )


def is_closed(lane: Lane, now: datetime) -> bool:
    return lane.closed_until is not None and now < lane.closed_until <= now + LONGEST


def open_or_unknown(now: datetime) -> ColumnElement[bool]:
    """Whether the lane, joined by an outer join, is not closed."""
    return or_(Lane.closed_until.is_(None), Lane.closed_until <= now, Lane.closed_until > now + LONGEST)


def reopen(lane: Lane) -> None:
    """The platform answers, and takes us."""
    lane.failures = 0
    if lane.closed_for != RATE_LIMITED:
        lane.closed_until, lane.closed_for = None, None


def close(lane: Lane, now: datetime, rest: timedelta, why: str) -> None:
    """Send nothing for that long; what was to open later stays so."""
    until = now + min(rest, LONGEST)
    if not is_closed(lane, now) or lane.closed_until is None or lane.closed_until < until:
        lane.closed_until, lane.closed_for = until, why


def budget_of(lane: Lane, platform: str, rates: Mapping[str, Rates]) -> Budget:
    return Budget(rates.get(platform, {}), lane.budget)


def next_opening(
    work: SystemWork, workspaces: list[str], now: datetime, rates: Mapping[str, Rates]
) -> datetime | None:
    """The first instant after `now` at which one of these workspaces may be sent more than now."""
    instants = []
    for lane, platform in work.session.execute(
        select(Lane, Workspace.platform)
        .join(Workspace, Workspace.id == Lane.workspace_id)
        .where(Lane.workspace_id.in_(workspaces))
    ):
        if lane.closed_until is not None and is_closed(lane, now):
            instants.append(lane.closed_until)
        elif seconds := budget_of(lane, platform, rates).next_at(now.timestamp()):
            instants.append(datetime.fromtimestamp(seconds, UTC))
    return min((instant for instant in instants if instant > now), default=None)
