"""What may be told of a cohort: never a small class, never a small rest, never a small cell."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import CAUSES
from digests.release import SHIFTED, Told, closing, fold, view, whole
from digests.tables import NOBODY, Tables

K = 5
MANY = {"planner": 10**6, "seller": 10**6, "Quai": 10**6, "Lille": 10**6}

answers = st.tuples(st.sampled_from((*CAUSES[:4], NOBODY)), st.sampled_from((*CAUSES[:4], NOBODY)))
people = st.lists(
    st.tuples(answers, st.sampled_from(("planner", "seller")), st.sampled_from(("Quai", "Lille"))),
    max_size=60,
)


def tables(persons: list[tuple[tuple[str, str], str, str]]) -> Tables:
    return Tables(
        len(persons),
        Counter(pair for pair, _, _ in persons),
        Counter((persona, pair[1]) for pair, persona, _ in persons),
        Counter((team, pair[1]) for pair, _, team in persons),
    )


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)), st.integers(0, 40))
def test_shown_classes_and_what_is_left_are_never_small(cells: dict[str, int], others: int) -> None:
    total = sum(cells.values()) + others
    shown = view(cells, total, K) or {}
    assert all(n >= K and n == cells[cell] for cell, n in shown.items())
    assert not shown or total - sum(shown.values()) >= K


@pytest.mark.parametrize(("of", "shown"), [(31, {"trust": 9, "time": 6}), (17, {"trust": 9}), (13, {})])
def test_the_rest_takes_the_smallest_with_it(of: int, shown: dict[str, int]) -> None:
    assert view({"trust": 9, "time": 6, "fear": 2} if of > 13 else {"trust": 9, "fear": 4}, of, K) == shown


def test_everybody_is_nobody_in_particular() -> None:
    assert view({"trust": 9}, 9, K) == {}


def test_a_class_that_is_asked_for_is_told_or_nothing_is() -> None:
    assert view({"trust": 6, "time": 9}, 30, K, ["trust"]) == {"time": 9, "trust": 6}
    assert view({"time": 9}, 30, K, ["trust"]) == {"time": 9, "trust": 0}
    assert view({"trust": 3, "time": 9}, 30, K, ["trust"]) is None


@given(people)
def test_every_table_that_is_told_is_whole_and_adds_up_to_the_cohort(
    persons: list[tuple[tuple[str, str], str, str]],
) -> None:
    told = closing(tables(persons), (), K, MANY, MANY)
    if told is None:
        return
    assert told.confirmed or told.families
    for crossing in (told.matrix, told.personas, told.teams):
        if crossing.rows:
            assert whole(crossing.cells, crossing.rows, K)
            assert sum(crossing.cells.values()) == told.size
            assert set(crossing.columns) <= set(told.confirmed)
    assert Told.from_json(told.to_json()) == told


def test_the_gap_is_kept_where_two_totals_would_open_the_table() -> None:
    pairs = Counter({("time", "trust"): 6, ("fit", "time"): 1, ("time", "time"): 5, (NOBODY, NOBODY): 10})
    told = closing(Tables(22, pairs), (), K, {}, {})
    assert told
    assert told.shifted == {}


def test_the_gap_is_told_over_a_mixture() -> None:
    pairs = Counter({(first, last): 2 for first in CAUSES for last in CAUSES})
    told = closing(Tables(sum(pairs.values()), pairs), (), K, {}, {})
    assert told
    assert told.shifted == {SHIFTED: 2 * 13 * 12}


def test_a_cohort_waits_for_a_cause_that_has_been_told_but_not_for_ever() -> None:
    first = Told(20, confirmed={"trust": 8})
    few = Tables(12, Counter({("", "trust"): 3, ("", ""): 9}))
    assert closing(few, (first,), K, {}, {}) is None
    as_many = Tables(20, Counter({("", "trust"): 3, ("", "fit"): 8, ("", ""): 9}))
    told = closing(as_many, (first,), K, {}, {})
    assert told
    assert told.confirmed == {"fit": 8}


def test_a_group_is_told_of_only_if_enough_of_it_are_silent() -> None:
    persons = [(("time", "trust"), "planner", "Quai")] * 8 + [(("time", ""), "planner", "Quai")] * 8
    persons += [(("time", ""), "seller", "Lille")] * 12
    counted = tables(persons)

    def rows(quai: int, lille: int, *before: Told, others: int = 0) -> tuple[str, ...]:
        told = closing(counted, before, K, {}, {"Quai": quai, "Lille": lille, "Nice": others})
        assert told
        return told.teams.rows

    assert rows(21, 40) == ("Quai", "Lille")
    assert rows(20, 40, others=9) == ("Lille",), "four of Quai are silent"
    assert rows(20, 40) == (), "and their number follows from the total"
    first = closing(counted, (), K, {}, {"Quai": 40, "Lille": 40})
    assert first
    assert rows(36, 40, first, others=9) == ("Lille",), "thirty-two of thirty-six have answered by now"


def test_folding_loses_nobody() -> None:
    pairs = Counter({("time", "trust"): 6, ("fit", "time"): 1})
    assert fold(pairs, ["time"], ["trust"]) == {
        ("time", "trust"): 6,
        ("time", NOBODY): 0,
        (NOBODY, "trust"): 0,
        (NOBODY, NOBODY): 1,
    }
