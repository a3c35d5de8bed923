"""What a test can find, told before it starts: the smallest difference it would show four times out of five."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from nudges.effects import LEAST, SINGLE, normal, reach, to_t

POWER = 0.8
"""Chance that the smallest detectable difference is seen at the last look."""

STEPS = 20
"""Until the variance, which the difference itself changes, and the difference agree to a thousandth of a point."""

MOST = 10_000
"""Clusters in an arm beyond which nobody searches."""


@dataclass(frozen=True)
class Design:
    """A test as planned. The outcome is a person's share of weeks with use, 0–1.

    `sizes` are the people of each cluster (1 where people were drawn), `treated` the part of the clusters that is
    treated, 0–1. `icc`: how alike people of one cluster are, 0–1 (0: like strangers). `base`: the outcome without the
    test. `r2`: how much of the difference between clusters the time before the start foretells, 0–1. `looks`: how often
    the figures are looked at; from two on the interval holds for any number.
    """

    sizes: Sequence[float]
    treated: float
    base: float
    icc: float = 0.0
    r2: float = 0.0
    looks: int = 1

    @property
    def arms(self) -> tuple[int, int]:
        """Treated and untreated clusters."""
        treated = round(len(self.sizes) * self.treated)
        return treated, len(self.sizes) - treated

    def error(self, gain: float = 0.0) -> float:
        """Standard error of the difference at the end, where the treated are `gain` higher; infinite with an empty arm.

        As if each person's weeks were all alike, and no outcome varied less than `base`: never too small.
        """
        each = sum(self.icc + (1 - self.icc) / size for size in self.sizes) / len(self.sizes)
        higher = max(self.base, min(self.base + gain, 0.5))
        return sqrt(
            sum(
                (1 - self.r2) * share * (1 - share) * each / count if count else inf
                for count, share in zip(self.arms, (higher, self.base), strict=True)
            )
        )


def detectable(design: Design, power: float = POWER) -> float:
    """The smallest difference, 0–1, that the test's last look tells from none with chance `power`.

    For clusters of unequal size and few of them: as in S. Bloom, "The core analytics of randomized experiments for social
    research" (2006), with the quantile of the sequence of looks in place of a single look's. Infinite if an arm has no
    variance of its own.
    """
    if min(design.arms) < LEAST:
        return inf
    freedom = sum(design.arms) - 2 - (design.r2 > 0)
    planned = design.error()
    needed = reach(planned**2, planned, freedom) if design.looks > 1 else to_t(SINGLE, freedom)
    gain = 0.0
    for _ in range(STEPS):
        gain = design.error(gain) * (needed + to_t(normal(power), freedom))
    return gain


def enough(design: Design, worth: float) -> int | None:
    """Clusters per arm, arms alike and clusters of these sizes, for which `worth` would be detectable; None beyond MOST."""
    size = len(design.sizes) / sum(1 / each for each in design.sizes)

    def finds(count: int) -> bool:
        alike = Design([size] * (2 * count), 0.5, design.base, design.icc, design.r2, design.looks)
        return detectable(alike) <= worth

    low, high = LEAST, MOST
    if not finds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if finds(middle) else (middle + 1, high)
    return low
