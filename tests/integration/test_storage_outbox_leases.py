"""Who sends a message holds it for a while; what became of it is known or looked up."""

import asyncio
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import event

from storage.database import Database
from storage.ids import CountedIds
from storage.models import OutboxState, PersonStatus
from storage.outbox import Outbox, Outgoing
from tests.support.clock import TUESDAY, FixedClock
from tests.support.databases import keyring
from tests.support.outbox import DAY, LEASE, SECOND, SETTLE, People, keys, worker

pytestmark = pytest.mark.both_databases


async def test_an_uncertain_message_is_not_looked_up_before_it_has_settled(
    people: People, outbox: Outbox, clock: FixedClock
) -> None:
    people.plan("a", not_before=TUESDAY + DAY)
    clock.advance(2 * DAY)
    (claimed,) = await outbox.claim(10)
    assert claimed.tried_at == TUESDAY + 2 * DAY, "and is not searched for in the days before its first try"
    await outbox.mark_uncertain(claimed.seq)
    clock.advance(SETTLE - SECOND)
    assert await outbox.uncertain(10) == []
    assert await outbox.next_due(clock.now()) == clock.now() + SECOND
    clock.advance(SECOND)
    (lost,) = await outbox.uncertain(10)
    await outbox.retry(lost.seq, clock.now(), "did not arrive")
    (again,) = await outbox.claim(10)
    assert again.tried_at == claimed.tried_at


