"""A clock that can be moved forward, stopping at everything that becomes due on the way."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from storage.clock import Clock

MORNING = time(9, 30)
"""When a playground morning starts: what is planned for the start of the working day has arrived by then."""

ZONE = "Europe/Paris"


class ClockStore(Protocol):
    """Where the clock's lead is kept (`bot.platforms.playground.store.Conversations`)."""

    async def ahead(self) -> int | None:
        """Seconds ahead of the machine; None before it was ever set."""

    async def set_ahead(self, seconds: int) -> None:
        """Keep the seconds."""


class Schedule(Protocol):
    """What happens as time passes."""

    async def next_due(self, now: datetime) -> datetime | None:
        """The first instant after `now` at which something becomes due or may be sent; None if nothing is planned."""

    async def run_due(self) -> None:
        """Do whatever is due, and return once it was sent."""


def working_morning(now: datetime, zone: str = ZONE) -> datetime:
    """The first instant after `now`, in UTC, that is `MORNING` of a working day in France."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    while day.weekday() >= 5 or day in _holidays():
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)


@cache
def _holidays() -> HolidayBase:
    return country_holidays("FR")


class ClockStands(Exception):
    """Beside a real platform the clock is the machine's: moving it would move the messages of real people."""


class PlaygroundClock:
    """`storage.clock.Clock`, ahead of `system` by whole seconds, never backwards."""

    def __init__(self, system: Clock, *, movable: bool = True) -> None:
        self._system, self._movable = system, movable
        self._ahead = timedelta(0)
        self._store: ClockStore | None = None
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        """The playground's present instant, aware, in UTC."""
        return self._system.now() + self._ahead

    async def start(self, store: ClockStore, *, at_work: bool = False) -> None:
        """Take up the kept lead; where there is none and `at_work`, begin on a working morning."""
        if not self._movable:
            return
        self._store = store
        kept = await store.ahead()
        if kept is not None:
            self._ahead = max(self._ahead, timedelta(seconds=kept))
        elif at_work:
            await self._jump(working_morning(self.now()))

    async def move(self, target: datetime, schedule: Schedule) -> datetime:
        """Go forward to `target` by way of every due moment before it, each run at its own time; the time reached.

        A target in the past runs what is due and moves nothing. Moves asked for at once follow one another. Every stop is a
        second later at least, so each move ends.

        Raises:
            ClockStands: it was made not to be moved.
        """
        if not self._movable:
            raise ClockStands
        async with self._moving:
            await schedule.run_due()
            while (due := await schedule.next_due(self.now())) and due <= target:
                await self._jump(due)
                await schedule.run_due()
            await self._jump(target)
            await schedule.run_due()
        return self.now()

    async def _jump(self, target: datetime) -> None:
        missing = target - self.now()
        if missing <= timedelta(0):
            return
        whole = timedelta(days=missing.days, seconds=missing.seconds + bool(missing.microseconds))
        self._ahead += whole
        if self._store:
            await self._store.set_ahead(int(self._ahead.total_seconds()))
