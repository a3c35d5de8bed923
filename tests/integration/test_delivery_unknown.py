"""Nobody can tell whether a message arrived: it is looked up, given once more, or dropped, as its kind demands."""

from datetime import timedelta

import pytest

from bot.kinds import KINDS
from bot.platforms.errors import (
    OutcomeUnknown,
    PlatformUnavailable,
    RateLimited,
)
from bot.platforms.port import Address, Message, Receipt
from storage.database import Database
from storage.models import OutboxState
from storage.outbox import Outbox, Outgoing
from tests.support.clock import FixedClock
from tests.support.delivery import LEASE_SECONDS, SETTLE_SECONDS, Delivery
from tests.support.memory_platform import MemoryPlatform

pytestmark = pytest.mark.both_databases

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


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


async def test_a_process_that_dies_while_it_sends_once_more_is_the_last_to_send_it(
    blind: Delivery, database: Database, workspace_id: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def died(*_arguments: object) -> bool:
        raise OSError("the database went away")

    blind.platform.faults = [OutcomeUnknown()]
    await blind.writes("karim", "say 1")
    await blind.run()
    with monkeypatch.context() as patched:
        patched.setattr(blind.outbox, "mark_sent", died)
        with pytest.raises(OSError, match="went away"):
            await blind.run(MINUTE)
    following = Delivery(database, workspace_id, clock, finds_sent=False)
    following.platform.sent = blind.platform.sent
    for _ in range(3):
        await following.run(timedelta(seconds=LEASE_SECONDS + 1))
    assert following.said_to("karim") == ["1", "1"]
    assert following.states() == [OutboxState.FAILED]


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