async def test_a_killed_sender_leaves_an_uncertain_message_that_holds_up_its_person(
    people: People, outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    people.plan("a")
    people.plan("b")
    await outbox.claim(10)
    assert await other.claim(10) == []
    clock.advance(LEASE)
    assert await other.claim(10) == []
    assert people.state("a") is OutboxState.UNCERTAIN
    (lost,) = await other.uncertain(10)
    assert lost.dedupe == "a"
    assert await outbox.uncertain(10) == []
    await other.mark_sent(lost.seq, "m", "D1")
    assert keys(await other.claim(10)) == ["b"]


async def test_an_uncertain_message_comes_up_again_if_its_seeker_dies(
    people: People, outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    people.plan("a")
    (claimed,) = await outbox.claim(10)
    await outbox.mark_uncertain(claimed.seq)
    clock.advance(SETTLE)
    assert keys(await outbox.uncertain(10)) == ["a"]
    assert await other.uncertain(10) == []
    clock.advance(LEASE)
    assert keys(await other.uncertain(10)) == ["a"]


async def test_a_message_that_did_not_arrive_is_sent_again_under_the_same_key(
    people: People, outbox: Outbox, clock: FixedClock
) -> None:
    people.plan("a")
    (claimed,) = await outbox.claim(10)
    await outbox.mark_uncertain(claimed.seq)
    clock.advance(SETTLE)
    (lost,) = await outbox.uncertain(10)
    assert await outbox.retry(lost.seq, clock.now(), "did not arrive")
    (again,) = await outbox.claim(10)
    assert (again.key, again.attempts) == (claimed.key, 1)


async def test_a_slow_sender_may_still_say_that_it_was_sent(
    people: People, outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    people.plan("a")
    (claimed,) = await outbox.claim(10)
    clock.advance(LEASE)
    assert await other.claim(10) == []
    assert await outbox.mark_sent(claimed.seq, "m", "D1")
    assert people.state("a") is OutboxState.SENT


async def test_a_sender_that_lost_its_message_cannot_change_it(
    people: People, outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    people.plan("a")
    (claimed,) = await outbox.claim(10)
    assert await other.uncertain(10) == []
    clock.advance(LEASE)
    assert len(await other.uncertain(10)) == 1
    assert not await outbox.retry(claimed.seq, clock.now(), "late")
    assert not await outbox.mark_failed(claimed.seq, "late")
    assert people.state("a") is OutboxState.UNCERTAIN


async def test_the_receipt_and_the_conversation_are_kept(people: People, outbox: Outbox) -> None:
    people.plan("a")
    (claimed,) = await outbox.claim(10)
    await outbox.mark_sent(claimed.seq, "m1", "D1")
    row = people.row("a")
    assert (row.receipt_message, row.receipt_conversation, row.sent_at) == ("m1", "D1", TUESDAY)
    assert not await outbox.mark_sent(claimed.seq, "m2", "D2")
    people.plan("b")
    (following,) = await outbox.claim(10)
    assert following.conversation == "D1"


@pytest.mark.parametrize("end", [OutboxState.FAILED, OutboxState.SUPERSEDED])
async def test_a_message_that_will_not_leave_makes_room(
    people: People, outbox: Outbox, end: OutboxState
) -> None:
    people.plan("a")
    people.plan("b")
    (claimed,) = await outbox.claim(10)
    if end is OutboxState.FAILED:
        await outbox.mark_failed(claimed.seq, "x" * 1000)
    else:
        await outbox.mark_superseded(claimed.seq)
    assert people.state("a") is end
    assert keys(await outbox.claim(10)) == ["b"]


async def test_who_cannot_be_reached_is_marked_and_what_waits_is_cancelled(
    people: People, outbox: Outbox, database: Database, workspace_id: str
) -> None:
    people.plan("a")
    await outbox.mark_unreachable(workspace_id, people.karim, "blocked")
    assert people.state("a") is OutboxState.CANCELLED
    with database.reading(workspace_id) as work:
        assert work.people.get(people.karim).status is PersonStatus.UNREACHABLE


async def test_a_lease_is_over_when_another_worker_has_seen_it_for_so_long_whatever_the_clocks_say(
    people: People, outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    people.plan("a")
    (claimed,) = await outbox.claim(10)
    assert outbox.holds(claimed)
    for jump in (timedelta(0), timedelta(hours=2), -timedelta(days=3)):
        clock.set(jump)
        assert await other.uncertain(10) == []
        assert people.state("a") is OutboxState.SENDING
    clock.advance(LEASE - SETTLE)
    assert not outbox.holds(claimed), "it would not have settled when the lease ends"
    assert await other.uncertain(10) == []
    clock.advance(SETTLE)
    await other.claim(10)
    assert people.state("a") is OutboxState.UNCERTAIN


async def test_a_second_process_takes_nothing_from_the_first(
    people: People, outbox: Outbox, database: Database, database_url: str, clock: FixedClock
) -> None:
    await outbox.recover()
    people.plan("a")
    await outbox.claim(10)
    second = Database(database_url, keyring(), clock, CountedIds())
    try:
        await worker(second, "two", clock).recover()
    finally:
        second.dispose()
    assert people.state("a") is OutboxState.SENDING


async def test_at_the_start_the_only_process_looks_up_what_was_being_sent(
    people: People, outbox: Outbox, other: Outbox, database: Database, clock: FixedClock
) -> None:
    people.plan("a")
    await outbox.claim(10)
    await other.recover()
    assert await other.uncertain(10) == [], "what the killed process asked for may still be carried out"
    clock.advance(SETTLE)
    assert keys(await other.uncertain(10)) == (["a"] if database.engine.dialect.name == "sqlite" else [])


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
@pytest.mark.parametrize("arrived", [True, False])
def test_what_is_claimed_while_a_newer_one_is_planned_is_not_replaced(
    database: Database,
    database_url: str,
    workspace_id: str,
    people: People,
    clock: FixedClock,
    *,
    arrived: bool,
) -> None:
    people.plan("old", replaces="slot", paced=True)
    elsewhere = Database(database_url, keyring(), clock, CountedIds())
    sender, claimed = worker(elsewhere, "two", clock), list[Outgoing]()

    async def send() -> None:
        claimed.extend(await sender.claim(1))
        if arrived:
            await sender.mark_sent(claimed[0].seq, "m1", "c1")

    def meanwhile(_connection: object, _cursor: object, statement: str, *_arguments: object) -> None:
        if statement.startswith("UPDATE outbox") and not claimed:
            thread = Thread(target=asyncio.run, args=(send(),))
            thread.start()
            thread.join()

    event.listen(database.engine, "before_cursor_execute", meanwhile)
    try:
        people.plan("new", replaces="slot", paced=True)
        assert people.state("old") is (OutboxState.SENT if arrived else OutboxState.SENDING)
    finally:
        elsewhere.dispose()
