"""Simulated teams that use a tool week by week: what the statistics of tests are measured on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nudges.effects import Cluster


@dataclass(frozen=True)
class World:
    """`sizes`: people of each team. `base`: share of weeks with use. `icc`: how alike a team is. `alike`: how steady a
    person is from week to week, 1: all weeks the same. `gain`: what is added to it on average where treated, most to those
    who use the tool least. `before`: weeks before the start of which something is known."""

    sizes: Sequence[int]
    base: float = 0.3
    icc: float = 0.1
    alike: float = 0.6
    gain: float = 0.0
    before: int = 0

    def run(self, rng: np.random.Generator, treated: NDArray[np.bool_], weeks: int) -> "Weeks":
        """Uses of every team in every week, as the share of its people."""
        teams = len(self.sizes)
        tendency = _beta(rng, np.full(teams, self.base), self.icc)
        rows, earlier = np.zeros((teams, weeks)), np.full(teams, np.nan)
        for team, size in enumerate(self.sizes):
            person = _beta(rng, np.full(size, tendency[team]), self.alike)
            if self.before:
                earlier[team] = (rng.random((size, self.before)) < person[:, None]).mean()
            if treated[team]:
                person += self.gain * (1 - person) / (1 - self.base)
            rows[team] = (rng.random((size, weeks)) < person[:, None]).mean(axis=0)
        return Weeks(np.array(self.sizes), treated, rows, earlier)


@dataclass(frozen=True)
class Weeks:
    sizes: NDArray[np.int64]
    treated: NDArray[np.bool_]
    used: NDArray[np.float64]
    before: NDArray[np.float64]

    def look(self, week: int) -> list[Cluster]:
        """The teams after so many weeks."""
        return [
            Cluster(bool(arm), int(size), float(mean), None if np.isnan(before) else float(before))
            for arm, size, mean, before in zip(
                self.treated, self.sizes, self.used[:, :week].mean(axis=1), self.before, strict=True
            )
        ]


def halves(rng: np.random.Generator, teams: int) -> NDArray[np.bool_]:
    """Half of the teams at random."""
    return rng.permutation(np.arange(teams) < teams // 2)


def _beta(rng: np.random.Generator, mean: NDArray[np.float64], alike: float) -> NDArray[np.float64]:
    """Chances around `mean` whose draws are correlated by `alike`."""
    if alike <= 0:
        return mean
    if alike >= 1:
        return (rng.random(mean.shape) < mean).astype(float)
    inside = np.clip(mean, 1e-9, 1 - 1e-9)
    return rng.beta(inside * (1 / alike - 1), (1 - inside) * (1 / alike - 1))
