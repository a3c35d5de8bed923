"""Ways of coaching the same people: on a fixed schedule, at random, and as in production, by the same functions.

A policy sees what the product would know of a person, never what the world hides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Protocol

from content.blockers import CAUSES, Blocker
from nudges import content
from nudges.calendar import WorkWeek
from nudges.choice import Chosen, draw, whether
from nudges.eligibility import Facts, Option
from nudges.learning import HOLD, Belief, Context
from nudges.pace import MOST, USUAL, History, allowed
from nudges.pack import After, Occasion
from nudges.plan import NO_NUDGE, Answer, Found, Practice, Send, Situation, decide, story_answers
from nudges.rule import Rule
from nudges.simulation.tastes import Tastes
from nudges.simulation.world import WEEK, Message
from nudges.testimonials import Story, matching

ZONE = "Europe/Paris"
HOURS = WorkWeek(ZONE)
RULE = Rule()


def morning(day: date) -> datetime:
    """When people are looked after."""
    return RULE.on(day, HOURS)


@dataclass
class View:
    """What is known of one person. `said` is the day on which they last read each wording, `heard` the stories.

    `answers` are those to check-ins, oldest first, None while there is none.
    """

    person: int
    role: str
    found: tuple[Found, ...]
    ends_on: date | None
    past: list[Send] = field(default_factory=list)
    sent: list[datetime] = field(default_factory=list)
    answers: list[Answer | None] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)

    @property
    def ignored(self) -> int:
        """How many of the latest check-ins in a row got no answer."""
        return next((back for back, answer in enumerate(reversed(self.answers)) if answer), len(self.answers))

    def rested(self, day: int) -> dict[str, int]:
        return {name: day - last for name, last in self.said.items()}


@dataclass(frozen=True)
class Picked:
    """A choice that was made by chance, as it is logged; `options` are empty where it was whether to write."""

    person: int
    day: int
    context: Context
    chosen: Chosen
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What somebody gets today, if anything, and on which day they are looked at again (None: never)."""

    message: Message | None
    again: int | None
    picked: tuple[Picked, ...] = ()


class Policy(Protocol):
    """One way of coaching; made anew for each organisation."""

    def decide(self, view: View, day: int, today: date, stories: Sequence[Story]) -> Decided: ...

    def learn(self, belief: Belief) -> None: ...


class Fixed:
    """A reminder of the routine every Monday, in turn from the general pack; every other time a check-in if `asks`."""

    def __init__(self, *, asks: bool = False) -> None:
        self._asks = asks

    def decide(self, view: View, day: int, today: date, stories: Sequence[Story]) -> Decided:  # noqa: ARG002
        week = day // WEEK
        if self._asks and view.ends_on and week % 2:
            return Decided(Message(Send.CHECK_IN, Blocker.HABIT), day + WEEK)
        options = content.options(Blocker.HABIT, Facts(routine=view.ends_on is not None))
        return Decided(_said(view, day, options[week % len(options)]), day + WEEK)

    def learn(self, belief: Belief) -> None:
        """It does not."""


