"""Nobody can be found by subtraction: properties, and an attacker who knows the rules and tries every possibility."""

from collections import defaultdict
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.suppression import may_split, suppress_chain

THRESHOLD = 5


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5), st.integers(0, 60), st.integers(0, 60))
def test_shown_stages_are_never_a_small_step_apart(stages: list[int], eligible: int, answered: int) -> None:
    counts = dict(zip("abcde", sorted(stages, reverse=True), strict=True))
    shown = list(suppress_chain(counts, (eligible, answered)).values())
    figures = [*shown, eligible, answered]
    assert all(n >= THRESHOLD for n in shown)
    assert all(n == other or abs(n - other) >= THRESHOLD for n in shown for other in figures)


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_an_attacker_who_tries_every_funnel_is_sure_of_no_hidden_stage(order: tuple[str, ...]) -> None:
    eligible, answered = 14, 12
    possible: defaultdict[tuple[tuple[str, int], ...], list[dict[str, int]]] = defaultdict(list)
    for counts in product(range(eligible + 1), repeat=3):
        if sorted(counts, reverse=True) == list(counts):
            world = dict(zip("abc", counts, strict=True))
            shown = suppress_chain({stage: world[stage] for stage in order}, (eligible, answered))
            possible[tuple(shown.items())].append(world)
    for funnel, worlds in possible.items():
        for stage in "abc":
            assert stage in dict(funnel) or len({world[stage] for world in worlds}) >= 2


def test_a_split_needs_enough_people_on_both_sides() -> None:
    assert may_split(5, 10)
    assert not may_split(4, 10)
    assert not may_split(6, 10)
