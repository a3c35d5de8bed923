"""Go, not yet, or too few to say: by rules that were written before the test started."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from json import dumps, loads
from typing import Self

from nudges.effects import Effect


class RulesUnusable(ValueError):
    """No verdict can be given by these rules; the message says which one to change."""


@dataclass(frozen=True)
class Rules:
    """What decides.

    `worth`: the least difference for which the treatment is worth its trouble, a share of weeks with use, 0–1. `weeks`: how
    long the test lasts; before `first_after` of them there is no go. `clusters`: units that each arm needs at least.
    `people`: how many each arm needs before anything is shown of it. `planned`: the standard error expected at the end, 0–1.
    `detectable`: the smallest difference that the test could show four times out of five, as it was told before the start.
    `enough`: units per arm for which `worth` would be detectable.

    Raises:
        RulesUnusable
    """

    worth: float
    weeks: int
    first_after: int
    clusters: int
    people: int
    planned: float
    detectable: float
    enough: int | None

    def __post_init__(self) -> None:
        if not 0 < self.worth < 1:
            raise RulesUnusable("what is worth it lies between 0 and 100 points")
        if not 1 <= self.first_after <= self.weeks <= 52:
            raise RulesUnusable(
                "a test lasts up to 52 weeks, and its first verdict comes after 1 week or later"
            )

    @property
    def duration(self) -> timedelta:
        return timedelta(weeks=self.weeks)

    def to_json(self) -> str:
        return dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**loads(text))


class Word(StrEnum):
    GO = "go"
    NOT_YET = "not_yet"
    TOO_FEW = "too_few"


class Why(StrEnum):
    """What the verdict rests on."""

    BETTER = "better"
    EARLY = "early"
    UNCLEAR = "unclear"
    SMALL = "small"
    WORSE = "worse"
    PEOPLE = "people"
    CLUSTERS = "clusters"
    NO_USE = "no_use"

    @property
    def word(self) -> Word:
        if self is Why.BETTER:
            return Word.GO
        return Word.TOO_FEW if self in (Why.PEOPLE, Why.CLUSTERS, Why.NO_USE) else Word.NOT_YET


@dataclass(frozen=True)
class Look:
    """A verdict as it may be shown: of whole weeks, in whole points of weeks with use, of five people and more.

    `people`, treated and not, and the difference with its interval are None where they are not shown.
    """

    week: int
    why: Why
    people: tuple[int, int] | None
    points: tuple[int, int, int] | None
    """(difference, low, high)."""

    @classmethod
    def of(cls, week: int, why: Why, people: tuple[int, int], found: Effect | None, least: int) -> Self:
        points = None
        if found and why.word is not Word.TOO_FEW and why is not Why.EARLY:
            points = (round(100 * found.value), round(100 * found.low), round(100 * found.high))
        return cls(week, why, people if min(people) >= least else None, points)

    def to_json(self) -> str:
        return dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        told = loads(text)
        people, points = (tuple(told[name]) if told[name] else None for name in ("people", "points"))
        return cls(told["week"], Why(told["why"]), people, points)


def verdict(
    rules: Rules, weeks: int, people: tuple[int, int], clusters: tuple[int, int], found: Effect | None
) -> Why:
    """What may be said after so many whole weeks of `people` and `clusters`, treated and not.

    `found` is None where there is nothing to compare. That the treated are worse may be said at any time.
    """
    if min(people) < rules.people:
        return Why.PEOPLE
    if min(clusters) < rules.clusters:
        return Why.CLUSTERS
    if found is None:
        return Why.EARLY if weeks < 1 else Why.NO_USE
    if found.high < 0:
        return Why.WORSE
    if weeks < rules.first_after:
        return Why.EARLY
    if found.low > 0 and found.value >= rules.worth:
        return Why.BETTER
    return Why.SMALL if found.high < rules.worth else Why.UNCLEAR
