from datetime import date, timedelta

import pytest

from nudges.practice import Answer, Told
from nudges.responses import ASKED, PROMPTLY, WAITED, Unknown, response

DAY = date(2026, 11, 24)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("used", "expected"), [([0], 1.0), ([1], 1.0), ([-1], 0.0), ([PROMPTLY], 0.0), ([], 0.0)]
)
def test_where_use_is_seen_only_what_follows_at_once_counts(used: list[int], expected: float) -> None:
    assert response(DAY, after(PROMPTLY), [after(day) for day in used], (), watched=True) == expected


def test_it_is_not_known_before_those_days_have_passed() -> None:
    assert response(DAY, after(PROMPTLY - 1), [], (), watched=True) is Unknown.YET


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Answer.DONE, 1.0), (Answer.PARTLY, 1.0), (Answer.MISSED, 0.0), (None, Unknown.YET)],
)
def test_else_the_next_check_in_tells(answer: Answer | None, expected: float | Unknown) -> None:
    assert (
        response(DAY, after(8), [], [Told(after(-7), Answer.DONE), Told(after(7), answer)], watched=False)
        == expected
    )


def test_a_check_in_of_the_same_day_or_much_later_speaks_of_another_week() -> None:
    for days in (0, ASKED + 1):
        assert response(DAY, after(20), [], [Told(after(days), Answer.DONE)], watched=False) is Unknown.YET


def test_what_is_not_known_in_four_weeks_never_will_be() -> None:
    assert response(DAY, after(WAITED), [], (), watched=False) is Unknown.YET
    assert response(DAY, after(WAITED + 1), [], (), watched=False) is Unknown.EVER
