"""Transactions: nothing lost between threads, reads that see the last commit, a wall between workspaces."""

import asyncio
import builtins
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from storage import engines
from storage.crypto import SealBroken
from storage.database import Database
from storage.errors import DatabaseUrlInvalid, DriverMissing, NestedTransaction, RowMissing, UnscopedAccess
from storage.ids import CountedIds
from storage.models import Membership, Person, PlaygroundClock, Role, Workspace
from storage.scope import Scope, ScopedSession
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, keyring

pytestmark = pytest.mark.both_databases


@pytest.fixture
def other_id(database: Database, workspace_id: str) -> str:
    with database.system() as system:
        return system.workspaces.add("playground", "other", "Other").id


@pytest.fixture
def two_people(database: Database, workspace_id: str, other_id: str) -> tuple[str, str]:
    """The same external id in two workspaces."""
    ids = []
    for workspace in (workspace_id, other_id):
        with database.transaction(workspace) as work:
            ids.append(work.people.ensure("U1", f"In {workspace[-1]}").id)
    return ids[0], ids[1]


# -------------------------------------------------------------------- transactions


def test_an_exception_rolls_everything_back(database: Database, workspace_id: str) -> None:
    def fail(work: Work) -> None:
        work.people.ensure("U1", "Karim")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.transaction(workspace_id) as work:
        fail(work)
    with database.reading(workspace_id) as work:
        assert work.people.all() == []


def test_concurrent_updates_are_all_kept(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        person_id = work.people.ensure("U1", "0").id

    def count_up(_: int) -> None:
        with database.transaction(workspace_id) as work:
            person = work.people.locked(person_id)
            person.name = str(int(person.name) + 1)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(count_up, range(200)))
    with database.reading(workspace_id) as work:
        assert work.people.get(person_id).name == "200"


def test_a_stranger_who_arrives_twice_at_once_is_one_person(database: Database, workspace_id: str) -> None:
    def arrive(_: int) -> str:
        with database.transaction(workspace_id) as work:
            return work.people.ensure("U1", "Karim").id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(arrive, range(20)))) == 1


async def test_run_commits_before_it_returns_and_reads_see_it(database: Database, workspace_id: str) -> None:
    for number in range(10):
        await database.run(workspace_id, lambda work, n=number: work.people.ensure(f"U{n}", "x"))
        assert len(await database.read(workspace_id, lambda work: work.people.all())) == number + 1


