"""Due items are handled once each time they are due, whatever dies in between."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from storage.agenda import Agenda, DueItem
from storage.database import Database
from storage.models import AgendaItem, WorkspaceStatus
from storage.outbox import Outbox
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import TUESDAY, FixedClock

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

    def handle(work: Work, item: AgendaItem) -> None:
        assert (item.person_id, item.ref, item.next_due_at) == (person_id, "r", TUESDAY)
        work.agenda.set(item.person_id, item.kind, item.ref, work.now + HOUR)

    assert await database.run(workspace_id, lambda work: agenda.handle(work, due, handle))
    assert due_at(database, workspace_id, person_id, "r") == TUESDAY + HOUR
    assert not await database.run(workspace_id, lambda work: agenda.handle(work, due, handle))


async def test_an_item_that_its_handler_forgets_does_not_come_each_tick(
    database: Database, workspace_id: str, person_id: str, agenda: Agenda
) -> None:
    plan(database, workspace_id, person_id, "r", TUESDAY)
    (due,) = await agenda.due(10)
    await database.run(workspace_id, lambda work: agenda.handle(work, due, lambda *_: None))
    assert await agenda.due(10) == []
    assert due_at(database, workspace_id, person_id, "r") is None


async def test_a_handler_that_dies_leaves_the_item_due_and_nothing_planned(
    database: Database, workspace_id: str, person_id: str, agenda: Agenda, clock: FixedClock
) -> None:
    plan(database, workspace_id, person_id, "r", TUESDAY)
    (due,) = await agenda.due(10)

    def die(work: Work, _: AgendaItem) -> None:
        work.outbox.put(Posting(person_id, "nudge", {}, "n", work.now))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(workspace_id, lambda work: agenda.handle(work, due, die))
    assert await agenda.due(10) == [due]
    with database.reading(workspace_id) as work:
        assert work.outbox.pending(person_id) == []
    await agenda.postpone(due)
    assert await agenda.due(10) == []
    clock.advance(HOUR)
    assert len(await agenda.due(10)) == 1


def test_two_workers_handle_an_item_once(
    database: Database, workspace_id: str, person_id: str, agenda: Agenda
) -> None:
    for number in range(20):
        plan(database, workspace_id, person_id, str(number), TUESDAY)
    with database.reading(workspace_id) as work:
        found = [
            DueItem(item.id, workspace_id, person_id, item.kind, TUESDAY)
            for item in work.agenda.of_person(person_id)
        ]
    handled: list[str] = []
    together = Barrier(2)

    def slowly(_: Work, item: AgendaItem) -> None:
        handled.append(item.ref)
        time.sleep(0.01)

    def work_off(_: int) -> None:
        for due in found:
            together.wait(10)
            with database.transaction(workspace_id) as work:
                agenda.handle(work, due, slowly)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work_off, range(2)))
    assert sorted(handled, key=int) == [str(number) for number in range(20)]


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
