"""An attacker's doubt: other organisations that read the same, page by page, and are not the same."""

from collections.abc import Sequence
from random import Random

from tests.support.attack.figures import pages
from tests.support.attack.organisation import DEEDS, Answer, Organisation
from tests.support.attack.solver import small_secrets
from tests.support.attack.worlds import as_read

ASPECTS = ("stated", "confirmed", "deed")
"""What a colleague cannot see. Who is in which role and team, and who answered in which week, they know of everybody."""


def certain_after(organisation: Organisation, k: int, steps: int, rng: Random) -> int:
    """Small secrets that are the same in every organisation met on a walk that never changes a page.

    A step lets people exchange or change an answer, one or some of one week together, as long as the rules would publish
    the very same pages. It is a bound from above: what stays the same on a longer walk may still change.
    """
    places = dict.fromkeys((*organisation.personas, *organisation.teams), 10**6)

    def read(answers: Sequence[Answer]) -> object:
        here = Organisation(
            tuple(answers), organisation.weeks, organisation.causes, organisation.personas, organisation.teams
        )
        return as_read(pages(here.tables(), k, places, organisation.causes, deeds=here.deeds()))

    people = list(organisation.answers)
    told = read(people)
    left = [(kind, sum(map(kind, people))) for kind in small_secrets(organisation, k)]
    for step in range(steps):
        changed = _step(organisation, people, rng)
        if read(changed) == told:
            people = changed
            if step % 20 == 0:
                left = [(kind, n) for kind, n in left if sum(map(kind, people)) == n]
    return len([kind for kind, n in left if sum(map(kind, people)) == n])


def _step(organisation: Organisation, people: Sequence[Answer], rng: Random) -> list[Answer]:
    changed = list(people)
    if rng.random() < 0.1:
        return _together(organisation, changed, rng)
    for _ in range(rng.choice((1, 1, 2, 3))):
        one, aspect = rng.randrange(len(changed)), rng.choice(ASPECTS)
        if rng.random() < 0.3:
            changed[one] = changed[one]._replace(**{aspect: rng.choice(_values(organisation, aspect))})
            continue
        other = rng.randrange(len(changed))
        mine, theirs = getattr(changed[one], aspect), getattr(changed[other], aspect)
        changed[one] = changed[one]._replace(**{aspect: theirs})
        changed[other] = changed[other]._replace(**{aspect: mine})
    return changed


def _together(organisation: Organisation, people: list[Answer], rng: Random) -> list[Answer]:
    """Some who answered alike in one week do so otherwise: between two totals that may be told there may lie several."""
    aspect, like = rng.choice(ASPECTS), rng.choice(people)
    other = rng.choice(_values(organisation, aspect))
    alike = [
        at
        for at, one in enumerate(people)
        if one.week == like.week and getattr(one, aspect) == getattr(like, aspect)
    ]
    for at in rng.sample(alike, min(rng.randint(2, 5), len(alike))):
        people[at] = people[at]._replace(**{aspect: other})
    return people


def _values(organisation: Organisation, aspect: str) -> tuple[str, ...]:
    if aspect in {"stated", "confirmed"}:
        return (*organisation.causes, "")
    return DEEDS
