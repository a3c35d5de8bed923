"""The trial: the same organisations, coached in every way, seed by seed."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

from nudges.learning import Logged, learn
from nudges.plan import NO_STORY, Send
from nudges.practice import REMEMBERED, Told
from nudges.responses import AT_ANY_MOMENT, PROMPTLY, Unknown, response
from nudges.simulation.figures import Figures
from nudges.simulation.ours import Ours, alike, best_of
from nudges.simulation.people import People, Seeding, people, seeds
from nudges.simulation.policies import Anything, Fixed
from nudges.simulation.view import Picked, Policy, View, morning
from nudges.simulation.world import FIRST_DAY, WEEK, Message, World, routine_users, still_found
from nudges.testimonials import Near, Story

WEEKS = 12

ROUTINE = timedelta(weeks=13)
"""How long a routine runs where no end was chosen, as in `nudges.service`."""

FIXED, CHECKED, RANDOM, OURS = "fixed schedule", "fixed, with check-ins", "random", "ours"
SEEN, ALIKE, BEST = "ours, use seen", "ours, any wording", "ours, best wording known"
HAD_ITS_TURN = frozenset({Send.NUDGE, Send.CHECK_IN, Send.SCALE, Send.SHARE, Send.RECOVERY})
"""Messages that the plan of a routine counts; what is told before it, and a farewell, are none of them."""

SINGLE, PAIRED, USAGE, NOMINATED = "seeds at random", "random pairs", "pairs by usage", "pairs by nomination"


@dataclass(frozen=True)
class Way:
    """One way of coaching, among early adopters found in one way."""

    name: str
    policy: Callable[[Random, World], Policy]
    seeding: Seeding = Seeding.NOMINATION


POLICIES = (
    Way(FIXED, lambda *_: Fixed()),
    Way(CHECKED, lambda *_: Fixed(asks=True)),
    Way(RANDOM, lambda rng, _: Anything(rng)),
    Way(OURS, lambda rng, _: Ours(rng)),
    Way(SEEN, lambda rng, _: Ours(rng, watched=True)),
    Way(ALIKE, lambda rng, _: Ours(rng, alike)),
    Way(BEST, lambda rng, world: Ours(rng, best_of(world.tastes))),
)
SEEDINGS = (
    Way(SINGLE, lambda rng, _: Ours(rng), Seeding.SINGLE),
    Way(PAIRED, lambda rng, _: Ours(rng), Seeding.PAIRS),
    Way(USAGE, lambda rng, _: Ours(rng), Seeding.USAGE),
    Way(NOMINATED, lambda rng, _: Ours(rng), Seeding.NOMINATION),
)
Tally = Mapping[str, float]
"""Counts over the people of one seed; see `tally`."""


def one_seed(figures: Figures, ways: tuple[Way, ...], seed: int, weeks: int = WEEKS) -> dict[str, Tally]:
    """One organisation, coached in each of these ways for so many weeks."""
    who, days = people(figures, seed), weeks * WEEK
    return {way.name: tally(coached(figures, who, way, seed, days), days) for way in ways}


def coached(figures: Figures, who: People, way: Way, seed: int, days: int) -> World:
    """What so many days of this way of coaching have made of these people."""
    early = seeds(who, figures, way.seeding, seed)
    world = World(who, figures, early, days, seed)
    policy = way.policy(Random(f"coach|{seed}"), world)  # noqa: S311
    stories = _stories(figures, world, seed)
    views = [_view(world, person) for person in range(len(who))]
    due: dict[int, list[int]] = defaultdict(list)
    coming: dict[int, list[tuple[View, Message]]] = defaultdict(list)
    due[0] = [person for person in range(len(who)) if person not in early]
    picks: list[Picked] = []
    for day in range(days):
        if day and day % WEEK == 0:
            policy.learn(learn(_log(world, views, picks, day, watched=policy.watched)))
        for person in due.pop(day, ()):
            view = views[person]
            if world.out[person]:
                continue
            view.found = still_found(world, person)
            used = _used(world, person, day) if policy.watched else ()
            decided = policy.decide(view, day, world.day(day), stories, used)
            picks.extend(decided.picked)
            if decided.again is not None:
                due[max(decided.again, day + 1)].append(person)
            if decided.message:
                coming[day + decided.wait].append((view, decided.message))
        taken = [(view, message) for view, message in coming.pop(day, ()) if not world.out[view.person]]
        for view, message in taken:
            world.take(view.person, day, message)
        for view, message in taken:
            _remember(world, view, day, message)
        world.step(day)
    return world


def _remember(world: World, view: View, day: int, message: Message) -> None:
    """By the end of the day a message came: that it did, and what was answered."""
    today = world.day(day)
    view.sent.append(morning(today))
    if message.kind in HAD_ITS_TURN:
        view.past.append(message.kind)
    match message.kind:
        case Send.CHECK_IN:
            answer = world.answer(view.person, day)
            view.told.append(Told(today, answer))
            view.questions.append((today, answer is not None))
        case Send.SCALE:
            score = world.automaticity(view.person, day)
            view.scales.append((today, score))
            view.questions.append((today, score is not None))
        case Send.SHARE:
            view.questions.append((today, world.reacts(view.person, day)))
        case Send.NUDGE if view.ends_on is None or len(view.past) > 1:
            view.nudged.append(today)
        case Send.RECOVERY:
            view.recovered_on = today


def _used(world: World, person: int, day: int, since: int = 0) -> list[date]:
    """The days before `day` on which somebody used the tool, as far back as is looked at."""
    since = max(since, day - REMEMBERED * WEEK)
    return [world.day(since + int(each)) for each in np.flatnonzero(world.used[since:day, person])]


def tally(world: World, days: int) -> Tally:
    """People, `routine` users at the end, `messages` sent, people who opted `out`; `lift`: over the `nudged`, how well the
    nudges were put, 1 each for the usual wording. `coached` are the people but the early adopters, `kept` the routine
    users among them.
    """
    worded = [(person, message) for _, person, message in world.sent if message.kind is Send.NUDGE]
    users = routine_users(world, days)
    return {
        "people": len(world.people),
        "routine": int(users.sum()),
        "coached": len(world.people) - len(world.early),
        "kept": int(users.sum() - users[world.early].sum()),
        "messages": len(world.sent),
        "out": int(world.out.sum()),
        "nudged": len(worded),
        "lift": sum(
            world.tastes.liked(message.variant, message.tone, message.rested, world.people.role[person])
            for person, message in worded
        ),
    }


def _log(world: World, views: list[View], picks: list[Picked], day: int, *, watched: bool) -> list[Logged]:
    """The choices of which it is known what came of them."""
    found = []
    for pick in picks:
        used = _used(world, pick.person, day, pick.day) if watched else ()
        told = views[pick.person].told
        days = PROMPTLY if pick.options else AT_ANY_MOMENT
        came = response(world.day(pick.day), world.day(day), used, told, watched=watched, days=days)
        if not isinstance(came, Unknown):
            found.append(
                Logged(
                    person=str(pick.person),
                    context=pick.context,
                    chosen=pick.chosen.name,
                    propensities=pick.chosen.propensities,
                    response=came,
                    options=pick.options,
                )
            )
    return found


def _view(world: World, person: int) -> View:
    ends_on = FIRST_DAY + ROUTINE if world.people.routine[person] else None
    return View(person, _near(world, person), world.people.found[person], ends_on)


def _near(world: World, person: int) -> Near:
    return Near(world.people.role[person], str(world.people.team[person]))


def _stories(figures: Figures, world: World, seed: int) -> list[Story]:
    """What early adopters tell, each of the obstacle they had themselves."""
    rng = Random(f"stories|{seed}")  # noqa: S311
    return [
        Story(
            id=f"of {person}",
            root=f"of {person}",
            author_id=str(person),
            blockers=(world.people.cause[person],),
            expires_on=FIRST_DAY + timedelta(days=182),
            told_on=FIRST_DAY,
            lang="fr",
            author=_near(world, person),
        )
        for person in world.early.tolist()
        if rng.random() < figures.seeds.story and world.people.cause[person] not in NO_STORY
    ]
