"""The board's order and what of it may be told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalog import Address, Lang, Voice
from content.pushing import found
from digests.content import ideas as texts
from digests.ideas import Line, Order, Problem, flaw, ordered, told

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
COUNTS = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=12)


def _lines(counts: list[tuple[bool, int]]) -> list[Line]:
    return [
        Line(f"i{n:02}", waits, START + timedelta(days=n), told(count))
        for n, (waits, count) in enumerate(counts)
    ]


@given(COUNTS)
def test_fewer_supporters_than_may_be_told_change_no_order(counts: list[tuple[bool, int]]) -> None:
    hidden = [(waits, count if count >= 5 else 0) for waits, count in counts]
    for order in Order:
        assert ordered(_lines(counts), order) == ordered(_lines(hidden), order)


@given(COUNTS)
def test_each_order_is_what_it_says(counts: list[tuple[bool, int]]) -> None:
    lines = _lines(counts)
    assert [line.id for line in ordered(lines, Order.NEW)] == sorted((x.id for x in lines), reverse=True)
    supports = [line.support or 0 for line in ordered(lines, Order.TOP)]
    assert supports == sorted(supports, reverse=True)
    assert [x.id for x in ordered(lines, Order.OPEN)] == [x.id for x in lines if x.open]


@pytest.mark.parametrize(("count", "shown"), [(0, None), (4, None), (5, 5), (31, 31)])
def test_a_number_is_told_from_five_on(count: int, shown: int | None) -> None:
    assert told(count) == shown


@pytest.mark.parametrize(
    ("text", "problem"),
    [("x" * 9, Problem.TOO_SHORT), ("x" * 10, None), ("x" * 400, None), ("x" * 401, Problem.TOO_LONG)],
)
def test_lengths(text: str, problem: Problem | None) -> None:
    assert flaw(text, 10, 400) == problem


def test_both_languages_say_the_same_and_push_nobody() -> None:
    assert texts().keys(Lang.FRENCH) == texts().keys(Lang.ENGLISH)
    for key in texts().keys(Lang.FRENCH):
        assert texts().placeholders(key, Lang.FRENCH) == texts().placeholders(key, Lang.ENGLISH), key
        for voice in (Voice(Lang.ENGLISH), *(Voice(Lang.FRENCH, address) for address in Address)):
            for line in texts().lines(key, voice):
                assert found(line, voice.lang) == [], key
                assert "!" not in line, key


def test_everything_that_is_refused_says_why() -> None:
    assert all(texts().has(f"refused.{problem}") for problem in Problem)
