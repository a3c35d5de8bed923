"""Nobody can be found by subtraction: attackers who have read every page, and the baseline that they beat."""

import os
from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random

import pytest

from digests.tables import Tables
from tests.support.attack.figures import naive, pages, published
from tests.support.attack.organisation import DEEDS, Answer, invent
from tests.support.attack.solver import by_algebra, by_bounds
from tests.support.attack.walk import certain_after
from tests.support.attack.worlds import as_read, certain

LONG = os.environ.get("ENTRAIN_TEST_ATTACK") == "1"
"""Whether there is time for organisations of twelve and for thousands (`make attack`)."""

K = 5
MANY = 10**6

JOINT = [Answer(0, *pair, "p", "t") for pair in product(("time", "trust", ""), repeat=2)]
ONE_QUESTION = [Answer(0, "", cause, "p", "t") for cause in ("time", "trust", "fit", "habit", "")]
GROUPS = [Answer(0, "", cause, p, "t") for cause, p in product(("time", "trust", ""), ("p", "q", ""))]
DEED = [Answer(0, cause, cause, "p", "t", deed) for cause, deed in product(("time", "trust", ""), DEEDS)]
SILENT = Answer(-1, "", "", "p", "t")
TWO_WEEKS = [SILENT, *(Answer(w, "", c, "p", "t") for w, c in product((0, 1), ("time", "trust", "fit", "")))]
THREE_WEEKS = [SILENT, *(Answer(w, "", c, "p", "t") for w, c in product((0, 1, 2), ("time", "trust", "")))]


def all_certain(people: int, kinds: Sequence[Answer], k: int, eligible: int = MANY) -> int:
    causes = sorted({kind.confirmed for kind in kinds} - {""})
    places = {"p": MANY, "q": MANY, "t": MANY}

    def told(weeks: list[Tables], deeds: list[Counter[str]]) -> object:
        return as_read(pages(weeks, k, places, causes, eligible, deeds))

    return certain(people, kinds, told, k)


@pytest.mark.parametrize(
    ("people", "k"),
    [(9, 3), (10, 4), *([(12, 3), (12, 5)] if LONG else [])],
)
@pytest.mark.parametrize(
    "kinds", [JOINT, ONE_QUESTION, GROUPS, DEED], ids=["joint", "one question", "groups", "deeds"]
)
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


@pytest.mark.parametrize("organisations", [40, pytest.param(3000 if LONG else 600, marks=pytest.mark.slow)])
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
    [(3, 6000), *(pytest.param(n, 40_000, marks=pytest.mark.slow) for n in range(4, 24 if LONG else 7))],
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
