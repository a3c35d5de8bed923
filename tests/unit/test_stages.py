"""How far one person has come, from the days on which they used the tool."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.stages import Stage, stage

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("ago", "reached"),
    [
        ([], None),
        ([0], Stage.TRIED),
        ([300], Stage.TRIED),
        ([0, 1], Stage.TRIED),
        ([1, 2], Stage.REPEAT),
        ([300, 10], Stage.REPEAT),
        ([0, 7, 14], Stage.ROUTINE),
        ([27, 20, 13], Stage.ROUTINE),
        ([28, 20, 13], Stage.REPEAT),
        ([0, 1, 2, 3, 4, 5, 6, 7], Stage.REPEAT),
        ([-1, -8], None),
    ],
)
def test_days_of_use(ago: list[int], reached: Stage | None) -> None:
    assert stage([TODAY - timedelta(days=days) for days in ago], TODAY) is reached


def test_what_is_known_otherwise() -> None:
    assert stage([], TODAY, aware=True) is Stage.AWARE
    assert stage([TODAY], TODAY, aware=True) is Stage.TRIED
    assert stage([], TODAY, advocate=True) is Stage.ADVOCATE


@given(st.lists(st.integers(0, 400)), st.integers(0, 400))
def test_one_more_day_never_sets_anybody_back(ago: list[int], more: int) -> None:
    order = [None, *Stage]
    days = [TODAY - timedelta(days=each) for each in ago]
    before, after = stage(days, TODAY), stage([*days, TODAY - timedelta(days=more)], TODAY)
    assert order.index(after) >= order.index(before)