class Anything:
    """Once a week on average, anything at all: a nudge for any obstacle, a check-in or a story."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def decide(self, view: View, day: int, today: date, stories: Sequence[Story]) -> Decided:
        rng, again = self._rng, day + 1 if today.isoweekday() < 5 else day + 3
        if rng.random() >= 0.2:
            return Decided(None, again)
        told = [story for story in stories if story.author_id != str(view.person)]
        kinds = [Send.NUDGE, *([Send.CHECK_IN] if view.ends_on else []), *([Send.SHARE] if told else [])]
        match rng.choice(kinds):
            case Send.CHECK_IN:
                return Decided(Message(Send.CHECK_IN, Blocker.HABIT), again)
            case Send.SHARE:
                return Decided(Message(Send.SHARE, rng.choice(told).blocker), again)
        blocker = rng.choice([cause for cause in CAUSES if cause not in NO_NUDGE])
        options = content.options(blocker, Facts(routine=view.ends_on is not None))
        return Decided(_said(view, day, rng.choice(options)), again)

    def learn(self, belief: Belief) -> None:
        """It does not."""


Draw = Callable[[Sequence[Option], Belief, Context, Random], Chosen]


def alike(options: Sequence[Option], belief: Belief, context: Context, rng: Random) -> Chosen:  # noqa: ARG001
    """Any wording that fits."""
    return Chosen(rng.choice(options).name, {option.name: 1 / len(options) for option in options})


def best_of(tastes: Tastes) -> Draw:
    """The best wording that fits, as only the world knows it: no learning can do better."""

    def best(options: Sequence[Option], belief: Belief, context: Context, rng: Random) -> Chosen:  # noqa: ARG001
        role = context.persona or ""
        chosen = max(options, key=lambda each: tastes.liked(each.name, each.tone, each.rested, role))
        return Chosen(chosen.name, {chosen.name: 1.0})

    return best


class Ours:
    """As in `nudges.coaching`. `wording` chooses among what fits; `holds`: some nudges are held back, to learn from it."""

    def __init__(self, rng: Random, wording: Draw = draw, *, holds: bool = True) -> None:
        self._rng, self._wording, self._holds = rng, wording, holds
        self._belief = Belief()

    def learn(self, belief: Belief) -> None:
        self._belief = belief

    def decide(self, view: View, day: int, today: date, stories: Sequence[Story]) -> Decided:
        now = morning(today)
        obstacles = story_answers(view.found)
        story = matching(
            stories, person_id=str(view.person), obstacles=obstacles, heard=view.heard, lang="fr", today=today
        )
        practice = Practice(view.ends_on, tuple(view.answers)) if view.ends_on else None
        history = History(
            timezone=ZONE,
            sent=tuple(view.sent[-MOST:]),
            ignored=view.ignored,
            per_week=MOST if practice and not view.past else USUAL,
        )
        situation = Situation(
            now=now,
            week=HOURS,
            rule=RULE,
            verdict=allowed(history, now),
            findings=view.found,
            practice=practice,
            past=tuple(view.past),
            story=story is not None,
        )
        decision = decide(situation)
        again = day + (decision.again.date() - today).days if decision.again else None
        if decision.ends_routine:
            view.ends_on = None
        match decision.send:
            case Send.SHARE if story:
                view.heard.add(story.id)
                return Decided(Message(Send.SHARE, story.blocker), again)
            case Send.CHECK_IN:
                return Decided(Message(Send.CHECK_IN, Blocker.HABIT), again)
            case Send.NUDGE:
                return self._nudge(view, day, decision.blocker, again)
        return Decided(None, again)

    def _nudge(self, view: View, day: int, blocker: Blocker, again: int | None) -> Decided:
        last = view.answers[-1:] if view.past and view.past[-1] is Send.CHECK_IN else []
        after = {Answer.MISSED: After.MISS, None: After.SILENCE}.get(last[0]) if last else None
        facts = Facts(
            routine=view.ends_on is not None, first=not view.past, after=after, rested=view.rested(day)
        )
        options = content.options(blocker, facts)
        if not options:
            return Decided(None, again)
        context = Context(blocker, facts.occasion, after, None, view.role)
        picked: list[Picked] = []
        if self._holds and facts.occasion is not Occasion.FIRST:
            chosen = whether(self._belief, context, self._rng)
            picked.append(Picked(view.person, day, context, chosen))
            if chosen.name == HOLD:
                view.past.append(Send.NUDGE)
                return Decided(None, again, tuple(picked))
        chosen = self._wording(options, self._belief, context, self._rng)
        picked.append(Picked(view.person, day, context, chosen, tuple(options)))
        option = next(option for option in options if option.name == chosen.name)
        return Decided(_said(view, day, option), again, tuple(picked))


def _said(view: View, day: int, option: Option) -> Message:
    last = view.said.get(option.name)
    view.said[option.name] = day
    return Message(Send.NUDGE, option.blocker, option.name, option.tone, None if last is None else day - last)
