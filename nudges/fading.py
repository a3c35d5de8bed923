"""How far apart the questions about a routine are: rarer as it holds. Pure."""

from collections.abc import Sequence
from itertools import takewhile

GAPS = (1, 2, 4)
"""Weeks from one question to the next, step by step."""

FIRST_STEP, SECOND_STEP = 3, 7
"""Weeks kept in a row after which a question is a step rarer: every question kept, the gaps are 1, 1, 2, 2, 4."""

AUTOMATIC = 5.0
"""An automaticity, 1 to 7, from which on a routine needs us less: agreement rather than the scale's middle of 4."""


def gap_weeks(kept: Sequence[bool], score: float | None = None, *, by_itself: bool = False) -> int:
    """Weeks to the next question, 1, 2 or 4, after these weeks, oldest first.

    A routine that runs `by_itself`, or whose automaticity is high, is a step ahead as long as it is kept.
    """
    run = sum(1 for _ in takewhile(bool, reversed(kept)))
    if run == 0:
        return GAPS[0]
    step = (run >= FIRST_STEP) + (run >= SECOND_STEP)
    ahead = by_itself or (score is not None and score >= AUTOMATIC)
    return GAPS[min(step + ahead, len(GAPS) - 1)]
