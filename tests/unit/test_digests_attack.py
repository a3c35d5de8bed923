"""Nobody can be found by subtraction: attackers who have read every page, and the baseline that they beat."""

import os
from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random

import pytest

from digests.release import cross
from digests.tables import Tables
from tests.support.attack.figures import naive, pages, published
from tests.support.attack.organisation import DEEDS, Answer, invent
from tests.support.attack.solver import by_algebra, by_bounds
from tests.support.attack.walk import certain_after
from tests.support.attack.worlds import Reading, as_read, certain, certain_deeds

LONG = os.environ.get("ENTRAIN_TEST_ATTACK") == "1"
"""Whether there is time for organisations of twelve and for thousands (`make attack`)."""

K = 5
MANY = 10**6

JOINT = [Answer(0, *pair, "p", "t") for pair in product(("time", "trust", ""), repeat=2)]
ONE_QUESTION = [Answer(0, "", cause, "p", "t") for cause in ("time", "trust", "fit", "habit", "")]
GROUPS = [Answer(0, "", cause, p, "t") for cause, p in product(("time", "trust", ""), ("p", "q", ""))]
FOUR_PLACES = [
    Answer(0, "", cause, *place) for cause, place in product(("time", "trust", ""), product("pq", "tu"))
]
THREE_PLACES = [kind for kind in FOUR_PLACES if (kind.persona, kind.team) != ("q", "t")]
DEED_CAUSES = ("time", "trust", "")
DEED = [Answer(0, cause, cause, "p", "t", deed) for cause, deed in product(DEED_CAUSES, DEEDS)]
SILENT = Answer(-1, "", "", "p", "t")
TWO_WEEKS = [SILENT, *(Answer(w, "", c, "p", "t") for w, c in product((0, 1), ("time", "trust", "fit", "")))]
THREE_WEEKS = [SILENT, *(Answer(w, "", c, "p", "t") for w, c in product((0, 1, 2), ("time", "trust", "")))]


def reading(kinds: Sequence[Answer], k: int, eligible: int = MANY) -> Reading:
    causes = sorted({kind.confirmed for kind in kinds} - {""})
    places = {"p": MANY, "q": MANY, "t": MANY, "u": MANY}

    def told(weeks: list[Tables], deeds: list[Counter[str]]) -> object:
        return as_read(pages(weeks, k, places, causes, eligible, deeds))

    return told


def all_certain(people: int, kinds: Sequence[Answer], k: int, eligible: int = MANY) -> int:
    return certain(people, kinds, reading(kinds, k, eligible), k)


@pytest.mark.parametrize(
    ("people", "k"),
    [(9, 3), pytest.param(10, 4, marks=pytest.mark.slow), *([(12, 3), (12, 5)] if LONG else [])],
)
@pytest.mark.parametrize("kinds", [JOINT, ONE_QUESTION, GROUPS], ids=["joint", "one question", "groups"])
def test_who_tries_every_organisation_is_sure_of_nothing_small(
    kinds: Sequence[Answer], people: int, k: int
) -> None:
    assert all_certain(people, kinds, k) == 0


@pytest.mark.parametrize(
    ("people", "k"),
    [(8, 3), pytest.param(10, 3, marks=pytest.mark.slow), *([(12, 4)] if LONG else [])],
)
@pytest.mark.parametrize("kinds", [TWO_WEEKS, THREE_WEEKS], ids=["two", "three"])
def test_nor_by_comparing_weeks_nor_of_who_is_silent(kinds: Sequence[Answer], people: int, k: int) -> None:
    assert all_certain(people, kinds, k, people) == 0


@pytest.mark.parametrize(
    ("places", "people", "k"),
    [
        (THREE_PLACES, 9, 3),
        *([(THREE_PLACES, 12, 3), (THREE_PLACES, 12, 4), (FOUR_PLACES, 10, 3)] if LONG else []),
    ],
)
def test_nor_who_knows_of_everybody_their_role_and_team(
    places: Sequence[Answer], people: int, k: int
) -> None:
    assert all_certain(people, places, k) == 0


def test_whoever_was_told_by_role_and_by_team_could_be_sure_of_one_person() -> None:
    def told(weeks: list[Tables], _: list[Counter[str]]) -> object:
        return cross(weeks[0].personas, "pq", ("time",), 3), cross(weeks[0].teams, "tu", ("time",), 3)

    assert certain(10, [kind for kind in THREE_PLACES if kind.confirmed != "trust"], told, 3) > 0


@pytest.mark.slow
@pytest.mark.parametrize(("people", "k"), [(12, 3), (12, 5), *([(20, 3), (20, 5)] if LONG else [])])
def test_nor_by_who_did_as_they_had_said(people: int, k: int) -> None:
    assert certain_deeds(people, DEED_CAUSES, reading(DEED, k), k) == 0


def test_not_playing_each_way_in_which_two_answers_go_together_finds_as_much() -> None:
    def told(weeks: list[Tables], deeds: list[Counter[str]]) -> object:
        return frozenset((name, n) for name, n in (weeks[0].confirmed + deeds[0]).items() if n >= 2)

    found = certain(6, DEED, told, 3)
    assert found > 0
    assert found == certain_deeds(6, DEED_CAUSES, told, 3)


@pytest.mark.parametrize("organisations", [15, pytest.param(3000 if LONG else 200, marks=pytest.mark.slow)])
def test_no_sum_and_difference_of_all_figures_is_a_small_secret(organisations: int) -> None:
    for seed in range(organisations):
        organisation = invent(Random(seed), K, causes_at_most=5)
        assert by_algebra(organisation, published(organisation, K), K) == 0, seed


@pytest.mark.parametrize("organisations", [3, pytest.param(150 if LONG else 20, marks=pytest.mark.slow)])
def test_no_small_secret_is_bounded_from_both_sides(organisations: int) -> None:
    for seed in range(organisations):
        organisation = invent(Random(seed), K, causes_at_most=3)
        assert by_bounds(organisation, published(organisation, K), K) == 0, seed


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(3, 6000), *(pytest.param(n, 40_000, marks=pytest.mark.slow) for n in range(4, 24 if LONG else 5))],
)
def test_everything_small_may_be_otherwise_behind_the_same_pages(seed: int, steps: int) -> None:
    """Here the causes are all thirteen there are, and the people hundreds."""
    organisation = invent(Random(500 + seed), K)
    assert certain_after(organisation, K, steps, Random(seed)) == 0


def test_the_same_attackers_beat_a_threshold_alone() -> None:
    organisations = [invent(Random(seed), K, causes_at_most=3) for seed in range(4)]
    assert all(by_algebra(made, naive(made, K), K) > 0 for made in organisations)
    smallest = min(organisations, key=lambda made: len(made.answers))
    assert by_bounds(smallest, naive(smallest, K), K) > 0
