"""Transactions: from a thread with `with`, from the event loop with `await`.

SQLite has one writer: `run` uses one thread, and a lock keeps sync transactions out of its way; readers have a small
pool. PostgreSQL has a pool of threads for both. SQLAlchemy's sync sessions in threads are the faster way on both.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storage import engines, migrate
from storage.clock import Clock
from storage.crypto import Keyring
from storage.errors import DatabaseBusy, NestedTransaction, StorageUnavailable
from storage.ids import Ids
from storage.presence import Presence
from storage.scope import Scope, ScopedSession
from storage.work import SystemWork, Work

T = TypeVar("T")

LOCK_SECONDS = 30.0


class Database:
    """One database, open for the life of the process; `dispose` closes it.

    Raises:
        DatabaseUrlInvalid, DriverMissing: when made; nothing is connected to before the first use.
    """

    def __init__(self, url: str, keyring: Keyring, clock: Clock, ids: Ids, *, threads: int = 8) -> None:
        self._url = engines.parse_url(url)
        self.keyring, self.clock, self.ids = keyring, clock, ids
        sqlite = engines.is_sqlite(self._url)
        self._writer = engines.writer(self._url, threads)
        self._reader = engines.reader(self._url, self._writer)
        self._write_threads = ThreadPoolExecutor(1 if sqlite else threads, "database")
        self._read_threads = (
            ThreadPoolExecutor(engines.SQLITE_READERS, "database-read") if sqlite else self._write_threads
        )
        self._lock = threading.Lock() if sqlite else None
        self._presence: Presence | None = None
        self._open = threading.local()
        self._planned: Callable[[str], object] = lambda _: None

    def on_planned(self, tell: Callable[[str], object]) -> None:
        """Call `tell` with each workspace in which a transaction has left something to be done now, in its thread."""
        self._planned = tell

    # ---------------------------------------------------------------- one workspace

    @contextmanager
    def transaction(self, workspace_id: str) -> Iterator[Work]:
        """A transaction in one workspace: committed at the end, rolled back on an exception.

        Raises:
            NestedTransaction, DatabaseBusy
        """
        with self._writing(Scope(workspace_id)) as session:
            yield self._work(session, workspace_id)

    @contextmanager
    def reading(self, workspace_id: str) -> Iterator[Work]:
        """A transaction that sees the last commit and cannot write."""
        with ScopedSession(self._reader, Scope(workspace_id)) as session:
            yield self._work(session, workspace_id)

    async def run(self, workspace_id: str, function: Callable[[Work], T]) -> T:
        """Call `function` in a transaction of its own, in a thread; return once it is committed.

        Raises:
            StorageUnavailable: the database failed, and not what was asked of it.
        """

        def call() -> T:
            with self.transaction(workspace_id) as work:
                return function(work)

        return await self._in_thread(self._write_threads, call)

    async def read(self, workspace_id: str, function: Callable[[Work], T]) -> T:
        """Call `function` in a transaction that cannot write, in a thread."""

        def call() -> T:
            with self.reading(workspace_id) as work:
                return function(work)

        return await self._in_thread(self._read_threads, call)

    # ---------------------------------------------------------------- across workspaces

    @contextmanager
    def system(self) -> Iterator[SystemWork]:
        """A transaction over every workspace, for what has no single one: claims, set-up, upkeep."""
        with self._writing(Scope(system=True)) as session:
            yield self._system_work(session)

    async def run_system(self, function: Callable[[SystemWork], T]) -> T:
        """`system` from the event loop."""

        def call() -> T:
            with self.system() as work:
                return function(work)

        return await self._in_thread(self._write_threads, call)

    async def read_system(self, function: Callable[[SystemWork], T]) -> T:
        """Like `run_system`, without writing."""

        def call() -> T:
            with ScopedSession(self._reader, Scope(system=True)) as session:
                return function(self._system_work(session))

        return await self._in_thread(self._read_threads, call)

    async def workspace_id(self, platform: str, external_id: str) -> str | None:
        """Our id of a platform's workspace, if it is known."""

        def find(work: SystemWork) -> str | None:
            workspace = work.workspaces.by_external(platform, external_id)
            return workspace.id if workspace else None

        return await self.read_system(find)

    # ---------------------------------------------------------------- its life

    def upgrade(self) -> None:
        """Bring the schema to the newest revision; several processes may do so at once.

        Raises:
            DatabaseUnreachable: with the reason, without the password.
        """
        migrate.upgrade(self._url)

    def is_current(self) -> bool:
        """Whether the schema is the newest; False for an empty database. Raises DatabaseUnreachable."""
        return migrate.is_current(self._url)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process works on this database; none begins to during the block. Only SQLite can tell."""
        if self._lock is None or self._url.database is None:
            yield False
            return
        self._presence = self._presence or Presence(Path(self._url.database))
        with self._presence.alone() as alone:
            yield alone

    def dispose(self) -> None:
        """Wait for what runs, then close every connection."""
        if self._presence:
            self._presence.leave()
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    @property
    def engine(self) -> Engine:
        """The engine that writes, for tests and upkeep."""
        return self._writer

    # ---------------------------------------------------------------- inside

    @contextmanager
    def _writing(self, scope: Scope) -> Iterator[ScopedSession]:
        if getattr(self._open, "now", False):
            raise NestedTransaction
        if self._lock and not self._lock.acquire(timeout=LOCK_SECONDS):
            raise DatabaseBusy
        self._open.now = True
        try:
            with ScopedSession(self._writer, scope) as session, session.begin():
                session.connection()
                yield session
            if session.erased:
                engines.leave_nothing_behind(self._writer)
            for workspace_id in session.planned:
                self._planned(workspace_id)
        finally:
            self._open.now = False
            if self._lock:
                self._lock.release()

    def _work(self, session: ScopedSession, workspace_id: str) -> Work:
        return Work(session, self.clock.now(), self.ids, self.keyring, workspace_id)

    def _system_work(self, session: ScopedSession) -> SystemWork:
        return SystemWork(session, self.clock.now(), self.ids, self.keyring)

    @staticmethod
    async def _in_thread(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, call)
        except SQLAlchemyError as error:
            if engines.is_unavailable(error):
                raise StorageUnavailable from error
            raise
