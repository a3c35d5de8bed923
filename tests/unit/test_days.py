"""Days of use as bits say the same as the days themselves, in whatever order they come."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.days import REMEMBERED, Days, weekly

TODAY = date(2026, 11, 30)

days = st.lists(st.integers(0, 500).map(lambda ago: TODAY - timedelta(days=ago)), max_size=20)


@given(days, days)
def test_bits_are_the_days_whatever_their_order(earlier: list[date], later: list[date]) -> None:
    kept = Days().and_also(earlier).and_also(later)
    numbers = {day.toordinal() for day in earlier + later}
    assert (kept.first, kept.last) == (min(numbers, default=None), max(numbers, default=None))
    assert {ago for ago in range(64) if kept.bits >> ago & 1} == {
        max(numbers) - number for number in numbers if max(numbers) - number < REMEMBERED
    }
    assert kept.bits < 1 << 63, "a signed 64-bit number holds it"


def test_an_answer_tells_of_the_same_day_of_the_weeks_before() -> None:
    assert weekly(TODAY, 0) == []
    assert weekly(TODAY, 3) == [TODAY, date(2026, 11, 23), date(2026, 11, 16)]
