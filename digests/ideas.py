"""Ideas on a project's board: what may be said, in which order they stand, and how many support one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from content.promises import LEAST_FIGURES

SHORTEST, LONGEST, LONGEST_COMMENT, LONGEST_REASON = 10, 400, 300, 400
"""Characters of an idea, of what is added to one, and of what a lead says of one."""

TOP = 3
"""Ideas that a digest shows."""


class Problem(StrEnum):
    """Why something is not taken."""

    GONE = "gone"
    NOT_A_MEMBER = "not_a_member"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_CONSENT = "no_consent"
    TWICE = "twice"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    NO_REASON = "no_reason"


class Order(StrEnum):
    """How a board is read: the newest first, the most supported, or what no lead has answered, the oldest first."""

    NEW = "new"
    TOP = "top"
    OPEN = "open"


@dataclass(frozen=True)
class Line:
    """An idea with those joined to it. `support` is as `told` has it."""

    id: str
    open: bool
    proposed_at: datetime
    support: int | None


def told(count: int) -> int | None:
    """How many supported an idea when it was last counted; None for fewer than a figure may be of."""
    return count if count >= LEAST_FIGURES else None


def ordered(lines: Sequence[Line], order: Order) -> list[Line]:
    """Ideas of which fewer support each than may be told stand by their age alone: their order would tell."""
    if order is Order.OPEN:
        return sorted((line for line in lines if line.open), key=lambda line: (line.proposed_at, line.id))
    newest = sorted(lines, key=lambda line: (line.proposed_at, line.id), reverse=True)
    return newest if order is Order.NEW else sorted(newest, key=lambda line: -(line.support or 0))


def flaw(text: str, shortest: int, longest: int) -> Problem | None:
    """What is wrong with the length of a text without its outer spaces."""
    if len(text) < shortest:
        return Problem.TOO_SHORT
    return Problem.TOO_LONG if len(text) > longest else None
