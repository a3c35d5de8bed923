"""Several processes on one PostgreSQL: who leaves something to be done wakes whoever is free, and nothing depends on it.

No tick helps here: they are an hour apart.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from importlib.util import find_spec

import psycopg
import pytest

from bot import wakes as module
from bot.administration import open_database
from bot.settings import Settings
from bot.wakes import Wakes
from storage import migrate, wakes
from storage.clock import SystemClock
from storage.database import Database
from storage.engines import parse_url
from storage.ids import CountedIds, TimeOrderedIds
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, keyring, postgres_template
from tests.support.delivery import Delivery

HOUR = 3600.0
SOON = 10.0
"""Seconds within which something must have happened on a busy machine."""

pytestmark = pytest.mark.postgres
needs_procrastinate = pytest.mark.skipif(
    find_spec("procrastinate") is None, reason="procrastinate is not installed: make install"
)


@pytest.fixture
def database_url(postgres_server: PostgresTemplate) -> Iterator[str]:
    with postgres_server.clone() as url:
        yield url


async def never() -> None:
    await asyncio.Event().wait()


async def until(true: Callable[[], object], within: float = SOON) -> None:
    """Wait until `true()` is."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what is waited for is in other tasks and in the database
            await asyncio.sleep(0.02)


@asynccontextmanager
async def planner(url: str, clock: FixedClock) -> AsyncIterator[Database]:
    """A process that plans and is too busy to do anything itself."""
    database = Database(url, keyring(), clock, TimeOrderedIds(SystemClock()))
    waking = Wakes(parse_url(url), lambda: None, never, HOUR)
    database.on_planned(waking.want)
    waking.start()
    try:
        yield database
    finally:
        await waking.close()
        await asyncio.to_thread(database.dispose)


@asynccontextmanager
async def worker(
    database: Database, url: str, workspace_id: str, clock: FixedClock, *, listens: bool = True
) -> AsyncIterator[Delivery]:
    """A process at rest."""
    delivery = Delivery(database, workspace_id, clock)
    waking = Wakes(parse_url(url), delivery.jobs.wake, delivery.jobs.free, HOUR)
    await delivery.jobs.start()
    await delivery.jobs.free()
    waking.start()
    try:
        if listens and waking.available:
            await until(lambda: listening(url), within=60)
        yield delivery
    finally:
        await waking.close()
        await delivery.jobs.stop(within=5)


def plan(work: Work, text: str) -> None:
    person = work.people.ensure("karim", "Karim")
    work.outbox.put(Posting(person.id, "echo", {"text": text}, f"echo:{text}", work.now))


def listening(url: str) -> bool:
    """Whether a process of this database would hear of a wake-up: what is told before that is found by its tick."""
    with psycopg.connect(wakes.options(parse_url(url))["conninfo"]) as connection:  # type: ignore[index]
        return bool(
            connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            ).fetchone()
        )


def waiting(url: str) -> list[tuple[object, object]]:
    """The wake-ups that nobody has taken, as (queueing lock, arguments)."""
    with psycopg.connect(wakes.options(parse_url(url))["conninfo"]) as connection:  # type: ignore[index]
        return connection.execute(
            f"SELECT queueing_lock, args FROM {wakes.schema()}.procrastinate_jobs".encode()
        ).fetchall()


