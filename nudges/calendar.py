"""When a person works: their zone, their days and hours, the public holidays of their country, their leave. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from warnings import catch_warnings, simplefilter

from holidays import country_holidays

from nudges.schedule import ENDS, STARTS, WORKDAYS, beginning, closing, fitting, local_date, within

SLACK = timedelta(minutes=30)
"""What is left of a working day after the latest moment that anything is planned for: a tick may be slow."""

LOOK_AHEAD = 60
"""Holidays in a row, among the days asked for, after which a calendar counts as broken."""


@dataclass(frozen=True)
class WorkWeek:
    """ISO weekdays `days`, from `starts` to `ends` local time, but for the public holidays of `country`.

    `country` is an ISO 3166-1 code, or an ISO 3166-2 one for a part with holidays of its own (`FR`, `DE-BY`); None, or
    one that has no calendar, keeps no holidays. `away` are the person's absences, as first and last local day. Where days
    are asked for, those of them that are working days are meant.
    """

    timezone: str
    days: str = WORKDAYS
    starts: time = STARTS
    ends: time = ENDS
    country: str | None = None
    away: tuple[tuple[date, date], ...] = ()

    @property
    def latest(self) -> time:
        """The latest local time to plan anything for."""
        late = (datetime.combine(date.min, self.ends) - SLACK).time()
        return max(late, self.starts) if self.starts < self.ends else self.starts

    def is_open(self, instant: datetime) -> bool:
        """Whether the person works at `instant`. Raises UnknownZone."""
        return _is_open(self, instant)

    def is_away(self, instant: datetime) -> bool:
        """Whether the person is on leave at `instant`. Raises UnknownZone."""
        return self._last_day_away(local_date(instant, self.timezone)) is not None

    def first_open(self, now: datetime, *, at: time | None = None, days: str | None = None) -> datetime:
        """The first instant from `now` on, in UTC, at which the person works; with `at`, at that local time of a day.

        Raises:
            UnknownZone: there is no such zone.
            ValueError: there is no such instant.
        """
        chosen = "".join(sorted(set(days or self.days) & set(self.days))) or self.days
        for _ in range(LOOK_AHEAD):
            found = fitting(now, self.timezone, at=at, days=chosen, start=self.starts, end=self.ends)
            day = local_date(found, self.timezone)
            if not self.is_off(day):
                return found
            now = beginning((self._last_day_away(day) or day) + timedelta(days=1), self.timezone)
        raise ValueError(f"every day of {chosen!r} is a holiday in {self.country}")

    def first_open_on(self, day: date, *, at: time | None = None, days: str | None = None) -> datetime:
        """`first_open` from the beginning of the local `day`."""
        return self.first_open(beginning(day, self.timezone), at=at, days=days)

    def closing(self, now: datetime) -> datetime:
        """The end of the working hours of the local day of `now`, in UTC. Raises UnknownZone."""
        return closing(now, self.timezone, end=self.ends)

    def is_off(self, day: date) -> bool:
        """Whether the local `day` is a public holiday, or one of leave."""
        holiday = self.country is not None and day in public_holidays(self.country, day.year)
        return holiday or self._last_day_away(day) is not None

    def _last_day_away(self, day: date) -> date | None:
        """The last day of the absence that `day` lies in."""
        return max((last for first, last in self.away if first <= day <= last), default=None)


@lru_cache(maxsize=1024)
def _is_open(week: WorkWeek, instant: datetime) -> bool:
    """Kept, because thousands of people who share a week are planned at the same instant."""
    hours = within(instant, week.timezone, days=week.days, start=week.starts, end=week.ends)
    return hours and not week.is_off(local_date(instant, week.timezone))


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a part of it; none where no calendar is known.

    Some calendars warn that movable feasts are not known for every year: those that are known are kept.
    """
    code, _, part = country.partition("-")
    try:
        with catch_warnings():
            simplefilter("ignore", UserWarning)
            return frozenset(country_holidays(code, subdiv=part or None, years=year))
    except NotImplementedError:
        return frozenset()


@lru_cache(maxsize=1024)
def country_of(timezone: str) -> str | None:
    """The one country that the zone lies in, by the IANA database's `zone.tab`; None for an alias or for UTC."""
    return _zone_tab().get(timezone)


@lru_cache(maxsize=1)
def _zone_tab() -> dict[str, str]:
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {zone: country for country, _coordinates, zone, *_comment in rows}
