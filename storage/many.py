"""Hundreds of values in one parameter: the statement stays the same whatever their number, so it is prepared once."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ARRAY, JSON, ColumnElement, FromClause, any_, bindparam, column, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.models import Base
from storage.scope import ScopedSession

T = TypeVar("T", bound=Base)


def among(session: Session, what: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column of numbers or texts has one of these values."""
    if _is_sqlite(session):
        return what.in_(select(rows(session, list(values)).c.value))
    return what == any_(bindparam(None, list(values), ARRAY(what.type)))


def keep(session: ScopedSession, model: type[T], ids: Collection[str]) -> list[T]:
    """Those of these rows that are there, in one question: until the session ends, `get` of any of them asks no more."""
    if not ids:
        return []
    found = list(
        session.scalars(
            select(model).where(among(session, model.__mapper__.attrs["id"].class_attribute, ids))
        )
    )
    session.kept.update(found)
    return found


def rows(session: Session, values: Sequence[Any]) -> FromClause:
    """A table with one column, `value`, which holds each of the values as JSON."""
    each = func.json_each if _is_sqlite(session) else func.json_array_elements
    return each(bindparam(None, values, JSON)).table_valued(column("value", JSON))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
