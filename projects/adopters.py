"""Who took to a tool early: signs that can be said to the person's face, without a figure and without a rank. Pure."""

from collections.abc import Iterable, Set
from datetime import date, timedelta
from enum import StrEnum

EARLY_DAYS = 14
"""Days from the beginning within which somebody's first use is early."""

RETURNED_WEEKS = 2
"""Weeks of use without which a first try was a look, not a beginning (the funnel's "repeat")."""

STEADY_WEEKS, OF_WEEKS = 6, 8
"""Weeks with a use, of the last ones: two months in which hardly a week was missed, about the 66 days that a habit takes
(Lally et al. 2010)."""

BROAD_KINDS = 3
"""Things done with the tool, from which on it is known broadly."""

NAMING = 3
"""People who name somebody before it is a sign: one or two would be guessed."""

ANSWERING = 5
"""People who must have answered before anybody counts as named: of fewer, one could tell who named whom."""


class Sign(StrEnum):
    """Why somebody may be one to ask, the most telling first."""

    NAMED = "named"
    GLADLY = "gladly"
    EARLY = "early"
    STEADY = "steady"
    BROAD = "broad"


SAID = frozenset({Sign.NAMED, Sign.GLADLY})
"""What people said, colleagues or themselves. One of these is enough; of what usage shows it takes two."""


def signs(
    days: Iterable[date],
    kinds: Set[str],
    rolled_out_on: date,
    *,
    today: date,
    gladly: bool = False,
    named_by: int = 0,
    answered: int = 0,
) -> frozenset[Sign]:
    """The signs of one person: local dates and kinds of their uses, whether they said they would gladly tell others,
    and how many of the `answered` colleagues name them.

    Whoever colleagues name spreads more than whoever is picked at random or by place (Banerjee, Chandrasekhar, Duflo &
    Jackson 2019; Kim et al. 2015).
    """
    used = sorted({day for day in days if day <= today})
    found = set()
    if named_by >= NAMING and answered >= ANSWERING:
        found.add(Sign.NAMED)
    if gladly:
        found.add(Sign.GLADLY)
    if (
        used
        and used[0] - rolled_out_on < timedelta(days=EARLY_DAYS)
        and _weeks(used, today) >= RETURNED_WEEKS
    ):
        found.add(Sign.EARLY)
    if _weeks([day for day in used if today - day < timedelta(weeks=OF_WEEKS)], today) >= STEADY_WEEKS:
        found.add(Sign.STEADY)
    if len(kinds) >= BROAD_KINDS:
        found.add(Sign.BROAD)
    return frozenset(found)


def may_be_asked(found: Set[Sign]) -> bool:
    """Whether these signs are enough to ask somebody."""
    return bool(found & SAID) or len(found) >= 2


def in_order(found: Iterable[Sign]) -> list[Sign]:
    """The most telling first."""
    return sorted(found, key=list(Sign).index)


def _weeks(days: Iterable[date], today: date) -> int:
    """In how many weeks, counted back from today, there was a use."""
    return len({(today - day).days // 7 for day in days})
