"""What a testimonial did, as its author is told: in steps, so that nobody's answer can be read off the figure. Pure."""

from collections.abc import Collection, Iterable

STEP = 5
"""People a figure is rounded down to: the least that is told at all, and the least by which it moves."""


def reach(reactions: Iterable[str | None]) -> int | None:
    """How many people at least said that a story is theirs too ("me"); None while they are too few to tell."""
    told = sum(reaction == "me" for reaction in reactions)
    return told - told % STEP or None


def step_taken(reactions: Collection[str | None], more: int) -> int | None:
    """`reach`, if it was less before the last `more` said so; else None."""
    told = sum(reaction == "me" for reaction in reactions)
    return reach(reactions) if told % STEP < more else None
