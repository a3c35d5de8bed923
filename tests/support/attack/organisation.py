"""Made-up organisations whose people answer week by week."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from content.blockers import CAUSES
from digests.release import DID, SAID, UNKNOWN
from digests.tables import NOBODY, Tables

DEEDS = (SAID, DID, UNKNOWN, NOBODY)
"""Meant to and did not; did without meaning to; nobody knows; did as they had said."""


class Answer(NamedTuple):
    """One person's: in which week, what they stated and confirmed, where they work, and whether they kept their word."""

    week: int
    stated: str
    confirmed: str
    persona: str
    team: str
    deed: str = NOBODY


@dataclass(frozen=True)
class Organisation:
    """`answers` by person; `causes`, `personas` and `teams` are what a person can be."""

    answers: tuple[Answer, ...]
    weeks: int
    causes: tuple[str, ...]
    personas: tuple[str, ...]
    teams: tuple[str, ...]

    def tables(self) -> list[Tables]:
        return [tables([a for a in self.answers if a.week == number]) for number in range(self.weeks)]

    def deeds(self) -> list[Counter[str]]:
        return [Counter(a.deed for a in self.answers if a.week == number) for number in range(self.weeks)]

    def atoms(self) -> list[Answer]:
        """Every kind of person there can be."""
        return [
            Answer(week, stated, confirmed, persona, team, deed)
            for week in range(self.weeks)
            for stated in (*self.causes, NOBODY)
            for confirmed in (*self.causes, NOBODY)
            for persona in self.personas
            for team in self.teams
            for deed in DEEDS
        ]


def tables(answers: Sequence[Answer]) -> Tables:
    return Tables(
        len(answers),
        Counter((a.stated, a.confirmed) for a in answers),
        Counter((a.persona, a.confirmed) for a in answers),
        Counter((a.team, a.confirmed) for a in answers),
    )


def invent(rng: Random, k: int, causes_at_most: int = 13) -> Organisation:
    """Some dozens to some hundreds of people with leanings of their own, in one to five weeks of at least `k` each."""
    causes = rng.sample(CAUSES, rng.choice([n for n in (2, 3, 5, 9, 13) if n <= causes_at_most]))
    personas = ("planner", "seller", "driver")[: rng.randint(1, 3)]
    teams = ("quay", "office", "shop", "yard")[: rng.randint(1, 4)]
    weeks = rng.randint(1, 5)
    people: list[Answer] = []
    weights = {
        (persona, team): [rng.expovariate(1) for _ in (*causes, NOBODY)]
        for persona in personas
        for team in teams
    }
    shift = rng.random()
    first = [rng.expovariate(1) for _ in (*causes, NOBODY)]
    kept = [rng.expovariate(1) for _ in DEEDS]
    for week in range(weeks):
        for _ in range(k + int(rng.expovariate(1 / rng.choice((3, 12, 60))))):
            persona, team = rng.choice(personas), rng.choice(teams)
            confirmed = rng.choices((*causes, NOBODY), weights[persona, team])[0]
            stated = rng.choices((*causes, NOBODY), first)[0] if rng.random() < shift else confirmed
            deed = rng.choices(DEEDS, kept)[0]
            people.append(Answer(week, stated, confirmed, persona, team, deed))
    return Organisation(tuple(people), weeks, tuple(causes), personas, teams)
