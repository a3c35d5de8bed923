"""The say–do gap of cohorts that are counted: who did, the week after their interview, what they had said they would.

Nobody knows that when a cohort is closed. It is looked up once, two ISO weeks later, whoever looks and whatever comes of
it. Who has gone by then is among those of whom it is not known.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from digests.release import DID, SAID, UNKNOWN, Told, kept_word
from storage.models import Cohort
from storage.work import Work

WEEK = timedelta(weeks=1)

KEPT = "kept"

FRIDAY = timedelta(days=4)
"""A tool that has told of a week's Friday has told of the week."""


def settle(work: Work, project_id: str, cohort: Cohort, today: date, k: int) -> Told:
    """What is told of a cohort, with what its people did by local date `today`, where that is known by now."""
    told = Told.from_json(cohort.told)
    last = monday_of(cohort.week)
    if told.deeds is not None or today < last + 2 * WEEK:
        return told
    counted = _counted(work, project_id, cohort, last)
    if counted is None:
        return told
    counted[UNKNOWN] = told.size - counted.total()
    told = replace(told, deeds=kept_word(counted, told.size, k))
    work.digests.add_to(cohort, told.to_json())
    return told


def monday_of(week: str) -> date:
    """The Monday of an ISO week, "2026-W48"."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def _counted(work: Work, project_id: str, cohort: Cohort, last: date) -> Counter[str] | None:
    """None while the tool has not told of all these weeks yet. An interview is of the week in which it ended by UTC."""
    began = work.counts.since(cohort.campaign_id, cohort.number)
    if began is None:
        return Counter()
    since, until = work.usage.since(project_id), work.usage.until(project_id)
    if since and until and since <= last + WEEK and until < last + WEEK + FRIDAY:
        return None
    counted = Counter[str]()
    for monday in _mondays(began.astimezone(UTC).date(), last):
        ended = monday, monday + WEEK if monday < last else date.max
        days = monday + WEEK, monday + 2 * WEEK - timedelta(days=1)
        by_tool = since is not None and since <= days[0]
        said, did, kept = work.counts.deeds(
            cohort.campaign_id, cohort.number, (_begin(ended[0]), _begin(ended[1])), days, by_tool=by_tool
        )
        counted[SAID] += said
        counted[DID] += did
        counted[KEPT] += kept
    return counted


def _mondays(first: date, last: date) -> Sequence[date]:
    monday = min(first - timedelta(days=first.weekday()), last)
    return [monday + number * WEEK for number in range((last - monday) // WEEK + 1)]


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
