"""When one person is coached in one project: their own local rule, kept as text beside the next due instant."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Self

from nudges.calendar import WorkWeek
from nudges.schedule import WORKDAYS, local_date

USEFUL = timedelta(hours=2)
"""How long after its moment a message still makes sense."""


@dataclass(frozen=True)
class Rule:
    """At which local time, and on which ISO weekdays."""

    at: time = time(9, 15)
    days: str = WORKDAYS

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> Self:
        """What `str` made; the usual rule from an empty text.

        Raises:
            ValueError: the text is something else.
        """
        if not text:
            return cls()
        at, days = text.split()
        return cls(time.fromisoformat(at), days)

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.days}"

    def next(self, now: datetime, week: WorkWeek) -> datetime:
        """The first moment of the rule from `now` on, in UTC."""
        return week.first_open(now, at=self.moment(week), days=self.days)

    def on(self, day: date, week: WorkWeek) -> datetime:
        """The first moment of the rule on or after the local `day`, in UTC."""
        return _first_on(self, day, week)

    def is_now(self, now: datetime, week: WorkWeek) -> bool:
        """Whether the moment of the rule is now, or so lately that it still makes sense."""
        latest = self.on(local_date(now, week.timezone), week)
        return latest <= now <= latest + USEFUL and week.is_open(now)

    def moment(self, week: WorkWeek) -> time:
        """The local time that is used, inside the working hours."""
        return min(max(self.at, week.starts), week.latest)


@lru_cache(maxsize=4096)
def _first_on(rule: Rule, day: date, week: WorkWeek) -> datetime:
    """Thousands of people share a rule, a zone and a date."""
    return week.first_open_on(day, at=rule.moment(week), days=rule.days)
