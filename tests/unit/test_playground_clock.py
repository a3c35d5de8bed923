"""The playground's clock: forward only, by way of everything that is due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.playground.clock import MORNING, PlaygroundClock, working_morning
from tests.support.clock import FixedClock
from tests.support.playground import DAY, START, MemoryConversations, PlannedSchedule


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-24T02:00", "2026-11-24T08:30"),
        ("2026-11-24T08:30", "2026-11-25T08:30"),
        ("2026-11-27T19:00", "2026-11-30T08:30"),
        ("2026-12-24T12:00", "2026-12-28T08:30"),
        ("2027-03-27T12:00", "2027-03-30T07:30"),
        ("2026-07-13T22:30", "2026-07-15T07:30"),
    ],
    ids=["night", "already morning", "weekend", "Christmas", "summer time and Easter Monday", "14 July"],
)
def test_the_next_working_morning(now: str, morning: str) -> None:
    found = working_morning(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(morning).replace(tzinfo=UTC)


async def test_a_fresh_playground_begins_on_a_working_morning_and_stays_there_after_a_restart() -> None:
    system = FixedClock(START)
    store = MemoryConversations(system)
    clock = PlaygroundClock(system)
    await clock.start(store, at_work=True)

    assert clock.now() == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    system.advance(timedelta(hours=2))
    again = PlaygroundClock(system)
    await again.start(store, at_work=True)
    assert again.now() == clock.now() == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


async def test_what_is_due_on_the_way_happens_at_its_own_time() -> None:
    clock = PlaygroundClock(FixedClock(START))
    schedule = PlannedSchedule(clock)
    times = [START + DAY * 2, START + timedelta(hours=1, microseconds=5), START + DAY * 7, START + DAY * 8]
    for at in times:
        schedule.plan(at)

    reached = await clock.move(START + DAY * 7, schedule)

    assert [at.replace(microsecond=0) for at in schedule.done] == [
        START + timedelta(hours=1, seconds=1),
        START + DAY * 2,
        START + DAY * 7,
    ]
    assert timedelta(0) <= reached - (START + DAY * 7) < timedelta(seconds=1)


async def test_what_happens_may_plan_more() -> None:
    clock = PlaygroundClock(FixedClock(START))
    schedule = PlannedSchedule(clock)

    async def daily() -> None:
        schedule.plan(clock.now() + DAY, daily)

    schedule.plan(START + DAY, daily)
    await clock.move(START + DAY * 5, schedule)

    assert schedule.done == [START + DAY * day for day in range(1, 6)]


async def test_the_past_is_never_reached() -> None:
    clock = PlaygroundClock(FixedClock(START))
    schedule = PlannedSchedule(clock)
    schedule.plan(START)

    assert await clock.move(START - DAY, schedule) == START
    assert schedule.done == [START]


async def test_however_much_is_due_everything_happens_at_its_own_time() -> None:
    clock = PlaygroundClock(FixedClock(START))
    schedule = PlannedSchedule(clock)

    async def every_second() -> None:
        schedule.plan(clock.now() + timedelta(seconds=1), every_second)

    schedule.plan(START, every_second)

    assert await clock.move(START + timedelta(hours=2), schedule) == START + timedelta(hours=2)
    assert schedule.done == [START + timedelta(seconds=second) for second in range(2 * 3600 + 1)]


@given(
    st.integers(0, 15 * 365 * 24 * 60).map(
        lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    )
)
def test_a_working_morning_is_later_within_a_week_and_at_its_hour(now: datetime) -> None:
    found = working_morning(now)

    local = found.astimezone(ZoneInfo("Europe/Paris"))
    assert now < found <= now + timedelta(days=7)
    assert local.time() == MORNING
    assert local.weekday() < 5
