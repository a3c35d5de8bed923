"""The figures of a simulation: shares per way of asking, differences paired by seed, intervals by the bootstrap.

All of it is simulated, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from surveys.simulation.run import INTERVIEW, POLICIES, POLL, Tally, Trial

LABEL = "simulated"

MEASURES: dict[str, tuple[str, str]] = {
    "right cause first": ("first", "asked"),
    "the same, if they began": ("first", "began"),
    "right among two": ("two", "asked"),
    "reported and right": ("reported", "asked"),
    "questions": ("questions", "began"),
    "has a confirmed cause": ("confirmed", "asked"),
    "precision of confirmed": ("real", "causes"),
    "confirmed, main cause": ("confirmed_main", "confirmed"),
    "left before the end": ("unfinished", "asked"),
    "left without a cause": ("lost", "asked"),
}
"""Each measure is a ratio of two counts over all people of all seeds. Shares, but `questions`, which is a mean."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 95% interval; all three are None where nothing was counted."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Resamples:
    """Seeds drawn with replacement, the same draws for everything compared."""

    draws: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, seeds: int, random: Random, times: int = 1000) -> "Resamples":
        return cls(tuple(tuple(random.choices(range(seeds), k=seeds)) for _ in range(times)))

    def ratio(self, tallies: Sequence[Tally], measure: str) -> list[float | None]:
        """The measure over all seeds, then in each resample."""
        above, below = ([tally[key] for tally in tallies] for key in MEASURES[measure])
        everything = range(len(tallies))
        return [_ratio(above, below, draw) for draw in (everything, *self.draws)]


def _ratio(above: list[int], below: list[int], draw: Sequence[int]) -> float | None:
    total = sum(map(below.__getitem__, draw))
    return sum(map(above.__getitem__, draw)) / total if total else None


def _interval(values: list[float | None]) -> Interval:
    known = sorted(value for value in values[1:] if value is not None)
    if values[0] is None or not known:
        return Interval(values[0], None, None)
    return Interval(values[0], known[int(0.025 * len(known))], known[int(0.975 * len(known))])


@dataclass(frozen=True)
class Summary:
    """One scenario: each way's measures, and what the interview gains on each other way."""

    scenario: str
    group: str
    seeds: int
    people: int
    measures: dict[str, dict[str, Interval]]
    gains: dict[str, dict[str, Interval]]

    def as_json(self) -> dict[str, Any]:
        def plain(table: dict[str, dict[str, Interval]]) -> dict[str, Any]:
            return {
                name: {
                    key: {"value": _round(item.value), "low": _round(item.low), "high": _round(item.high)}
                    for key, item in row.items()
                }
                for name, row in table.items()
            }

        return {
            "scenario": self.scenario,
            "group": self.group,
            "seeds": self.seeds,
            "people_per_seed": self.people,
            "measures": plain(self.measures),
            "interview_minus": plain(self.gains),
        }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def summary(trial: Trial, resamples: Resamples, base: Trial) -> Summary:
    """The trial in figures. `base` is the same people as shipped: what the interview loses or gains on it, too."""
    ratios = {
        name: {measure: resamples.ratio(trial.tallies[name], measure) for measure in MEASURES}
        for name in POLICIES
    }
    shipped = {measure: resamples.ratio(base.tallies[INTERVIEW], measure) for measure in MEASURES}
    others = {**{name: row for name, row in ratios.items() if name != INTERVIEW}, base.scenario: shipped}
    return Summary(
        scenario=trial.scenario,
        group=trial.group,
        seeds=len(trial.tallies[INTERVIEW]),
        people=trial.people,
        measures={
            name: {key: _interval(values) for key, values in row.items()} for name, row in ratios.items()
        },
        gains={
            name: {key: _interval(_minus(ratios[INTERVIEW][key], values)) for key, values in row.items()}
            for name, row in others.items()
        },
    )


def _minus(left: list[float | None], right: list[float | None]) -> list[float | None]:
    return [None if a is None or b is None else a - b for a, b in zip(left, right, strict=True)]


def targets(item: Summary) -> dict[str, tuple[float, bool]]:
    """The figures that the interview is held to in one scenario, each with whether it is met."""
    own, gains = item.measures[INTERVIEW], item.gains[POLL]
    held = {
        "right cause first, over the poll: at least +0.25": (gains["right cause first"], 0.25, True),
        "questions on average: at most 5": (own["questions"], 5, False),
        "precision of confirmed: at least 0.85": (own["precision of confirmed"], 0.85, True),
        "left before the end, over the poll: at most +0.03": (gains["left before the end"], 0.03, False),
    }
    return {
        name: (interval.value, interval.value >= limit if least else interval.value <= limit)
        for name, (interval, limit, least) in held.items()
        if interval.value is not None
    }
