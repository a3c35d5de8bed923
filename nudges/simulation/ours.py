"""Coaching as in production, by the same functions as `nudges.coaching`, which does it with a database."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from content.blockers import Blocker
from content.stages import stage
from nudges import content
from nudges.barriers import TOLD
from nudges.choice import Chosen, draw, whether
from nudges.eligibility import Facts, Option
from nudges.learning import HOLD, IGNORED_MOST, Belief, Context
from nudges.lever import step
from nudges.management import WAITS
from nudges.moments import Moment, moments
from nudges.pace import MOST, History, allowed, ignored, per_week
from nudges.pack import After, Occasion
from nudges.plan import LEVERS, Decision, Found, Send, Situation, Step, decide, story_answers
from nudges.practice import Answer
from nudges.schedule import local_date
from nudges.simulation.tastes import Tastes
from nudges.simulation.view import HOURS, RULE, ZONE, Decided, Picked, View, morning, worded
from nudges.simulation.world import FIRST_DAY, WEEK, Message
from nudges.testimonials import Story, has_room, matching

Draw = Callable[[Sequence[Option], Belief, Context, Random], Chosen]

OBSTACLES = {lever: blocker for blocker, lever in LEVERS.items()}


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
    """`wording` chooses among what fits. `watched`: there are usage data, so that use is seen and nobody is asked.

    The organisation has written every text that is its own to write.
    """

    def __init__(self, rng: Random, wording: Draw = draw, *, watched: bool = False) -> None:
        self.watched = watched
        self._rng, self._wording = rng, wording
        self._belief = Belief()
        self._given: list[tuple[int, Story]] = []

    def learn(self, belief: Belief) -> None:
        self._belief = belief

    def decide(
        self, view: View, day: int, today: date, stories: Sequence[Story], used: Sequence[date]
    ) -> Decided:
        found = _still(view.found, day)
        turn = step(found, view.done, TOLD)
        fitting = self._fitting(view, found, stories, today)
        story = self._best(view, found, [each for each in fitting if self._room(each, day)], today)
        decision = decide(_situation(view, found, today, turn, story, used))
        again = day + (decision.again.date() - today).days if decision.again else None
        if again is None and fitting and not story:
            again = day + WEEK
        if Found(Blocker.MANAGEMENT, confirmed=True) in found:
            again = min(again or WAITS.days, WAITS.days)
        if decision.ends_routine:
            view.ends_on, view.left = None, True
        return self._carried_out(view, day, decision, again, turn, story, used)

    def _carried_out(
        self,
        view: View,
        day: int,
        decision: Decision,
        again: int | None,
        turn: Step | None,
        story: Story | None,
        used: Sequence[date],
    ) -> Decided:
        match decision.send:
            case Send.NOTHING:
                return Decided(None, again)
            case Send.NUDGE:
                return self._nudge(view, day, decision.blocker, again, used)
            case Send.SHARE if story:
                view.heard.add(story.root)
                self._given.append((day, story))
                return Decided(Message(Send.SHARE, story.blockers[0]), again)
            case Send.TELL if turn and turn.lever:
                view.done.add(turn.lever)
                return Decided(Message(Send.TELL, OBSTACLES[turn.lever]), again)
        return Decided(Message(decision.send, Blocker.HABIT), again)

    def _fitting(
        self, view: View, found: tuple[Found, ...], stories: Sequence[Story], today: date
    ) -> list[Story]:
        return [story for story in stories if self._best(view, found, [story], today)]

    def _best(
        self, view: View, found: tuple[Found, ...], stories: Sequence[Story], today: date
    ) -> Story | None:
        times = Counter(story.id for _, story in self._given)
        return matching(
            [replace(story, times_shared=times[story.id]) for story in stories],
            person_id=str(view.person),
            obstacles=story_answers(found),
            heard=view.heard,
            lang="fr",
            today=today,
            near=view.near,
        )

    def _room(self, story: Story, day: int) -> bool:
        lately = [each for given, each in self._given if given > day - WEEK]
        return has_room(
            sum(each.id == story.id for each in lately),
            sum(each.author_id == story.author_id for each in lately),
        )

    def _nudge(
        self, view: View, day: int, blocker: Blocker, again: int | None, used: Sequence[date]
    ) -> Decided:
        today = FIRST_DAY + timedelta(days=day)
        after = (
            {None: After.SILENCE, Answer.MISSED: After.MISS}.get(view.told[-1].answer) if view.told else None
        )
        first = view.ends_on is not None and Send.NUDGE not in view.past
        came = stage(used, today) if used else None
        facts = Facts(view.ends_on is not None, first, came, after, view.rested(day))
        options = content.options(blocker, facts)
        if not options:
            return Decided(Message(Send.CHECK_IN, Blocker.HABIT) if view.ends_on else None, again)
        context = Context(
            blocker,
            facts.occasion,
            after,
            facts.stage,
            view.near.persona,
            day=today.isoweekday(),
            recent=view.recent(today, used),
            ignored=min(ignored(view.questions, view.nudged, used, today), IGNORED_MOST),
        )
        picked, wait = list[Picked](), 0
        if facts.occasion is not Occasion.FIRST:
            possible = moments(morning(today), RULE, HOURS)
            chosen = whether(self._belief, context, self._rng, possible)
            picked.append(Picked(view.person, day, context, chosen))
            if chosen.name == HOLD:
                view.past.append(Send.NUDGE)
                return Decided(None, again, tuple(picked))
            wait = (local_date(possible[Moment(chosen.name)], ZONE) - today).days
        chosen = self._wording(options, self._belief, context, self._rng)
        picked.append(Picked(view.person, day + wait, context, chosen, tuple(options)))
        option = next(option for option in options if option.name == chosen.name)
        return Decided(worded(view, day + wait, option), again, tuple(picked), wait)


def _still(found: tuple[Found, ...], day: int) -> tuple[Found, ...]:
    """What is left to managers for a while is then thought of no more, as in `nudges.known`."""
    waits = timedelta(days=day) < WAITS
    return tuple(each for each in found if waits or each.blocker is not Blocker.MANAGEMENT)


def _situation(
    view: View,
    found: tuple[Found, ...],
    today: date,
    turn: Step | None,
    story: Story | None,
    used: Sequence[date],
) -> Situation:
    now, practice = morning(today), view.practice(today, used)
    history = History(
        timezone=ZONE,
        sent=tuple(view.sent[-MOST:]),
        ignored=ignored(view.questions, view.nudged, used, today),
        per_week=per_week(begins=practice is not None and not view.past, weeks=1),
    )
    return Situation(
        now=now,
        week=HOURS,
        rule=RULE,
        verdict=allowed(history, now),
        findings=found,
        practice=practice,
        past=tuple(view.past),
        story=story is not None,
        left=view.left,
        step=turn,
    )
