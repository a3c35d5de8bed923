"""The kinds of message that nobody asks for: for how long each is of use, and what goes first when the week is full.

What is unasked is `paced`: it counts in the weekly budget, and waits for a moment at which the person works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class Rank(IntEnum):
    """What goes first where only some of what waits may leave, the lowest number before the others."""

    INVITATION = 0
    CHECK_IN = 1
    DIGEST = 2
    STORY = 3
    NUDGE = 4


THE_DAY = timedelta(hours=12)
"""Coaching is of use on its day."""


@dataclass(frozen=True)
class Kind:
    """`useful`: how long after its moment a message is still worth sending, unless whoever posts it says so.

    `repeated`: where nobody can tell whether it arrived, it is sent once more; else it is dropped.
    `begun`: it says what became of something that the person began.
    """

    rank: Rank
    useful: timedelta = THE_DAY
    repeated: bool = False
    begun: bool = False


KINDS: Mapping[str, Kind] = {
    "action.ask": Kind(Rank.CHECK_IN, timedelta(days=14)),
    "action.reminder": Kind(Rank.STORY, timedelta(days=7)),
    "action.told": Kind(Rank.CHECK_IN, timedelta(days=14)),
    "action.yours": Kind(Rank.STORY, timedelta(days=14), repeated=True),
    "champion.card": Kind(Rank.NUDGE, timedelta(days=28)),
    "champion.invite": Kind(Rank.STORY, timedelta(days=21), repeated=True),
    "champion.outcome": Kind(Rank.STORY, timedelta(days=28), repeated=True, begun=True),
    "champion.proposal": Kind(Rank.STORY, timedelta(days=28), repeated=True),
    "champion.question": Kind(Rank.NUDGE, timedelta(days=10)),
    "champion.reach": Kind(Rank.NUDGE, timedelta(days=21)),
    "interview.invite": Kind(Rank.INVITATION, timedelta(days=21), repeated=True),
    "interview.reminder": Kind(Rank.INVITATION, timedelta(days=3), repeated=True),
    "lever.tell": Kind(Rank.CHECK_IN),
    "lever.news": Kind(Rank.CHECK_IN, timedelta(days=28), begun=True),
    "routine.check_in": Kind(Rank.CHECK_IN),
    "routine.close": Kind(Rank.CHECK_IN),
    "routine.graduation": Kind(Rank.CHECK_IN),
    "routine.scale": Kind(Rank.CHECK_IN),
    "digest.several": Kind(Rank.DIGEST, timedelta(days=4)),
    "digest.weekly": Kind(Rank.DIGEST, timedelta(days=4)),
    "idea.answered": Kind(Rank.STORY, timedelta(days=28), repeated=True, begun=True),
    "idea.hidden": Kind(Rank.STORY, timedelta(days=28), repeated=True, begun=True),
    "barrier.item": Kind(Rank.STORY, timedelta(days=28), repeated=True),
    "barrier.reminder": Kind(Rank.STORY, timedelta(days=7)),
    "lever.missing": Kind(Rank.STORY, timedelta(days=28)),
    "manager.nudge": Kind(Rank.STORY, timedelta(days=14)),
    "testimonial.review": Kind(Rank.STORY, timedelta(days=28), repeated=True),
    "testimonial.outcome": Kind(Rank.STORY, timedelta(days=28), repeated=True, begun=True),
    "testimonial.reader": Kind(Rank.STORY, timedelta(days=28), repeated=True),
    "testimonial.share": Kind(Rank.STORY),
    "routine.comeback": Kind(Rank.NUDGE),
    "question.answered": Kind(Rank.STORY, timedelta(days=28), repeated=True),
    "question.closed": Kind(Rank.NUDGE, timedelta(days=14), repeated=True),
    "question.put": Kind(Rank.STORY, timedelta(days=14), repeated=True),
    "routine.nudge": Kind(Rank.NUDGE),
}
"""By intent. An invitation outlives a pause of two weeks, and a digest is near the next one after four days."""

PASSING = frozenset({"routine.nudge", "routine.check_in", "routine.comeback", "routine.scale"})
"""What is planned under a key that stands for one day: nothing is planned under it again once that is over."""


class Held(StrEnum):
    """Why nothing is sent to somebody at a moment that was meant for it. None says anything of what they told."""

    STOPPED = "stopped"
    PAUSED = "paused"
    BUDGET = "budget"
    HOURS = "hours"
    LATE = "late"
    NOTHING = "nothing"
    BROKEN = "broken"


def rank_of(intent: str) -> Rank:
    return KINDS[intent].rank if intent in KINDS else Rank.NUDGE


def keeps_to_wish(intent: str) -> bool:
    """Whether it waits for the weeks that somebody who wishes to be written to less often has asked for.

    An interview's invitation and reminder do not: there are six weeks between two interviews, and without them nobody
    is listened to. Nor does what became of something that the person began: they were told that they would hear of it.
    """
    return rank_of(intent) > Rank.INVITATION and not (intent in KINDS and KINDS[intent].begun)
