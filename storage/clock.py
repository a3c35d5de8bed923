"""Time, as something that is passed in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

Elapsed = Callable[[], float]
"""Seconds since some fixed instant, for measuring how long something lasts: nobody can set it."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class WatchedClock:
    """A clock that remembers the latest instant it told, to whomever: what was planned by it may lie that far ahead."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest: datetime | None = None

    def now(self) -> datetime:
        now = self._clock.now()
        self.saw(now)
        return now

    def saw(self, instant: datetime) -> None:
        """Somebody else was told this instant, before this process began."""
        self._latest = instant if self._latest is None else max(self._latest, instant)

    def set_back(self) -> timedelta:
        """By how much it has gone back since it told the latest instant, which it then forgets; zero or more."""
        now = self._clock.now()
        latest, self._latest = self._latest, now
        return max((latest or now) - now, timedelta(0))


def elapsed() -> float:
    """An `Elapsed` that counts the time while the machine sleeps, where the system can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
