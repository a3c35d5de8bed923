"""A database carried over: from a file to PostgreSQL, and back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Table, func, insert, select
from sqlalchemy.engine import Connection
from typer.testing import CliRunner

from bot.cli import app
from bot.demo import load
from storage import copy as module
from storage.copy import Copied, Progress, copy
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.errors import CopyRefused
from storage.ids import CountedIds
from storage.models import Base, InboxEvent, Workspace
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, keyring

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filled(tmp_path: Path, clock: FixedClock) -> str:
    """The address of a file with the demo organisation in it, everybody's manager in its last row, nobody using it."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url, keyring(), clock, CountedIds())
    database.upgrade()
    load(database)
    with database.system() as system:
        demo = system.workspaces.all()[0].id
    with database.transaction(demo) as work:
        people = sorted(work.people.all(), key=lambda person: person.created_at)
        for person in people[:-1]:
            person.manager_id = people[-1].id
    database.dispose()
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    server: PostgresTemplate = request.getfixturevalue("postgres_server")
    return server.empty(f"copied_{abs(hash(tmp_path.name)) % 10**8}")


def rows(url: str) -> dict[str, int]:
    engine = migrator(parse_url(url))
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_every_row_arrives_and_the_bot_goes_on_there(filled: str, empty: str, clock: FixedClock) -> None:
    copied = copy(parse_url(filled), parse_url(empty))
    assert rows(empty) == rows(filled) == {each.table: each.rows for each in copied}
    assert sum(each.rows for each in copied) > 100
    moved = Database(empty, keyring(), clock, CountedIds())
    try:
        assert moved.is_current()
        with moved.system() as system:
            workspace = system.workspaces.by_external("playground", "demo")
            assert workspace is not None
        with moved.transaction(workspace.id) as work:
            person = work.people.by_external("karim")
            assert person is not None
            assert person.created_at.tzinfo is not None
    finally:
        moved.dispose()


def test_back_again_it_is_what_it_was(filled: str, empty: str, tmp_path: Path) -> None:
    there = copy(parse_url(filled), parse_url(empty))
    back = copy(parse_url(empty), parse_url(f"sqlite:///{tmp_path / 'back.db'}"))
    assert back == there


def test_numbers_go_on_after_the_highest(filled: str, empty: str) -> None:
    old, new = (migrator(parse_url(url)) for url in (filled, empty))
    with old.begin() as connection:
        connection.execute(insert(InboxEvent.__table__), [_event(connection, 41)])
    copy(parse_url(filled), parse_url(empty))
    with new.begin() as connection:
        connection.execute(insert(InboxEvent.__table__), [_event(connection, None)])
        assert connection.scalar(select(func.max(InboxEvent.seq))) == 42


def test_what_is_not_empty_the_same_or_too_old_is_refused(filled: str, empty: str, tmp_path: Path) -> None:
    copy(parse_url(filled), parse_url(empty))
    before = rows(empty)
    with pytest.raises(CopyRefused, match="has rows in"):
        copy(parse_url(filled), parse_url(empty))
    assert rows(empty) == before
    with pytest.raises(CopyRefused, match="the same database"):
        copy(parse_url(filled), parse_url(filled))
    with pytest.raises(CopyRefused, match="older schema"):
        copy(parse_url(f"sqlite:///{tmp_path / 'nothing.db'}"), parse_url(empty))


def test_what_arrives_changed_is_not_kept(filled: str, empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    carried_over = module._table

    def changing(reading: Connection, writing: Connection, table: Table, progress: Progress) -> Copied:
        carried = carried_over(reading, writing, table, progress)
        if table is Workspace.__table__:
            writing.execute(table.update().values(name="Somebody else"))
        return carried

    monkeypatch.setattr(module, "_table", changing)
    with pytest.raises(CopyRefused, match="workspaces did not arrive as it was"):
        copy(parse_url(filled), parse_url(empty))
    assert set(rows(empty).values()) == {0}


def test_the_command_says_what_it_did_and_what_comes_next(filled: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'new.db'}"
    done = CliRunner().invoke(app, ["db", "copy", filled, target])
    assert done.exit_code == 0, done.output
    assert "rows copied" in done.output
    again = CliRunner().invoke(app, ["db", "copy", filled, target])
    assert again.exit_code == 1
    assert "give an empty one" in again.output
    wrong = CliRunner().invoke(app, ["db", "copy", "mysql://x", target])
    assert wrong.exit_code == 1
    assert "sqlite:///" in wrong.output


def _event(connection: Connection, seq: int | None) -> dict[str, object]:
    workspace = connection.scalar(select(Workspace.id))
    event_ = {
        "workspace_id": workspace,
        "event_id": f"E{seq}",
        "sender": "karim",
        "kind": "text_received",
        "payload": "",
        "state": "done",
        "attempts": 0,
        "received_at": datetime(2026, 11, 25, tzinfo=UTC),
    }
    return event_ | ({"seq": seq} if seq else {})