async def test_reads_do_not_wait_for_a_writer(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        work.people.ensure("U1", "Karim")
        seen = await asyncio.wait_for(database.read(workspace_id, lambda work: work.people.all()), 5)
    assert seen == []


async def test_a_read_cannot_write(database: Database, workspace_id: str) -> None:
    with pytest.raises(SQLAlchemyError):
        await database.read(workspace_id, lambda work: work.people.ensure("U1", "Karim"))
    assert await database.read(workspace_id, lambda work: work.people.all()) == []


def test_a_transaction_inside_another_is_refused(database: Database, workspace_id: str) -> None:
    with (
        database.transaction(workspace_id),
        pytest.raises(NestedTransaction),
        database.transaction(workspace_id),
    ):
        pass
    with database.transaction(workspace_id) as work:
        assert work.people.all() == []


def test_now_stands_still_and_objects_outlive_the_commit(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    started = clock.now()
    with database.transaction(workspace_id) as work:
        clock.advance(timedelta(hours=1))
        person = work.people.ensure("U1", "Karim")
    assert person.created_at == started == work.now


def test_instants_come_back_aware_and_in_utc(database: Database, workspace_id: str) -> None:
    paris = datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.transaction(workspace_id) as work:
        work.people.ensure("U1", "Karim").snoozed_until = paris
    with database.reading(workspace_id) as work:
        (person,) = work.people.all()
        assert person.snoozed_until == paris
        assert person.snoozed_until.tzinfo is UTC
        assert work.session.scalars(select(Person).where(Person.snoozed_until <= paris)).all() == [person]


async def test_a_workspace_is_found_by_the_platforms_id(database: Database, workspace_id: str) -> None:
    assert await database.workspace_id("playground", "demo") == workspace_id
    assert await database.workspace_id("slack", "demo") is None


def test_deleting_a_workspace_takes_its_rows_along(
    database: Database, workspace_id: str, two_people: tuple[str, str]
) -> None:
    with database.system() as system:
        system.session.delete(system.workspaces.get(workspace_id))
    with database.system() as system:
        assert [person.id for person in system.session.scalars(select(Person))] == [two_people[1]]


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_be_used_is_refused_with_what_to_do(url: str, clock: FixedClock) -> None:
    with pytest.raises(DatabaseUrlInvalid, match="sqlite:///"):
        Database(url, keyring(), clock, CountedIds())


def test_a_missing_driver_says_what_to_install(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = builtins.__import__

    def without_psycopg(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_psycopg)
    with pytest.raises(DriverMissing, match=r"entrain-bot\[postgres\]"):
        Database("postgresql://localhost/x", keyring(), clock, CountedIds())


@pytest.mark.usefixtures("durable")
def test_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    url = engines.parse_url(f"sqlite:///{tmp_path / 'entrain.db'}")
    with engines.writer(url, 1).connect() as connection:
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_folder_for_the_file_is_made(tmp_path: Path, clock: FixedClock) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/entrain.db", keyring(), clock, CountedIds())
    assert not database.is_current()
    database.upgrade()
    assert database.is_current()
    database.dispose()


# -------------------------------------------------------------------- the wall


def test_every_query_sees_one_workspace(
    database: Database, workspace_id: str, two_people: tuple[str, str]
) -> None:
    mine, theirs = two_people
    alias = aliased(Person)
    with database.transaction(workspace_id) as work:
        session = work.session
        assert [person.id for person in work.people.all()] == [mine]
        assert session.get(Person, theirs) is None
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        assert session.scalars(select(alias.id)).all() == [mine]
        assert session.scalars(select(select(Person.id).subquery().c.id)).all() == [mine]
        assert session.scalars(select(Person.id).union(select(alias.id))).all() == [mine]
        assert session.scalars(
            select(Workspace.id).where(Workspace.id.in_(select(Person.workspace_id)))
        ).all() == [workspace_id]
        with pytest.raises(RowMissing):
            work.people.get(theirs)


def test_updates_and_deletes_stay_inside(
    database: Database, workspace_id: str, other_id: str, two_people: tuple[str, str]
) -> None:
    with database.transaction(workspace_id) as work:
        work.session.execute(update(Person).values(name="changed"))
        work.session.execute(delete(Person).where(Person.id == two_people[1]))
    with database.reading(other_id) as work:
        assert [person.name for person in work.people.all()] == [f"In {other_id[-1]}"]


RAW = [
    select(Person.__table__),
    select(Person.__table__.c.name),
    select(func.count()).select_from(Person.__table__),
    select(Workspace.id).join(Person.__table__, Person.__table__.c.workspace_id == Workspace.id),
    update(Person.__table__).values(name="x"),
    delete(Person.__table__),
    insert(Person.__table__).values(id="1"),
    insert(Person).values(id="1", workspace_id="1"),
    insert(Person).from_select(["id"], select(Workspace.id)),
    sqlite.insert(Person).values(id="1"),
    text("SELECT name FROM people"),
    select(Workspace.id).where(text("EXISTS (SELECT 1 FROM people)")),
]


@pytest.mark.parametrize("statement", RAW, ids=range(len(RAW)))
def test_statements_that_cannot_be_narrowed_are_refused(work: Work, statement: Any) -> None:
    with pytest.raises(UnscopedAccess):
        work.session.execute(statement)


def test_a_session_without_a_workspace_may_not_touch_rows_of_one(
    database: Database, workspace_id: str, two_people: tuple[str, str]
) -> None:
    with ScopedSession(database.engine, Scope()) as session:
        assert session.scalars(select(Workspace.id).where(Workspace.external_id == "demo")).all() == [
            workspace_id
        ]
        for statement in (select(Person), update(Person).values(name="x"), delete(Person), *RAW):
            with pytest.raises(UnscopedAccess):
                session.execute(statement)
        session.add(PlaygroundClock(id="c", workspace_id=workspace_id, ahead_seconds=0))
        with pytest.raises(UnscopedAccess):
            session.flush()


def test_a_row_of_another_workspace_cannot_be_inserted_or_moved(
    database: Database, workspace_id: str, other_id: str
) -> None:
    def insert_foreign(session: Session) -> None:
        session.add(PlaygroundClock(id="c", workspace_id=other_id, ahead_seconds=0))
        session.flush()

    def insert_in_bulk(session: Session) -> None:
        row = {"id": "c", "workspace_id": other_id, "ahead_seconds": 0}
        session.execute(insert(PlaygroundClock), [{**row, "id": "d", "workspace_id": workspace_id}, row])

    def move(session: Session) -> None:
        clock = PlaygroundClock(id="c", workspace_id=workspace_id, ahead_seconds=0)
        session.add(clock)
        session.flush()
        clock.workspace_id = other_id
        session.flush()

    for cross in (insert_foreign, insert_in_bulk, move):
        with pytest.raises(UnscopedAccess), database.transaction(workspace_id) as work:
            cross(work.session)
    with database.system() as system:
        assert system.session.scalars(select(PlaygroundClock)).all() == []


def test_a_system_session_sees_every_workspace(database: Database, two_people: tuple[str, str]) -> None:
    with database.system() as system:
        assert set(system.session.scalars(select(Person.id))) == set(two_people)


def test_a_sealed_text_put_into_another_workspaces_row_does_not_open(
    database: Database, workspace_id: str, other_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        sealed = work.seal("routines.cue", "Après le point de 9 h", row="r")
        assert work.open("routines.cue", sealed, row="r") == "Après le point de 9 h"
    with database.transaction(other_id) as work, pytest.raises(SealBroken):
        work.open("routines.cue", sealed, row="r")


def test_a_membership_of_a_person_in_another_workspace_is_not_shown(
    database: Database, workspace_id: str, other_id: str, two_people: tuple[str, str]
) -> None:
    with database.system() as system:
        system.session.add(
            Membership(
                id="m",
                workspace_id=other_id,
                project_id=_project(system.session, other_id),
                person_id=two_people[1],
                role=Role.LEAD,
                joined_at=system.now,
            )
        )
    with database.reading(workspace_id) as work:
        assert work.projects.of_person(two_people[1]) == []
    with database.reading(other_id) as work:
        assert len(work.projects.of_person(two_people[1])) == 1


def _project(session: Session, workspace_id: str) -> str:
    from storage.models import Project

    session.add(
        Project(id="p", workspace_id=workspace_id, key="k", definition="{}", created_at=datetime.now(UTC))
    )
    session.flush()
    return "p"


# -------------------------------------------------------------------- a process that stands still


@pytest.mark.postgres
@pytest.mark.parametrize("limit", ["IDLE_TRANSACTION_SECONDS", "TRANSACTION_SECONDS"])
def test_who_stands_still_in_a_transaction_holds_nobody_up_for_long(
    postgres_server: PostgresTemplate, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    locked = select(Workspace).with_for_update()
    with postgres_server.clone() as url:
        still, other = (Database(url, keyring(), clock, CountedIds()) for _ in range(2))
        with other.system() as system:
            system.workspaces.add("playground", "demo", "Demo")
        monkeypatch.setattr(engines, limit, 0.5)
        with suppress(SQLAlchemyError), still.system() as standing:
            standing.session.execute(locked)
            with other.system() as going_on:
                assert going_on.session.execute(locked).all()
            with pytest.raises(SQLAlchemyError) as raised:
                standing.session.execute(locked)
        assert engines.is_unavailable(raised.value), "the database failed, and not what was asked of it"
        still.dispose()
        other.dispose()
