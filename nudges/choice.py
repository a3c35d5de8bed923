"""Which wording of a nudge: the one this person has not seen for longest, now and then any other.

The chance of every choice is returned and kept, so that what worked can be told from what was merely shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

EXPLORED = 0.1
"""Part of the choices, at least, that any eligible variant may get."""


@dataclass(frozen=True)
class Chosen:
    """`propensity` is the probability, above 0 and up to 1, with which this variant was to be drawn."""

    variant: str
    propensity: float


def choose(eligible: Sequence[str], last_used: Mapping[str, date], rng: Random) -> Chosen:
    """One of `eligible`; a variant that was never used comes before all others.

    Raises:
        ValueError: nothing is eligible.
    """
    if not eligible:
        raise ValueError("no variant is eligible; give at least one")
    oldest = min(last_used.get(variant, date.min) for variant in eligible)
    rested = [variant for variant in eligible if last_used.get(variant, date.min) == oldest]
    variant = rng.choice(list(eligible) if rng.random() < EXPLORED else rested)
    propensity = EXPLORED / len(eligible) + (1 - EXPLORED) * (variant in rested) / len(rested)
    return Chosen(variant, propensity)
