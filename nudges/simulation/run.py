"""The trial: the same organisations, coached in every way, seed by seed."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from nudges.learning import Logged, learn
from nudges.plan import NO_STORY, Send
from nudges.responses import PROMPTLY
from nudges.simulation.figures import Figures
from nudges.simulation.people import People, Seeding, people, seeds
from nudges.simulation.policies import Anything, Fixed, Ours, Picked, Policy, View, alike, best_of, morning
from nudges.simulation.world import FIRST_DAY, WEEK, World, routine_users, still_found
from nudges.testimonials import Story

WEEKS = 12

ROUTINE = timedelta(days=66)
"""How long a routine runs where no end was chosen, as in `nudges.service`."""

FIXED, CHECKED, RANDOM, OURS = "fixed schedule", "fixed, with check-ins", "random", "ours"
ALIKE, BEST = "ours, any wording", "ours, best wording known"
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
    who = people(figures, seed)
    return {way.name: _coached(figures, who, way, seed, weeks) for way in ways}


def _coached(figures: Figures, who: People, way: Way, seed: int, weeks: int) -> Tally:
    days = weeks * WEEK
    early = seeds(who, figures, way.seeding, seed)
    world = World(who, figures, early, days, seed)
    policy = way.policy(Random(f"coach|{seed}"), world)  # noqa: S311
    stories = _stories(figures, world, seed)
    views = [_view(world, person) for person in range(len(who))]
    due: dict[int, list[int]] = defaultdict(list)
    due[0] = [person for person in range(len(who)) if person not in early]
    picks: list[Picked] = []
    for day in range(days):
        if day and day % WEEK == 0:
            policy.learn(learn(_log(world, picks, day)))
        asked = []
        for person in due.pop(day, ()):
            view = views[person]
            if world.out[person]:
                continue
            view.found = still_found(world, person)
            decided = policy.decide(view, day, world.day(day), stories)
            picks.extend(decided.picked)
            if decided.again is not None:
                due[max(decided.again, day + 1)].append(person)
            if decided.message:
                world.take(person, day, decided.message)
                view.past.append(decided.message.kind)
                view.sent.append(morning(world.day(day)))
                if decided.message.kind is Send.CHECK_IN:
                    asked.append(person)
        for person in asked:
            views[person].answers.append(world.answer(person, day))
        world.step(day)
    return tally(world, days)


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


def _responded(world: World, pick: Picked) -> float:
    return float(world.used[pick.day : pick.day + PROMPTLY, pick.person].any())


def _log(world: World, picks: list[Picked], day: int) -> list[Logged]:
    return [
        Logged(
            person=str(pick.person),
            context=pick.context,
            chosen=pick.chosen.name,
            propensities=pick.chosen.propensities,
            response=_responded(world, pick),
            options=pick.options,
        )
        for pick in picks
        if pick.day + PROMPTLY <= day
    ]


def _view(world: World, person: int) -> View:
    ends_on = FIRST_DAY + ROUTINE if world.people.routine[person] else None
    return View(person, world.people.role[person], world.people.found[person], ends_on)


def _stories(figures: Figures, world: World, seed: int) -> list[Story]:
    """What early adopters tell, each of the obstacle they had themselves."""
    rng = Random(f"stories|{seed}")  # noqa: S311
    return [
        Story(
            id=f"of {person}",
            author_id=str(person),
            blocker=world.people.cause[person],
            expires_on=FIRST_DAY + timedelta(days=182),
            told_on=FIRST_DAY,
            lang="fr",
        )
        for person in world.early.tolist()
        if rng.random() < figures.seeds.story and world.people.cause[person] not in NO_STORY
    ]
