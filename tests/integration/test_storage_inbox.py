"""Events are kept once, handled once, in each sender's order, whatever dies in between."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from storage.crypto import Keyring
from storage.database import Database
from storage.errors import AlreadyDone
from storage.ids import CountedIds
from storage.inbox import Inbox, InboxWriter, NewEvent, mark_done, put_many
from storage.models import InboxEvent, InboxState
from storage.work import Work
from tests.support.clock import FixedClock

pytestmark = pytest.mark.both_databases

LEASE = timedelta(seconds=60)


def event(workspace_id: str, event_id: str, sender: str = "U1", payload: str = "pas le temps") -> NewEvent:
    return NewEvent(workspace_id, event_id, sender, "text", payload)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database, "one", LEASE.total_seconds())


@pytest.fixture
def other(database: Database) -> Inbox:
    return Inbox(database, "two", LEASE.total_seconds())


def put(database: Database, *events: NewEvent) -> list[bool]:
    with database.system() as system:
        return put_many(system, events)


def row(database: Database, event_id: str) -> InboxEvent:
    with database.system() as system:
        return system.session.scalars(select(InboxEvent).where(InboxEvent.event_id == event_id)).one()


async def test_a_redelivery_is_a_duplicate_within_a_group_and_later(
    database: Database, workspace_id: str
) -> None:
    a, b = event(workspace_id, "a"), event(workspace_id, "b")
    assert put(database, a, b, a) == [True, True, False]
    assert put(database, b, event(workspace_id, "c")) == [False, True]


async def test_two_workspaces_may_use_the_same_event_id(database: Database, workspace_id: str) -> None:
    with database.system() as system:
        elsewhere = system.workspaces.add("slack", "T2", "Two").id
    assert put(database, event(workspace_id, "a"), event(elsewhere, "a")) == [True, True]


async def test_what_is_claimed_is_what_was_put(database: Database, workspace_id: str, inbox: Inbox) -> None:
    put(database, event(workspace_id, "a", "U7", "été 😀 مرحبا"))
    (received,) = await inbox.claim(10)
    assert (received.event_id, received.sender, received.kind, received.platform) == (
        "a",
        "U7",
        "text",
        "playground",
    )
    assert (received.payload, received.workspace_id, received.attempts) == ("été 😀 مرحبا", workspace_id, 0)


async def test_words_are_sealed_while_they_wait_and_gone_once_done(
    database: Database, workspace_id: str, inbox: Inbox
) -> None:
    put(database, event(workspace_id, "a"))
    assert "temps" not in row(database, "a").payload
    (received,) = await inbox.claim(1)
    await database.run(workspace_id, lambda work: mark_done(work, [received.seq]))
    done = row(database, "a")
    assert (done.payload, done.state, done.lease_owner) == ("", InboxState.DONE, None)
    assert await inbox.claim(1) == []


async def test_one_event_per_sender_and_the_oldest_first(
    database: Database, workspace_id: str, inbox: Inbox, other: Inbox
) -> None:
    put(database, *(event(workspace_id, f"{sender}{n}", sender) for n in range(3) for sender in ("A", "B")))
    for n in range(3):
        claimed = await inbox.claim(10)
        assert [received.event_id for received in claimed] == [f"A{n}", f"B{n}"]
        assert await other.claim(10) == []
        for received in claimed:
            await database.run(workspace_id, lambda work, seq=received.seq: mark_done(work, [seq]))
    assert await inbox.claim(10) == []


async def test_two_workers_never_hold_the_same_event(
    database: Database, workspace_id: str, inbox: Inbox, other: Inbox
) -> None:
    put(database, *(event(workspace_id, f"e{n}", f"U{n}") for n in range(60)))
    claims = await asyncio.gather(*(worker.claim(7) for _ in range(10) for worker in (inbox, other)))
    claimed = [received.seq for claim in claims for received in claim]
    assert len(claimed) == len(set(claimed))
    while more := await inbox.claim(7):
        claimed += [received.seq for received in more]
    assert len(claimed) == len(set(claimed)) == 60


async def test_the_event_of_a_killed_process_comes_back(
    database: Database, workspace_id: str, inbox: Inbox, other: Inbox, clock: FixedClock
) -> None:
    put(database, event(workspace_id, "a"))
    assert len(await inbox.claim(1)) == 1
    clock.advance(LEASE - timedelta(seconds=1))
    assert await other.claim(1) == []
    clock.advance(timedelta(seconds=1))
    assert [received.event_id for received in await other.claim(1)] == ["a"]


async def test_whoever_finishes_second_is_rolled_back(
    database: Database, workspace_id: str, inbox: Inbox, other: Inbox, clock: FixedClock
) -> None:
    put(database, event(workspace_id, "a"))
    (slow,) = await inbox.claim(1)
    clock.advance(LEASE)
    (fast,) = await other.claim(1)

    def handle(work: Work, seq: int, name: str) -> None:
        work.people.ensure(name, name)
        mark_done(work, [seq])

    await database.run(workspace_id, lambda work: handle(work, fast.seq, "fast"))
    with pytest.raises(AlreadyDone):
        await database.run(workspace_id, lambda work: handle(work, slow.seq, "slow"))
    assert [person.name for person in await database.read(workspace_id, lambda w: w.people.all())] == ["fast"]
    assert not await inbox.failed(slow.seq, "AlreadyDone")


async def test_a_handler_that_fails_leaves_the_event_open(
    database: Database, workspace_id: str, inbox: Inbox
) -> None:
    put(database, event(workspace_id, "a"))
    (received,) = await inbox.claim(1)

    def handle(work: Work) -> None:
        mark_done(work, [received.seq])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(workspace_id, handle)
    assert row(database, "a").state is InboxState.NEW


async def test_five_failures_make_poison_that_keeps_its_words_and_frees_the_sender(
    database: Database, workspace_id: str, inbox: Inbox, clock: FixedClock
) -> None:
    put(database, event(workspace_id, "a"), event(workspace_id, "b"))
    for attempt in range(5):
        (received,) = await inbox.claim(10)
        assert (received.event_id, received.attempts) == ("a", attempt)
        assert await inbox.failed(received.seq, "ValueError") is (attempt == 4)
        if attempt < 4:
            assert await inbox.claim(10) == []
            clock.advance(timedelta(minutes=1))
    poison = row(database, "a")
    assert (poison.state, poison.error, poison.attempts) == (InboxState.POISON, "ValueError", 5)
    assert poison.payload
    assert [received.event_id for received in await inbox.claim(10)] == ["b"]


async def test_a_worker_that_lost_its_lease_cannot_count_a_failure(
    database: Database, workspace_id: str, inbox: Inbox, other: Inbox, clock: FixedClock
) -> None:
    put(database, event(workspace_id, "a"))
    (received,) = await inbox.claim(1)
    clock.advance(LEASE)
    await other.claim(1)
    assert not await inbox.failed(received.seq, "ValueError")
    assert (row(database, "a").attempts, row(database, "a").lease_owner) == (0, "two")


async def test_a_payload_of_another_workspace_is_poison_and_holds_up_nobody(
    database: Database, workspace_id: str, inbox: Inbox
) -> None:
    with database.system() as system:
        elsewhere = system.workspaces.add("slack", "T2", "Two").id
    put(database, event(elsewhere, "theirs"), event(workspace_id, "mine"), event(workspace_id, "next", "U2"))
    with database.system() as system:
        swapped = select(InboxEvent.payload).where(InboxEvent.event_id == "theirs").scalar_subquery()
        system.session.execute(
            update(InboxEvent).where(InboxEvent.event_id == "mine").values(payload=swapped),
            execution_options={"synchronize_session": False},
        )
    assert {received.event_id for received in await inbox.claim(10)} == {"theirs", "next"}
    assert (row(database, "mine").state, row(database, "mine").error) == (InboxState.POISON, "SealBroken")


async def test_at_the_start_the_only_process_takes_over_what_was_held(
    database: Database, workspace_id: str, inbox: Inbox, other: Inbox
) -> None:
    put(database, event(workspace_id, "a"))
    await inbox.claim(1)
    await other.recover()
    assert len(await other.claim(1)) == (1 if database.engine.dialect.name == "sqlite" else 0)


async def test_a_burst_is_written_in_few_commits_and_in_order(
    database: Database, workspace_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = 0
    run_system = database.run_system

    async def counting(function):  # type: ignore[no-untyped-def]
        nonlocal commits
        commits += 1
        return await run_system(function)

    monkeypatch.setattr(database, "run_system", counting)
    writer = InboxWriter(database)
    stored = await asyncio.gather(*(writer.put(event(workspace_id, f"e{n // 2}")) for n in range(1000)))
    await writer.close()
    assert stored == [True, False] * 500
    assert commits == 5
    with database.system() as system:
        kept = system.session.scalars(select(InboxEvent.event_id).order_by(InboxEvent.seq)).all()
    assert kept == [f"e{n}" for n in range(500)]


async def test_an_event_is_durable_when_put_returns(database: Database, workspace_id: str) -> None:
    writer = InboxWriter(database)
    assert await writer.put(event(workspace_id, "a"))
    assert row(database, "a").state is InboxState.NEW
    assert not await writer.put(event(workspace_id, "a"))


async def test_every_caller_hears_of_a_failed_commit(
    database: Database, workspace_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiskFull(Exception):
        pass

    async def fail(_: object) -> None:
        raise DiskFull

    writer = InboxWriter(database)
    with monkeypatch.context() as broken:
        broken.setattr(database, "run_system", fail)
        outcomes = await asyncio.gather(
            *(writer.put(event(workspace_id, f"e{n}")) for n in range(3)), return_exceptions=True
        )
    assert [type(outcome) for outcome in outcomes] == [DiskFull] * 3
    assert await writer.put(event(workspace_id, "e0"))


async def test_one_impossible_event_does_not_take_its_group_down(
    database: Database, workspace_id: str
) -> None:
    writer = InboxWriter(database)
    outcomes = await asyncio.gather(
        writer.put(event(workspace_id, "a")),
        writer.put(event("no such workspace", "b")),
        writer.put(event(workspace_id, "c")),
        return_exceptions=True,
    )
    assert outcomes[0] is True
    assert isinstance(outcomes[1], IntegrityError)
    assert outcomes[2] is True
    with database.system() as system:
        assert system.session.scalar(select(func.count()).select_from(InboxEvent)) == 2


async def test_a_caller_that_gives_up_loses_nothing(database: Database, workspace_id: str) -> None:
    writer = InboxWriter(database)
    given_up = asyncio.create_task(writer.put(event(workspace_id, "a")))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await writer.put(event(workspace_id, "b"))
    await writer.close()
    assert row(database, "a").state is InboxState.NEW


async def test_a_lost_key_poisons_and_does_not_stop_the_worker(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    put(database, event(workspace_id, "a"))
    without = Database(database_url, Keyring({"x": bytes(32)}, "x"), clock, CountedIds())
    assert await Inbox(without, "one").claim(10) == []
    without.dispose()
    assert row(database, "a").state is InboxState.POISON
