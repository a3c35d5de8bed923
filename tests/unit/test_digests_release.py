"""What may be told of a cohort: never a small class, never a small rest, never a small cell."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import CAUSES
from digests.release import (
    DID,
    SAID,
    SHIFTED,
    UNKNOWN,
    UNSERVED,
    Crossing,
    Told,
    closing,
    fold,
    kept_word,
    view,
    whole,
)
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


@pytest.mark.parametrize("wrong", [-1, -K, -30])
def test_less_than_nobody_is_never_told(wrong: int) -> None:
    assert view({"trust": wrong, "time": 9}, 30, K, ["trust"]) is None
    assert kept_word({SAID: 9, DID: 0, UNKNOWN: wrong}, 30, K) == {}


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


def test_of_people_none_of_whom_has_a_told_cause_nothing_is_told_where_few_causes_are_left() -> None:
    before = [Told(20, {"time": 9})]
    fit = tables([(("fit", "fit"), "planner", "Quai")] * 8)
    told = closing(fit, before, K, {}, {})
    assert told
    assert told.confirmed == {"time": 0}
    assert closing(fit, before, K, {}, {}, ["time", "fit"]) is None


def test_a_group_is_told_of_only_if_enough_of_it_are_silent() -> None:
    persons = [(("time", "trust"), "planner", "Quai")] * 8 + [(("time", ""), "planner", "Quai")] * 8
    persons += [(("time", "trust"), "seller", "Lille")] * 5 + [(("time", ""), "seller", "Lille")] * 7
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


@pytest.mark.parametrize(
    ("said", "did", "unknown", "told"),
    [
        (9, 5, 6, True),
        (9, 5, 0, True),
        (9, 0, 6, True),
        (0, 0, 6, True),
        (9, 0, 0, False),  # whoever is seen to use the tool had said so
        (0, 9, 0, False),  # whoever is not had said so
        (0, 0, 0, False),  # both
        (9, 4, 0, False),  # four who did it all the same
        (4, 9, 0, False),
        (9, 0, 1, False),  # one who was not asked
        (20, 0, 6, True),
        (21, 0, 6, False),  # four who did as they had said
        (31, 0, 0, False),  # everybody
    ],
)
def test_who_kept_their_word_is_told_as_a_whole_or_not_at_all(
    said: int, did: int, unknown: int, told: bool
) -> None:
    counts = {SAID: said, DID: did, UNKNOWN: unknown}
    assert kept_word(counts, 31, K) == (counts if told else {})


BY_TEAM = Told(60, {"trust": 20, "time": 20}, teams=Crossing(("Quai",), ("trust",), ((10, 20), (10, 20))))


@pytest.mark.parametrize("before", [(), (BY_TEAM,)])
def test_the_one_planner_of_another_team_cannot_be_subtracted(before: tuple[Told, ...]) -> None:
    """By persona and by team at once, planners without Quai are one person, whose cause could be read."""
    quai = [((cause, cause), "planner", "Quai") for cause in ("trust", "time", "fear") for _ in range(20)]
    lille = [((cause, cause), "seller", "Lille") for cause in ("trust", "time", "fear") for _ in range(20)]
    told = closing(tables([*quai, *lille, (("trust", "trust"), "planner", "Lille")]), before, K, MANY, MANY)
    assert told
    assert bool(told.personas.rows) is not bool(told.teams.rows)
    assert bool(told.teams.rows) is bool(before), "which of the two it is stays as it was"


def test_a_need_that_everybody_has_is_not_told() -> None:
    persons = [(("time", cause), "planner", "Quai") for cause in ["trust"] * 10 + ["fit"] * 10]
    unserved = Counter({UNSERVED: 20})
    told = closing(replace(tables(persons), needs=unserved), (), K, MANY, MANY)
    assert told
    assert told.needs == {}
    told = closing(replace(tables(persons), needs=Counter({UNSERVED: 15})), (), K, MANY, MANY)
    assert told
    assert told.needs == {UNSERVED: 15}


def test_all_other_groups_together_are_not_all_of_one_mind_either() -> None:
    """Of a team that is told, the others follow: the total less the team."""
    quay = [(("time", cause), "planner", "Quai") for cause in ["trust"] * 8 + ["fit"] * 8]
    others = [(("time", "trust"), "planner", "Lille")] * 6
    told = closing(tables(quay + others), (), K, {}, MANY)
    assert told
    assert told.confirmed == {"trust": 14}
    assert told.teams.rows == ()


def test_nor_are_they_all_people_of_whom_no_cause_is_told() -> None:
    """Everybody knows who of them is of which smaller team, and would know it of each."""
    quay = [(("time", cause), "planner", "Quai") for cause in ["trust"] * 8 + [""] * 8]
    others = [(("time", "habit"), "planner", "Lille")] * 3 + [(("time", ""), "planner", "Nice")] * 4
    told = closing(tables(quay + others), (), K, {}, MANY)
    assert told
    assert told.confirmed == {"trust": 8}
    assert told.teams.rows == ()


def test_nor_are_those_who_said_something_else_first() -> None:
    persons = [
        *[(("time", "trust"), "planner", "Quai")] * 8,
        *[(("time", "fit"), "planner", "Quai")] * 8,
        *[(("overload", "trust"), "planner", "Quai")] * 5,
    ]
    told = closing(tables(persons), (), K, MANY, MANY)
    assert told
    assert (told.stated, told.confirmed) == ({"time": 16}, {"trust": 13})
    assert told.matrix.rows == ()
