"""How often a person is written to: one weekly budget over every kind of message together.

Weeks are counted in local dates, so that the same weekday is a week later whatever the minute.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from nudges.schedule import fitting_on, local_date

USUAL = 1
"""Messages a week, unless the person has just asked for one more."""

MOST = 2
"""Messages a week, whatever is asked for."""

SLOWEST = 8
"""Weeks between two messages at the very least often."""

SLOWEST_DAYS = 7 * SLOWEST


class Hold(StrEnum):
    """Why nothing may be sent now."""

    OPTED_OUT = "opted_out"
    SNOOZED = "snoozed"
    BUDGET = "budget"


def per_week(*, begins: bool, weeks: int) -> int:
    """The week's budget: one more where a routine begins, but not for whoever wishes one message in several `weeks`."""
    return MOST if begins and weeks == 1 else USUAL


def slower(weeks: int) -> int:
    """Half as often as once in so many weeks."""
    return min(2 * weeks, SLOWEST)


@dataclass(frozen=True)
class History:
    """What a person has received.

    `sent` are the messages of at least the last `SLOWEST_DAYS` days that were ours to decide, of all kinds and projects,
    or the latest `MOST` of them, since no more can matter.
    `ignored` counts the latest messages in a row that met nothing. `weeks` is the person's own wish: a week's budget for
    that many weeks. `per_week` is never taken above `MOST`.
    """

    timezone: str
    sent: tuple[datetime, ...] = ()
    ignored: int = 0
    weeks: int = 1
    per_week: int = USUAL
    opted_out: bool = False
    snoozed_until: datetime | None = None

    @property
    def days(self) -> int:
        """Over how many days one budget is spread: two ignored in a row halve the pace, and each two more."""
        return min(7 * self.weeks << min(self.ignored // 2, 3), SLOWEST_DAYS)


WEEK = timedelta(days=7)


def ignored(
    asked: Iterable[tuple[date, bool]], nudged: Iterable[date], used: Collection[date], today: date
) -> int:
    """How many of the latest messages in a row met nothing.

    `asked` are questions, with whether they were answered. A nudge asks nothing: it was heeded if use was seen in the week
    from its day on, which is over before it counts.
    """
    heeded = [(day, any(day <= each < day + WEEK for each in used)) for day in nudged if day + WEEK <= today]
    newest_first = (met for _, met in sorted([*asked, *heeded], reverse=True))
    return sum(1 for _ in takewhile(lambda met: not met, newest_first))


@dataclass(frozen=True)
class Room:
    """At most `most` messages in any `span` of local dates in a row."""

    most: int = MOST
    span: timedelta = WEEK


EVERYBODYS = Room()


def room(weeks: int) -> Room:
    """The room of whoever wishes one message in `weeks` weeks at most; 1: they have wished for nothing."""
    return Room(USUAL, weeks * WEEK) if weeks > 1 else EVERYBODYS


def first_place(
    today: date, sent: Sequence[date], kept: Sequence[date] = (), within: Room = EVERYBODYS
) -> date:
    """The first local date from `today` on with room for one more, beside later messages whose places are `kept`."""
    taken, day = (*sent, *kept), today
    while not _has_room(day, taken, within):
        day += timedelta(days=1)
    return day


def _has_room(day: date, taken: Sequence[date], within: Room) -> bool:
    ends = {day, *(other for other in taken if day < other < day + within.span)}
    return all(sum(end - within.span < other <= end for other in taken) < within.most for end in ends)


@dataclass(frozen=True)
class Verdict:
    """Whether a message may be sent; if not, why, and from when on it may (None: never)."""

    ok: bool
    reason: Hold | None = None
    next_at: datetime | None = None


def allowed(history: History, now: datetime) -> Verdict:
    """Whether one more message may be sent at `now`."""
    if history.opted_out:
        return Verdict(False, Hold.OPTED_OUT)
    if history.snoozed_until and history.snoozed_until > now:
        return Verdict(False, Hold.SNOOZED, history.snoozed_until)
    today = local_date(now, history.timezone)
    dates = sorted(local_date(at, history.timezone) for at in history.sent)
    budget = min(history.per_week, MOST)
    recent = [date for date in dates if (today - date).days < history.days]
    if len(recent) < budget:
        return Verdict(True)
    free = recent[-budget] + timedelta(days=history.days)
    return Verdict(False, Hold.BUDGET, fitting_on(free, history.timezone))
