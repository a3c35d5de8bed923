"""From what was decided to what people read: every way in which a platform can fail, and what becomes of the message."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.platforms.errors import (
    Misconfigured,
    RateLimited,
    RecipientUnreachable,
)
from storage.budget import Limit
from storage.database import Database
from storage.models import OutboxState, PersonStatus
from storage.outbox import Outbox
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.delivery import LEASE_SECONDS, SETTLE_SECONDS, Delivery

pytestmark = pytest.mark.both_databases

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


async def test_several_workers_send_each_message_once_in_each_persons_order(
    delivery: Delivery, database: Database, clock: FixedClock
) -> None:
    rates = {"playground": {"send": (Limit(50_000, 1),)}}
    couriers = [
        Courier(
            database,
            Outbox(database, name, LEASE_SECONDS, SETTLE_SECONDS, rates, clock.elapsed),
            delivery.router,
            delivery.platforms,
            delivery.metrics,
            clock,
        )
        for name in ("one", "two", "three")
    ]
    people = [f"p{number}" for number in range(40)]

    def plan(work: Work) -> None:
        ids = [work.people.ensure(person, person).id for person in people]
        work.outbox.put_many(
            [
                Posting(person, "echo", {"text": str(n)}, f"{person}:{n}", work.now)
                for n in range(4)
                for person in ids
            ]
        )

    delivery.change(plan)

    async def drain(courier: Courier) -> None:
        while set(delivery.states()) != {OutboxState.SENT}:
            await courier.run()

    async with asyncio.timeout(60):
        await asyncio.gather(*(drain(courier) for courier in couriers))
    assert [delivery.said_to(person) for person in people] == [["0", "1", "2", "3"]] * 40


async def test_who_cannot_be_reached_is_left_alone_until_they_are_back(delivery: Delivery) -> None:
    delivery.platform.faults = [RecipientUnreachable()]
    await delivery.writes("karim", "later 0")
    await delivery.writes("karim", "say 1")
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.UNREACHABLE
    assert delivery.states() == [OutboxState.CANCELLED, OutboxState.FAILED]
    await delivery.run(timedelta(days=1))
    assert delivery.said_to("karim") == []
    await delivery.writes("karim", "say 2")
    await delivery.run()
    assert delivery.said_to("karim") == ["2"]


async def test_a_wrong_token_loses_no_message(delivery: Delivery) -> None:
    delivery.platform.faults = [Misconfigured()] * 10
    await delivery.writes("karim", "say 1")
    for _ in range(10):
        await delivery.run(15 * MINUTE)
    assert delivery.said_to("karim") == []
    await delivery.run(15 * MINUTE)
    assert delivery.said_to("karim") == ["1"]


async def test_what_no_longer_makes_sense_is_not_sent(delivery: Delivery) -> None:
    await delivery.writes("karim", "later 1")
    await delivery.writes("karim", "say 2")
    await delivery.run()
    delivery.memory.gone = {"1"}
    await delivery.run(timedelta(hours=2))
    assert delivery.said_to("karim") == ["2"]
    assert delivery.states() == [OutboxState.SUPERSEDED, OutboxState.SENT]


async def test_a_text_that_cannot_be_rendered_holds_nothing_up_and_tells_no_secret(
    delivery: Delivery,
) -> None:
    delivery.memory.unrenderable = {"1"}
    await delivery.writes("karim", "say 1")
    await delivery.writes("karim", "say 2")
    with capture_logs() as logs:
        await delivery.run()
    assert delivery.said_to("karim") == ["2"]
    assert delivery.states() == [OutboxState.FAILED, OutboxState.SENT]
    assert "secret" not in repr(logs) + str(delivery.outgoing()[0].error)


async def test_a_message_is_replaced_in_place(delivery: Delivery) -> None:
    await delivery.writes("karim", "say 1")
    await delivery.run()
    await delivery.writes("karim", "change 0")
    await delivery.run()
    assert delivery.said_to("karim") == ["changed"]
    assert delivery.platform.sent[0].versions == 2


async def test_a_message_that_is_gone_cannot_be_replaced_and_the_person_stays_reachable(
    delivery: Delivery,
) -> None:
    await delivery.writes("karim", "change 7")
    await delivery.writes("karim", "say 1")
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.ACTIVE
    assert delivery.states() == [OutboxState.FAILED, OutboxState.SENT]
    assert delivery.said_to("karim") == ["1"]


async def test_only_the_newest_of_its_kind_is_sent(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(10)]
    await delivery.writes("karim", "say 0")
    for number in (1, 2, 3):
        await delivery.writes("karim", f"newest {number}")
    await delivery.run()
    await delivery.run(10 * SECOND)
    assert delivery.said_to("karim") == ["0", "3"]


async def test_stop_cancels_what_is_planned_and_says_so_once(delivery: Delivery) -> None:
    await delivery.writes("karim", "later 1")
    await delivery.writes("karim", "later 2")
    await delivery.writes("emma", "later 3")
    await delivery.writes("karim", "STOP !")
    await delivery.run()
    await delivery.run(timedelta(hours=3))
    assert len(delivery.said_to("karim")) == 1
    assert delivery.person("karim").opted_out_at is not None
    assert delivery.said_to("emma") == ["3"]
    assert delivery.states().count(OutboxState.CANCELLED) == 2


async def test_what_is_too_late_to_be_useful_is_not_sent(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(3601)]
    await delivery.writes("karim", "useful 1")
    await delivery.run()
    await delivery.run(timedelta(seconds=3601))
    assert delivery.said_to("karim") == []
    assert delivery.states() == [OutboxState.CANCELLED]


async def test_a_platform_that_is_not_configured_now_is_waited_for(delivery: Delivery) -> None:
    delivery.platforms.clear()
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.platforms["playground"] = delivery.platform
    await delivery.run(5 * MINUTE)
    assert delivery.said_to("karim") == ["1"]


async def test_one_broken_due_item_holds_nothing_up_and_is_tried_again(delivery: Delivery) -> None:
    delivery.memory.broken = {"a"}
    await delivery.writes("karim", "plan a")
    await delivery.writes("emma", "plan b")
    await delivery.run()
    with capture_logs() as logs:
        await delivery.run(timedelta(hours=1))
    assert delivery.said_to("emma") == ["tick b"]
    assert delivery.said_to("karim") == []
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["due_item_failed"]
    delivery.memory.broken = set()
    await delivery.run(15 * MINUTE)
    assert delivery.said_to("karim") == ["tick a"]
    await delivery.run(timedelta(days=1))
    assert delivery.said_to("karim") == ["tick a"], "once"


async def test_one_slot_of_a_due_item_posts_once_whenever_it_is_handled(delivery: Delivery) -> None:
    slot = delivery.clock.now() + timedelta(hours=1)
    await delivery.writes("karim", "plan a")
    await delivery.run()
    for _ in range(2):
        delivery.clock.advance(timedelta(hours=1) + SECOND)
        delivery.change(lambda work: work.agenda.set(work.people.by_external("karim").id, "tick", "a", slot))
        await delivery.run()
    assert delivery.said_to("karim") == ["tick a"]


async def test_the_next_instant_is_that_of_the_first_thing_planned(delivery: Delivery) -> None:
    assert await delivery.jobs.next_due(delivery.clock.now()) is None
    await delivery.writes("karim", "later 1")
    await delivery.writes("karim", "plan a")
    await delivery.run()
    assert await delivery.jobs.next_due(delivery.clock.now()) == delivery.clock.now() + timedelta(hours=1)


async def test_metrics_count_what_became_of_each_try(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(1), None]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    await delivery.run(SECOND)
    text = delivery.metrics.text().decode()
    assert 'entrain_outbox_total{outcome="RateLimited",platform="playground"} 1.0' in text
    assert 'entrain_outbox_total{outcome="sent",platform="playground"} 1.0' in text
    assert 'entrain_inbound_events_total{kind="text",outcome="stored",platform="playground"} 1.0' in text
