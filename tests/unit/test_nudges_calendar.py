"""A person's working week: over every zone of the IANA database, leap years, clock changes and public holidays."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.calendar import WorkWeek, country_of, public_holidays
from nudges.schedule import local_date

ALL = sorted(available_timezones() - {"localtime"})
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days)))
HOURS = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda hours: hours[0] < hours[1])
AWAY = st.tuples(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 200)).map(
    lambda told: (told[0], told[0] + timedelta(days=told[1]))
)
WEEKS = st.builds(
    lambda zone, days, hours, country, away: WorkWeek(
        zone, days, time(hours[0]), time(hours[1]), country, tuple(away)
    ),
    zone=st.sampled_from(ALL),
    days=DAYS,
    hours=HOURS,
    country=st.sampled_from([None, "FR", "DE-BY", "US", "JP", "IN", "XX"]),
    away=st.lists(AWAY, max_size=4),
)
STEP = timedelta(minutes=30)


@given(week=WEEKS, now=INSTANTS, at=st.one_of(st.none(), st.times()), days=st.one_of(st.none(), DAYS))
def test_it_is_never_before_and_always_while_the_person_works(
    week: WorkWeek, now: datetime, at: time | None, days: str | None
) -> None:
    found = week.first_open(now, at=at, days=days)
    local = found.astimezone(ZoneInfo(week.timezone))
    assert found >= now
    assert week.is_open(found)
    assert week.starts <= local.time() <= week.ends
    assert str(local.isoweekday()) in week.days
    assert not any(first <= local.date() <= last for first, last in week.away)
    if days and set(days) & set(week.days):
        assert str(local.isoweekday()) in days
    assert week.first_open(found) == found


@given(week=WEEKS, now=INSTANTS)
def test_no_earlier_moment_would_have_done(week: WorkWeek, now: datetime) -> None:
    found = week.first_open(now)
    for step in range(min(int((found - now) / STEP), 400)):
        assert not week.is_open(now + step * STEP)


@given(week=WEEKS, first=INSTANTS, second=INSTANTS)
def test_a_later_question_has_no_earlier_answer(week: WorkWeek, first: datetime, second: datetime) -> None:
    earlier, later = sorted((first, second))
    assert week.first_open(earlier) <= week.first_open(later)


@pytest.mark.slow
def test_every_zone_through_a_leap_year_and_its_neighbours() -> None:
    """Every local date has its slot at 9:15 and at 2:30, never two, and none is lost at a clock change."""
    for name in ALL:
        zone = ZoneInfo(name)
        office = WorkWeek(name, days="1234567")
        night = WorkWeek(name, days="1234567", starts=time(0), ends=time(23, 59))
        day, slots, nights = date(2027, 12, 25), [], []
        while day < date(2029, 1, 5):
            slot = office.first_open_on(day, at=time(9, 15))
            assert local_date(slot, name) == day
            assert slot.astimezone(zone).time() == time(9, 15)
            slots.append(slot)
            nights.append(night.first_open_on(day, at=time(2, 30)))
            assert local_date(nights[-1], name) == day
            day += timedelta(days=1)
        for moments in (slots, nights):
            for earlier, later in pairwise(moments):
                assert timedelta(hours=22) <= later - earlier <= timedelta(hours=26)
        for change in _changes(zone, slots[0], slots[-1]):
            for around in (change - timedelta(seconds=1), change, change + timedelta(seconds=1)):
                found = office.first_open(around)
                assert found >= around
                assert office.is_open(found)
                assert found - around <= timedelta(hours=17)


@pytest.mark.slow
@pytest.mark.parametrize("at", [time(0), time(23, 30)], ids=str)
def test_a_daily_moment_comes_once_on_every_local_day_of_every_zone(at: time) -> None:
    """As it is planned: the next one from just after the last; not twice where clocks go back, not left out where they skip.

    Greenland's clocks go from 23:00 to midnight on a Saturday.
    """
    for name in ALL:
        zone = ZoneInfo(name)
        week = WorkWeek(name, days="1234567", starts=time(0), ends=time(23, 59))
        moment = week.first_open_on(date(2027, 12, 25), at=at)
        day = date(2027, 12, 25)
        while day < date(2029, 1, 5):
            local = moment.astimezone(zone)
            assert local.date() == day, name
            assert local.fold == 0 or local.time() < at, f"{name}: of two the first"
            assert abs(local.replace(tzinfo=None) - datetime.combine(day, at)) <= timedelta(hours=1), name
            moment = week.first_open(moment + timedelta(seconds=1), at=at)
            day += timedelta(days=1)


@given(
    zone=st.sampled_from(ALL), first=st.dates(date(2028, 1, 1), date(2028, 12, 1)), days=st.integers(0, 40)
)
def test_leave_is_left_on_its_first_working_moment(zone: str, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    week = WorkWeek(zone, days="1234567", away=((first, last),))
    before, noon = first - timedelta(days=1), time(12)
    assert week.first_open_on(before, at=noon) == WorkWeek(zone, days="1234567").first_open_on(
        before, at=noon
    )
    back = week.first_open_on(first)
    assert local_date(back, zone) == last + timedelta(days=1)
    assert not week.is_away(back)
    assert week.is_away(back - timedelta(days=1, hours=2)) or days == 0


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The instants between the two, to the second, at which the zone's clocks change."""
    changes = []
    while start < end:
        low, high = start, start + timedelta(days=1)
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            changes.append(high)
        start += timedelta(days=1)
    return changes


