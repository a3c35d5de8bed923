"""A process that is told to stop: what is under way ends or is handed back, and whoever comes next takes it up."""

import asyncio
import time
from datetime import timedelta

import pytest

from bot.platforms.port import Address, Message, Receipt
from storage.database import Database
from storage.models import InboxState, OutboxState
from tests.support.clock import FixedClock
from tests.support.delivery import SETTLE_SECONDS, Delivery
from tests.support.memory_platform import MemoryPlatform

pytestmark = pytest.mark.both_databases

PEOPLE = 30


class SlowPlatform(MemoryPlatform):
    """Takes a message at once and answers late."""

    def __init__(self, seconds: float, delivery: Delivery) -> None:
        super().__init__("playground", delivery.platform.capabilities)
        self.seconds, self.begun = seconds, asyncio.Event()

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        receipt = await super().send(to, message, key)
        self.begun.set()
        await asyncio.sleep(self.seconds)
        return receipt


async def stopped_in_mid_drain(delivery: Delivery, seconds: float, within: float) -> float:
    """Seconds that stopping took."""
    platform = SlowPlatform(seconds, delivery)
    delivery.platform = delivery.platforms["playground"] = platform
    for number in range(PEOPLE):
        await delivery.writes(f"u{number}", "say 1")
    await delivery.jobs.start()
    await platform.begun.wait()
    began = time.monotonic()
    await delivery.jobs.stop(within)
    return time.monotonic() - began


def taken_over(delivery: Delivery) -> Delivery:
    """Another process on the same database, where the same messages have arrived."""
    following = Delivery(delivery.database, delivery.workspace_id, delivery.clock)
    following.platform.sent = delivery.platform.sent
    return following


@pytest.mark.parametrize(("seconds", "within"), [(0.2, 5.0), (30.0, 0.3)], ids=["ends", "is cut off"])
async def test_nothing_is_lost_and_nothing_comes_twice(
    database: Database, workspace_id: str, clock: FixedClock, seconds: float, within: float
) -> None:
    delivery = Delivery(database, workspace_id, clock)
    assert await stopped_in_mid_drain(delivery, seconds, within) < within + 3.0
    began = len(delivery.platform.sent)
    assert began < PEOPLE, "nothing more was begun"
    states = delivery.states()
    assert states.count(OutboxState.SENDING) == 0
    assert states.count(OutboxState.SENT if within > seconds else OutboxState.UNCERTAIN) == began
    following = taken_over(delivery)
    await following.run()
    await following.run(timedelta(seconds=SETTLE_SECONDS))
    assert following.states() == [OutboxState.SENT] * PEOPLE
    assert sorted(sent.user for sent in following.platform.sent) == sorted(f"u{n}" for n in range(PEOPLE))


async def test_events_that_are_cut_off_are_given_back(
    database: Database, workspace_id: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = Delivery(database, workspace_id, clock)
    run, handling = database.run, asyncio.Event()

    async def stuck(*arguments: object) -> None:
        handling.set()
        await asyncio.sleep(60)

    await delivery.writes("karim", "say 1")
    with monkeypatch.context() as patched:
        patched.setattr(database, "run", stuck)
        await delivery.jobs.start()
        await handling.wait()
        await delivery.jobs.stop(0.1)
    assert run == database.run
    (row,) = delivery.incoming()
    assert (row.state, row.lease_owner, row.attempts) == (InboxState.NEW, None, 0)
    following = taken_over(delivery)
    await following.run()
    assert following.said_to("karim") == ["1"]


async def test_an_idle_process_stops_at_once(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    delivery = Delivery(database, workspace_id, clock)
    await delivery.jobs.start()
    began = time.monotonic()
    await delivery.jobs.stop(5.0)
    assert time.monotonic() - began < 1.0
