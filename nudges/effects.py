"""What a test shows so far: the difference between its arms, with an interval that may be looked at every week.

The randomised unit counts, not the person: an outcome is the mean of a cluster (a team, or one person where people were
drawn), every cluster weighs the same, and the variance is that between clusters within each arm (Welch; for a difference of
means the same as the cluster-robust HC2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05
"""How often an interval may miss the truth in at least one of all its looks."""

LEAST = 2
"""Clusters in an arm without which there is no variance."""

ADJUSTED_FROM = 8
"""Clusters in all from which the time before the start is made use of: a slope costs one of them."""

ALIKE = 1e-12
"""A variance below this is the rounding of none."""

STEADY = 8.212
"""How wide, in squared planned standard errors, the mixture of the interval is: narrowest where the plan ends.

The root r of log((r + 1) / ALPHA²) = r."""


@dataclass(frozen=True)
class Cluster:
    """One randomised unit. `outcome` and `before` are means over its people, `before` of the time before the start."""

    treated: bool
    people: int
    outcome: float
    before: float | None = None


@dataclass(frozen=True)
class Effect:
    """Treated less untreated, in the outcome's own measure. `adjusted`: whether the time before the start was used."""

    value: float
    low: float
    high: float
    clusters: tuple[int, int]
    people: tuple[int, int]
    adjusted: bool


def effect(clusters: Sequence[Cluster], planned: float) -> Effect | None:
    """The difference and its interval, at any look; None while an arm has too few clusters or all are exactly alike.

    `planned` is the standard error expected at the end of the test, fixed before its start. The interval is an asymptotic
    confidence sequence (I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, "Time-uniform central limit theory and
    asymptotic confidence sequences", 2021; Robbins' normal mixture): at 95%, all its looks together hold the truth. Time is
    measured in information, 1 / variance, because looks at the same clusters are not independent observations.

    Where the clusters' time before the start is known, what it foretells is taken out (A. Deng, Y. Xu, R. Kohavi, T. Walker,
    "Improving the sensitivity of online controlled experiments by utilizing pre-experiment data", 2013): it differs between
    arms by chance only, so this narrows the interval and moves the value by nothing on average.
    """
    treated = np.array([each.treated for each in clusters], dtype=bool)
    sizes = (int(treated.sum()), int((~treated).sum()))
    if min(sizes) < LEAST:
        return None
    outcome = np.array([each.outcome for each in clusters])
    before = _before(clusters)
    value, variance, freedom = (
        _difference(outcome, treated) if before is None else _adjusted(outcome, before, treated)
    )
    if variance < ALIKE:
        return None
    half = sqrt(variance) * reach(variance, planned, freedom)
    people = (
        sum(each.people for each in clusters if each.treated),
        sum(each.people for each in clusters if not each.treated),
    )
    return Effect(value, value - half, value + half, sizes, people, before is not None)


def reach(variance: float, planned: float, freedom: float) -> float:
    """How many standard errors the interval of a look extends to either side, at its `variance`.

    The sequence holds for many clusters. For few it is widened as a single look's interval is, by Student's t over the
    normal: without that, 26 looks at 10 teams held the truth in 90% of the worst case measured, with it in 96%.
    """
    r = STEADY * planned**2 / variance
    return sqrt((r + 1) / r * log((r + 1) / ALPHA**2)) * to_t(SINGLE, freedom) / SINGLE


def to_t(z: float, freedom: float) -> float:
    """The quantile of Student's t, with `freedom` degrees, that is as rare as the normal's `z`.

    D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square distributions", Annals of Mathematical
    Statistics 30 (1959), turned around. Up to z = 3 it is within 1% from 6 degrees on, and beyond z = 1.6 never too short.
    """
    scaled = z * (8 * freedom + 3) / (8 * freedom + 1)
    return sqrt(freedom * (exp(scaled**2 / freedom) - 1))


def normal(probability: float) -> float:
    """The standard normal's quantile."""
    return NormalDist().inv_cdf(probability)


SINGLE = normal(1 - ALPHA / 2)
"""Standard errors of one look at many clusters."""


def _before(clusters: Sequence[Cluster]) -> NDArray[np.float64] | None:
    """The time before the start of every cluster, where it is known of all and differs within an arm."""
    known = [each.before for each in clusters if each.before is not None]
    if len(known) < len(clusters) or len(known) < ADJUSTED_FROM:
        return None
    arms = [{each.before for each in clusters if each.treated is arm} for arm in (True, False)]
    return np.array(known) if max(map(len, arms)) > 1 else None


def _difference(outcome: NDArray[np.float64], treated: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Value, its variance, and the degrees of freedom of that."""
    parts = [float(arm.var(ddof=1)) / len(arm) for arm in (outcome[treated], outcome[~treated])]
    value = float(outcome[treated].mean() - outcome[~treated].mean())
    return value, sum(parts), _welch(parts, [int(treated.sum()), int((~treated).sum())])


def _welch(parts: Sequence[float], sizes: Sequence[int]) -> float:
    """Degrees of freedom of a variance that is the sum of `parts` (B. L. Welch, 1947)."""
    below = sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return sum(parts) ** 2 / below if below else float(sum(sizes) - 2)


def _adjusted(
    outcome: NDArray[np.float64], before: NDArray[np.float64], treated: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Like `_difference`, less what one slope on `before`, common to both arms, foretells."""
    centred = before - np.where(treated, before[treated].mean(), before[~treated].mean())
    spread = float(np.square(centred).sum())
    slope = float((centred * outcome).sum()) / spread
    rest = outcome - slope * before
    value, variance, freedom = _difference(rest, treated)
    count = len(outcome)
    variance *= (count - 2) / (count - 3)
    apart = float(before[treated].mean() - before[~treated].mean())
    residual = rest - np.where(treated, rest[treated].mean(), rest[~treated].mean())
    return value, variance + apart**2 * float(np.square(residual).sum()) / (count - 3) / spread, freedom - 1