@pytest.mark.parametrize(
    ("now", "country", "expected"),
    [
        ("2028-05-01T06:00", "FR", "2028-05-02T09:00"),
        ("2028-05-01T06:00", "XX", "2028-05-01T09:00"),
        ("2028-05-01T06:00", None, "2028-05-01T09:00"),
        ("2028-12-24T12:00", "FR", "2028-12-26T09:00"),
        ("2028-12-22T18:00", "DE", "2028-12-27T09:00"),
        ("2028-02-28T18:00", "FR", "2028-02-29T09:00"),
        ("2028-06-15T06:00", "DE-BY", "2028-06-16T09:00"),
        ("2028-06-15T06:00", "DE-BE", "2028-06-15T09:00"),
    ],
)
def test_nobody_is_written_to_on_a_public_holiday(now: str, country: str | None, expected: str) -> None:
    paris = ZoneInfo("Europe/Paris")
    week = WorkWeek("Europe/Paris", country=country)
    found = week.first_open(datetime.fromisoformat(now).replace(tzinfo=paris))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=paris)


def test_a_day_off_is_not_a_day_of_the_week_asked_for() -> None:
    shop = WorkWeek("Europe/Paris", days="23456", starts=time(10), ends=time(19), country="FR")
    monday = datetime(2028, 5, 1, 8, tzinfo=UTC)
    assert shop.first_open(monday, days="16", at=time(9)) == datetime(2028, 5, 6, 8, tzinfo=UTC)
    assert shop.first_open(monday, days="1") == datetime(2028, 5, 2, 8, tzinfo=UTC), "none of them is worked"
    assert shop.closing(monday) == datetime(2028, 5, 1, 17, tzinfo=UTC)
    assert shop.latest == time(18, 30)
    assert WorkWeek("UTC", starts=time(9), ends=time(9, 10)).latest == time(9)


def test_a_zone_lies_in_one_country() -> None:
    assert [country_of(zone) for zone in ("Europe/Paris", "Asia/Kolkata", "America/New_York")] == [
        "FR",
        "IN",
        "US",
    ]
    assert [country_of(zone) for zone in ("UTC", "US/Eastern", "Etc/GMT+3", "nonsense")] == [None] * 4
    assert public_holidays("XX", 2028) == public_holidays("", 2028) == frozenset()
