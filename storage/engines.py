"""How the two databases are opened.

SQLite: `isolation_level=None` and our own BEGIN, because the driver's begins too late (with it 449 of 800 concurrent
updates were lost); a writer begins IMMEDIATE, a reader cannot write. PostgreSQL: psycopg 3, READ COMMITTED.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from storage import row_security
from storage.errors import DatabaseUrlInvalid, DriverMissing

BUSY_MILLISECONDS = 15_000
IDLE_TRANSACTION_SECONDS, TRANSACTION_SECONDS = 30.0, 300.0
"""After which PostgreSQL ends a transaction that asks nothing, or (from version 17 on) any: its process stands still, and
others wait for its locks. The second is for those that stand still while they write, which do not count as idle."""

SQLITE_READERS = 4
SQLITE_SYNCHRONOUS = "FULL"
"""A commit has reached the disk, so it outlives a loss of power (sqlite.org/pragma.html)."""

SQLITE_UNAVAILABLE = frozenset(
    [
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    ]
)
"""Primary result codes (sqlite.org/rescode.html) that are the machine's fault; the others are a statement's."""


def parse_url(text: str) -> URL:
    """The address, with the driver that is used.

    Raises:
        DatabaseUrlInvalid: neither an SQLite file nor PostgreSQL.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUrlInvalid from None
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or url.database in {None, "", ":memory:"} or "mode" in url.query:
        raise DatabaseUrlInvalid
    return url.set(drivername="sqlite+pysqlite")


def writer(url: URL, threads: int) -> Engine:
    """The engine that writes: one connection on SQLite, a pool on PostgreSQL."""
    return _sqlite(url, pool_size=1) if is_sqlite(url) else _postgres(url, threads)


def reader(url: URL, writing: Engine) -> Engine:
    """The engine that reads and cannot write; each transaction sees the last commit."""
    if is_sqlite(url):
        return _sqlite(url, pool_size=SQLITE_READERS, reads_only=True)
    return writing.execution_options(postgresql_readonly=True)


def migrator(url: URL) -> Engine:
    """An engine for migrations: no pool, and on SQLite no foreign keys, since a batch migration drops tables.

    Nor does SQLite look into triggers when a table is renamed: while the table is being replaced they name one that is gone.
    On PostgreSQL each transaction is of every workspace, whether or not the second wall stands.
    """
    return _sqlite(url, foreign_keys=False) if is_sqlite(url) else _postgres(url, None)


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def leave_nothing_behind(writing: Engine) -> None:
    """Empty SQLite's write-ahead log, in which pages lie as they were before something was deleted.

    Readers that are under way are not waited for: then the log is emptied by the next call.
    """
    if writing.dialect.name == "sqlite":
        with closing(writing.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def is_unavailable(error: Exception) -> bool:
    """Whether the database failed, rather than what was asked of it: gone, full, restarting, locked, a deadlock."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, OperationalError) and isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in SQLITE_UNAVAILABLE
    return isinstance(error, OperationalError | PoolTimeout)


def _sqlite(url: URL, *, pool_size: int = 0, reads_only: bool = False, foreign_keys: bool = True) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    connect_args = {"check_same_thread": False, "isolation_level": None}
    if pool_size:
        engine = create_engine(url, connect_args=connect_args, pool_size=pool_size, max_overflow=0)
    else:
        engine = create_engine(url, connect_args=connect_args, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: object) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={SQLITE_SYNCHRONOUS}")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute(f"PRAGMA legacy_alter_table={'OFF' if foreign_keys else 'ON'}")
        connection.execute(f"PRAGMA query_only={'ON' if reads_only else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: URL, threads: int | None) -> Engine:
    options = {"isolation_level": "READ COMMITTED", "pool_pre_ping": True}
    pool = {"poolclass": NullPool} if threads is None else {"pool_size": threads, "max_overflow": 4}
    try:
        engine = create_engine(url, **options, **pool)
    except ImportError:
        raise DriverMissing from None

    if threads is None:
        event.listen(engine, "begin", lambda connection: row_security.enter(connection, row_security.EVERY))
    else:
        event.listen(engine, "connect", _end_what_stands_still)
        event.listen(engine, "connect", _ask_for_the_wall)
    return engine


def _end_what_stands_still(connection: DBAPIConnection, _: object) -> None:
    for name, seconds in (
        ("idle_in_transaction_session_timeout", IDLE_TRANSACTION_SECONDS),
        ("transaction_timeout", TRANSACTION_SECONDS),
    ):
        known = "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = %s"
        connection.cursor().execute(known, (str(int(seconds * 1000)), name))
    connection.commit()


def _ask_for_the_wall(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(row_security.ANY_POLICY)
    (record.info[row_security.STANDS],) = cursor.fetchone() or (False,)
    connection.commit()
