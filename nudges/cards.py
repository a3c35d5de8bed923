"""The kit of whoever helps colleagues with a tool: a card at a time, with when, what to say and how long it takes. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

from content.catalog import Catalog

WEEKLY_MINUTES = 120
"""What is asked of a champion in a week, at most; more is theirs to decide."""


@dataclass(frozen=True)
class Card:
    """`key` names its words in the kit; `minutes` is about what it takes."""

    key: str
    minutes: int


CARDS = (
    Card("say_so", 10),
    Card("beside", 30),
    Card("hiccup", 10),
    Card("listen", 20),
    Card("one_thing", 20),
    Card("their_no", 10),
    Card("pass_on", 15),
    Card("hand_over", 15),
)
"""In the order in which they are sent."""

WEEKLY_CARDS = 4
"""Cards that come in consecutive weeks; the later ones come every other week."""


def following(sent: int) -> timedelta | None:
    """How long after the card that was the `sent`-th the next one is due; None after the last."""
    if sent >= len(CARDS):
        return None
    return timedelta(weeks=1 if sent < WEEKLY_CARDS else 2)


@cache
def kit() -> Catalog:
    """The words of the cards. Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("nudges") / "kit")
