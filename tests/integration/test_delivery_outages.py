"""A platform that asks to slow down, is down or comes back: its workspace waits, nobody else does, nothing is lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.platforms.errors import (
    OutcomeUnknown,
    PlatformUnavailable,
    RateLimited,
)
from bot.platforms.port import Receipt
from storage.database import Database
from storage.models import OutboxState
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery

pytestmark = pytest.mark.both_databases

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


async def test_a_limit_is_waited_out_and_the_order_kept(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(30)]
    await delivery.writes("karim", "say 1")
    await delivery.writes("karim", "say 2")
    await delivery.run()
    await delivery.run(29 * SECOND)
    assert delivery.said_to("karim") == []
    await delivery.run(SECOND)
    assert delivery.said_to("karim") == ["1", "2"]


async def test_a_limit_closes_its_workspace_and_no_other_and_counts_against_no_message(
    delivery: Delivery,
) -> None:
    elsewhere = delivery.elsewhere()
    delivery.platform.faults, delivery.platform.faulty = [RateLimited(30)] * 9, "karim"
    for person in ("karim", "emma", "aude"):
        await delivery.writes(person, f"say {person}")
    await delivery.writes("tom", "say tom", workspace=elsewhere)
    await delivery.run()
    assert delivery.said_to("tom") == ["tom"]
    assert len(delivery.platform.faults) == 8, "asked once, not once for each message"
    for _ in range(8):
        assert await delivery.jobs.next_due(delivery.clock.now()) == delivery.clock.now() + 30 * SECOND
        await delivery.run(30 * SECOND)
    assert delivery.said_to("karim") == []
    assert {row.attempts for row in delivery.outgoing()} == {0}
    await delivery.run(30 * SECOND)
    assert delivery.said_to("karim") == ["karim"]


async def test_a_closed_workspace_stays_closed_over_a_restart(
    delivery: Delivery, database: Database, workspace_id: str, clock: FixedClock
) -> None:
    delivery.platform.faults = [RateLimited(30)]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    again = Delivery(database, workspace_id, clock)
    await again.run(29 * SECOND)
    assert again.said_to("karim") == []
    await again.run(SECOND)
    assert again.said_to("karim") == ["1"]


async def test_a_clock_that_was_set_back_leaves_nothing_closed_for_days(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(30)]
    delivery.clock.set(timedelta(days=3))
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.clock.set(-timedelta(days=2))
    await delivery.writes("emma", "say 2")
    await delivery.run()
    assert delivery.said_to("emma") == ["2"]


async def test_a_clock_that_was_set_back_a_little_leaves_nothing_closed_for_that_long(
    delivery: Delivery,
) -> None:
    delivery.platform.faults = [RateLimited(30)]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.clock.set(-timedelta(minutes=20))
    await delivery.run()
    assert delivery.said_to("karim") == ["1"]


async def test_a_clock_that_is_ahead_for_the_time_of_one_send_holds_nothing_up(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ahead(*_arguments: object) -> Receipt:
        delivery.clock.set(timedelta(hours=2))
        raise PlatformUnavailable

    await delivery.writes("karim", "say 1")
    with monkeypatch.context() as patched:
        patched.setattr(delivery.platform, "send", ahead)
        await delivery.run()
    delivery.clock.set(-timedelta(hours=2))
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1"]


async def test_an_outage_fails_no_message_and_is_asked_about_by_one_at_a_time(delivery: Delivery) -> None:
    people = [f"p{number}" for number in range(20)]
    delivery.platform.faults = [PlatformUnavailable()] * 500
    for person in people:
        await delivery.writes(person, "say 1")
    await delivery.run()
    tried = 500 - len(delivery.platform.faults)
    assert tried < 15, "the rest of the batch is handed back"
    for _ in range(4 * 60):
        await delivery.run(15 * SECOND)
    assert 500 - len(delivery.platform.faults) < tried + 25, "an hour of it: every five minutes in the end"
    assert set(delivery.states()) == {OutboxState.READY}
    delivery.platform.faults = []
    for _ in range(3):
        await delivery.run(5 * MINUTE)
    assert [delivery.said_to(person) for person in people] == [["1"]] * 20


async def test_sends_that_fail_together_are_one_incident(delivery: Delivery) -> None:
    people = [f"p{number}" for number in range(20)]
    delivery.platform.faults = [PlatformUnavailable()] * 8
    for person in people:
        await delivery.writes(person, "say 1")
    await delivery.run()
    for _ in range(10):
        await delivery.run(SECOND)
    assert [delivery.said_to(person) for person in people] == [["1"]] * 20


async def test_a_platform_that_asks_to_slow_down_for_no_time_is_not_hammered(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(0)] * 100
    await delivery.writes("karim", "say 1")
    await delivery.run()
    assert len(delivery.platform.faults) == 99


async def test_a_workspace_that_fails_now_and_then_is_not_closed(delivery: Delivery) -> None:
    for number in range(12):
        delivery.platform.faults = [PlatformUnavailable(), None]
        await delivery.writes("karim", f"say {number}")
        await delivery.run()
        await delivery.run(SECOND)
    assert len(delivery.said_to("karim")) == 12


async def test_failures_between_sends_that_arrive_close_nothing(delivery: Delivery) -> None:
    delivery.platform.faults = [PlatformUnavailable(), None] * 10
    for number in range(20):
        await delivery.writes(f"p{number}", "say 1")
    await delivery.run()
    await delivery.run(SECOND)
    assert len(delivery.platform.sent) == 20


async def test_what_arrives_beside_a_wish_to_slow_down_does_not_undo_it(delivery: Delivery) -> None:
    delivery.platform.faults = [PlatformUnavailable()]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.platform.faults = [RateLimited(30), None]
    await delivery.writes("emma", "say 2")
    await delivery.run(SECOND)
    await delivery.writes("aude", "say 3")
    await delivery.run()
    assert len(delivery.platform.sent) == 1
    await delivery.run(30 * SECOND)
    assert len(delivery.platform.sent) == 3


async def test_a_platform_that_is_down_is_tried_more_and_more_rarely(delivery: Delivery) -> None:
    delivery.platform.faults = [PlatformUnavailable()] * 3
    await delivery.writes("karim", "say 1")
    await delivery.run()
    tried = []
    for _ in range(20):
        before = len(delivery.platform.faults)
        await delivery.run(SECOND)
        tried.append(before != len(delivery.platform.faults) or bool(delivery.said_to("karim")))
    assert [number for number, yes in enumerate(tried, 1) if yes][:3] == [1, 3, 7]
    assert delivery.said_to("karim") == ["1"]


async def test_an_outage_ends_only_what_becomes_too_late(delivery: Delivery) -> None:
    delivery.platform.faults = [PlatformUnavailable()] * 100
    await delivery.writes("karim", "useful 1")
    await delivery.writes("karim", "say 2")
    for _ in range(24):
        await delivery.run(5 * MINUTE)
    assert delivery.states() == [OutboxState.CANCELLED, OutboxState.READY]
    delivery.platform.faults = []
    await delivery.run(5 * MINUTE)
    assert delivery.said_to("karim") == ["2"]


@pytest.mark.parametrize("words", ["say 1", "change 0"])
async def test_a_platform_that_answers_nothing_is_not_hammered(delivery: Delivery, words: str) -> None:
    await delivery.writes("karim", "say 0")
    await delivery.run()
    delivery.platform.arrives = False
    delivery.platform.faults = [OutcomeUnknown()] * 100
    await delivery.writes("karim", words)
    await delivery.run()
    assert len(delivery.platform.faults) == 99, "it waits for the answer to settle"
    for _ in range(4 * 60):
        await delivery.run(15 * SECOND)
    assert 75 < len(delivery.platform.faults) < 90, "in an hour"
    assert delivery.states()[-1] in {OutboxState.READY, OutboxState.UNCERTAIN}
    delivery.platform.faults = []
    for _ in range(3):
        await delivery.run(5 * MINUTE)
    assert delivery.states()[-1] == OutboxState.SENT


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def test_what_must_wait_a_moment_does_not_wait_for_the_next_tick(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(0.1)]
    await delivery.jobs.start()
    try:
        await delivery.writes("karim", "say 1")
        await until(lambda: not delivery.platform.faults and delivery.states() == [OutboxState.READY])
        delivery.clock.advance(SECOND)
        await until(lambda: bool(delivery.said_to("karim")))
    finally:
        await delivery.jobs.stop(5.0)
