"""The second wall: row-level security on PostgreSQL, for a role that is no superuser and owns no table."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Connection, insert, make_url, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from typer.testing import CliRunner

from bot.cli import app
from storage import second_wall
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.errors import WallRefused
from storage.models import Person, PersonStatus
from storage.scope import SCOPED_TABLES, Scope, ScopedSession
from storage.second_wall import Held
from tests.support.databases import PostgresTemplate
from tests.support.delivery import Delivery

pytestmark = pytest.mark.postgres

WORKER = "wall_worker"
GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {WORKER}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WORKER}",
    f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WORKER}",
)


@pytest.fixture
def administrator(postgres_server: PostgresTemplate) -> Iterator[str]:
    """The address of an up-to-date database without the second wall, for the superuser who owns its tables."""
    with postgres_server.clone() as url:
        postgres_server.role(WORKER)
        for grant in GRANTS:
            postgres_server.execute(url, grant)
        yield url


@pytest.fixture
def worker(administrator: str) -> str:
    """The same for the role that the bot has."""
    return make_url(administrator).set(username=WORKER).render_as_string(hide_password=False)


@pytest.fixture
def database_url(administrator: str, worker: str, postgres_server: PostgresTemplate) -> str:
    """With the second wall up."""
    postgres_server.left_alone(administrator)
    second_wall.put_up(parse_url(administrator))
    return worker


@pytest.fixture
def two(database: Database, workspace_id: str) -> tuple[str, str]:
    """Two workspaces with one person each."""
    with database.system() as system:
        other = system.workspaces.add("playground", "other", "Other").id
    for each in (workspace_id, other):
        with database.transaction(each) as work:
            work.people.ensure("U1", "Nadia")
    return workspace_id, other


def people(connection: Connection) -> set[str]:
    return set(connection.scalars(text("SELECT workspace_id FROM people")))


def somebody(workspace_id: str) -> dict[str, object]:
    told = {"id": "new", "workspace_id": workspace_id, "external_id": "U2", "name": "Karim"}
    return {**told, "status": PersonStatus.ACTIVE, "created_at": text("now()")}


def test_raw_sql_sees_and_changes_one_workspace(database: Database, two: tuple[str, str]) -> None:
    mine, other = two
    with database.transaction(mine) as work:
        connection = work.session.connection()
        assert people(connection) == {mine}
        assert connection.execute(text("UPDATE people SET name = 'Changed'")).rowcount == 1
        assert connection.execute(text(f"DELETE FROM people WHERE workspace_id = '{other}'")).rowcount == 0
    with database.transaction(other) as work:
        assert [person.name for person in work.people.all()] == ["Nadia"]


def test_a_row_of_another_workspace_is_refused(database: Database, two: tuple[str, str]) -> None:
    mine, other = two
    added = insert(Person.__table__).values(**somebody(other))
    with pytest.raises(ProgrammingError, match="row-level security"), database.transaction(mine) as work:
        work.session.connection().execute(added)
    with database.transaction(other) as work:
        assert len(work.people.all()) == 1


def test_who_names_no_workspace_sees_nothing_and_a_connection_forgets(
    database: Database, two: tuple[str, str], worker: str
) -> None:
    for engine in (database.engine, migrator(parse_url(worker))):
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT set_config('entrain.workspace', '', true)")
            assert people(connection) == set()
    for _ in range(3):
        with database.reading(two[0]) as work:
            assert people(work.session.connection()) == {two[0]}
        with database.engine.connect() as connection:
            assert people(connection) == set()
            with pytest.raises(ProgrammingError, match="row-level security"):
                connection.execute(insert(Person.__table__).values(**somebody(two[0])))
    with ScopedSession(database.engine, Scope()) as session:
        assert people(session.connection()) == set()


async def test_the_system_sees_every_workspace(database: Database, two: tuple[str, str]) -> None:
    with database.system() as system:
        assert people(system.session.connection()) == set(two)
    assert await database.read_system(lambda work: people(work.session.connection())) == set(two)


def test_who_is_hidden_cannot_be_pointed_at(database: Database, two: tuple[str, str]) -> None:
    with database.transaction(two[1]) as work:
        hidden = work.people.all()[0].id
    with pytest.raises(IntegrityError, match="another workspace"), database.transaction(two[0]) as work:
        work.agenda.set(hidden, "digest", "", work.now)
    with database.transaction(two[0]) as work:
        work.agenda.set(work.people.all()[0].id, "digest", "", work.now)
        assert people(work.session.connection()) == {two[0]}, "looking past it has ended"


async def test_everybody_is_answered_and_only_in_their_workspace(
    database: Database, two: tuple[str, str], delivery: Delivery
) -> None:
    for number in range(20):
        await delivery.writes(f"u{number}", f"say {number}")
        await delivery.writes(f"u{number}", "later")
    await delivery.writes("far", "say far", workspace="other")
    await delivery.run()
    assert {sent.user for sent in delivery.platform.sent} == {"far", *(f"u{number}" for number in range(20))}
    assert delivery.states().count("sent") == 20
    assert len(delivery.kept()) == 41
    with database.transaction(two[1]) as work:
        assert {person.external_id for person in work.people.all()} == {"U1", "far"}


# ------------------------------------------------------------------ the command


def ran(monkeypatch: pytest.MonkeyPatch, url: str, *command: str) -> tuple[int, str]:
    monkeypatch.setenv("ENTRAIN_DATABASE_URL", url)
    result = CliRunner().invoke(app, ["db", "wall", *command])
    return result.exit_code, result.output


def test_it_holds_on_every_table_with_a_workspace_and_can_be_taken_down(
    monkeypatch: pytest.MonkeyPatch, administrator: str, database_url: str, postgres_server: PostgresTemplate
) -> None:
    look = second_wall.look(parse_url(database_url))
    assert set(look.tables) == SCOPED_TABLES
    assert look.holds
    code, said = ran(monkeypatch, database_url, "check")
    assert (code, f"It holds on all {len(SCOPED_TABLES)} tables." in said) == (0, True)

    postgres_server.left_alone(administrator)
    code, said = ran(monkeypatch, administrator, "off")
    assert (code, "is down" in said) == (0, True)
    code, said = ran(monkeypatch, database_url, "check")
    assert (code, "It is down" in said) == (1, True)
    assert set(second_wall.look(parse_url(database_url)).tables.values()) == {Held.NO_POLICY}


def test_a_superuser_is_told_that_it_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, administrator: str, postgres_server: PostgresTemplate
) -> None:
    postgres_server.left_alone(administrator)
    code, said = ran(monkeypatch, administrator, "on")
    assert (code, "is a superuser" in said, "CREATE ROLE" in said) == (0, True, True)
    code, said = ran(monkeypatch, administrator, "check")
    assert (code, "is a superuser" in said, "this role passes it" in said) == (1, True, True)


def test_what_lets_rows_through_is_found(
    database: Database, two: tuple[str, str], administrator: str, postgres_server: PostgresTemplate
) -> None:
    for statement in (
        "CREATE POLICY open ON projects USING (true)",
        "ALTER TABLE agenda DISABLE ROW LEVEL SECURITY",
        "DROP POLICY entrain_workspace ON outbox",
        "ALTER POLICY entrain_workspace ON people USING (true)",
    ):
        postgres_server.execute(administrator, statement)
    look = second_wall.look(_worker(administrator))
    assert {table: held for table, held in look.tables.items() if held is not Held.HOLDS} == {
        "projects": Held.OPENED,
        "agenda": Held.PASSED,
        "outbox": Held.NO_POLICY,
        "people": Held.SHOWN,
    }


def test_nothing_is_changed_while_others_are_connected_or_by_who_may_not(
    administrator: str, database: Database, two: tuple[str, str], postgres_server: PostgresTemplate
) -> None:
    with database.system() as system:
        system.workspaces.all()
        with pytest.raises(WallRefused, match="stop the bot"):
            second_wall.lower(parse_url(administrator))
    database.dispose()
    postgres_server.left_alone(administrator)
    with pytest.raises(WallRefused, match="only the owner"):
        second_wall.lower(_worker(administrator))
    assert second_wall.look(_worker(administrator)).holds


@pytest.mark.parametrize("command", ["on", "off", "check"])
def test_a_file_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: object, command: str) -> None:
    code, said = ran(monkeypatch, f"sqlite:///{tmp_path}/entrain.db", command)
    assert (code, "is an SQLite file" in said) == (1, True)


def _worker(administrator: str) -> URL:
    return parse_url(administrator).set(username=WORKER)
