"""How many people will hear from the coach: enough of them or no number, and nothing to subtract."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from digests.outlook import outlook

BEGINS = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
PLANNED = st.lists(
    st.tuples(
        st.integers(0, 30).map(str),
        st.integers(0, 14 * 24).map(lambda hours: BEGINS + timedelta(hours=hours)),
    ),
    max_size=80,
)


def planned(people: range, day: int) -> list[tuple[str, datetime]]:
    return [(str(person), BEGINS + timedelta(days=day)) for person in people]


def test_a_day_with_enough_people_stands_alone_and_the_others_together() -> None:
    (week,) = outlook(
        [*planned(range(7), 0), *planned(range(3), 1), *planned(range(2, 6), 2)], "Europe/Paris"
    )
    assert week.begins == date(2026, 11, 23)
    assert week.days == ((date(2026, 11, 24), 7),)
    assert week.others == 6


def test_too_few_on_the_other_days_are_no_number() -> None:
    (week,) = outlook([*planned(range(7), 0), *planned(range(4), 1)], "Europe/Paris")
    assert week.others is None


def test_the_day_is_the_one_of_the_zone() -> None:
    (week,) = outlook([(str(n), datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) for n in range(5)], "Asia/Tokyo")
    assert week.days == ((date(2026, 11, 25), 5),)


@given(PLANNED, st.sampled_from(["UTC", "Europe/Paris", "Pacific/Auckland"]), st.integers(2, 8))
def test_no_number_stands_for_fewer_than_the_threshold(
    foreseen: list[tuple[str, datetime]], timezone: str, threshold: int
) -> None:
    weeks = outlook(foreseen, timezone, threshold)
    days = {at.astimezone(ZoneInfo(timezone)).date() for _, at in foreseen}
    assert {day - timedelta(days=day.weekday()) for day in days} == {week.begins for week in weeks}
    for week in weeks:
        assert all(count >= threshold for _, count in week.days)
        assert week.others is None or week.others == 0 or week.others >= threshold
