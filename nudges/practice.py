"""The weeks of a routine: what a person told of them, and in which of them use was seen. Pure.

Weeks are those of ISO 8601. The one in which the routine began counts only if use was seen in it: nobody is asked about it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from nudges.fading import gap_weeks

WEEK = timedelta(days=7)

COVERED = 4
"""Weeks that one answer speaks of at most, and weeks that progress is told over."""

REMEMBERED = 9
"""Weeks that are looked at: enough for the longest gap between two questions, twice."""

TARGET = 3
"""Weeks kept of the last `COVERED` from which on a use counts as a routine (METHOD: "routine (3 of the last 4 weeks)")."""


class Answer(StrEnum):
    """What a person said of their week."""

    DONE = "done"
    PARTLY = "partly"
    MISSED = "missed"


KEPT = frozenset({Answer.DONE, Answer.PARTLY})


class Told(NamedTuple):
    """A question that was asked on the local date `on`, and its answer if there is one."""

    on: date
    answer: Answer | None


@dataclass(frozen=True)
class Week:
    """One week from its Monday. `told` is None where nobody told of it; `seen` says that use was seen in it."""

    monday: date
    told: Answer | None = None
    seen: bool = False

    @property
    def known(self) -> bool:
        return self.seen or self.told is not None

    @property
    def kept(self) -> bool:
        return self.seen or self.told in KEPT


@dataclass(frozen=True)
class Practice:
    """A routine under way: its last day, and its weeks up to the present one, oldest first.

    `silent`: the latest question has no answer. `recovered_on` is the day of the latest word of recovery. `score` is the
    latest automaticity, 1 to 7, `plateau` says that it no longer rises, `scaled_on` when it was asked last, `scale_due` that
    it is time to ask again.
    `by_itself`: the person said so at their latest answer.
    """

    ends_on: date | None
    weeks: tuple[Week, ...] = ()
    silent: bool = False
    paused_until: date | None = None
    recovered_on: date | None = None
    score: float | None = None
    plateau: bool = False
    scaled_on: date | None = None
    scale_due: bool = False
    by_itself: bool = False

    @property
    def known(self) -> tuple[Week, ...]:
        """The weeks up to the latest of which anything is known."""
        last = next((n for n in range(len(self.weeks), 0, -1) if self.weeks[n - 1].known), 0)
        return self.weeks[:last]

    @property
    def unknown(self) -> int:
        """How many weeks have begun since the latest of which anything is known."""
        return len(self.weeks) - len(self.known)

    @property
    def span(self) -> int:
        """How many weeks a question asked now is about: 1 to 4."""
        return min(max(self.unknown, 1), COVERED)

    @property
    def gap(self) -> int:
        """Weeks from the latest known week to the next question."""
        return gap_weeks([week.kept for week in self.known], self.score, by_itself=self.by_itself)

    @property
    def waited(self) -> int:
        """How many weeks have begun since the latest known one, or since the latest automaticity scale."""
        if self.scaled_on is None:
            return self.unknown
        return min(self.unknown, sum(week.monday > self.scaled_on for week in self.weeks))

    @property
    def resting(self) -> bool:
        """Whether it is too early for another question."""
        return self.waited < self.gap

    @property
    def lately(self) -> tuple[Week, ...]:
        """The latest four weeks that can be judged: the unknown ones count once a question is overdue."""
        judged = self.known if self.unknown <= self.gap else self.weeks
        return judged[-COVERED:]

    @property
    def on_target(self) -> bool:
        return sum(week.kept for week in self.lately) >= TARGET

    @property
    def established(self) -> bool:
        """Whether it has become a routine: kept in three of four weeks, or as automatic as it gets."""
        return self.on_target or self.plateau

    @property
    def done_lately(self) -> bool:
        """Whether the latest question was answered, and the latest known week kept wholly."""
        known = self.known
        return bool(known) and not self.silent and (known[-1].seen or known[-1].told is Answer.DONE)

    @property
    def watched(self) -> bool:
        """Whether use is seen from outside, so that nobody has to be asked."""
        return any(week.seen for week in self.weeks[-COVERED:])

    @property
    def slipped(self) -> bool:
        """Whether the latest question met silence, or a week went by without use where use is seen otherwise."""
        return self.silent or (self.watched and not any(week.kept for week in self.weeks[-2:]))

    @property
    def recovered(self) -> bool:
        """Whether a word of recovery came since the latest week that was kept."""
        last = max((week.monday for week in self.weeks if week.kept), default=None)
        return self.recovered_on is not None and (last is None or self.recovered_on >= last + WEEK)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks_of(
    began: date,
    told: Sequence[Told],
    seen: Iterable[date],
    today: date,
    off: Sequence[tuple[date, date]] = (),
    barred: Sequence[tuple[date, date]] = (),
) -> tuple[Week, ...]:
    """The weeks of a routine that began on the local date `began`, up to the one of `today`, `REMEMBERED` at most.

    `told` are its questions, oldest first, `seen` local dates with use. An answer is about the weeks since the one before
    it, `COVERED` at most: "partly" keeps the later half of them. Working weeks that lie wholly in one of the spans `off`
    (first and last day) are not counted, nor those in one of `barred`, unless they were kept: use was seen in them, or the
    answer to a question asked in them says so.
    """
    used = {_number(day) for day in seen if began <= day <= today}
    first, last = _number(began), _number(today)
    first = max(first if first in used else first + 1, last - REMEMBERED + 1)
    in_spite = used | {_number(on) for on, answer in told if answer in KEPT}
    numbers = [
        number
        for number in range(first, last + 1)
        if not _is_off(number, off) and (number in in_spite or not _is_off(number, barred))
    ]
    answers: list[Answer | None] = [None] * len(numbers)
    for on, answer in told:
        until = bisect_right(numbers, _number(on)) - 1
        if answer is None or on > today or until < 0:
            continue
        since = until
        while (
            0 < since > until - COVERED + 1 and answers[since - 1] is None and numbers[since - 1] not in used
        ):
            since -= 1
        answers[since : until + 1] = [answer] * (until + 1 - since)
        if answer is Answer.PARTLY:
            half = (until + 1 - since) // 2
            answers[since : since + half] = [Answer.MISSED] * half
    return tuple(
        Week(_monday(number), answer, number in used) for number, answer in zip(numbers, answers, strict=True)
    )


def _number(day: date) -> int:
    """Weeks since the first Monday of the calendar, which is day 1."""
    return (day.toordinal() - 1) // 7


def _monday(number: int) -> date:
    return date.fromordinal(7 * number + 1)


def _is_off(number: int, off: Sequence[tuple[date, date]]) -> bool:
    if not off:
        return False
    monday = _monday(number)
    friday = monday + timedelta(days=4)
    return any(first <= monday and friday <= last for first, last in off)
