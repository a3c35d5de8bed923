"""Fixtures for tests that need a database, on SQLite and on a real PostgreSQL."""

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
import structlog
from hypothesis import settings
from sqlalchemy import Engine, event

from storage import engines
from storage.database import Database
from storage.engines import is_sqlite
from storage.ids import CountedIds
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, SqliteTemplate, keyring, postgres_template

settings.register_profile("entrain", deadline=None)
settings.load_profile("entrain")


DURABLE = engines.SQLITE_SYNCHRONOUS


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_disks() -> Iterator[None]:
    """No test cuts the power, so none waits for the disk; processes of their own do, as in production."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engines, "SQLITE_SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session", autouse=True)
def _sql_made_once() -> Iterator[None]:
    """The engines of a process share what SQLAlchemy made of the statements, which it keeps by dialect."""
    known: dict[str, Engine] = {}

    def create(*args: object, **kwargs: object) -> Engine:
        engine = sqlalchemy.create_engine(*args, **kwargs)  # type: ignore[call-overload]
        like = known.get(engine.dialect.name)
        if like:
            engine.dialect, engine._compiled_cache = like.dialect, like._compiled_cache
        else:
            event.listen(engine, "engine_connect", lambda _: known.setdefault(engine.dialect.name, engine))
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engines, "create_engine", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def _schema_made_once(sqlite_template: SqliteTemplate) -> Iterator[None]:
    """A bot that opens a file which is not there yet gets a copy of the migrated one; `migrate.upgrade` is as it is."""
    migrated = Database.upgrade

    def upgrade(database: Database) -> None:
        url = database.engine.url
        file = Path(url.database or "")
        if is_sqlite(url) and file.suffix == ".db" and not file.exists():
            sqlite_template.copy_to(file)
        else:
            migrated(database)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Database, "upgrade", upgrade)
        yield


def pytest_collection_finish() -> None:
    """What the imports left behind stays until the end: the garbage collector need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases that this test opens wait for the disk."""
    monkeypatch.setattr(engines, "SQLITE_SYNCHRONOUS", DURABLE)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Logging is one per process: what a test configures must not outlive it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresTemplate]:
    with postgres_template() as template:
        yield template


BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked `both_databases` runs on both, everything else that needs a database on SQLite."""
    chosen = any(
        "database_url" in mark.args[0]
        for mark in metafunc.definition.iter_markers("parametrize")
        if mark.args
    )
    if "database_url" in metafunc.fixturenames and not chosen:
        both = metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("database_url", BOTH if both else BOTH[:1], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, up-to-date database."""
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        yield template.clone(tmp_path)
    else:
        server: PostgresTemplate = request.getfixturevalue("postgres_server")
        with server.clone() as url:
            yield url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    opened = Database(database_url, keyring(), clock, CountedIds())
    yield opened
    opened.dispose()


@pytest.fixture
def workspace_id(database: Database) -> str:
    """A fresh workspace on the platform "playground", external id "demo"."""
    with database.system() as system:
        return system.workspaces.add("playground", "demo", "Demo").id


@pytest.fixture
def work(database: Database, workspace_id: str) -> Iterator[Work]:
    """A transaction in `workspace_id`, committed at the end; while it is open the test must not open another."""
    with database.transaction(workspace_id) as opened:
        yield opened
