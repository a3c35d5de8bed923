"""The wall between workspaces, inside the session.

A scoped session sees and writes the rows of one workspace. A session without a scope may not touch such rows at
all. A system session sees every workspace: the inbox, the outbox and the agenda claim across them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, Engine, Table, TextClause, event, inspect
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    SessionTransaction,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors

from storage import row_security
from storage.errors import UnscopedAccess
from storage.models import Base, WorkspaceScoped


@dataclass(frozen=True)
class Scope:
    """Which rows a session may touch: those of `workspace_id`, all if `system`, else none that have a workspace."""

    workspace_id: str | None = None
    system: bool = False


class ScopedSession(Session):
    """A session behind the wall. Objects stay readable after the commit."""

    def __init__(self, bind: Engine | Connection, scope: Scope) -> None:
        super().__init__(bind, expire_on_commit=False)
        self.scope = scope
        self.narrowing = None if scope.workspace_id is None else _narrowing(scope.workspace_id)
        """The criterion for every statement, where the session is of one workspace."""
        self.kept: set[Base] = set()
        """Rows that `get` finds without asking again: the session itself forgets what nobody holds any more."""
        self.waiting: dict[str, Callable[[], object]] = {}
        """By table, what writes rows that wait to be written together: called before anybody looks, and before a commit."""
        self.planned: set[str] = set()
        """Workspaces in which this transaction leaves something to be done now, told to whoever is free once committed."""
        self.erased = False
        """Whether this transaction forgets somebody, so that nothing of it may stay behind in files."""

    def settle(self, tables: Iterable[str]) -> None:
        """Write what waits for these tables."""
        for table in tables:
            if write := self.waiting.pop(table, None):
                write()


def _narrowing(workspace_id: str) -> LoaderCriteriaOption:
    return with_loader_criteria(
        WorkspaceScoped, lambda cls: cls.workspace_id == workspace_id, include_aliases=True
    )


def _scoped_tables() -> frozenset[str]:
    return frozenset(
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, WorkspaceScoped) and isinstance(mapper.local_table, Table)
    )


SCOPED_TABLES = _scoped_tables()


KNOWN_AT_MOST = 2000

_known: dict[tuple[Any, ...], dict[str, bool]] = {}
"""What statements touch, by the key under which SQLAlchemy keeps the SQL it made of them."""


def _touched(statement: ClauseElement) -> dict[str, bool]:
    """What `_named` finds, looked for once in each form of a statement.

    Two statements of one key are the same SQL but for their bound values, in which nothing is looked for. A
    statement without a key is looked through each time.
    """
    key = statement._generate_cache_key()
    if key is None:
        return _named(statement)
    touched = _known.get(key.key)
    if touched is None:
        if len(_known) >= KNOWN_AT_MOST:
            _known.clear()
        touched = _known[key.key] = _named(statement)
    return touched


def _named(statement: ClauseElement) -> dict[str, bool]:
    """Each table with rows of a workspace that a statement names, and whether it does so by the mapped class.

    Raw SQL counts as a table, since nobody can tell what it touches.
    """
    touched: dict[str, bool] = {}
    for element in visitors.iterate(statement):
        if isinstance(element, TextClause):
            touched["raw SQL"] = False
        table = element if isinstance(element, Table) else getattr(element, "table", None)
        table = getattr(table, "element", table)
        if isinstance(table, Table) and table.name in SCOPED_TABLES:
            mapped = "parententity" in getattr(element, "_annotations", {})
            touched[table.name] = touched.get(table.name, False) or mapped
    return touched


@event.listens_for(ScopedSession, "after_begin")
def _say_whose(session: ScopedSession, transaction: SessionTransaction, connection: Connection) -> None:
    """Where the second wall stands, name the workspace to the database as well."""
    if transaction.nested or not connection.info.get(row_security.STANDS):
        return
    scope = session.scope
    named = row_security.EVERY if scope.system else scope.workspace_id or row_security.NOBODY
    row_security.enter(connection, named)


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    session = state.session
    assert isinstance(session, ScopedSession)
    if session.scope.system:
        return
    assert isinstance(state.statement, ClauseElement)
    touched = _touched(state.statement)
    if not touched:
        return
    session.settle(touched)
    if session.narrowing is None:
        raise UnscopedAccess(f"this session has no workspace and may not touch {sorted(touched)[0]}")
    for table, mapped in touched.items():
        if not mapped or not state.is_orm_statement:
            raise UnscopedAccess(
                f"{table} is named outside a mapped class, so the statement cannot be narrowed"
            )
    if state.is_insert:
        check_insert(session, state.parameters)
        return
    state.statement = state.statement.options(session.narrowing)


def check_insert(session: ScopedSession, parameters: Any) -> None:
    """Refuse rows of another workspace than the session's, for inserts that bypass the mapped classes.

    Raises:
        UnscopedAccess
    """
    if session.scope.system:
        return
    rows = parameters if isinstance(parameters, list | tuple) else [parameters or {}]
    if any(row.get("workspace_id") != session.scope.workspace_id for row in rows):
        raise UnscopedAccess("inserted rows must be passed as parameters and carry the session's workspace")


@event.listens_for(ScopedSession, "before_commit")
def _settle_all(session: ScopedSession) -> None:
    session.settle(tuple(session.waiting))


@event.listens_for(ScopedSession, "before_flush")
def _check_flush(session: ScopedSession, *_: object) -> None:
    scope = session.scope
    if scope.system:
        return
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, WorkspaceScoped):
            continue
        moved = inspect(row).attrs.workspace_id.history.deleted
        if row.workspace_id != scope.workspace_id or moved:
            raise UnscopedAccess(
                f"a row of {type(row).__name__} belongs to another workspace than the session"
            )
