"""What every repository has: the unit of work it lives in, and the one insert that two processes may race on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.models import Base
from storage.scope import ScopedSession, check_insert
from storage.transaction import WorkspaceTransaction

T = TypeVar("T")


class Repository:
    """Queries of one aggregate. Only repositories hold queries; they never commit."""

    def __init__(self, work: WorkspaceTransaction) -> None:
        self._work = work
        self._session = work.session


def by_key(rows: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """The values of each key, in their order; an empty list for a key without any."""
    found: dict[str, list[T]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


def insert_new(
    session: ScopedSession,
    model: type[Base],
    rows: Sequence[dict[str, Any]],
    *,
    key: Sequence[InstrumentedAttribute[Any]],
    returning: Sequence[InstrumentedAttribute[Any]],
) -> list[Row[Any]]:
    """Insert the rows whose `key` (a unique constraint) does not exist yet; return those that were inserted.

    A row of the same key that another transaction is inserting is waited for.
    """
    statement = _insert_new(session, model, key).returning(*returning)
    session.flush()
    check_insert(session, rows)
    return list(session.connection().execute(statement, rows).all())


def insert_many(
    session: ScopedSession,
    model: type[Base],
    rows: Sequence[dict[str, Any]],
    *,
    key: Sequence[InstrumentedAttribute[Any]],
) -> int:
    """Like `insert_new`, for thousands of rows: only tells how many were inserted."""
    check_insert(session, rows)
    inserted = session.connection().execute(
        _insert_new(session, model, key), rows, execution_options={"preserve_rowcount": True}
    )
    return inserted.rowcount


def insert_plain(session: ScopedSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that are new, thousands at once."""
    if rows:
        check_insert(session, rows)
        session.connection().execute(insert(model), rows)


def _insert_new(
    session: Session, model: type[Base], key: Sequence[InstrumentedAttribute[Any]]
) -> postgresql.Insert | sqlite.Insert:
    columns = [part.key for part in key]
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model).on_conflict_do_nothing(index_elements=columns)
    return sqlite.insert(model).on_conflict_do_nothing(index_elements=columns)
