"""The wall between workspaces, inside the database: a row of one workspace cannot point at a row of another.

Triggers, because a single-column foreign key asks only whether a row is there, and composite ones would mean that SQLite
makes nearly every table again. They are read off the foreign keys that the database has and raised after every migration,
so that a new table is behind the wall without anybody thinking of it, and a migration that makes a table again loses none.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from storage import row_security
from storage.engines import is_sqlite

PREFIX = "wall_"
VERSION = "1"
"""Another one when what the triggers ask changes: databases that are up to date get the new ones at the next start."""

WORKSPACE = "workspace_id"


@dataclass(frozen=True)
class Pointer:
    """A column of `table` that names the row of `parent` with that `key`."""

    table: str
    column: str
    parent: str
    key: str


def pointers(connection: Connection) -> dict[str, list[Pointer]]:
    """Every table whose rows carry their workspace, and what in it points at another such table."""
    looked = inspect(connection)
    behind = scoped(connection)
    return {
        table: [
            Pointer(table, key["constrained_columns"][0], key["referred_table"], key["referred_columns"][0])
            for key in looked.get_foreign_keys(table)
            if key["referred_table"] in behind
        ]
        for table in behind
    }


def scoped(connection: Connection) -> list[str]:
    """Every table whose rows carry their workspace, by name."""
    looked = inspect(connection)
    return sorted(
        table
        for table in looked.get_table_names()
        if any(column["name"] == WORKSPACE for column in looked.get_columns(table))
    )


def stand(connection: Connection) -> bool:
    """Whether the walls of this version are there."""
    return any(name.startswith(f"{PREFIX}{VERSION}_") for name in _names(connection))


def lower(connection: Connection) -> None:
    """Take the walls away in this transaction: a migration cannot make a table again that a trigger names."""
    for name in _names(connection):
        drop = f"DROP TRIGGER {name}" if _sqlite(connection) else f"DROP FUNCTION {name} CASCADE"
        connection.exec_driver_sql(drop)


def put_up(connection: Connection) -> None:
    """Put the walls up in this transaction, for the tables that there are."""
    lower(connection)
    hidden = row_security.stands(connection)
    for table, found in pointers(connection).items():
        sqlite = _sqlite(connection)
        for statement in _for_sqlite(table, found) if sqlite else _for_postgres(table, found, hidden=hidden):
            connection.exec_driver_sql(statement)


def _sqlite(connection: Connection) -> bool:
    return is_sqlite(connection.engine.url)


def _names(connection: Connection) -> list[str]:
    """The triggers on SQLite, the functions that they call on PostgreSQL."""
    if _sqlite(connection):
        found = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        found = text("SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace")
    return [name for name in connection.scalars(found) if name.startswith(PREFIX)]


def _points_away(pointer: Pointer) -> str:
    return (
        f"EXISTS (SELECT 1 FROM {pointer.parent} WHERE {pointer.key} = NEW.{pointer.column} "  # noqa: S608
        f"AND {WORKSPACE} <> NEW.{WORKSPACE})"
    )


def _refusal(pointer: Pointer) -> str:
    return f"{pointer.table}.{pointer.column} points at a row of another workspace"


def _moved(table: str) -> str:
    return f"a row of {table} cannot move to another workspace"


def _columns(found: list[Pointer]) -> str:
    return ", ".join([WORKSPACE, *dict.fromkeys(pointer.column for pointer in found)])


def _for_sqlite(table: str, found: list[Pointer]) -> list[str]:
    points = "".join(
        f" SELECT RAISE(ABORT, '{_refusal(pointer)}') WHERE {_points_away(pointer)};" for pointer in found
    )
    moves = f" SELECT RAISE(ABORT, '{_moved(table)}') WHERE NEW.{WORKSPACE} <> OLD.{WORKSPACE};"
    changed = (
        f"CREATE TRIGGER {PREFIX}{VERSION}_{table}_changed BEFORE UPDATE OF {_columns(found)} ON {table} "
        f"BEGIN{moves}{points} END"
    )
    added = f"CREATE TRIGGER {PREFIX}{VERSION}_{table}_added BEFORE INSERT ON {table} BEGIN{points} END"
    return [changed, added] if found else [changed]


def _for_postgres(table: str, found: list[Pointer], *, hidden: bool) -> list[str]:
    """`hidden`: row-level security hides rows of other workspaces, and the function looks past it."""
    name = f"{PREFIX}{VERSION}_{table}"
    points = "".join(
        f" IF {_points_away(pointer)} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', "
        f"MESSAGE = '{_refusal(pointer)}'; END IF;"
        for pointer in found
    )
    before = ""
    if hidden and points:
        setting = f"'{row_security.SETTING}'"
        before = (
            f"DECLARE wall_named text := current_setting({setting}, true); "
            f"wall_past text := set_config({setting}, '{row_security.EVERY}', true); "
        )
        points = f"{points} wall_past := set_config({setting}, wall_named, true);"
    moves = (
        f" IF TG_OP = 'UPDATE' AND NEW.{WORKSPACE} <> OLD.{WORKSPACE} THEN RAISE EXCEPTION USING "
        f"ERRCODE = 'check_violation', MESSAGE = '{_moved(table)}'; END IF;"
    )
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$wall$ {before}BEGIN{moves}{points} RETURN NEW; END $wall$",
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {_columns(found)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
