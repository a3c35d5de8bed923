"""Due items are handled once each time they are due, whatever dies in between."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from storage.agenda import Agenda, DueItem, Handled, Planned
from storage.database import Database
from storage.models import WorkspaceStatus
from storage.outbox import Outbox
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import TUESDAY, FixedClock

pytestmark = pytest.mark.both_databases

HOUR = timedelta(hours=1)


@pytest.fixture
def agenda(database: Database) -> Agenda:
    return Agenda(database)


@pytest.fixture
def person_id(database: Database, workspace_id: str) -> str:
    with database.transaction(workspace_id) as work:
        return work.people.ensure("U1", "Karim").id


def plan(database: Database, workspace_id: str, person_id: str, ref: str, at: datetime | None) -> None:
    with database.transaction(workspace_id) as work:
        work.agenda.set(person_id, "coaching", ref, at)


def crew(database: Database, workspace_id: str, count: int) -> list[str]:
    """So many people, each with one item that is due."""
    with database.transaction(workspace_id) as work:
        people = [work.people.ensure(f"C{number}", f"Person {number}").id for number in range(count)]
        for person in people:
            work.agenda.set(person, "coaching", "r", TUESDAY)
    return people


def due_at(database: Database, workspace_id: str, person_id: str, ref: str) -> datetime | None:
    with database.reading(workspace_id) as work:
        item = work.agenda.get(person_id, "coaching", ref)
        assert item is not None
        return item.next_due_at


async def test_what_is_due_comes_longest_due_first(
    database: Database, workspace_id: str, person_id: str, agenda: Agenda
) -> None:
    for ref, at in (("now", TUESDAY), ("before", TUESDAY - HOUR), ("later", TUESDAY + HOUR), ("never", None)):
        plan(database, workspace_id, person_id, ref, at)
    assert [item.due_at for item in await agenda.due(10)] == [TUESDAY - HOUR, TUESDAY]
    assert len(await agenda.due(1)) == 1
    with database.system() as system:
        system.workspaces.get(workspace_id).status = WorkspaceStatus.UNINSTALLED
    assert await agenda.due(10) == []


async def test_an_item_is_due_again_when_its_handler_says_so(
    database: Database, workspace_id: str, person_id: str, agenda: Agenda
) -> None:
    plan(database, workspace_id, person_id, "r", TUESDAY)
    (due,) = await agenda.due(10)

    def handle(work: Work, items: Sequence[DueItem]) -> Handled:
        (item,) = items
        assert (item.person_id, item.ref, item.due_at) == (person_id, "r", TUESDAY)
        return {item.id: Planned(work.now + HOUR)}

    assert await database.run(workspace_id, lambda work: agenda.handle(work, [due], handle)) == 1
    assert due_at(database, workspace_id, person_id, "r") == TUESDAY + HOUR
    assert await database.run(workspace_id, lambda work: agenda.handle(work, [due], handle)) == 0


async def test_an_item_that_its_handler_forgets_does_not_come_each_tick(
    database: Database, workspace_id: str, person_id: str, agenda: Agenda
) -> None:
    plan(database, workspace_id, person_id, "r", TUESDAY)
    found = await agenda.due(10)
    await database.run(workspace_id, lambda work: agenda.handle(work, found, lambda *_: {}))
    assert await agenda.due(10) == []
    assert due_at(database, workspace_id, person_id, "r") is None


async def test_a_batch_that_dies_leaves_every_item_due_and_nothing_planned(
    database: Database, workspace_id: str, agenda: Agenda, clock: FixedClock
) -> None:
    people = crew(database, workspace_id, 5)
    found = await agenda.due(10)

    def die(work: Work, items: Sequence[DueItem]) -> Handled:
        for item in items:
            work.outbox.put(Posting(item.person_id, "nudge", {}, item.id, work.now))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(workspace_id, lambda work: agenda.handle(work, found, die))
    assert await agenda.due(10) == found
    with database.reading(workspace_id) as work:
        assert [work.outbox.pending(person) for person in people] == [[]] * 5
    await agenda.postpone(found[0])
    assert await agenda.due(10) == found[1:]
    clock.advance(HOUR)
    assert len(await agenda.due(10)) == 5


async def test_whoever_is_gone_is_in_no_batch(database: Database, workspace_id: str, agenda: Agenda) -> None:
    gone, *_ = crew(database, workspace_id, 3)
    found = await agenda.due(10)
    with database.transaction(workspace_id) as work:
        work.session.delete(work.people.get(gone))
    handled: list[str] = []

    def handle(_: Work, items: Sequence[DueItem]) -> Handled:
        handled.extend(item.person_id for item in items)
        return {}

    assert await database.run(workspace_id, lambda work: agenda.handle(work, found, handle)) == 2
    assert gone not in handled


def test_two_workers_share_what_is_due_and_handle_nothing_twice(
    database: Database, workspace_id: str, agenda: Agenda
) -> None:
    """On PostgreSQL what one has locked the other leaves alone, without waiting."""
    people = crew(database, workspace_id, 40)
    found = asyncio.run(agenda.due(100))
    handled: list[str] = []
    together = Barrier(2)

    def slowly(_: Work, items: Sequence[DueItem]) -> Handled:
        time.sleep(0.01)
        handled.extend(item.person_id for item in items)
        return {}

    def work_off(_: int) -> None:
        for start in range(0, len(found), 10):
            together.wait(10)
            with database.transaction(workspace_id) as work:
                agenda.handle(work, found[start : start + 10], slowly)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work_off, range(2)))
    assert sorted(handled) == sorted(people)


async def test_somebody_whose_event_is_being_handled_is_left_for_later(
    database: Database, workspace_id: str, agenda: Agenda
) -> None:
    busy, *others = crew(database, workspace_id, 3)
    found = await agenda.due(10)
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    handled: list[str] = []

    def handle(_: Work, items: Sequence[DueItem]) -> Handled:
        handled.extend(item.person_id for item in items)
        return {}

    with database.transaction(workspace_id) as work:
        work.people.locked(busy)
        assert await database.run(workspace_id, lambda work: agenda.handle(work, found, handle)) == 2
    assert sorted(handled) == sorted(others)
    assert [item.person_id for item in await agenda.due(10)] == [busy]


async def test_the_next_thing_to_happen_is_a_message_or_an_item(
    database: Database, workspace_id: str, person_id: str
) -> None:
    outbox = Outbox(database, "one")
    assert await outbox.next_due(TUESDAY) is None
    plan(database, workspace_id, person_id, "now", TUESDAY)
    plan(database, workspace_id, person_id, "later", TUESDAY + 2 * HOUR)
    assert await outbox.next_due(TUESDAY) == TUESDAY + 2 * HOUR
    with database.transaction(workspace_id) as work:
        work.outbox.put(Posting(person_id, "nudge", {}, "n", work.now + HOUR))
    assert await outbox.next_due(TUESDAY) == TUESDAY + HOUR
    assert await outbox.next_due(TUESDAY, workspace_id) == TUESDAY + HOUR
    assert await outbox.next_due(TUESDAY, "elsewhere") is None
