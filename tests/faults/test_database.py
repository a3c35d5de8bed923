"""A database that crashes, is locked or full while workers send: nothing leaves that it could not keep track of."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.support.databases import PostgresTemplate, SqliteTemplate, postgres_template
from tests.support.fleet import until
from tests.support.trial import Trial, trial
from tests.support.worker import ROOM

pytestmark = pytest.mark.slow

PEOPLE, CLAIMED = 60, 50
BATCH = {"bot.courier.LARGEST_BATCH": CLAIMED}
"""What a courier may have claimed when nothing can be written any more."""

FAILED = "pass_failed"
"""What a worker says that could do nothing."""

FULL = """
CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_up BEFORE INSERT OR UPDATE ON outbox EXECUTE FUNCTION full_up()
"""
"""PostgreSQL's own code for a full disk, on whatever is written."""

GROW = """
CREATE TABLE ballast (bytes);
CREATE TRIGGER grow AFTER UPDATE ON outbox BEGIN INSERT INTO ballast VALUES (zeroblob(4096)); END
"""
"""Whatever is written needs another page (SQLite)."""


def says_again(on: Trial, words: str, times: int = 1) -> None:
    """Wait until the workers have said so so many times more."""
    enough = on.logged(words) + times
    until(lambda: on.logged(words) >= enough, lambda: f"never said: {words}")


@pytest.mark.postgres
def test_crashes(tmp_path: Path) -> None:
    with ExitStack() as opened:
        server = opened.enter_context(postgres_template(durable=True))
        url = opened.enter_context(server.clone())
        on = opened.enter_context(trial(url, tmp_path, people=PEOPLE))
        on.fleet.start()
        on.fleet.start()
        for _ in range(5):
            on.plan(1)
            on.arrived(10)
            server.crash()
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()


def test_locked_for_longer_than_anybody_waits(sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    url = sqlite_template.clone(tmp_path)
    impatient = {"storage.engines.BUSY_MILLISECONDS": 100}
    with trial(url, tmp_path, people=PEOPLE, patched=impatient) as on:
        on.fleet.start()
        for _ in range(5):
            on.plan(1)
            on.arrived(10)
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                says_again(on, FAILED)
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()


def test_full_sqlite(sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    url = sqlite_template.clone(tmp_path)
    room = tmp_path / ROOM

    def fill(on: Trial) -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as here:
            room.write_text(str(here.execute("PRAGMA page_count").fetchone()[0]))

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as here:
        here.executescript(GROW)
    with trial(url, tmp_path, people=PEOPLE, patched=BATCH) as on:
        sends_nothing_that_it_cannot_record(on, fill, room.unlink)


@pytest.mark.postgres
def test_full_postgres(postgres_server: PostgresTemplate, tmp_path: Path) -> None:
    with postgres_server.clone() as url, trial(url, tmp_path, people=PEOPLE, patched=BATCH) as on:
        sends_nothing_that_it_cannot_record(
            on,
            lambda _: postgres_server.execute(url, FULL),
            lambda: postgres_server.execute(url, "DROP FUNCTION full_up CASCADE"),
        )


def sends_nothing_that_it_cannot_record(
    on: Trial, fill: Callable[[Trial], None], make_room: Callable[[], None]
) -> None:
    on.plan(2)
    on.fleet.start()
    for _ in range(3):
        on.plan(1)
        on.arrived(20)
        fill(on)
        says_again(on, FAILED)
        sent = on.cloud.posted
        assert sent - on.states()["sent"] <= CLAIMED
        says_again(on, FAILED, times=3)
        assert on.cloud.posted == sent, "nothing more leaves while nothing can be written"
        make_room()
    on.drained()
    assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
    assert on.in_order()
