"""Ways of coaching that ours is held against: on a fixed schedule, and at random."""

from collections.abc import Sequence
from datetime import date
from random import Random

from content.blockers import CAUSES, Blocker
from nudges import content
from nudges.eligibility import Facts
from nudges.learning import Belief
from nudges.plan import NO_NUDGE, Send
from nudges.simulation.view import Decided, View, worded
from nudges.simulation.world import WEEK, Message
from nudges.testimonials import Story


class Fixed:
    """A reminder of the routine every Monday, in turn from the general pack; every other time a check-in if `asks`."""

    watched = False

    def __init__(self, *, asks: bool = False) -> None:
        self._asks = asks

    def decide(
        self,
        view: View,
        day: int,
        today: date,  # noqa: ARG002
        stories: Sequence[Story],  # noqa: ARG002
        used: Sequence[date],  # noqa: ARG002
    ) -> Decided:
        week = day // WEEK
        if self._asks and view.ends_on and week % 2:
            return Decided(Message(Send.CHECK_IN, Blocker.HABIT), day + WEEK)
        options = content.options(Blocker.HABIT, Facts(routine=view.ends_on is not None))
        return Decided(worded(view, day, options[week % len(options)]), day + WEEK)

    def learn(self, belief: Belief) -> None:
        """It does not."""


class Anything:
    """Once a week on average, anything at all: a nudge for any obstacle, a check-in or a story."""

    watched = False

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def decide(
        self,
        view: View,
        day: int,
        today: date,
        stories: Sequence[Story],
        used: Sequence[date],  # noqa: ARG002
    ) -> Decided:
        rng, again = self._rng, day + 1 if today.isoweekday() < 5 else day + 3
        if rng.random() >= 0.2:
            return Decided(None, again)
        told = [story for story in stories if story.author_id != str(view.person)]
        kinds = [Send.NUDGE, *([Send.CHECK_IN] if view.ends_on else []), *([Send.SHARE] if told else [])]
        match rng.choice(kinds):
            case Send.CHECK_IN:
                return Decided(Message(Send.CHECK_IN, Blocker.HABIT), again)
            case Send.SHARE:
                return Decided(Message(Send.SHARE, rng.choice(told).blockers[0]), again)
        blocker = rng.choice([cause for cause in CAUSES if cause not in NO_NUDGE])
        options = content.options(blocker, Facts(routine=view.ends_on is not None))
        return Decided(worded(view, day, rng.choice(options)), again)

    def learn(self, belief: Belief) -> None:
        """It does not."""
