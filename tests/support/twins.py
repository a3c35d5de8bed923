"""Two workspaces with a row in every table, made from the models themselves, so that a new table has rows too."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Date, Enum, Float, Integer, String, Table, insert

import bot
from projects.definition import read
from storage.models import Base, WorkspaceScoped
from storage.models.base import Instant

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"

MARK = "§"
"""Stands in every text of a row that is no key; the twin's letter follows it."""

YEARS = {"a": 2031, "b": 2032}
NUMBERS = {"a": 7771, "b": 8881}
"""Dates, instants and numbers that nothing but a row of that twin has."""

PLAIN = {"address": "vous", "lang": "en", "timezone": "UTC"}
"""What has to be one of a few values to be of use; such a row is no other than the twin's."""

Rows = dict[str, dict[str, Any]]
"""A row by table."""


@cache
def scoped() -> tuple[Table, ...]:
    """The tables whose rows carry their workspace, parents first."""
    names = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, WorkspaceScoped)
    }
    return tuple(table for table in Base.metadata.sorted_tables if table.name in names)


def rows(twin: str) -> Rows:
    """One row for every table of the twin "a" or "b"; its keys begin with the letter."""
    made: Rows = {}
    for table in [Base.metadata.tables["workspaces"], *scoped()]:
        made[table.name] = {
            column.name: _value(table, column, twin, made)
            for column in table.columns
            if column.name != "manager_id"
        }
    return made


def write(connection: Connection, made: Rows) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name in made:
            connection.execute(insert(table), [made[table.name]])


def seen(connection: Connection, workspace_id: str) -> list[str]:
    """Every row of a workspace, as text; asked of the driver, since it is asked again and again."""
    return [
        f"{table.name} {sorted(map(str, found))}"
        for table in scoped()
        for found in [
            connection.exec_driver_sql(f"SELECT * FROM {table.name} WHERE workspace_id = '{workspace_id}'")
        ]
    ]


@cache
def _definition(twin: str) -> str:
    return read(FILE).model_copy(update={"name": f"{MARK}{twin}tool"}).model_dump_json()


def marks(twin: str) -> Iterator[str]:
    """What shows that a text tells of a row of this twin."""
    yield f"{MARK}{twin}"
    yield str(YEARS[twin])
    yield str(NUMBERS[twin])


def _value(table: Table, column: Column[Any], twin: str, made: Mapping[str, Mapping[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    kind = column.type
    if column.name in PLAIN:
        return PLAIN[column.name]
    if column.name == "definition":
        return _definition(twin)
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    if isinstance(kind, Instant):
        return datetime(YEARS[twin], 3, 2, 8, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(YEARS[twin], 3, 2)
    if column.primary_key:
        return NUMBERS[twin] if isinstance(kind, Integer) else f"{twin}-{table.name}"
    if isinstance(kind, Integer | Float):
        return NUMBERS[twin]
    if isinstance(kind, String):
        return f"{MARK}{twin}{table.name[:4]}{column.name}"[: kind.length]
    return True
