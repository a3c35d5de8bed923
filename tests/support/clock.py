"""Time that stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class FixedClock:
    """A `storage.clock.Clock`."""

    def __init__(self, at: datetime = TUESDAY) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by
