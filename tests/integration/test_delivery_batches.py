"""Messages are claimed, rendered and recorded many at a time, and nobody can tell that they are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Integer, cast, literal, select

from bot.courier import AT_ONCE, BATCH, LARGEST_BATCH
from bot.platforms.port import Address, Message, Receipt
from bot.scene import Scene
from storage.database import Database
from storage.models import OutboxState
from storage.outbox import Outgoing
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery
from tests.support.memory_platform import MemoryPlatform

pytestmark = pytest.mark.both_databases

SECOND = timedelta(seconds=1)


class Watched(MemoryPlatform):
    """Tells of each send once it has been carried out."""

    def __init__(self, delivery: Delivery, told: Callable[[int], None]) -> None:
        super().__init__("playground", delivery.platform.capabilities)
        self.told = told
        delivery.platform = delivery.platforms["playground"] = self

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        receipt = await super().send(to, message, key)
        self.told(len(self.sent))
        return receipt


def plan(delivery: Delivery, count: int, *, paced: bool = False, text: str = "1") -> None:
    """One message for each of so many people."""

    def planned(work: Work) -> None:
        ids = [work.people.ensure(f"u{number}", f"u{number}").id for number in range(count)]
        work.outbox.put_many(
            [
                Posting(person, "echo", {"text": text}, f"{text}:{person}", work.now, paced=paced)
                for person in ids
            ]
        )

    delivery.change(planned)


@pytest.mark.parametrize("paced", [False, True])
async def test_a_stop_holds_for_what_was_rendered_a_moment_ago(delivery: Delivery, paced: bool) -> None:
    """The platform is slow, and in the meantime the last one says stop to another process."""

    def stop(work: Work) -> None:
        last = work.people.by_external("u19")
        assert last
        last.opted_out_at = work.now

    def told(number: int) -> None:
        delivery.clock.advance(SECOND)
        if number == 1:
            delivery.change(stop)

    Watched(delivery, told)
    plan(delivery, 20, paced=paced)
    await delivery.run()
    assert [len(delivery.said_to(f"u{number}")) for number in range(20)] == [1] * 19 + [0]
    assert delivery.states() == [OutboxState.SENT] * 19 + [OutboxState.CANCELLED]


async def test_a_text_that_breaks_its_transaction_holds_up_none_that_is_rendered_with_it(
    delivery: Delivery,
) -> None:
    def broken(scene: Scene) -> None:
        scene.work.session.execute(select(cast(literal("no number"), Integer)))
        raise ValueError("SQLite takes it for 0")

    delivery.memory.trouble = {"broken": broken}
    for number in range(9):
        await delivery.writes(f"u{number}", f"say {'broken' if number == 4 else number}")
    await delivery.run()
    assert [bool(delivery.said_to(f"u{number}")) for number in range(9)] == [True] * 4 + [False] + [True] * 4
    assert delivery.states().count(OutboxState.FAILED) == 1


async def batches(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages are claimed together until none is left."""
    sizes, claim = [], delivery.outbox.claim

    async def counted(limit: int) -> list[Outgoing]:
        claimed = await claim(limit)
        sizes.append(len(claimed))
        return claimed

    monkeypatch.setattr(delivery.outbox, "claim", counted)
    courier = delivery.courier()
    while await courier.run():
        pass
    return sizes[:-1]


async def test_batches_grow_while_a_platform_answers_at_once(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(delivery, 8 * BATCH)
    assert await batches(delivery, monkeypatch) == [BATCH, 2 * BATCH, 4 * BATCH, BATCH]
    assert 4 * BATCH < LARGEST_BATCH


async def test_batches_stay_small_on_a_slow_platform(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(number: int) -> None:
        if number % AT_ONCE == 0:
            delivery.clock.advance(timedelta(milliseconds=300))

    Watched(delivery, told)
    plan(delivery, 3 * BATCH)
    assert await batches(delivery, monkeypatch) == [BATCH] * 3


async def test_batches_stay_small_where_nobody_can_tell_what_a_kill_left(
    database: Database, workspace_id: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = Delivery(database, workspace_id, clock, finds_sent=False)
    plan(blind, 3 * BATCH)
    assert await batches(blind, monkeypatch) == [BATCH] * 3


async def test_what_takes_long_to_render_is_rendered_as_it_is_sent(delivery: Delivery) -> None:
    """Each text takes a tenth of a second: a whole batch of them would be stale before the first has left."""
    rendered = 0

    def slow(_scene: Scene) -> None:
        nonlocal rendered
        rendered += 1
        delivery.clock.advance(timedelta(milliseconds=100))

    delivery.memory.trouble = {"slow": slow}
    plan(delivery, 30, text="slow")
    await delivery.run()
    assert delivery.states() == [OutboxState.SENT] * 30
    assert rendered <= 3 * 30
