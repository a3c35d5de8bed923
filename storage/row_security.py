"""Row-level security on PostgreSQL: a table shows and takes the rows of the workspace that the transaction names.

Where a table has the policy, a transaction that names nothing sees nothing, and one that names `EVERY` sees all. Whoever
runs SQL of their own as the bot's role can name what they like: it is a wall against forgetting, not against them
(https://www.postgresql.org/docs/current/ddl-rowsecurity.html). `storage.second_wall` puts it up and takes it down.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

POLICY = "entrain_workspace"
SETTING = "entrain.workspace"
EVERY = "*"
NOBODY = ""

STANDS = "row_security"
"""Under which a pooled connection knows whether the policies stood when it was opened."""

ANY_POLICY = f"SELECT EXISTS (SELECT 1 FROM pg_policy WHERE polname = '{POLICY}')"  # noqa: S608


def stands(connection: Connection) -> bool:
    """Whether any table has the policy; never on SQLite."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.exec_driver_sql(ANY_POLICY).scalar())


def enter(connection: Connection, workspace_id: str) -> None:
    """Name the workspace, `EVERY` or `NOBODY` until the end of the transaction."""
    connection.exec_driver_sql(f"SELECT set_config('{SETTING}', %s, true)", (workspace_id,))


def put_up(connection: Connection, tables: Iterable[str]) -> None:
    """Give each of these tables, which have a `workspace_id`, the policy; it holds for their owner too.

    The setting is read in a subquery, so once a statement and not once a row.
    """
    tables = list(tables)
    lower(connection, tables)
    named = f"(SELECT current_setting('{SETTING}', true))"
    for table in tables:
        connection.exec_driver_sql(
            f"CREATE POLICY {POLICY} ON {table} USING (workspace_id = {named} OR {named} = '{EVERY}')"
        )
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def lower(connection: Connection, tables: Iterable[str]) -> None:
    """Take the policy from each of these tables, whether or not it has one."""
    for table in tables:
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS {POLICY} ON {table}")
        connection.exec_driver_sql(
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
        )
