from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.pace import MOST, WEEK, History, Hold, Room, allowed, first_place, ignored, room
from nudges.schedule import local_date

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Paris", "America/Montreal", "Asia/Kolkata", "Pacific/Auckland"])


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@given(
    zone=ZONES,
    per_week=st.integers(1, 5),
    weeks=st.sampled_from([1, 2, 4, 8]),
    tries=st.lists(st.tuples(st.floats(0, 3), st.booleans()), max_size=60),
)
def test_no_week_ever_holds_more_than_the_budget(
    zone: str, per_week: int, weeks: int, tries: list[tuple[float, bool]]
) -> None:
    now, sent, ignored = NOW, list[datetime](), 0
    for step, answered in tries:
        now += timedelta(days=step)
        if allowed(History(zone, tuple(sent), ignored, weeks, per_week), now).ok:
            sent.append(now)
            ignored = 0 if answered else ignored + 1
    dates = [local_date(at, zone) for at in sent]
    for first in dates:
        in_a_week = sum(0 <= (date - first).days < 7 for date in dates)
        assert in_a_week <= min(per_week, MOST)


@given(
    sent=st.lists(st.floats(0, 60).map(ago), max_size=20),
    ignored=st.integers(0, 20),
    weeks=st.sampled_from([1, 2, 4, 8]),
    zone=ZONES,
)
def test_the_moment_it_names_is_allowed_and_none_before_its_day(
    sent: list[datetime], ignored: int, weeks: int, zone: str
) -> None:
    history = History(zone, tuple(sent), ignored, weeks)
    verdict = allowed(history, NOW)
    if verdict.next_at is None:
        assert verdict.ok
        return
    assert allowed(history, verdict.next_at).ok
    day_before = verdict.next_at - timedelta(days=1)
    if local_date(day_before, zone).isoweekday() <= 5 and day_before > NOW:
        assert not allowed(history, day_before).ok


@pytest.mark.parametrize(("ignored", "days"), [(0, 7), (1, 7), (2, 14), (3, 14), (4, 28), (6, 56), (40, 56)])
def test_two_ignored_in_a_row_halve_the_pace(ignored: int, days: int) -> None:
    history = History("UTC", (ago(days - 1),), ignored)
    assert allowed(history, NOW).reason is Hold.BUDGET
    assert allowed(history, NOW + timedelta(days=1)).ok


TODAY = date(2026, 11, 24)


def day(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


def test_two_nudges_that_met_nothing_are_two_ignored() -> None:
    assert ignored([], [day(14), day(7)], [], TODAY) == 2


def test_a_nudge_is_heeded_by_use_in_its_week_and_not_judged_before_that_is_over() -> None:
    assert ignored([], [day(14)], [day(8)], TODAY) == 0
    assert ignored([], [day(14)], [day(15), day(7)], TODAY) == 1
    assert ignored([], [day(14), day(6)], [], TODAY) == 1


def test_an_answer_ends_the_run_of_what_met_nothing() -> None:
    assert ignored([(day(14), True), (day(7), False)], [day(28), day(21)], [], TODAY) == 1
    assert ignored([(day(28), True), (day(7), False)], [day(21), day(14)], [], TODAY) == 3


def test_the_same_weekday_is_a_week_later_over_a_clock_change() -> None:
    sent = datetime(2026, 10, 22, 7, 15, tzinfo=UTC)
    earlier_in_the_day = datetime(2026, 10, 29, 8, 14, tzinfo=UTC)
    assert allowed(History("Europe/Paris", (sent,)), earlier_in_the_day).ok


def test_who_opted_out_is_never_written_to_and_who_snoozed_not_yet() -> None:
    assert allowed(History("UTC", opted_out=True), NOW).next_at is None
    until = NOW + timedelta(days=3)
    verdict = allowed(History("UTC", snoozed_until=until), NOW)
    assert (verdict.ok, verdict.reason, verdict.next_at) == (False, Hold.SNOOZED, until)
    assert allowed(History("UTC", snoozed_until=until), until).ok


DAYS = st.lists(st.integers(0, 6), max_size=60)
"""How many days after the one before a message wants to leave."""


@given(gaps=DAYS, there=st.builds(Room, st.integers(1, 4), st.integers(1, 8).map(lambda weeks: weeks * WEEK)))
def test_no_dates_in_a_row_hold_more_than_there_is_room_for(gaps: list[int], there: Room) -> None:
    today, sent = NOW.date(), list[date]()
    for gap in gaps:
        today = max([today + timedelta(days=gap), *sent[-1:]])
        free = first_place(today, sent, within=there)
        assert free == today or first_place(free - timedelta(days=1), sent, within=there) == free
        sent.append(free)
    for first in sent:
        assert sum(first <= other < first + there.span for other in sent) <= there.most


@given(weeks=st.integers(2, 8), days=st.integers(0, 60))
def test_planning_and_sending_agree_on_when_a_wish_leaves_room(weeks: int, days: int) -> None:
    today = NOW.date() + timedelta(days=days)
    planned = allowed(History("UTC", sent=(NOW,), weeks=weeks), NOW + timedelta(days=days)).ok
    assert planned is (first_place(today, [NOW.date()], within=room(weeks)) == today)


@given(gaps=DAYS)
def test_a_place_that_is_kept_is_free_on_its_day(gaps: list[int]) -> None:
    """A lead's digest each Monday, and whatever else in between."""
    monday = date(2026, 11, 30)
    today, sent = NOW.date(), list[date]()
    for gap in gaps:
        today += timedelta(days=gap)
        while monday <= today:
            assert first_place(monday, [day for day in sent if day <= monday]) == monday
            sent.append(monday)
            monday += WEEK
        kept = [monday] if monday < today + WEEK else []
        if first_place(today, sent, kept) == today:
            sent.append(today)
    for first in sent:
        assert sum(first <= other < first + WEEK for other in sent) <= MOST
