"""The figures of the trial: each way's, and ratios paired by seed, with intervals by the bootstrap over seeds.

All of it is simulated, and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nudges.simulation.run import (
    ALIKE,
    BEST,
    CHECKED,
    FIXED,
    NOMINATED,
    OURS,
    PAIRED,
    RANDOM,
    SEEN,
    SINGLE,
    USAGE,
    Tally,
)
from nudges.simulation.wordings import ANY, BEST_KNOWN, LEARNT

LABEL = "simulated"

FOLLOWED = "nudges followed by use"

MEASURES: Mapping[str, tuple[str, str]] = {
    "routine users": ("routine", "people"),
    "the same, without early adopters": ("kept", "coached"),
    "messages a person": ("messages", "people"),
    "opted out": ("out", "people"),
    "how well nudges are put": ("lift", "nudged"),
    FOLLOWED: ("followed", "left"),
}
"""Each measure is a ratio of two counts over all people of all seeds. Shares, but messages, and how well
nudges are put: 1 is the usual wording, never read before."""

AS_NUMBERS = ("messages a person", "how well nudges are put")
"""Measures that are not shares."""

TIMES = 2000
"""Resamples of the seeds."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Compared:
    """By way and measure, what came of it; `over[a, b]`: a in relation to b, -1 to infinity, 0 where they are equal."""

    seeds: int
    measures: dict[str, dict[str, Interval]]
    over: dict[tuple[str, str], dict[str, Interval]]

    def as_plain(self) -> dict[str, Any]:
        return {
            "seeds": self.seeds,
            "measures": {
                way: {name: asdict(each) for name, each in row.items()} for way, row in self.measures.items()
            },
            "over": {
                f"{a} over {b}": {name: asdict(each) for name, each in row.items()}
                for (a, b), row in self.over.items()
            },
        }


def compared(
    tallies: Sequence[Mapping[str, Tally]], pairs: Sequence[tuple[str, str]], first: int
) -> Compared:
    """All ways of one trial; `pairs` are those to be set in relation. `first`, the first seed, fixes the resamples."""
    seeds, ways = len(tallies), list(tallies[0])
    picks = np.random.default_rng(first).integers(seeds, size=(TIMES, seeds))
    ratios = {
        way: {name: _ratio(tallies, way, counts, picks) for name, counts in MEASURES.items()} for way in ways
    }
    return Compared(
        seeds=seeds,
        measures={
            way: {name: _interval(each) for name, each in row.items() if not np.isnan(each).any()}
            for way, row in ratios.items()
        },
        over={
            (a, b): {
                name: _interval(ratios[a][name] / ratios[b][name] - 1)
                for name in MEASURES
                if not np.isnan(ratios[a][name]).any() and (ratios[b][name] > 0).all()
            }
            for a, b in pairs
        },
    )


def _ratio(
    tallies: Sequence[Mapping[str, Tally]], way: str, counts: tuple[str, str], picks: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Over all seeds, then in each resample; not a number where nothing was counted."""
    above, below = (np.array([tally[way].get(name, 0) for tally in tallies]) for name in counts)
    every = np.concatenate([[above.sum()], above[picks].sum(axis=1)])
    total = np.concatenate([[below.sum()], below[picks].sum(axis=1)])
    ratio: NDArray[np.float64] = np.divide(every, total, out=np.full(len(every), np.nan), where=total > 0)
    return ratio


def _interval(values: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Interval(float(values[0]), float(low), float(high))


@dataclass(frozen=True)
class Target:
    """What was to be reached, written down before: `measure` of `way` over `other`, at least or at most so much."""

    way: str
    other: str
    measure: str
    limit: float
    least: bool = True

    def __str__(self) -> str:
        bound = "at least" if self.least else "at most"
        return f"{self.measure}, {self.way} over {self.other}: {bound} {self.limit:+.0%}"

    def met(self, found: Interval) -> bool:
        return found.value >= self.limit if self.least else found.value <= self.limit


TARGETS = (
    Target(OURS, FIXED, "routine users", 0.10),
    Target(OURS, FIXED, "messages a person", 0.0, least=False),
    Target(OURS, FIXED, "opted out", 0.0, least=False),
    Target(NOMINATED, SINGLE, "routine users", 0.15),
    Target(LEARNT, ANY, FOLLOWED, 0.08),
)

PAIRS = {
    "policies": (
        (OURS, FIXED),
        (OURS, CHECKED),
        (OURS, RANDOM),
        (SEEN, CHECKED),
        (OURS, ALIKE),
        (BEST, ALIKE),
    ),
    "seeding": ((NOMINATED, SINGLE), (NOMINATED, PAIRED), (USAGE, SINGLE), (PAIRED, SINGLE)),
    "wordings": ((LEARNT, ANY), (BEST_KNOWN, ANY)),
}
