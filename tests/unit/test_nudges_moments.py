"""When a nudge may be read: a few moments of the person's own working hours."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nudges.calendar import WorkWeek
from nudges.moments import APART, Moment, moments
from nudges.rule import Rule
from nudges.schedule import local_date

ZONES = ("Europe/Paris", "America/Montreal", "Asia/Kolkata", "Pacific/Auckland")
TUESDAY = date(2026, 11, 24)


def offered(at: time, week: WorkWeek, day: date = TUESDAY, days: str = "12345") -> dict[Moment, str]:
    """By moment, its local weekday and time."""
    rule = Rule(at, days)
    found = moments(rule.on(day, week), rule, week)
    return {
        moment: f"{instant.astimezone(UTC).isoweekday()} {instant:%H:%M}" for moment, instant in found.items()
    }


def test_the_usual_moment_the_afternoon_and_the_next_day() -> None:
    assert offered(time(9, 15), WorkWeek("UTC")) == {
        Moment.USUAL: "2 09:15",
        Moment.AFTER_LUNCH: "2 13:30",
        Moment.AFTERNOON: "2 16:00",
        Moment.NEXT_DAY: "3 09:15",
    }


def test_nothing_outside_the_hours_nor_close_by() -> None:
    assert set(offered(time(13), WorkWeek("UTC", ends=time(15)))) == {Moment.USUAL, Moment.NEXT_DAY}
    assert Moment.AFTERNOON not in offered(time(15, 30), WorkWeek("UTC"))


def test_the_next_day_only_where_it_is_the_very_next() -> None:
    friday = TUESDAY + timedelta(days=3)
    assert Moment.NEXT_DAY not in offered(time(9, 15), WorkWeek("UTC"), friday)
    assert Moment.NEXT_DAY not in offered(time(9, 15), WorkWeek("UTC"), days="2")
    away = WorkWeek("UTC", away=((TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=1)),))
    assert Moment.NEXT_DAY not in offered(time(9, 15), away)


@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    at=st.times(),
    days=st.sets(st.sampled_from("1234567"), min_size=1).map(lambda each: "".join(sorted(each))),
    starts=st.integers(5, 12),
    hours=st.integers(1, 11),
    zone=st.sampled_from(ZONES),
)
def test_every_moment_is_one_at_which_the_person_works(
    day: date, at: time, days: str, starts: int, hours: int, zone: str
) -> None:
    week = WorkWeek(zone, starts=time(starts), ends=time(starts + hours), country="FR")
    rule = Rule(at.replace(second=0, microsecond=0), days)
    now = rule.on(day, week)
    found = moments(now, rule, week)
    assert found[Moment.USUAL] == now
    for moment, instant in found.items():
        assert week.is_open(instant)
        if moment is not Moment.USUAL:
            assert instant >= now + APART
        later = local_date(instant, zone) - local_date(now, zone)
        assert later == timedelta(days=moment is Moment.NEXT_DAY)


def test_a_tick_that_is_late_offers_what_is_still_to_come() -> None:
    found = moments(datetime(2026, 11, 24, 15, 30, tzinfo=UTC), Rule(), WorkWeek("UTC"))
    assert set(found) == {Moment.USUAL, Moment.NEXT_DAY}
