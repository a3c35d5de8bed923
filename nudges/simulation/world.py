"""What happens day by day: people use the tool or not, habits grow, messages help and annoy, colleagues are looked at.

All chances are drawn beforehand from the seed, by person and day: two ways of coaching differ only by what they do.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from content.blockers import Blocker
from nudges.automaticity import HIGHEST, LOWEST
from nudges.pack import Tone
from nudges.plan import Found, Send
from nudges.practice import Answer
from nudges.simulation.figures import Figures
from nudges.simulation.people import BLOCKED, Flags, Floats, Indices, People
from nudges.simulation.tastes import Tastes

FIRST_DAY = date(2026, 3, 2)
"""A Monday."""

WEEK = 7

ABOUT_A_CAUSE = frozenset({Send.TELL, Send.NUDGE, Send.SHARE})
"""Messages that are about an obstacle; others are about the routine, and fit everybody alike."""


@dataclass(frozen=True)
class Message:
    """What somebody is sent; `rested` are the days since they last read the same wording, None if they never did."""

    kind: Send
    blocker: Blocker
    variant: str = ""
    tone: Tone = Tone.PLAIN
    rested: int | None = None


class World:
    """One organisation while it is coached in one way, for `days` days. What is hidden has a leading underscore."""

    def __init__(self, who: People, figures: Figures, early: Indices, days: int, seed: int) -> None:
        count, rng = len(who), np.random.default_rng([seed, 3])
        self.people, self.early = who, early
        self.out = np.zeros(count, dtype=bool)
        self.used = np.zeros((days, count), dtype=bool)
        self.sent: list[tuple[int, int, Message]] = []
        self._figures = figures
        self._task = rng.random((days, count)) < figures.days_of_task
        self._uses, self._leaves, self._answers, self._mends = rng.random((4, days, count)).astype(np.float64)
        self._base, self._habit = who.base.copy(), np.zeros(count)
        self._blocked = np.array([cause in BLOCKED for cause in who.cause])
        self._obstacle = who.obstacle.copy()
        self._base[early] += figures.seeds.use
        self._habit[early], self._obstacle[early] = figures.seeds.habit, 0.0
        self._fitted, self._lift, self._weight = np.zeros(count), np.zeros(count), np.zeros(count)
        self._annoyed, self._watched_until = np.zeros(count), np.full(count, -1)
        self.tastes = Tastes(figures.reminder, seed)

    def day(self, number: int) -> date:
        return FIRST_DAY + timedelta(days=number)

    def mended(self, person: int) -> bool:
        """Whether nothing that others have to lift is (any more) in this person's way."""
        return not self._blocked[person]

    def take(self, person: int, day: int, message: Message) -> None:
        """Somebody reads a message in the morning of the day; they may opt out, there and then."""
        use, reminder, annoyance = self._figures.use, self._figures.reminder, self._figures.annoyance
        self.sent.append((day, person, message))
        right = message.blocker is self.people.cause[person] and person not in self.early
        plain = message.kind not in ABOUT_A_CAUSE or message.blocker in (Blocker.HABIT, Blocker.NONE)
        blocked, fits = bool(self._blocked[person]), right or plain
        if not blocked:
            lift = (
                reminder.lift
                * (1.0 if fits else reminder.unfit)
                * np.exp(-reminder.fading * self._weight[person])
            )
            self._lift[person] += lift * self._wording(person, message)
        if right and not blocked and message.kind in ABOUT_A_CAUSE:
            stronger = use.story if message.kind is Send.SHARE else 1.0
            self._fitted[person] += min(use.tailored_share * stronger, 1.0) * (1 - self._fitted[person])
        self._weight[person] += 1
        self._annoyed[person] += self.people.sensitive[person] * (
            1.0 if fits and not blocked else annoyance.unfit
        )
        hazard = annoyance.leaving * np.exp(annoyance.slope * self._annoyed[person])
        self.out[person] |= self._leaves[day, person] < hazard

    def answer(self, person: int, day: int) -> Answer | None:
        """To "did it happen?", by the end of the day it was asked."""
        figures, chance, drawn = self._figures, self._answering(person), self._answers[day, person]
        if drawn >= chance:
            return None
        self._watched_until[person] = day + WEEK
        since = slice(max(day - WEEK, 0), day)
        uses, tasks = self.used[since, person].sum(), self._task[since, person].sum()
        if not uses:
            return Answer.MISSED if drawn < chance * figures.honest else Answer.PARTLY
        return Answer.DONE if uses * 2 >= tasks else Answer.PARTLY

    def reacts(self, person: int, day: int) -> bool:
        """To a colleague's story: as readily as a question is answered."""
        return bool(self._answers[day, person] < self._answering(person))

    def automaticity(self, person: int, day: int) -> float | None:
        """What the scale comes to, 1 to 7, where it is answered: it measures the habit itself."""
        habit = float(self._habit[person])
        return LOWEST + (HIGHEST - LOWEST) * habit if self.reacts(person, day) else None

    def step(self, day: int) -> None:
        """The day itself, after its messages."""
        figures = self._figures
        if self.day(day).weekday() < 5:
            task = self._task[day]
            used = task & (self._uses[day] < _logistic(self._logits(day)))
            self.used[day] = used
            self._habit += used * self.people.learning * (1 - self._habit)
            self._habit -= (task & ~used) * figures.habit.forgotten * self._habit
            if self.day(day).weekday() == 0:
                self._blocked &= self._mends[day] >= figures.use.mended
        self._lift *= 0.5 ** (1 / figures.reminder.half_life)
        self._weight *= 0.5 ** (1 / figures.reminder.fading_half_life)
        self._annoyed *= 0.5 ** (1 / figures.annoyance.half_life)

    def active(self, day: int) -> Flags:
        """Who is seen to use it, before this day."""
        uses = self.used[max(day - 14, 0) : day].sum(axis=0)
        return np.asarray(uses >= self._figures.peers.active, dtype=np.bool_)

    def _answering(self, person: int) -> float:
        figures = self._figures
        willing = np.log(figures.answers / (1 - figures.answers))
        return float(_logistic(willing - figures.answers_lost * self._annoyed[person]))

    def _logits(self, day: int) -> Floats:
        use = self._figures.use
        obstacle = np.where(self._blocked, use.blocked, self._obstacle - use.tailored * self._fitted)
        return (
            self._base
            - np.maximum(obstacle, 0)
            + use.plan * self.people.routine
            + use.habit * self._habit
            + use.monitoring * (day < self._watched_until)
            + self._lift
            + self._example(day)
        )

    def _example(self, day: int) -> Floats:
        peers, shown = self._figures.peers, np.zeros(len(self.people), dtype=bool)
        shown |= self.active(day)
        shown[self.early] = True
        number = shown[self.people.listens].sum(axis=1)
        shown_by = (number > 0, number > 1, number > 2)
        return np.asarray(np.dot((peers.first, peers.second, peers.third), shown_by), dtype=np.float64)

    def _wording(self, person: int, message: Message) -> float:
        """How much better than the usual one these words are here; less where they were read lately."""
        if not message.variant:
            return 1.0
        return self.tastes.liked(message.variant, message.tone, message.rested, self.people.role[person])


def routine_users(world: World, day: int) -> Flags:
    """Who used the tool in three of the last four weeks before `day`."""
    weeks = [world.used[day - WEEK * back : day - WEEK * (back - 1)].any(axis=0) for back in range(1, 5)]
    return np.asarray(np.sum(weeks, axis=0) >= 3, dtype=np.bool_)


def _logistic(value: Floats) -> Floats:
    return 1 / (1 + np.exp(-value))


def still_found(world: World, person: int) -> tuple[Found, ...]:
    """What is known of this person's obstacles; what was mended is not one any more."""
    found = world.people.found[person]
    if not world.mended(person):
        return found
    return tuple(
        each
        for each in found
        if each.blocker not in BLOCKED or each.blocker is not world.people.cause[person]
    )
