"""Signs of an early adopter: each from what it says, and none from less."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.adopters import Sign, in_order, may_be_asked, signs

BEGUN = date(2026, 9, 1)
TODAY = date(2026, 11, 24)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def found(days: list[date] = [], kinds: frozenset[str] = frozenset(), **said: int) -> frozenset[Sign]:  # noqa: B006
    return signs(days, kinds, BEGUN, today=TODAY, **said)  # type: ignore[arg-type]


def test_early_is_a_first_use_in_two_weeks_that_was_followed_by_another() -> None:
    assert found([BEGUN + 13 * DAY, BEGUN + 20 * DAY]) == {Sign.EARLY}
    assert found([BEGUN + 13 * DAY]) == frozenset()
    assert found([BEGUN + 14 * DAY, BEGUN + 21 * DAY]) == frozenset()


def test_steady_is_six_of_the_last_eight_weeks() -> None:
    assert found([TODAY - n * WEEK for n in range(6)]) == {Sign.STEADY}
    assert found([TODAY - n * WEEK for n in (0, 1, 2, 5, 6, 7)]) == {Sign.STEADY}
    assert found([TODAY - n * WEEK for n in range(5)] + [TODAY, TODAY - DAY]) == frozenset()
    assert found([TODAY - n * WEEK for n in range(3, 9)]) == frozenset()


def test_broad_is_three_kinds_of_use() -> None:
    assert found(kinds=frozenset({"card", "board", "comment"})) == {Sign.BROAD}
    assert found(kinds=frozenset({"card", "board"})) == frozenset()


@pytest.mark.parametrize(("named_by", "answered", "is_sign"), [(3, 5, True), (2, 50, False), (3, 4, False)])
def test_named_is_by_three_of_at_least_five(named_by: int, answered: int, is_sign: bool) -> None:
    assert (Sign.NAMED in found(named_by=named_by, answered=answered)) is is_sign


def test_what_people_say_is_enough_and_of_usage_it_takes_two_signs() -> None:
    assert may_be_asked({Sign.NAMED})
    assert may_be_asked({Sign.GLADLY})
    assert may_be_asked({Sign.EARLY, Sign.BROAD})
    assert not may_be_asked({Sign.STEADY})
    assert not may_be_asked(frozenset())


def test_they_are_told_the_most_telling_first() -> None:
    assert in_order(frozenset(Sign)) == list(Sign)
    assert in_order({Sign.BROAD, Sign.GLADLY}) == [Sign.GLADLY, Sign.BROAD]


@given(st.lists(st.integers(-5, 90).map(lambda n: TODAY - n * DAY)), st.integers(0, 9), st.integers(0, 9))
def test_one_more_use_or_name_never_takes_a_sign_away(days: list[date], named: int, answered: int) -> None:
    before = found(days, named_by=named, answered=answered)
    after = found([*days, TODAY], named_by=named + 1, answered=answered + 1)
    assert before <= after


@given(st.lists(st.integers(1, 60).map(lambda n: TODAY + n * DAY)))
def test_a_date_to_come_says_nothing(days: list[date]) -> None:
    assert found(days) == frozenset()
