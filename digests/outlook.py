"""How many people will hear from the coach in the days to come, without pointing at any of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from digests.suppression import THRESHOLD

DAYS = 14


@dataclass(frozen=True)
class Week:
    """Local days from the Monday `begins` on: people by day where they are enough, and on all `others` together.

    `others` is None where there are some, and fewer than the threshold.
    """

    begins: date
    days: tuple[tuple[date, int], ...]
    others: int | None


def outlook(
    planned: Iterable[tuple[str, datetime]], timezone: str, threshold: int = THRESHOLD
) -> tuple[Week, ...]:
    """The weeks in which something is `planned`, as (person, instant), by the days of one zone.

    Somebody counts once a day, and once on the other days. There is no total to subtract the days from.
    """
    people: dict[date, set[str]] = defaultdict(set)
    for person, at in planned:
        people[at.astimezone(ZoneInfo(timezone)).date()].add(person)
    weeks: dict[date, list[date]] = defaultdict(list)
    for day in sorted(people):
        weeks[day - timedelta(days=day.weekday())].append(day)
    return tuple(
        _week(begins, {day: people[day] for day in days}, threshold) for begins, days in weeks.items()
    )


def _week(begins: date, people: dict[date, set[str]], threshold: int) -> Week:
    shown = tuple((day, len(who)) for day, who in people.items() if len(who) >= threshold)
    others = len(set[str]().union(*(who for who in people.values() if len(who) < threshold)))
    return Week(begins, shown, others if others == 0 or others >= threshold else None)
