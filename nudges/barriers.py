"""What stands in the way of several people and has to be mended by somebody: when it may be told, and to whom. Pure.

Nobody is named and nothing is counted. That an item is there says two things only: at least a threshold of people share
it, and at least as many who answered do not. A group is looked at anew only when a threshold of people have answered
since it was last looked at, so that whoever knows who answered in between cannot tell which of them it was.
"""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.blockers import Blocker
from nudges.plan import BARRIERS, LEVERS, Lever

TOLD = frozenset(
    {
        Lever.LEADERS_WHY,
        Lever.CO_DECIDED_RULES,
        Lever.DATA_SHEET,
        Lever.PROTECTED_SLOT,
        Lever.ONE_TASK_SHOWN,
    }
)
"""Levers that are a text of the organisation's own: nobody else can write it."""

TWO_WEEKS = timedelta(days=14)
"""Until when somebody who takes an item has it mended, unless they say otherwise."""


@dataclass(frozen=True)
class Given:
    """When somebody answered an interview last, and what was confirmed by it and is still there."""

    person_id: str
    at: datetime
    confirmed: frozenset[Blocker]


def may_look(answers: Iterable[Given], last: datetime | None, threshold: int) -> bool:
    """Whether a group may be looked at: a threshold of its people have answered since the last look.

    For the first look it takes two, since nothing could be said of fewer.
    """
    if last is None:
        return sum(1 for _ in answers) >= 2 * threshold
    return sum(given.at > last for given in answers) >= threshold


def shared(answers: Collection[Given], threshold: int, named: Mapping[Blocker, Set[str]]) -> list[Blocker]:
    """The obstacles of which it may be said that they are shared, in the order in which they have to be lifted.

    Who is known by name to have one, having agreed to that, does not count: the others would be fewer than said.
    """
    found = []
    for blocker in LEVERS:
        counted = [given for given in answers if given.person_id not in named.get(blocker, frozenset())]
        sharing = sum(blocker in given.confirmed for given in counted)
        if sharing >= threshold and len(counted) - sharing >= threshold:
            found.append(blocker)
    return found


def to_mend(found: Iterable[Blocker]) -> list[Blocker]:
    """Of what is shared, what somebody has to mend before anybody is nudged."""
    return [blocker for blocker in found if blocker in BARRIERS]


def to_write(found: Iterable[Blocker], material: Set[Lever]) -> list[Lever]:
    """Of what is shared, the levers that wait for a text that nobody has written yet."""
    return [LEVERS[blocker] for blocker in found if LEVERS[blocker] in TOLD - material]
