"""When to write: instants that lie in a person's own working hours.

Local rules become UTC instants by `zoneinfo`: a time that a clock change skips moves forward by what was skipped, unless
that would be the next day, and a time that happens twice is the first of the two.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WORKDAYS = "12345"
"""ISO weekdays, 1 for Monday to 7 for Sunday."""

STARTS = time(9)
ENDS = time(17, 30)

_HORIZON = 21
"""Days to look ahead: a weekday is at most a week away, the rest is for days that a zone has skipped."""


class UnknownZone(ValueError):
    """The time zone is not one of the IANA database; write one like "Europe/Paris"."""

    def __init__(self, name: str) -> None:
        super().__init__(f'{name!r} is not a time zone; write one like "Europe/Paris"')


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone `name`.

    Raises:
        UnknownZone: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(name) from None


def local_date(instant: datetime, timezone: str) -> date:
    """The date on a wall calendar in `timezone`. Raises UnknownZone."""
    return instant.astimezone(zone(timezone)).date()


def within(
    instant: datetime, timezone: str, *, days: str = WORKDAYS, start: time = STARTS, end: time = ENDS
) -> bool:
    """Whether `instant` is on one of `days`, from `start` to `end` local time, both included. Raises UnknownZone."""
    local = instant.astimezone(zone(timezone))
    return str(local.isoweekday()) in days and start <= local.time() <= end


def fitting(
    now: datetime,
    timezone: str,
    *,
    at: time | None = None,
    days: str = WORKDAYS,
    start: time = STARTS,
    end: time = ENDS,
) -> datetime:
    """The first instant from `now` on, in UTC, that lies in working hours on one of `days`.

    With `at` it is the first such day on which it is still to come; an `at` outside the hours moves to their edge.

    Raises:
        UnknownZone: there is no such zone.
        ValueError: `days` names no weekday.
    """
    if not set(days) & set("1234567"):
        raise ValueError(f"{days!r} names no weekday; give at least one of 1 (Monday) to 7 (Sunday)")
    if at is None and within(now, timezone, days=days, start=start, end=end):
        return now.astimezone(UTC)
    wall = min(max(at or start, start), end)
    today = local_date(now, timezone)
    for offset in range(_HORIZON):
        instant = _on(today + timedelta(days=offset), wall, timezone)
        if instant and instant >= now and within(instant, timezone, days=days, start=start, end=end):
            return instant
    raise ValueError(f"no moment from {start} to {end} on the days {days!r} in {timezone}")


def fitting_on(day: date, timezone: str, *, at: time | None = None, days: str = WORKDAYS) -> datetime:
    """`fitting` from the beginning of the local `day`. Raises as `fitting`."""
    return fitting(beginning(day, timezone), timezone, at=at, days=days)


def beginning(day: date, timezone: str) -> datetime:
    """The first instant of the local `day`, in UTC. Raises UnknownZone."""
    return _instant(day, time(), timezone)


def closing(now: datetime, timezone: str, *, end: time = ENDS) -> datetime:
    """The end of the working day that `now` falls on, in UTC. Raises UnknownZone."""
    return _instant(local_date(now, timezone), end, timezone)


def _on(day: date, wall: time, timezone: str) -> datetime | None:
    """`wall` on the local `day`; None where the zone has skipped all of that day.

    Where it is skipped at midnight, what was skipped is before it: the day after has a moment of its own.
    """
    for fold in (0, 1):
        instant = datetime.combine(day, wall.replace(fold=fold), zone(timezone)).astimezone(UTC)
        if local_date(instant, timezone) == day:
            return instant
    return None


def _instant(day: date, wall: time, timezone: str) -> datetime:
    return datetime.combine(day, wall.replace(fold=0), zone(timezone)).astimezone(UTC)
