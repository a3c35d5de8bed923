"""When a nudge may be read instead of at its usual moment: a few moments inside the person's working hours. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum

from nudges.calendar import WorkWeek
from nudges.rule import Rule
from nudges.schedule import local_date


class Moment(StrEnum):
    """`USUAL` is that of the person's own rule: the cue of their routine."""

    USUAL = "send"
    AFTER_LUNCH = "after_lunch"
    AFTERNOON = "afternoon"
    NEXT_DAY = "next_day"


LATER: Mapping[Moment, time] = {Moment.AFTER_LUNCH: time(13, 30), Moment.AFTERNOON: time(16)}
"""Local times later on the same day."""

APART = timedelta(hours=1)
"""How far from the usual moment another one of the day is at least: less would not be another moment."""


def moments(now: datetime, rule: Rule, week: WorkWeek) -> dict[Moment, datetime]:
    """When what is due `now` may be read, in UTC; the usual moment is now.

    The next day is offered only where it is the very next one: all moments then lie in the days over which it is looked at
    what came of the choice. Raises UnknownZone.
    """
    today = local_date(now, week.timezone)
    found = {Moment.USUAL: now}
    for name, at in LATER.items():
        if week.starts <= at <= week.latest:
            instant = week.first_open_on(today, at=at)
            if instant >= now + APART and local_date(instant, week.timezone) == today:
                found[name] = instant
    tomorrow = today + timedelta(days=1)
    instant = rule.on(tomorrow, week)
    if local_date(instant, week.timezone) == tomorrow:
        found[Moment.NEXT_DAY] = instant
    return found
