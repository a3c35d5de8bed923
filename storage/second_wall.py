"""The second wall between workspaces, put up, taken down and looked at: row-level security on every table with a workspace.

It is off until somebody asks for it. `storage.row_security` says what it holds against.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import ProgrammingError

from storage import migrate, row_security, walls
from storage.engines import is_sqlite
from storage.errors import WallRefused
from storage.row_security import NOBODY, POLICY

INSUFFICIENT_PRIVILEGE = "42501"


class Held(StrEnum):
    """What the wall does on one table, for the role that looks."""

    HOLDS = "holds"
    NO_POLICY = "has no policy"
    PASSED = "this role passes it"
    OPENED = "another policy lets rows through"
    SHOWN = "shows rows to a transaction that names no workspace"


@dataclass(frozen=True)
class Look:
    """Every table with a workspace; `passes` says why the wall means nothing to this `role`, None where it does."""

    role: str
    passes: str | None
    tables: dict[str, Held]

    @property
    def is_up(self) -> bool:
        return any(held is not Held.NO_POLICY for held in self.tables.values())

    @property
    def holds(self) -> bool:
        """Whether it holds on every table."""
        return bool(self.tables) and all(held is Held.HOLDS for held in self.tables.values())


def put_up(url: URL) -> None:
    """Put it up, on every table that has a workspace.

    Raises:
        WallRefused: not PostgreSQL, an older schema, the bot is running, or the role does not own the tables.
        DatabaseUnreachable
    """
    with _changing(url) as connection:
        if not migrate.is_head(connection):
            raise WallRefused(
                "this database has no tables yet, or older ones; start the bot on it once, stop it, and try again"
            )
        row_security.put_up(connection, walls.scoped(connection))
        walls.put_up(connection)


def lower(url: URL) -> None:
    """Take it down. Raises as `put_up`."""
    with _changing(url) as connection:
        row_security.lower(connection, walls.scoped(connection))
        walls.put_up(connection)


def look(url: URL) -> Look:
    """Table by table, whether the wall holds for the role of `url`. Raises WallRefused, DatabaseUnreachable."""
    _refuse_unless_postgres(url)
    with migrate.connected(url) as connection:
        row_security.enter(connection, NOBODY)
        role, superuser, bypasses = connection.execute(
            text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
        passes = "is a superuser" if superuser else "has BYPASSRLS" if bypasses else None
        return Look(role, passes, {table: _held(connection, table) for table in walls.scoped(connection)})


def _held(connection: Connection, table: str) -> Held:
    ours, others, active = connection.execute(
        text(
            "SELECT count(*) FILTER (WHERE polname = :policy), "
            "count(*) FILTER (WHERE polname <> :policy AND polpermissive), "
            "row_security_active(CAST(:table AS regclass)) "
            "FROM pg_policy WHERE polrelid = CAST(:table AS regclass)"
        ),
        {"policy": POLICY, "table": table},
    ).one()
    if not ours:
        return Held.NO_POLICY
    if not active:
        return Held.PASSED
    if others:
        return Held.OPENED
    shown = connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {table})").scalar()  # noqa: S608
    return Held.SHOWN if shown else Held.HOLDS


@contextmanager
def _changing(url: URL) -> Iterator[Connection]:
    """A transaction that may change tables while nobody else is connected: who is would not know of the wall."""
    _refuse_unless_postgres(url)
    with migrate.connected(url) as connection:
        others = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
        if others:
            raise WallRefused(
                f"{others} other sessions are open in this database; stop the bot and whatever else is connected "
                "(pg_stat_activity lists them), and try again"
            )
        try:
            yield connection
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
                raise
            raise WallRefused(
                "only the owner of the tables can put up the wall or take it down; run this once with the owner's "
                "address in ENTRAIN_DATABASE_URL"
            ) from None


def _refuse_unless_postgres(url: URL) -> None:
    if is_sqlite(url):
        raise WallRefused(
            "this database is an SQLite file, which has no row-level security; the wall in the bot itself stands "
            "(`entrain db copy` carries everything over to PostgreSQL)"
        )
