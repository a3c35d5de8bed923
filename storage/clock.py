"""Time, as something that is passed in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
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


def elapsed() -> float:
    """An `Elapsed` that counts the time while the machine sleeps, where the system can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
