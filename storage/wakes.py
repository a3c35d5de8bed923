"""The tables of the wake-up engine on PostgreSQL: procrastinate (MIT), in a schema of their own.

They hold nothing but hints, so they are made again rather than migrated when the library changes. Alembic and
`storage.copy` do not see them, and everything works without them: only later, at the next tick.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import ProgrammingError

from storage.engines import is_sqlite

PREFIX = "entrain_wakes_"
INSUFFICIENT_PRIVILEGE = "42501"


def schema() -> str | None:
    """The schema of the installed library; None if it is not installed."""
    try:
        return PREFIX + version("procrastinate").replace(".", "_")
    except PackageNotFoundError:
        return None


def options(url: URL) -> dict[str, Any] | None:
    """What a connection pool needs to reach the tables; None where there are none: on SQLite, or without the library."""
    name = schema()
    if is_sqlite(url) or name is None:
        return None
    return {
        "conninfo": url.set(drivername="postgresql").render_as_string(hide_password=False),
        "kwargs": {"options": f"-c search_path={name}"},
    }


def installed(connection: Connection) -> bool:
    """Whether the tables are there, or need not be."""
    name = schema()
    if is_sqlite(connection.engine.url) or name is None:
        return True
    return name in _schemas(connection)


def install(connection: Connection) -> None:
    """Make the tables in this transaction, and drop those of other versions; left out where the role may not."""
    name = schema()
    if name is None or installed(connection):
        return
    from procrastinate.schema import SchemaManager

    try:
        with connection.begin_nested():
            for other in _schemas(connection):
                connection.exec_driver_sql(f"DROP SCHEMA {other} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {name}")
            connection.connection.cursor().execute(SchemaManager.get_schema())
            connection.exec_driver_sql("SET LOCAL search_path TO DEFAULT")
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise


def _schemas(connection: Connection) -> list[str]:
    found = connection.scalars(
        text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix)"), {"prefix": PREFIX}
    )
    return list(found)
