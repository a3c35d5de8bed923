"""The kinds of message that nobody asks for, beyond coaching, which is of use on its day only.

What is unasked is `paced`: it counts in the weekly budget, and waits for a moment at which the person works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True)
class Kind:
    """`useful`: how long after its moment a message is still worth sending.

    `repeated`: where nobody can tell whether it arrived, it is sent once more; else it is dropped.
    """

    useful: timedelta
    repeated: bool = False


KINDS: Mapping[str, Kind] = {
    "interview.invite": Kind(timedelta(days=21), repeated=True),
    "interview.reminder": Kind(timedelta(days=3), repeated=True),
    "testimonial.review": Kind(timedelta(days=28), repeated=True),
    "testimonial.outcome": Kind(timedelta(days=28), repeated=True),
    "digest.weekly": Kind(timedelta(days=4)),
}
"""By intent. An invitation outlives a pause of two weeks, and a digest is near the next one after four days."""

PASSING = frozenset({"routine.nudge", "routine.check_in"})
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
