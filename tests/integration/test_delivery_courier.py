"""From what was decided to what people read: every way in which a platform can fail, and what becomes of the message."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.kinds import KINDS
from bot.platforms.errors import (
    Misconfigured,
    OutcomeUnknown,
    PlatformUnavailable,
    RateLimited,
    RecipientUnreachable,
)
from bot.platforms.port import Address, Message, Receipt
from storage.budget import Limit
from storage.database import Database
from storage.models import OutboxState, PersonStatus
from storage.outbox import Outbox, Outgoing
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.delivery import LEASE_SECONDS, SETTLE_SECONDS, Delivery
from tests.support.memory_platform import MemoryPlatform

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def delivery(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    return Delivery(database, workspace_id, clock)


@pytest.fixture
def blind(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    """On a platform that cannot tell whether a message arrived."""
    return Delivery(database, workspace_id, clock, finds_sent=False)


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


async def test_an_outage_fails_no_message_and_is_asked_about_by_one_at_a_time(delivery: Delivery) -> None:
    people = [f"p{number}" for number in range(20)]
    delivery.platform.faults = [PlatformUnavailable()] * 500
    for person in people:
        await delivery.writes(person, "say 1")
    await delivery.run()
    tried = 500 - len(delivery.platform.faults)
    assert tried < 15, "the rest of the batch is handed back"
    for _ in range(12 * 60):
        await delivery.run(5 * SECOND)
    assert 500 - len(delivery.platform.faults) < tried + 25, "an hour of it: every five minutes in the end"
    assert set(delivery.states()) == {OutboxState.READY}
    delivery.platform.faults = []
    for _ in range(3):
        await delivery.run(5 * MINUTE)
    assert [delivery.said_to(person) for person in people] == [["1"]] * 20


async def test_a_platform_that_asks_to_slow_down_for_no_time_is_not_hammered(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(0)] * 100
    await delivery.writes("karim", "say 1")
    await delivery.run()
    assert len(delivery.platform.faults) == 99


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


@pytest.mark.parametrize("arrives", [True, False])
async def test_an_unknown_outcome_is_looked_up_before_anything_is_sent_again(
    delivery: Delivery, arrives: bool
) -> None:
    delivery.platform.arrives = arrives
    delivery.platform.faults = [OutcomeUnknown()]
    await delivery.writes("karim", "say 1")
    await delivery.writes("karim", "say 2")
    await delivery.run()
    await delivery.run(timedelta(seconds=SETTLE_SECONDS - 1))
    assert delivery.states() == [OutboxState.UNCERTAIN, OutboxState.READY]
    await delivery.run(SECOND)
    await delivery.run(SECOND)
    assert delivery.said_to("karim") == ["1", "2"]
    assert delivery.states() == [OutboxState.SENT, OutboxState.SENT]
    assert delivery.outgoing()[0].receipt_message == "0"


async def test_a_search_that_fails_is_made_again_later(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_arguments: object) -> None:
        raise PlatformUnavailable

    delivery.platform.faults = [OutcomeUnknown()]
    await delivery.writes("karim", "say 1")
    with monkeypatch.context() as patched:
        patched.setattr(delivery.platform, "find_sent", down)
        await delivery.run()
        await delivery.run(timedelta(seconds=SETTLE_SECONDS))
        assert delivery.states() == [OutboxState.UNCERTAIN]
    await delivery.run(timedelta(seconds=LEASE_SECONDS + 1))
    assert delivery.said_to("karim") == ["1"]
    assert delivery.states() == [OutboxState.SENT]


@pytest.mark.parametrize(
    ("words", "arrives", "read"),
    [("say", True, 2), ("say", False, 1), ("unasked", True, 1), ("unasked", False, 0)],
)
async def test_where_nobody_can_tell_an_answer_is_given_once_more_and_coaching_dropped(
    blind: Delivery, words: str, arrives: bool, read: int
) -> None:
    blind.platform.arrives = arrives
    blind.platform.faults = [OutcomeUnknown()]
    await blind.writes("karim", f"{words} 1")
    for _ in range(5):
        await blind.run(5 * MINUTE)
    assert blind.said_to("karim") == ["1"] * read
    assert OutboxState.UNCERTAIN not in blind.states()


async def test_where_nobody_can_tell_an_invitation_is_given_once_more(
    blind: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "echo", KINDS["interview.invite"])  # type: ignore[call-overload]
    blind.platform.arrives = False
    blind.platform.faults = [OutcomeUnknown()]
    await blind.writes("karim", "unasked 1")
    await blind.run()
    await blind.run(MINUTE)
    assert blind.said_to("karim") == ["1"]


async def test_where_nobody_can_tell_it_is_sent_once_more_and_no_oftener(blind: Delivery) -> None:
    blind.platform.faults = [RateLimited(1), *[OutcomeUnknown()] * 9]
    await blind.writes("karim", "say 1")
    await blind.writes("karim", "say 2")
    for _ in range(8):
        await blind.run(5 * MINUTE)
    assert blind.said_to("karim") == ["1", "1", "2", "2"]
    assert set(blind.states()) == {OutboxState.FAILED}


@pytest.mark.parametrize("words", ["say 1", "change 0"])
async def test_a_platform_that_answers_nothing_is_not_hammered(delivery: Delivery, words: str) -> None:
    await delivery.writes("karim", "say 0")
    await delivery.run()
    delivery.platform.arrives = False
    delivery.platform.faults = [OutcomeUnknown()] * 100
    await delivery.writes("karim", words)
    await delivery.run()
    assert len(delivery.platform.faults) == 99, "it waits for the answer to settle"
    for _ in range(12 * 60):
        await delivery.run(5 * SECOND)
    assert 75 < len(delivery.platform.faults) < 90, "in an hour"
    assert delivery.states()[-1] in {OutboxState.READY, OutboxState.UNCERTAIN}
    delivery.platform.faults = []
    for _ in range(3):
        await delivery.run(5 * MINUTE)
    assert delivery.states()[-1] == OutboxState.SENT


async def test_a_process_that_dies_after_sending_does_not_send_twice(
    delivery: Delivery,
    database: Database,
    workspace_id: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def died(*_arguments: object) -> bool:
        raise OSError("the database went away")

    await delivery.writes("karim", "say 1")
    with monkeypatch.context() as patched:
        patched.setattr(delivery.outbox, "mark_sent", died)
        with pytest.raises(OSError, match="went away"):
            await delivery.run()
    following = Delivery(database, workspace_id, clock)
    following.platform.sent = delivery.platform.sent
    await delivery.writes("karim", "say 2")
    await following.run(SECOND)
    assert following.said_to("karim") == ["1"], "until it is known what became of the first, the second waits"
    await following.run(timedelta(seconds=LEASE_SECONDS + 1))
    assert following.said_to("karim") == ["1", "2"]
    assert following.states() == [OutboxState.SENT, OutboxState.SENT]


async def test_what_was_claimed_is_not_sent_after_a_pause_past_its_lease(delivery: Delivery) -> None:
    class Paused(MemoryPlatform):
        """The process stands still during the first send."""

        async def send(self, to: Address, message: Message, key: str) -> Receipt:
            receipt = await super().send(to, message, key)
            if len(self.sent) == 1:
                delivery.clock.advance(timedelta(seconds=LEASE_SECONDS))
            return receipt

    paused = delivery.platforms["playground"] = Paused("playground")
    for number in range(20):
        await delivery.writes(f"p{number}", "say 1")
    claimed: list[Outgoing] = []

    async def batch(limit: int) -> list[Outgoing]:
        if not claimed:
            claimed.extend(await claim(limit))
            return claimed
        return []

    claim, delivery.outbox.claim = delivery.outbox.claim, batch  # type: ignore[method-assign]
    await delivery.run()
    assert len(claimed) == 20
    assert len(paused.sent) == 1, "what had not left by then stays"
    assert sorted(delivery.states()) == [OutboxState.READY] * 19 + [OutboxState.SENT]
    assert {row.attempts for row in delivery.outgoing()} == {0}


async def test_a_clock_that_jumps_takes_no_message_from_whoever_is_sending_it(
    delivery: Delivery, database: Database, clock: FixedClock
) -> None:
    other = Outbox(database, "other", LEASE_SECONDS, SETTLE_SECONDS, elapsed=clock.elapsed)
    seen: list[list[Outgoing]] = []

    class Jumping(MemoryPlatform):
        """The clock is set while a send is under way, and another worker looks around."""

        async def send(self, to: Address, message: Message, key: str) -> Receipt:
            for jump in (timedelta(hours=2), -timedelta(days=3)):
                clock.set(jump)
                seen.append([*await other.uncertain(10), *await other.claim(10)])
            return await super().send(to, message, key)

    jumping = delivery.platforms["playground"] = Jumping("playground")
    await delivery.writes("karim", "say 1")
    await delivery.run()
    assert seen == [[], []]
    assert len(jumping.sent) == 1
    assert delivery.states() == [OutboxState.SENT]


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


async def test_metrics_count_what_became_of_each_try(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(1), None]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    await delivery.run(SECOND)
    text = delivery.metrics.text().decode()
    assert 'entrain_outbox_total{outcome="RateLimited",platform="playground"} 1.0' in text
    assert 'entrain_outbox_total{outcome="sent",platform="playground"} 1.0' in text
    assert 'entrain_inbound_events_total{kind="text",outcome="stored",platform="playground"} 1.0' in text
