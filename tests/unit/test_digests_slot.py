"""The day and hour of a lead's page, as they are kept."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.slot import Slot

slots = st.builds(Slot, st.integers(1, 7), st.builds(time, st.integers(0, 23), st.integers(0, 59)))


@given(slots)
def test_what_is_kept_is_what_was_chosen(slot: Slot) -> None:
    assert Slot.of(slot.rule) == slot


@pytest.mark.parametrize("rule", ["", "monday", "someday 09:00", "monday 25:00", "12:00 1"])
def test_anything_else_is_monday_at_nine(rule: str) -> None:
    assert Slot.of(rule) == Slot(1, time(9))
