"""What is over goes after a while, in any number of processes once an hour; what is needed stays."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from storage import purge as module
from storage.clock import SystemClock
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.inbox import NewEvent, put_many
from storage.models import (
    InboxEvent,
    InboxState,
    Lane,
    OutboxMessage,
    OutboxState,
    Person,
    Workspace,
    WorkspaceStatus,
)
from storage.purge import Purge, Purged
from storage.repositories.outbox import Posting
from tests.support.clock import FixedClock
from tests.support.databases import keyring

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PASSING = {"routine.nudge"}


def purge(database: Database) -> Purge:
    return Purge(database, 30 * DAY, 90 * DAY, PASSING)


async def purged(database: Database) -> Purged:
    """What this hour's upkeep did, which nobody else has begun."""
    done = await purge(database).run()
    assert done is not None
    return done


def received(database: Database, workspace_id: str, *ids: str, state: InboxState) -> None:
    with database.system() as work:
        put_many(work, [NewEvent(workspace_id, id, "U1", "text", "{}") for id in ids])
        done = work.now if state is InboxState.DONE else None
        work.session.execute(
            update(InboxEvent).where(InboxEvent.event_id.in_(ids)).values(state=state, done_at=done)
        )


def planned(database: Database, workspace_id: str, **states: OutboxState) -> None:
    """Messages by their intent, each under a key of its own; with `__` in front of what numbers it under a cause."""
    with database.transaction(workspace_id) as work:
        person = work.people.ensure("U1", "Karim")
        for name, state in states.items():
            intent, _, numbered = name.partition("__")
            key = f"event#{numbered}" if numbered else f"{intent}:1"
            work.outbox.put(Posting(person.id, intent.replace("_", "."), {}, key, work.now))
            work.session.execute(update(OutboxMessage).where(OutboxMessage.dedupe == key).values(state=state))


def events(database: Database) -> set[str]:
    with database.system() as work:
        return set(work.session.scalars(select(InboxEvent.event_id)))


def keys(database: Database) -> set[str]:
    with database.system() as work:
        return set(work.session.scalars(select(OutboxMessage.dedupe)))


async def test_handled_events_go_after_their_time_and_others_stay(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    received(database, workspace_id, "old", state=InboxState.DONE)
    received(database, workspace_id, "poison", state=InboxState.POISON)
    received(database, workspace_id, "open", state=InboxState.NEW)
    clock.advance(20 * DAY)
    received(database, workspace_id, "young", state=InboxState.DONE)
    assert (await purged(database)).events == 0
    assert events(database) == {"old", "poison", "open", "young"}
    clock.advance(11 * DAY)
    done = await purged(database)
    assert done.events == 1
    assert events(database) == {"poison", "open", "young"}
    assert done.left["inbox", "poison"] == 1


async def test_messages_that_are_over_go_and_keys_that_must_not_come_again_stay(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    planned(
        database,
        workspace_id,
        help__1=OutboxState.SENT,
        help__2=OutboxState.CANCELLED,
        help__3=OutboxState.SUPERSEDED,
        help__4=OutboxState.FAILED,
        help__5=OutboxState.READY,
        help__6=OutboxState.UNCERTAIN,
        routine_nudge=OutboxState.SENT,
        interview_invite=OutboxState.SENT,
        testimonial_share=OutboxState.SENT,
    )
    clock.advance(89 * DAY)
    planned(database, workspace_id, help__7=OutboxState.SENT)
    done = await purged(database)
    assert done.messages == 0
    clock.advance(2 * DAY)
    done = await purged(database)
    assert done.messages == 4
    stays = {"interview_invite:1", "testimonial_share:1", "event#4", "event#5", "event#6", "event#7"}
    assert keys(database) == stays
    with database.transaction(workspace_id) as work:
        person = work.people.ensure("U1", "Karim")
        again = Posting(person.id, "interview.invite", {}, "interview_invite:1", work.now)
        assert not work.outbox.put_many([again]), "nobody is invited twice, however long ago it was"


async def test_a_message_that_is_cancelled_long_before_its_time_stays_until_then(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        person = work.people.ensure("U1", "Karim")
        work.outbox.put(Posting(person.id, "help", {}, "event#1", work.now + 100 * DAY))
        work.outbox.cancel(person.id)
    clock.advance(95 * DAY)
    await purge(database).run()
    assert keys(database) == {"event#1"}


async def test_many_rows_of_one_instant_go_in_small_steps(
    database: Database, workspace_id: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    received(database, workspace_id, *(f"e{n}" for n in range(35)), state=InboxState.DONE)
    with database.transaction(workspace_id) as work:
        person = work.people.ensure("U1", "Karim")
        intents = ["interview.invite"] * 25 + ["routine.nudge"] * 25
        work.outbox.put_many(
            [Posting(person.id, intent, {}, f"key:{n}", work.now) for n, intent in enumerate(intents)]
        )
        work.session.execute(update(OutboxMessage).values(state=OutboxState.SENT))
    clock.advance(100 * DAY)
    done = await purged(database)
    assert (done.events, done.messages) == (35, 25)
    assert done.left == {("outbox", "sent"): 25}


async def test_a_lane_goes_with_its_installation(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.system() as work:
        gone = work.workspaces.add("slack", "T9", "Gone")
        gone.status = WorkspaceStatus.UNINSTALLED
        work.session.add_all([Lane(workspace_id=gone.id), Lane(workspace_id=workspace_id)])
    done = await purged(database)
    assert done.lanes == 1
    with database.system() as work:
        assert work.session.scalars(select(Lane.workspace_id)).all() == [workspace_id]
        assert work.session.scalar(select(func.count()).select_from(Workspace)) == 2


async def test_of_many_processes_one_does_it_and_an_hour_later_one_again(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    processes = [Database(database_url, keyring(), clock, TimeOrderedIds(SystemClock())) for _ in range(3)]
    with database.system() as work:
        row = {"workspace_id": workspace_id, "sender": "U1", "kind": "text", "payload": "", "attempts": 0}
        done = {"state": InboxState.DONE, "received_at": work.now, "done_at": work.now}
        work.session.connection().execute(
            insert(InboxEvent.__table__), [row | done | {"event_id": f"e{n}"} for n in range(50)]
        )
    clock.advance(31 * DAY)
    try:
        for _ in range(3):
            outcomes = await asyncio.gather(*(purge(process).run() for process in processes))
            assert sum(outcome is not None for outcome in outcomes) == 1
            clock.advance(HOUR)
        assert not events(database)
        clock.set(-50 * DAY)
        assert await purge(processes[0]).run() is not None, "a clock that was ahead holds nothing up"
    finally:
        for process in processes:
            process.dispose()


async def test_who_leaves_takes_everything_along(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    planned(database, workspace_id, interview_invite=OutboxState.SENT)
    with database.transaction(workspace_id) as work:
        work.session.delete(work.session.scalars(select(Person)).one())
    assert keys(database) == set()
