"""After "stop" nothing that was planned before leaves; after "pause" it waits until the pause is over."""

from datetime import timedelta

import pytest

from bot.handlers.membership import PAUSE
from bot.platforms.errors import OutcomeUnknown, PlatformUnavailable, RateLimited
from storage.models import OutboxState
from storage.work import Work
from tests.support.delivery import Delivery

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.mark.both_databases
async def test_what_may_or_may_not_have_left_at_a_stop_is_not_sent_again(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_arguments: object) -> None:
        raise PlatformUnavailable

    delivery.platform.arrives = False
    delivery.platform.faults = [OutcomeUnknown()]
    await delivery.writes("karim", "say 1")
    with monkeypatch.context() as patched:
        patched.setattr(delivery.platform, "find_sent", down)
        await delivery.run()
    assert delivery.states() == [OutboxState.UNCERTAIN]
    await delivery.commands("karim", "stop")
    await delivery.run(SECOND)
    await delivery.commands("karim", "resume")
    await delivery.run(SECOND)
    for _ in range(3):
        await delivery.run(DAY)
    assert "1" not in delivery.said_to("karim"), "not even to a person who has come back since"
    assert delivery.states()[0] == OutboxState.CANCELLED
    assert len(delivery.said_to("karim")) == 2, "the two confirmations"


async def test_what_is_being_retried_at_a_stop_is_not_sent_again(delivery: Delivery) -> None:
    delivery.platform.faults = [RateLimited(30)]
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    await delivery.commands("karim", "stop")
    await delivery.run(MINUTE)
    await delivery.run(DAY)
    assert len(delivery.said_to("karim")) == 1, "the confirmation"
    assert delivery.states() == [OutboxState.CANCELLED, OutboxState.SENT]


@pytest.mark.parametrize("words", ["unasked 1", "say 1"])
async def test_what_a_worker_holds_at_a_stop_is_not_sent(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """The stop is committed between the claim and the send."""
    await delivery.writes("karim", words)
    claim = delivery.outbox.claim
    stopped = False

    async def claim_then_stop(limit: int) -> object:
        nonlocal stopped
        claimed = await claim(limit)
        if claimed and not stopped:
            stopped = True
            delivery.clock.advance(SECOND)
            delivery.change(_stop)
        return claimed

    monkeypatch.setattr(delivery.outbox, "claim", claim_then_stop)
    await delivery.run()
    await delivery.run(DAY)
    assert delivery.said_to("karim") == []
    assert delivery.states() == [OutboxState.CANCELLED]


async def test_what_is_taken_back_disappears_also_for_who_said_stop(delivery: Delivery) -> None:
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.platform.faults = [RateLimited(30)]
    await delivery.writes("karim", "change 0")
    await delivery.run()
    await delivery.commands("karim", "stop")
    await delivery.run(MINUTE)
    assert delivery.said_to("karim")[0] == "changed"


async def test_what_a_person_asks_for_after_a_stop_is_answered(delivery: Delivery) -> None:
    await delivery.commands("karim", "stop")
    await delivery.run(SECOND)
    await delivery.writes("karim", "say 1")
    await delivery.run(SECOND)
    assert delivery.said_to("karim")[1:] == ["1"]
    await delivery.writes("karim", "unasked 2")
    await delivery.run(DAY)
    assert delivery.said_to("karim")[1:] == ["1"], "what nobody asked for never leaves, whoever planned it"


async def test_what_is_planned_waits_for_the_end_of_a_pause(delivery: Delivery) -> None:
    await delivery.commands("karim", "pause")
    await delivery.writes("karim", "unasked 1")
    await delivery.writes("karim", "say 2")
    await delivery.writes("emma", "unasked 3")
    await delivery.run(SECOND)
    assert delivery.said_to("karim")[1:] == ["2"], "an answer does not wait, and is not held up"
    assert delivery.said_to("emma") == ["3"]
    await delivery.run(PAUSE - MINUTE)
    assert delivery.said_to("karim")[1:] == ["2"]
    assert await delivery.jobs.next_due(delivery.clock.now()) is not None
    await delivery.run(MINUTE)
    assert delivery.said_to("karim")[1:] == ["2", "1"]


async def test_who_comes_back_early_gets_what_was_waiting(delivery: Delivery) -> None:
    await delivery.commands("karim", "pause")
    await delivery.writes("karim", "unasked 1")
    await delivery.run(SECOND)
    await delivery.commands("karim", "resume")
    await delivery.run(MINUTE)
    assert "1" in delivery.said_to("karim")


async def test_what_is_too_late_after_a_pause_is_dropped(delivery: Delivery) -> None:
    await delivery.commands("karim", "pause")
    await delivery.writes("karim", "soon 1")
    await delivery.run(SECOND)
    await delivery.run(PAUSE)
    assert len(delivery.said_to("karim")) == 1, "the confirmation"
    assert delivery.states() == [OutboxState.SENT, OutboxState.CANCELLED]


async def test_a_message_that_was_refused_before_a_pause_holds_no_answer_up(delivery: Delivery) -> None:
    delivery.platform.faults = [PlatformUnavailable()]
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    await delivery.commands("karim", "pause")
    await delivery.run(MINUTE)
    await delivery.writes("karim", "say 2")
    await delivery.run(MINUTE)
    assert delivery.said_to("karim")[1:] == ["2"]


def _stop(work: Work) -> None:
    person = work.people.by_external("karim")
    assert person
    person.opted_out_at = work.now
    work.outbox.cancel(person.id)
