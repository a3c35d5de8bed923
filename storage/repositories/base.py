"""What every repository has: the unit of work it lives in, and the one insert that two processes may race on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.models import Base
from storage.transaction import WorkspaceTransaction


class Repository:
    """Queries of one aggregate. Only repositories hold queries; they never commit."""

    def __init__(self, work: WorkspaceTransaction) -> None:
        self._work = work
        self._session = work.session


def insert_new(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[InstrumentedAttribute[Any]],
    returning: Sequence[InstrumentedAttribute[Any]],
) -> list[Row[Any]]:
    """Insert the rows whose `key` (a unique constraint) does not exist yet; return those that were inserted.

    A row of the same key that another transaction is inserting is waited for.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(model)
        .on_conflict_do_nothing(index_elements=[attribute.key for attribute in key])
        .returning(*returning)
    )
    return list(session.execute(statement, [dict(row) for row in rows]).all())
