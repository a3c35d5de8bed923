"""A row of one workspace cannot point at a row of another, whoever writes it, on both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from storage import migrate, walls
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.models import Base, Membership, Person, Project, Role
from storage.repositories.outbox import Posting
from storage.work import Work

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 1, 5, tzinfo=UTC)
REFUSED = "another workspace"


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = migrator(parse_url(database_url))
    with engine.connect() as opened, opened.begin():
        yield opened
    engine.dispose()


@pytest.fixture
def elsewhere(database: Database, workspace_id: str) -> str:
    """Somebody of another workspace."""
    with database.system() as system:
        other = system.workspaces.add("playground", "other", "Other").id
    with database.transaction(other) as work:
        return work.people.ensure("U1", "Nadia").id


def _project(work: Work) -> str:
    work.projects.add(
        Project(id="p", workspace_id=work.workspace_id, key="p", definition="{}", created_at=NOW)
    )
    work.session.flush()
    return "p"


WRITES: dict[str, Callable[[Work, str], object]] = {
    "an entity": lambda work, person: work.projects.join(_project(work), person, Role.LEAD),
    "due": lambda work, person: work.agenda.set(person, "digest", "", NOW),
    "a message": lambda work, person: work.outbox.put(Posting(person, "nudge", {}, "k", NOW)),
    "many messages": lambda work, person: work.outbox.put_many([Posting(person, "nudge", {}, "k", NOW)]),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_row_that_points_over_the_wall_is_refused(
    database: Database, workspace_id: str, elsewhere: str, write: Callable[[Work, str], object]
) -> None:
    def attempt() -> None:
        with database.transaction(workspace_id) as work:
            write(work, elsewhere)

    with pytest.raises(IntegrityError, match=REFUSED):
        attempt()


def test_a_row_cannot_be_turned_to_another_workspace_later(
    database: Database, workspace_id: str, elsewhere: str
) -> None:
    with database.transaction(workspace_id) as work:
        mine = work.people.ensure("U1", "Karim").id
        place = work.projects.join(_project(work), mine, Role.LEAD).id
    for values in ({"person_id": elsewhere}, {"workspace_id": _workspace_of(database, elsewhere)}):
        with pytest.raises(IntegrityError, match=REFUSED), database.system() as system:
            system.session.execute(update(Membership).where(Membership.id == place).values(**values))


def _workspace_of(database: Database, person: str) -> str:
    with database.system() as system:
        return system.session.scalars(select(Person.workspace_id).where(Person.id == person)).one()


def test_every_foreign_key_between_rows_of_workspaces_is_behind_the_wall(connection: Connection) -> None:
    looked = inspect(connection)
    scoped = {table.name for table in Base.metadata.tables.values() if "workspace_id" in table.columns}
    expected = {
        (table, key["constrained_columns"][0], key["referred_table"])
        for table in scoped
        for key in looked.get_foreign_keys(table)
        if key["referred_table"] in scoped
    }
    found = {
        (pointer.table, pointer.column, pointer.parent)
        for pointers in walls.pointers(connection).values()
        for pointer in pointers
    }
    assert found == expected
    assert len(found) > 30
    columns = [key for table in scoped for key in looked.get_foreign_keys(table)]
    assert all(len(key["constrained_columns"]) == 1 for key in columns)


def test_a_database_that_is_up_to_date_but_has_no_walls_gets_them(database_url: str) -> None:
    url = parse_url(database_url)
    engine = migrator(url)
    with engine.begin() as opened:
        walls.lower(opened)
        assert not walls.stand(opened)
    migrate.upgrade(url)
    with engine.begin() as opened:
        assert walls.stand(opened)
    engine.dispose()


def test_the_walls_stand_again_after_a_way_down_and_up(database_url: str) -> None:
    url = parse_url(database_url)
    migrate.downgrade(url, "0005")
    migrate.upgrade(url)
    engine = migrator(url)
    with engine.connect() as opened, opened.begin():
        workspaces = Base.metadata.tables["workspaces"]
        people, absences = Base.metadata.tables["people"], Base.metadata.tables["absences"]
        for name in ("a", "b"):
            place = {"id": name, "platform": "slack", "external_id": name, "name": name, "created_at": NOW}
            opened.execute(insert(workspaces), [place])
        person = {"id": "x", "workspace_id": "a", "external_id": "x", "name": "X", "created_at": NOW}
        opened.execute(insert(people), [person])
        away = {"id": "y", "person_id": "x", "first_day": NOW.date(), "last_day": NOW.date()}
        with pytest.raises(IntegrityError, match=REFUSED):
            opened.execute(insert(absences), [{**away, "workspace_id": "b", "created_at": NOW}])
    engine.dispose()
