"""What may be shown of small groups, so that nobody can be found by subtraction.

A figure below the threshold is not shown. Nor is one that would give a small figure away: what a reader subtracts
from the total must itself be nothing or large enough.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

THRESHOLD = 5
"""People that a figure stands for at least."""

Cell = TypeVar("Cell", bound=str)


def suppress(cells: Mapping[Cell, int], total: int, threshold: int = THRESHOLD) -> dict[Cell, int]:
    """The cells of a partition that may be shown beside its `total`, largest first.

    `cells` need not cover the total; who is in none of them counts among the hidden. The hidden together are at
    least `threshold` people, so that neither a single hidden cell nor "everybody" can be read off the rest: while
    they are fewer, the smallest shown cell is hidden as well.

    Raises:
        ValueError: the cells hold more people than `total`.
    """
    rest = total - sum(cells.values())
    if rest < 0:
        raise ValueError(f"the cells hold {-rest} people more than the total of {total}")
    shown = sorted(
        ((cell, n) for cell, n in cells.items() if n >= threshold), key=lambda pair: (-pair[1], pair[0])
    )
    while shown and total - sum(n for _, n in shown) < threshold:
        shown.pop()
    return dict(shown)


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
