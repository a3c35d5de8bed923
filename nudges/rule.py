"""When one person is coached in one project: their own local rule, kept as text beside the next due instant."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Self

from nudges.schedule import ENDS, STARTS, WORKDAYS, fitting, fitting_on, local_date, zone

EARLIEST, LATEST = STARTS, time(17)
"""Local times between which a cue is written at; the hour after the latest is left for a slow tick."""

USEFUL = timedelta(hours=2)
"""How long after its moment a message still makes sense."""

SLOWEST = 8
"""Weeks between two messages at the very least often."""


@dataclass(frozen=True)
class Rule:
    """At which local time, on which ISO weekdays, and every how many weeks at most (1, 2, 4 or 8)."""

    at: time = time(9, 15)
    days: str = WORKDAYS
    weeks: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` made; the usual rule from an empty text.

        Raises:
            ValueError: the text is something else.
        """
        if not text:
            return cls()
        at, days, weeks = text.split()
        return cls(time.fromisoformat(at), days, int(weeks))

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.days} {self.weeks}"

    @property
    def slower(self) -> Self:
        """Half as often."""
        return replace(self, weeks=min(self.weeks * 2, SLOWEST))

    def next(self, now: datetime, timezone: str) -> datetime:
        """The first moment of the rule from `now` on, in UTC."""
        return fitting(now, timezone, at=self._moment, days=self.days)

    def on(self, day: date, timezone: str) -> datetime:
        """The first moment of the rule on or after the local `day`, in UTC."""
        return fitting_on(day, timezone, at=self._moment, days=self.days)

    def is_now(self, now: datetime, timezone: str) -> bool:
        """Whether the moment of the rule is now, or so lately that it still makes sense."""
        latest = fitting_on(local_date(now, timezone), timezone, at=self._moment, days=self.days)
        local = now.astimezone(zone(timezone))
        return latest <= now <= latest + USEFUL and local.time() <= ENDS

    @property
    def _moment(self) -> time:
        return min(max(self.at, EARLIEST), LATEST)
