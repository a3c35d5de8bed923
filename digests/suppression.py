"""What may be shown of small groups, so that nobody can be found by subtraction.

A figure below the threshold is not shown. Nor is one that would give a small figure away: what a reader subtracts
from the total must itself be nothing or large enough.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

THRESHOLD = 5
"""People that a figure stands for at least."""

Cell = TypeVar("Cell", bound=str)


def suppress_chain(
    counts: Mapping[Cell, int], known: Iterable[int], threshold: int = THRESHOLD
) -> dict[Cell, int]:
    """The stages of a nested chain that may be shown beside the `known` totals around it.

    `counts` come in the order of what matters most; of two stages that lie too close together, the first is shown. A
    stage is shown when it is large enough and when its distance to every figure already there is nothing or large enough.
    """
    shown: dict[Cell, int] = {}
    figures = list(known)
    for stage, n in counts.items():
        if n >= threshold and all(n == other or abs(n - other) >= threshold for other in figures):
            shown[stage] = n
            figures.append(n)
    return shown


def may_split(part: int, total: int, threshold: int = THRESHOLD) -> bool:
    """Whether `part` of `total` may be shown: both it and what is left are large enough."""
    return part >= threshold and total - part >= threshold
