"""What the product would know of a simulated person, and what a way of coaching may be asked. The world is not seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from nudges import automaticity
from nudges.calendar import WorkWeek
from nudges.choice import Chosen
from nudges.eligibility import Option
from nudges.learning import Belief, Context
from nudges.plan import Found, Lever, Send
from nudges.practice import WEEK, Practice, Told, weeks_of
from nudges.rule import Rule
from nudges.simulation.world import FIRST_DAY, Message
from nudges.testimonials import Near, Story

ZONE = "Europe/Paris"
HOURS = WorkWeek(ZONE)
RULE = Rule()


def morning(day: date) -> datetime:
    """When people are looked after."""
    return RULE.on(day, HOURS)


@dataclass
class View:
    """One person. `said` is the day on which they last read each wording, `heard` the roots of stories.

    `past` are the kinds of message that had their turn since the routine began, `sent` when one left, `told` the
    check-ins, `scales` when automaticity was asked and what it came to, `questions` whether each question, scale or
    story got an answer, `nudged` the days of nudges but the first of a routine; all oldest first. `done` are the levers
    of which they were told, or asked. `left`: the routine is
    over.
    """

    person: int
    near: Near
    found: tuple[Found, ...]
    ends_on: date | None
    past: list[Send] = field(default_factory=list)
    sent: list[datetime] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    scales: list[tuple[date, float | None]] = field(default_factory=list)
    questions: list[tuple[date, bool]] = field(default_factory=list)
    nudged: list[date] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    done: set[Lever] = field(default_factory=set)
    recovered_on: date | None = None
    left: bool = False

    def rested(self, day: int) -> dict[str, int]:
        return {name: day - last for name, last in self.said.items()}

    def recent(self, today: date, used: Sequence[date]) -> bool | None:
        """As `nudges.known` tells it."""
        practice = self.practice(today, used)
        if practice and practice.known:
            return practice.known[-1].kept
        return any(today - WEEK <= day for day in used) if used else None

    def practice(self, today: date, used: Sequence[date]) -> Practice | None:
        """The routine under way, as `nudges.known` puts it together; `used` are the days on which use was seen."""
        if self.ends_on is None:
            return None
        scores = [score for _, score in self.scales if score is not None]
        return Practice(
            self.ends_on,
            weeks_of(FIRST_DAY, self.told, used, today),
            silent=bool(self.told) and self.told[-1].answer is None,
            recovered_on=self.recovered_on,
            score=scores[-1] if scores else None,
            plateau=automaticity.plateau(scores),
            scaled_on=self.scales[-1][0] if self.scales else None,
            scale_due=automaticity.due(FIRST_DAY, self.scales, today),
        )


@dataclass(frozen=True)
class Picked:
    """A choice that was made by chance, as it is logged; `options` are empty where it was whether and when to write."""

    person: int
    day: int
    context: Context
    chosen: Chosen
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What somebody gets, if anything, `wait` days from now, and on which day they are looked at again (None: never)."""

    message: Message | None
    again: int | None
    picked: tuple[Picked, ...] = ()
    wait: int = 0


class Policy(Protocol):
    """One way of coaching; made anew for each organisation. `watched`: it sees the days of use."""

    watched: bool

    def decide(
        self, view: View, day: int, today: date, stories: Sequence[Story], used: Sequence[date]
    ) -> Decided: ...

    def learn(self, belief: Belief) -> None: ...


def worded(view: View, day: int, option: Option) -> Message:
    """A nudge in these words, which the person has read from now on."""
    last = view.said.get(option.name)
    view.said[option.name] = day
    return Message(Send.NUDGE, option.blocker, option.name, option.tone, None if last is None else day - last)
