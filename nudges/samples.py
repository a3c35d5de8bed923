"""Who belongs to which arm of a test: a stratified draw with the same chance for everybody, and whether it came out fair.

The draw is systematic with a random start (W. G. Madow, "On the theory of systematic sampling", Annals of Mathematical
Statistics 15 (1944)): units stand in an order in which those alike are neighbours, and arms take turns along it. So each
group at each level gets its share to within less than one unit, and a group of one still has its chance; rounding each
group by largest remainders would never draw from the smallest.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from math import floor

import numpy as np
from numpy.typing import NDArray


class Unit(StrEnum):
    """What is drawn. By team: who is in none is a unit of their own."""

    PERSON = "person"
    TEAM = "team"


class Stratum(StrEnum):
    """What the arms are to be alike in."""

    PERSONA = "persona"
    TEAM = "team"
    SITE = "site"


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be drawn."""

    person: str
    persona: str | None = None
    team: str | None = None
    site: str | None = None

    def group(self, stratum: Stratum) -> str:
        """The name of this person's group, "" where there is none."""
        value: str | None = getattr(self, stratum.value)
        return value or ""


@dataclass(frozen=True)
class Place:
    """Where somebody was drawn. `cluster` is the number of their unit within the draw: teams change, it does not."""

    arm: str
    cluster: int


def draw(
    people: Sequence[Candidate],
    shares: Mapping[str, float],
    *,
    seed: str,
    unit: Unit = Unit.PERSON,
    strata: Sequence[Stratum] = (Stratum.PERSONA, Stratum.TEAM, Stratum.SITE),
) -> dict[str, Place]:
    """A place for everybody, by person. The same people and `seed` give the same places, in whatever order they come.

    `shares` are the arms' shares of the units, above 0. `strata` count in their order: the first is kept to most closely.
    Teams are put in order by what most of their people are, then by size.

    Raises:
        ValueError: the shares do not add up to 1, or somebody stands twice among `people`.
    """
    if any(share <= 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("the arms' shares are above 0 and add up to 1")
    if len({person.person for person in people}) < len(people):
        raise ValueError("somebody stands twice among the people to draw from")
    units = _in_order(people, seed, unit, strata)
    return {
        person.person: Place(arm, number)
        for number, (members, arm) in enumerate(zip(units, _turns(len(units), shares, seed), strict=True))
        for person in members
    }


@dataclass(frozen=True)
class Balance:
    """How near the drawn are to everybody.

    `differences`: of each group's share among the drawn from its share among all, in standard deviations; above 0.25 is
    commonly held to be too much (D. Rubin, "Using propensity scores to help design observational studies", 2001).
    `p`: the part of plain random draws, simulated, that lie as far from everybody. `missing`: groups of at least
    `threshold` people of whom nobody was drawn.
    """

    differences: Mapping[tuple[Stratum, str], float]
    p: float
    missing: tuple[tuple[Stratum, str], ...]

    @property
    def largest(self) -> float:
        return max((abs(each) for each in self.differences.values()), default=0.0)


def balance(
    people: Sequence[Candidate],
    drawn: Collection[str],
    strata: Sequence[Stratum],
    *,
    seed: str,
    clusters: Mapping[str, int],
    threshold: int = 5,
    simulated: int = 999,
) -> Balance:
    """Compare the `drawn` with everybody. `clusters`: the unit in which each person was drawn; units are drawn whole.

    Raises:
        ValueError: nobody is drawn, or somebody who is not among `people`.
    """
    ids = [person.person for person in people]
    if not drawn or not set(drawn) <= set(ids):
        raise ValueError("the drawn are some of the people")
    groups = sorted({(stratum, person.group(stratum)) for person in people for stratum in strata})
    units = sorted(set(clusters.values()))
    sizes = np.zeros(len(units))
    counts = np.zeros((len(units), len(groups)))
    index = {cluster: number for number, cluster in enumerate(units)}
    for person in people:
        row = index[clusters[person.person]]
        sizes[row] += 1
        for stratum in strata:
            counts[row, groups.index((stratum, person.group(stratum)))] += 1
    chosen = np.isin(units, list({clusters[person] for person in drawn}))
    differences = _differences(sizes, counts, chosen)
    rng = np.random.default_rng(int.from_bytes(_hash(seed, "balance")))
    seen = sum(
        float(np.square(_differences(sizes, counts, rng.permutation(chosen))).sum())
        >= float(np.square(differences).sum()) - 1e-9
        for _ in range(simulated)
    )
    inside = counts[chosen].sum(axis=0)
    return Balance(
        differences={group: float(each) for group, each in zip(groups, differences, strict=True)},
        p=(1 + seen) / (1 + simulated),
        missing=tuple(
            group
            for group, total, within in zip(groups, counts.sum(axis=0), inside, strict=True)
            if within == 0 and total >= threshold and group[1]
        ),
    )


def _differences(
    sizes: NDArray[np.float64], counts: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    within = counts[chosen].sum(axis=0) / sizes[chosen].sum()
    overall = counts.sum(axis=0) / sizes.sum()
    spread = np.sqrt(overall * (1 - overall))
    apart: NDArray[np.float64] = np.where(spread > 0, within - overall, 0) / np.where(spread > 0, spread, 1)
    return apart


def _in_order(
    people: Sequence[Candidate], seed: str, unit: Unit, strata: Sequence[Stratum]
) -> list[list[Candidate]]:
    """The units, those alike beside each other, else in an order that the seed decides."""
    members: dict[str, list[Candidate]] = defaultdict(list)
    for person in people:
        together = unit is Unit.TEAM and person.team
        members[f"team:{person.team}" if together else f"person:{person.person}"].append(person)
    wanted = [each for each in strata if unit is Unit.PERSON or each is not Stratum.TEAM]

    def rank(name: str) -> tuple[object, ...]:
        inside = members[name]
        return (
            *(_hash(seed, each, _commonest(inside, each)) for each in wanted),
            len(inside),
            _hash(seed, "unit", name),
        )

    return [sorted(members[name], key=lambda person: person.person) for name in sorted(members, key=rank)]


def _commonest(people: Sequence[Candidate], stratum: Stratum) -> str:
    names = [person.group(stratum) for person in people]
    return max(sorted(set(names)), key=names.count)


def _turns(count: int, shares: Mapping[str, float], seed: str) -> list[str]:
    """An arm for each place in the order: one arm after the other takes its even share of what is left."""
    names = list(shares)
    turns = [names[-1]] * count
    left, rest = list(range(count)), 1.0
    for name in names[:-1]:
        share = shares[name] / rest
        start = int.from_bytes(_hash(seed, "start", name)) / 2**64
        taken = {
            place
            for step, place in enumerate(left)
            if floor(share * (step + 1) + start) > floor(share * step + start)
        }
        for place in taken:
            turns[place] = name
        left = [place for place in left if place not in taken]
        rest -= shares[name]
    return turns


def _hash(*parts: str) -> bytes:
    return blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
