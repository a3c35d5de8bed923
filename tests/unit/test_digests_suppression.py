"""Nobody can be found by subtraction: properties, and an attacker who knows the rules and tries every possibility."""

from collections import defaultdict
from collections.abc import Callable
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.suppression import may_split, suppress, suppress_chain

THRESHOLD = 5


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)), st.integers(0, 40))
def test_shown_cells_and_what_is_left_of_the_total_are_never_small(
    cells: dict[str, int], others: int
) -> None:
    total = sum(cells.values()) + others
    shown = suppress(cells, total)
    assert all(n >= THRESHOLD and n == cells[cell] for cell, n in shown.items())
    assert not shown or total - sum(shown.values()) >= THRESHOLD


def test_a_cell_that_is_large_enough_is_shown_when_the_rest_is_too() -> None:
    assert suppress({"trust": 9, "time": 6, "fear": 2}, 31) == {"trust": 9, "time": 6}


def test_a_single_small_cell_takes_the_smallest_large_one_with_it() -> None:
    assert suppress({"trust": 9, "time": 6, "fear": 2}, 17) == {"trust": 9}


def test_everybody_is_nobody_in_particular() -> None:
    assert suppress({"trust": 9}, 9) == {}


def certain_small_cells(publish: Callable[[dict[str, int], int], dict[str, int]]) -> int:
    """Small cells that an attacker is sure of, who tries every way to share out 18 people over three cells and a rest."""
    total = 18
    worlds: defaultdict[tuple[tuple[str, int], ...], list[dict[str, int]]] = defaultdict(list)
    for counts in product(range(total + 1), repeat=3):
        if sum(counts) <= total:
            world = dict(zip("abc", counts, strict=True))
            worlds[tuple(publish(world, total).items())].append(world)
    sure = [({world[cell] for world in possible}, cell) for possible in worlds.values() for cell in "abc"]
    return sum(len(values) == 1 and 0 < min(values) < THRESHOLD for values, _ in sure)


def test_an_attacker_who_tries_every_partition_is_sure_of_no_small_cell() -> None:
    assert certain_small_cells(suppress) == 0


def test_the_same_attacker_beats_a_threshold_alone() -> None:
    def naive(cells: dict[str, int], total: int) -> dict[str, int]:
        rest = total - sum(cells.values())
        return {cell: n for cell, n in (cells | {"rest": rest}).items() if n >= THRESHOLD}

    assert certain_small_cells(naive) > 0


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
