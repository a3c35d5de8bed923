"""A whole database carried over to another one: from a file to PostgreSQL when one machine is no longer enough, or back.

Read in one snapshot, written in one transaction, which is kept only if every table has as many rows on both sides and
the same checksum. What is sealed is copied as it is; the keys stay with whoever has them.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import URL, Connection, Table, func, insert, select, text

from storage import migrate
from storage.engines import is_sqlite, migrator, reader
from storage.errors import CopyRefused
from storage.models import Base, Workspace

CHUNK = 2_000
"""Rows read and written at once."""

Progress = Callable[[str, int, int], None]
"""Called with a table, how many of its rows are copied, and how many there are."""


@dataclass(frozen=True)
class Copied:
    """One table. `checksum` is the sum of the SHA-256 of its rows, so the order of rows does not count."""

    table: str
    rows: int
    checksum: str


def copy(source: URL, target: URL, progress: Progress = lambda *_: None) -> tuple[Copied, ...]:
    """Copy every row of `source` into the empty `target`, whose schema is made if it has none.

    Nothing may write to `source` meanwhile: a file is locked, a PostgreSQL server is read as it was at the beginning.

    Raises:
        CopyRefused: the two are the same, `source` has an older schema, or `target` has rows; nothing was written.
        DatabaseUnreachable: one of them cannot be opened.
    """
    if source == target:
        raise CopyRefused("both addresses are the same database; give the new one second")
    if not migrate.is_current(source):
        raise CopyRefused(
            "the first database has an older schema; start the bot on it once, stop it, and copy then"
        )
    migrate.upgrade(target)
    tables = Base.metadata.sorted_tables
    with _snapshot(source) as reading, _writing(target) as writing:
        if filled := next((table.name for table in tables if _count(writing, table)), None):
            raise CopyRefused(f"the second database has rows in {filled} already; give an empty one")
        copied = tuple(_table(reading, writing, table, progress) for table in tables)
        for table, carried in zip(tables, copied, strict=True):
            if _checked(writing, table) != carried:
                raise CopyRefused(f"{table.name} did not arrive as it was; nothing was kept")
        if not is_sqlite(target):
            _go_on_counting(writing, tables)
    return copied


def excerpt(source: URL, target: URL, workspace_id: str, leave_out: Collection[type[Base]]) -> None:
    """Copy one workspace, but for some tables, into an SQLite file that does not exist yet. Nobody is kept from writing.

    Raises:
        DatabaseUnreachable: `source` cannot be opened.
    """
    without = {model.__tablename__ for model in leave_out}
    with _snapshot(source, locked=False) as reading, _writing(target) as writing:
        Base.metadata.create_all(writing)
        for table in Base.metadata.sorted_tables:
            if table.name in without:
                continue
            whose = "id" if table.name == Workspace.__tablename__ else "workspace_id"
            if whose not in table.c:
                continue
            mine = table.c[whose]
            rows = select(table).where(mine == workspace_id).execution_options(yield_per=CHUNK)
            for part in reading.execute(rows).mappings().partitions(CHUNK):
                writing.execute(insert(table), [dict(row) for row in part])


@contextmanager
def _snapshot(url: URL, *, locked: bool = True) -> Iterator[Connection]:
    engine = migrator(url)
    if is_sqlite(url):
        reading = engine if locked else reader(url, engine)
    else:
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with reading.begin() as connection:
            yield connection
    finally:
        reading.dispose()
        engine.dispose()


@contextmanager
def _writing(url: URL) -> Iterator[Connection]:
    engine = migrator(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _table(reading: Connection, writing: Connection, table: Table, progress: Progress) -> Copied:
    rows, total, done = _count(reading, table), 0, 0
    found = reading.execute(select(table).execution_options(yield_per=CHUNK)).mappings()
    for part in found.partitions(CHUNK):
        chunk = [dict(row) for row in part]
        writing.execute(insert(table), chunk)
        total += _digest(chunk)
        done += len(chunk)
        progress(table.name, done, rows)
    return Copied(table.name, done, _hexadecimal(total))


def _checked(writing: Connection, table: Table) -> Copied:
    found = writing.execute(select(table).execution_options(yield_per=CHUNK)).mappings()
    total, rows = 0, 0
    for row in found:
        total += _digest([dict(row)])
        rows += 1
    return Copied(table.name, rows, _hexadecimal(total))


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def _digest(rows: Iterable[dict[str, Any]]) -> int:
    return sum(
        int.from_bytes(sha256(json.dumps(row, sort_keys=True, default=_plain).encode()).digest())
        for row in rows
    )


def _hexadecimal(total: int) -> str:
    return f"{total % 2**256:064x}"


def _plain(value: Any) -> str:
    """A value as both databases would write it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a column of {type(value).__name__} cannot be compared")


def _go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """Let numbers that PostgreSQL gives out begin after the highest one copied."""
    for table in tables:
        column = table.autoincrement_column
        if column is None:
            continue
        highest = connection.scalar(select(func.max(column)))
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": column.name},
        )
        if highest and sequence:
            connection.execute(
                text("SELECT setval(:sequence, :value)"), {"sequence": sequence, "value": highest}
            )
