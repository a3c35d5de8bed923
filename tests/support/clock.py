"""Time that stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class FixedClock:
    """A `storage.clock.Clock`, and with `elapsed` a `storage.clock.Elapsed`."""

    def __init__(self, at: datetime = TUESDAY) -> None:
        self._at, self._elapsed = at, 0.0

    def now(self) -> datetime:
        return self._at

    def elapsed(self) -> float:
        return self._elapsed

    def advance(self, by: timedelta) -> None:
        """Time passes."""
        self._at += by
        self._elapsed += by.total_seconds()

    def set(self, by: timedelta) -> None:
        """Somebody sets the clock forward or back; no time passes."""
        self._at += by
