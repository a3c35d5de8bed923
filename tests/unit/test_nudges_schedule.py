from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.schedule import (
    ENDS,
    STARTS,
    UnknownZone,
    fitting,
    fitting_on,
    local_date,
    within,
)

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"}))
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.one_of(st.none(), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
DAYS = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days)))


@given(now=INSTANTS, zone=ZONES, at=TIMES, days=DAYS)
def test_always_later_and_in_the_persons_working_hours(
    now: datetime, zone: str, at: time | None, days: str
) -> None:
    chosen = fitting(now, zone, at=at, days=days)
    local = chosen.astimezone(ZoneInfo(zone))
    assert chosen >= now
    assert STARTS <= local.time() <= ENDS
    assert str(local.isoweekday()) in days
    assert chosen - now <= timedelta(days=15)


@given(now=INSTANTS, zone=ZONES, at=TIMES, days=DAYS)
def test_what_fits_is_left_as_it_is(now: datetime, zone: str, at: time | None, days: str) -> None:
    chosen = fitting(now, zone, at=at, days=days)
    assert fitting(chosen, zone, at=at, days=days) == chosen


@given(
    now=INSTANTS, zone=st.sampled_from(["UTC", "Europe/Paris", "America/Montreal", "Asia/Kolkata"]), days=DAYS
)
def test_no_earlier_moment_would_have_done(now: datetime, zone: str, days: str) -> None:
    chosen = fitting(now, zone, days=days)
    earlier = now
    while earlier < chosen:
        assert not within(earlier, zone, days=days)
        earlier += timedelta(minutes=30)


@given(now=INSTANTS, zone=ZONES, at=st.times(STARTS, ENDS), days=DAYS)
def test_a_given_time_is_kept_unless_a_clock_change_skips_it(
    now: datetime, zone: str, at: time, days: str
) -> None:
    local = fitting(now, zone, at=at, days=days).astimezone(ZoneInfo(zone))
    skipped = local.replace(tzinfo=None) != (local.astimezone(UTC).astimezone(ZoneInfo(zone))).replace(
        tzinfo=None
    )
    assert local.time() == at or skipped or local.time() > at


@pytest.mark.parametrize(
    ("now", "at", "expected"),
    [
        ("2026-11-24T07:00+00:00", None, "2026-11-24T08:00+00:00"),
        ("2026-11-24T12:00+00:00", None, "2026-11-24T12:00+00:00"),
        ("2026-11-24T12:00+00:00", time(9, 15), "2026-11-25T08:15+00:00"),
        ("2026-11-27T17:00+00:00", None, "2026-11-30T08:00+00:00"),
        ("2026-11-24T12:00+00:00", time(7), "2026-11-25T08:00+00:00"),
        ("2026-11-24T12:00+00:00", time(22), "2026-11-24T16:30+00:00"),
    ],
)
def test_in_paris(now: str, at: time | None, expected: str) -> None:
    assert fitting(datetime.fromisoformat(now), "Europe/Paris", at=at) == datetime.fromisoformat(expected)


def test_a_skipped_time_moves_forward_and_a_doubled_one_is_the_first() -> None:
    night = {"start": time(0), "end": time(23, 59), "days": "1234567"}
    gap = fitting(datetime(2026, 3, 28, 23, tzinfo=UTC), "Europe/Paris", at=time(2, 30), **night)  # type: ignore[arg-type]
    overlap = fitting(datetime(2026, 10, 24, 22, tzinfo=UTC), "Europe/Paris", at=time(2, 30), **night)  # type: ignore[arg-type]
    assert gap == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert overlap == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_is_not_written_on() -> None:
    """Samoa had no 30 December 2011, a Friday."""
    chosen = fitting(datetime(2011, 12, 30, 6, tzinfo=UTC), "Pacific/Apia", at=time(10))
    assert chosen.astimezone(ZoneInfo("Pacific/Apia")).date() == date(2012, 1, 2)


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../etc/passwd", "America", "\0"])
def test_an_unknown_zone_says_what_to_write(name: str) -> None:
    with pytest.raises(UnknownZone, match="Europe/Paris"):
        fitting(datetime(2026, 1, 1, tzinfo=UTC), name)


def test_no_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="weekday"):
        fitting(datetime(2026, 1, 1, tzinfo=UTC), "UTC", days="")


def test_a_day_begins_in_its_own_zone() -> None:
    chosen = fitting_on(date(2026, 11, 24), "Asia/Tokyo", at=time(10))
    assert chosen == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert local_date(datetime(2026, 11, 23, 20, tzinfo=UTC), "Asia/Tokyo") == date(2026, 11, 24)


def test_a_day_that_a_zone_has_skipped_has_no_moment() -> None:
    """Samoa went from 29 to 31 December 2011."""
    every_day = [fitting_on(date(2011, 12, day), "Pacific/Apia", days="1234567") for day in (29, 30, 31)]
    assert [local_date(moment, "Pacific/Apia").day for moment in every_day] == [29, 31, 31]