@needs_procrastinate
async def test_what_one_process_plans_another_one_does_at_once(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    async with (
        worker(database, database_url, workspace_id, clock) as free,
        planner(database_url, clock) as busy,
    ):
        for text in ("first", "second"):
            await busy.run(workspace_id, lambda work, text=text: plan(work, text))
            await until(lambda text=text: text in free.said_to("karim"))
        assert free.said_to("karim") == ["first", "second"]


@needs_procrastinate
async def test_a_wake_up_tells_the_workspace_and_nothing_else_and_stands_once(
    database: Database,
    database_url: str,
    workspace_id: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)
    async with planner(database_url, clock) as busy:
        for number in range(20):
            await busy.run(workspace_id, lambda work, number=number: plan(work, f"secret {number}"))
            await asyncio.sleep(0.02)
        await until(lambda: waiting(database_url))
        assert waiting(database_url) == [(workspace_id, {"workspace": workspace_id})]


@needs_procrastinate
async def test_a_wake_up_that_everybody_was_too_busy_for_is_taken_by_the_first_who_is_free(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    async with planner(database_url, clock) as busy:
        await busy.run(workspace_id, lambda work: plan(work, "first"))
        await until(lambda: waiting(database_url))
    async with worker(database, database_url, workspace_id, clock) as free:
        await until(lambda: free.said_to("karim") == ["first"])
        await until(lambda: not waiting(database_url))


@needs_procrastinate
async def test_it_ends_though_the_wish_to_end_is_lost_once(database_url: str) -> None:
    begun = asyncio.Event()

    async def deaf() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await never()
        await never()

    waking = Wakes(parse_url(database_url), lambda: None, deaf, HOUR)
    waking.start()
    async with asyncio.timeout(3 * SOON):
        await begun.wait()
        await waking.close()


async def test_what_is_planned_for_later_wakes_nobody(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    told: list[str] = []
    database.on_planned(told.append)

    def later(work: Work) -> None:
        person = work.people.ensure("karim", "Karim")
        tomorrow = work.now + timedelta(days=1)
        work.outbox.put(Posting(person.id, "echo", {"text": "1"}, "echo:1", tomorrow))
        work.agenda.set(person.id, "tick", "", tomorrow)

    await database.run(workspace_id, later)
    assert not told
    with pytest.raises(ZeroDivisionError):
        await database.run(workspace_id, lambda work: (plan(work, "undone"), 1 // 0))
    assert not told, "nothing was committed"


@needs_procrastinate
async def test_it_outlives_a_restart_of_the_database(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.2)
    with postgres_template() as server, server.clone() as url:
        database = Database(url, keyring(), clock, CountedIds())
        with database.system() as system:
            here = system.workspaces.add("playground", "demo", "Demo").id
        async with worker(database, url, here, clock) as free, planner(url, clock) as busy:
            await busy.run(here, lambda work: plan(work, "before"))
            await until(lambda: free.said_to("karim") == ["before"])
            await asyncio.to_thread(server.restart)
            await asyncio.sleep(2)
            await busy.run(here, lambda work: plan(work, "after"))
            await until(lambda: free.said_to("karim") == ["before", "after"], within=60)
        database.dispose()


@needs_procrastinate
async def test_a_command_wakes_the_bot(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    def command() -> None:
        settings = Settings(_env_file=None, database_url=database_url)
        with open_database(settings) as opened, opened.transaction(workspace_id) as work:
            plan(work, "by hand")

    async with worker(database, database_url, workspace_id, clock) as free:
        clock.set(SystemClock().now() - clock.now() + timedelta(minutes=1))
        await asyncio.to_thread(command)
        await until(lambda: free.said_to("karim") == ["by hand"])


async def test_without_the_tables_ticks_do_it(
    database: Database,
    database_url: str,
    workspace_id: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.1)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {wakes.schema()} CASCADE".encode())
    async with (
        worker(database, database_url, workspace_id, clock, listens=False) as free,
        planner(database_url, clock) as busy,
    ):
        await busy.run(workspace_id, lambda work: plan(work, "first"))
        await asyncio.sleep(0.5)
        assert not free.said_to("karim")
        free.jobs.wake()
        await until(lambda: free.said_to("karim") == ["first"])


async def test_without_the_library_ticks_do_it(
    database: Database,
    database_url: str,
    workspace_id: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wakes, "schema", lambda: None)
    async with (
        worker(database, database_url, workspace_id, clock) as free,
        planner(database_url, clock) as busy,
    ):
        await busy.run(workspace_id, lambda work: plan(work, "first"))
        free.jobs.wake()
        await until(lambda: free.said_to("karim") == ["first"])


@needs_procrastinate
def test_a_role_that_may_not_make_a_schema_gets_everything_else(postgres_server: PostgresTemplate) -> None:
    url = postgres_server.empty("without_create")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE ROLE humble LOGIN")
        connection.execute("GRANT ALL ON SCHEMA public TO humble")
    humble = parse_url(url).set(username="humble")
    migrate.upgrade(humble)
    assert migrate.is_current(humble)
    migrate.upgrade(humble)
