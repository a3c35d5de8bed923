"""What another way of choosing would have brought, told from what was chosen and how likely it was. Pure.

Only those choices count that the other way could have made too, each by how much likelier it would have made it: inverse
propensity scores (Horvitz & Thompson 1952), normalised by their weights (Hájek 1971), or beside a model of the outcome,
right where either the chances or the model are (doubly robust: Dudík, Langford & Li 2011). What is learnt is learnt from
other people than those it is tried on.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nudges.choice import chances, sending
from nudges.learning import HOLD, SEND, Belief, Logged, effects_of, fitted

FOLDS = 5
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Estimate:
    """Mean outcome (0–1) with its 95% interval, over `n` choices that weigh as much as `ess` of equal weight."""

    value: float
    low: float
    high: float
    ess: float
    n: int


Policy = Callable[[Logged, Belief], Mapping[str, float]]
"""The chances of what was on offer, by name; the belief has not seen this person."""


def shipped(row: Logged, _: Belief) -> Mapping[str, float]:
    """As before anything was learnt."""
    return _chances(row, Belief())


def uniform(row: Logged, _: Belief) -> Mapping[str, float]:
    """Any alike."""
    return dict.fromkeys(row.propensities, 1 / len(row.propensities))


def learned(row: Logged, belief: Belief) -> Mapping[str, float]:
    """By what other people's choices have shown."""
    return _chances(row, belief)


def always(*_: object) -> Mapping[str, float]:
    """Every nudge leaves, at its usual moment."""
    return {SEND: 1.0, HOLD: 0.0}


def any_moment(row: Logged, _: Belief) -> Mapping[str, float]:
    """Every nudge leaves, at any of its moments alike."""
    moments = [name for name in row.propensities if name != HOLD]
    return dict.fromkeys(moments, 1 / len(moments))


def never(*_: object) -> Mapping[str, float]:
    """None does."""
    return {SEND: 0.0, HOLD: 1.0}


class Replay:
    """A log, all of wordings or all of whether and when to write, on which policies are tried.

    Raises ValueError if it is empty.
    """

    def __init__(self, log: Sequence[Logged]) -> None:
        if not log:
            raise ValueError("there are no choices to replay")
        self._log = log
        self._people = np.unique([row.person for row in log], return_inverse=True)[1]
        self._outcomes = np.array([row.response for row in log])
        beliefs = [_learnt([row for row in log if _fold(row) != fold]) for fold in range(FOLDS)]
        self._beliefs = [beliefs[_fold(row)] for row in log]

    def ips(self, policy: Policy) -> Estimate:
        """Unbiased where the logged chances are right; wide."""
        weights = self._weights(policy)
        return self._estimate(weights * self._outcomes, weights)

    def snips(self, policy: Policy) -> Estimate:
        """Narrower, and biased by about one over the number of choices."""
        weights = self._weights(policy)
        value = float(np.average(self._outcomes, weights=weights)) if weights.any() else 0.0
        spread = weights * (self._outcomes - value) / (weights.mean() or 1.0)
        return self._estimate(value + spread, weights)

    def dr(self, policy: Policy) -> Estimate:
        """Doubly robust."""
        weights = self._weights(policy)
        foreseen = np.array([_foreseen(row, policy, belief) for row, belief in self._rows])
        model = np.array([_expected(row, row.chosen, belief) for row, belief in self._rows])
        return self._estimate(foreseen + weights * (self._outcomes - model), weights)

    @property
    def _rows(self) -> list[tuple[Logged, Belief]]:
        return list(zip(self._log, self._beliefs, strict=True))

    def _weights(self, policy: Policy) -> NDArray[np.float64]:
        return np.array(
            [
                policy(row, belief).get(row.chosen, 0.0) / row.propensities[row.chosen]
                for row, belief in self._rows
            ]
        )

    def _estimate(self, each: NDArray[np.float64], weights: NDArray[np.float64]) -> Estimate:
        """The mean, with an interval by persons: choices of one person are alike."""
        value = float(each.mean())
        by_person = np.bincount(self._people, each - value)
        people = len(by_person)
        error = sqrt(float(by_person @ by_person) * people / max(people - 1, 1)) / len(each)
        ess = float(weights.sum() ** 2 / (weights @ weights)) if weights.any() else 0.0
        return Estimate(value, value - NORMAL_95 * error, value + NORMAL_95 * error, ess, len(each))


def large_enough(log: Sequence[Logged], people: int) -> list[Sequence[Logged]]:
    """The choices by label of which figures may be shown: of `people` at least, and so that what is left over, taken from
    the whole, is nobody's or of as many."""
    by_label: dict[str, list[Logged]] = defaultdict(list)
    for row in log:
        by_label[row.context.blocker].append(row)

    def size(rows: Sequence[Logged]) -> int:
        return len({row.person for row in rows})

    shown = sorted((rows for rows in by_label.values() if size(rows) >= people), key=size, reverse=True)
    while shown:
        labels = {rows[0].context.blocker for rows in shown}
        rest = [row for row in log if row.context.blocker not in labels]
        if not rest or size(rest) >= people:
            break
        shown.pop()
    return list(shown)


def _chances(row: Logged, belief: Belief) -> Mapping[str, float]:
    if row.options:
        return chances(row.options, belief, row.context)
    return sending(belief, row.context, [name for name in row.propensities if name != HOLD])


def _learnt(log: Sequence[Logged]) -> Belief:
    if not log:
        return Belief()
    return Belief(what=fitted(log)) if log[0].options else Belief(whether=fitted(log))


def _expected(row: Logged, name: str, belief: Belief) -> float:
    known = belief.what or belief.whether
    return min(max(known.expected(effects_of(row, name)), 0.0), 1.0) if known else 0.0


def _foreseen(row: Logged, policy: Policy, belief: Belief) -> float:
    chosen = policy(row, belief)
    return sum(chance * _expected(row, name, belief) for name, chance in chosen.items() if chance)


def _fold(row: Logged) -> int:
    return crc32(row.person.encode()) % FOLDS
