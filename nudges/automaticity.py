"""How automatic a routine has become: the four items of the Self-Report Behavioural Automaticity Index. Pure.

Gardner, Abraham, Lally & de Bruijn (2012), "Towards parsimony in habit measurement", Int. J. Behav. Nutr. Phys. Act. 9:102:
each item is agreed to from 1 to 7, and the score is their mean.
"""

from collections.abc import Sequence
from datetime import date, timedelta

ITEMS = 4
LOWEST, HIGHEST = 1, 7

EVERY = timedelta(days=28)
"""Between two times of asking."""

GIVEN_UP = 2
"""Times in a row without an answer after which nobody is asked again."""

HIGH = 5.0
"""A score from which on a plateau counts as a habit."""

RISE = 0.5
"""A difference in score below which it no longer rises: half a point of seven is what one item moved by two makes."""


NOT_ANSWERED = "-"

Values = tuple[int | None, ...]


def read(answers: str) -> Values:
    """The values of the four items from one sign each, as `kept` wrote them."""
    return tuple(None if sign == NOT_ANSWERED else int(sign) for sign in answers)


def kept(values: Values) -> str:
    """The items as text, one sign each: a digit, or "-" where one is not answered."""
    return "".join(NOT_ANSWERED if value is None else str(value) for value in values)


def due(began: date, asked: Sequence[tuple[date, float | None]], today: date) -> bool:
    """Whether to ask again. `asked` are the earlier times, oldest first, with their score if all four were answered."""
    if [score for _, score in asked[-GIVEN_UP:]] == [None] * GIVEN_UP:
        return False
    last = asked[-1][0] if asked else began
    return today - last >= EVERY


def score(values: Sequence[int | None]) -> float | None:
    """The mean of the four items; None until all are answered.

    Raises:
        ValueError: there are not four items, or one lies outside the scale.
    """
    answered = [value for value in values if value is not None]
    if len(values) != ITEMS or not all(LOWEST <= value <= HIGHEST for value in answered):
        raise ValueError(f"give {ITEMS} items from {LOWEST} to {HIGHEST}, None for one not answered")
    return sum(answered) / ITEMS if len(answered) == ITEMS else None


def plateau(scores: Sequence[float]) -> bool:
    """Whether the latest two of these scores, oldest first, are high and no longer rise."""
    return len(scores) > 1 and scores[-2] >= HIGH <= scores[-1] and scores[-1] - scores[-2] < RISE
