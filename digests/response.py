"""How many answer, in words: most, about half, fewer. A count would point at who has not."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LOOSE = 2
"""By how many people each group may at least differ, for all that can be calculated."""


class Band(StrEnum):
    """What part of a group has answered: two thirds and more, a third and more, less."""

    MOST = "most"
    HALF = "half"
    FEW = "few"


@dataclass(frozen=True)
class Stratum:
    """A group of people, and how much of it has answered."""

    name: str
    band: Band


def band(answered: int, of: int) -> Band:
    if answered * 3 >= of * 2:
        return Band.MOST
    return Band.HALF if answered * 3 >= of else Band.FEW


def strata(answered: Mapping[str, int], places: Mapping[str, int], total: int, k: int) -> tuple[Stratum, ...]:
    """The groups of at least 2k people, by band; none at all if their bands and the `total` would pin one of them down.

    `answered` and `places` are people by group, who answered and altogether; `total` is how many answered in all groups.
    """
    known = {name: n for name, n in sorted(places.items()) if n >= 2 * k}
    ranges = {name: _range(band(answered.get(name, 0), n), n) for name, n in known.items()}
    others = sum(n for name, n in places.items() if name not in known)
    least = sum(low for low, _ in ranges.values())
    most = sum(high for _, high in ranges.values()) + others
    for low, high in ranges.values():
        widest = min(high, total - (least - low)) - max(low, total - (most - high))
        if widest < LOOSE:
            return ()
    return tuple(Stratum(name, band(answered.get(name, 0), n)) for name, n in known.items())


def _range(told: Band, of: int) -> tuple[int, int]:
    """The fewest and the most who can have answered."""
    third, most = -(-of // 3), -(-of * 2 // 3)
    return {Band.FEW: (0, third - 1), Band.HALF: (third, most - 1), Band.MOST: (most, of)}[told]
