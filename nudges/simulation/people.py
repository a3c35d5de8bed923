"""One simulated organisation: who works there, what holds each of them back, and to whom they look.

Everything about a person is drawn from the seed alone, so that every way of coaching meets the same people.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from content.blockers import Blocker
from nudges.plan import Found
from nudges.simulation.figures import Figures

BLOCKED = (Blocker.ACCESS, Blocker.FIT)
"""Obstacles without whose end the tool cannot be used at all."""

ROLES = ("office", "field", "sales")

D_TO_LOGITS = pi / sqrt(3)
"""One standard deviation in log-odds (Chinn 2000)."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class People:
    """By person: `base` use and `obstacle` in logits, `learning` of the habit by use, `sensitive` to messages (1 is usual).

    `listens` are the indices of those each looks to, `named` how often each is named when people are asked for three.
    """

    team: Indices
    role: tuple[str, ...]
    cause: tuple[Blocker, ...]
    found: tuple[tuple[Found, ...], ...]
    routine: Flags
    base: Floats
    obstacle: Floats
    learning: Floats
    sensitive: Floats
    listens: Indices
    named: Indices

    def __len__(self) -> int:
        return len(self.team)


def people(figures: Figures, seed: int) -> People:
    """The organisation of this seed."""
    rng = np.random.default_rng([seed, 1])
    count = figures.organisation.people
    labels = list(figures.causes)
    shares = np.array([figures.causes[label] for label in labels])
    cause = tuple(labels[index] for index in rng.choice(len(labels), count, p=shares / shares.sum()))
    team = np.arange(count) // figures.organisation.team
    days = figures.habit.days * np.exp(_spread(figures.habit.range) * rng.standard_normal(count))
    listens, named = _network(figures, team, rng)
    return People(
        team=team,
        role=tuple(ROLES[index] for index in rng.integers(len(ROLES), size=count)),
        cause=cause,
        found=tuple(_found(figures, label, labels, rng) for label in cause),
        routine=rng.random(count) < figures.routine,
        base=figures.use.base + figures.use.spread * rng.standard_normal(count),
        obstacle=np.maximum(
            figures.use.obstacle + figures.use.obstacle_spread * rng.standard_normal(count), 0
        ),
        learning=1 - 0.05 ** (1 / np.maximum(days, 2)),
        sensitive=np.exp(figures.annoyance.spread * rng.standard_normal(count)),
        listens=listens,
        named=named,
    )


class Seeding(StrEnum):
    """How early adopters are found: one by one by chance, else in pairs of one team each."""

    SINGLE = "single"
    PAIRS = "pairs"
    USAGE = "usage"
    NOMINATION = "nomination"


def seeds(who: People, figures: Figures, how: Seeding, seed: int) -> Indices:
    """The early adopters; nobody who cannot use the tool at all."""
    rng = np.random.default_rng([seed, 2])
    seen = np.where(
        rng.random(len(who)) < figures.organisation.seen,
        who.base - who.obstacle,
        rng.standard_normal(len(who)) - 3,
    )
    chance = rng.random(len(who))
    if how is Seeding.SINGLE:
        free = np.flatnonzero([cause not in BLOCKED for cause in who.cause])
        return rng.permutation(free)[: 2 * figures.seeds.pairs]
    score = {Seeding.PAIRS: chance, Seeding.USAGE: seen, Seeding.NOMINATION: who.named + chance / 2}[how]
    blocked = np.array([cause in BLOCKED for cause in who.cause])
    order = [index for index in np.argsort(-score) if not blocked[index]]
    pairs = []
    for team in np.unique(who.team):
        best = [index for index in order if who.team[index] == team][:2]
        if len(best) == 2:
            pairs.append(
                (float(score[best].sum()) if how is not Seeding.PAIRS else float(rng.random()), best)
            )
    pairs.sort(key=lambda pair: -pair[0])
    return np.array([index for _, best in pairs[: figures.seeds.pairs] for index in best], dtype=np.int64)


def _found(
    figures: Figures, cause: Blocker, labels: list[Blocker], rng: np.random.Generator
) -> tuple[Found, ...]:
    """What the interview says: right or wrong, confirmed or probable, or nothing."""
    known, chances = figures.interview, rng.random(3)
    other = [label for label in labels if label is not cause][rng.integers(len(labels) - 1)]
    if chances[0] < known.nothing:
        return ()
    if chances[1] < known.confirmed / (1 - known.nothing):
        return (Found(cause if chances[2] < known.confirmed_right else other, confirmed=True),)
    left = known.right - known.confirmed * known.confirmed_right
    right = left / (1 - known.nothing - known.confirmed)
    return (Found(cause if chances[2] < right else other, confirmed=False),)


def _network(figures: Figures, team: Indices, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """To whom each looks, the renowned more often; and how often each is named."""
    house, count = figures.organisation, len(team)
    renown = np.exp(house.renown * rng.standard_normal(count))
    listens = np.zeros((count, house.listened_to + house.outside), dtype=np.int64)
    named = np.zeros(count, dtype=np.int64)
    for person in range(count):
        inside = (team == team[person]) & (np.arange(count) != person)
        near = _drawn(rng, renown * inside, house.listened_to)
        far = _drawn(rng, renown * (team != team[person]), house.outside)
        listens[person] = np.concatenate([near, far])
        named[_drawn(rng, renown * np.isin(np.arange(count), listens[person]), house.named)] += 1
    return listens, named


def _drawn(rng: np.random.Generator, weights: Floats, count: int) -> Indices:
    """`count` different indices, each as likely as its weight (Efraimidis & Spirakis 2006)."""
    with np.errstate(divide="ignore"):
        keys = np.where(weights > 0, np.log(rng.random(len(weights))) / weights, -np.inf)
    return np.argsort(-keys)[:count]


def _spread(range_: tuple[float, float]) -> float:
    """The sd of the log of which `range_` is 95%."""
    return log(range_[1] / range_[0]) / (2 * 1.96)
