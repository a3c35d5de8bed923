"""What the command line does about personal data. Only a code from the chat opens anybody's; the rest are numbers."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.administration import open_database
from bot.app import purge as upkeep
from bot.console import json_text
from bot.settings import Settings
from storage.aging import Gone, recorded
from storage.database import Database
from storage.models import Person
from storage.work import Work


@dataclass(frozen=True)
class Logged:
    """So many rows of a kind went at `at`, because they were older than `before`."""

    kind: str
    rows: int
    before: datetime
    at: datetime


def purge(settings: Settings, *, dry_run: bool) -> list[Gone]:
    """Delete now what is past its time, and write down what went; with `dry_run` only say what would go.

    Raises:
        StorageError
    """
    with open_database(settings) as database:
        if dry_run:
            return asyncio.run(upkeep(settings, database).would_go())
        done = asyncio.run(upkeep(settings, database).carry_out())
        return list(done.gone)


def purges(settings: Settings, limit: int) -> list[Logged]:
    """What was deleted when, the latest first. Raises StorageError."""
    with open_database(settings) as database, database.system() as system:
        return [Logged(row.kind, row.rows, row.before, row.purged_at) for row in recorded(system, limit)]


class NothingOpens(Exception):
    """Nothing opens with this code; get a fresh one in the chat: write "my data", then press Export."""


def export(settings: Settings, code: str) -> str:
    """All that is held about whoever was given this code, as JSON, once.

    Raises:
        NothingOpens, StorageError
    """
    with open_database(settings) as database:
        for workspace_id in _workspaces(database):
            with database.transaction(workspace_id) as work:
                if person := work.personal.redeem(code):
                    return exported(work, person)
    raise NothingOpens(NothingOpens.__doc__)


def exported(work: Work, person: Person) -> str:
    """Every row that may be told, with what it is for and how long it stays; of the others how many there are."""
    counted = work.personal.count(person)
    held = []
    for kind, rows in work.personal.held(person):
        del counted[kind.name]
        plain = [{column: _plain(value) for column, value in row.items()} for row in rows]
        about = {"table": kind.table, "purpose": kind.purpose.value, "kept": kind.kept.value}
        held.append({**about, "rows": plain})
    document = {"made_at": work.now.isoformat(), "held": held, "only_counted": counted}
    return json_text(document)


def _plain(value: object) -> object:
    """As JSON has it. What is JSON itself (an interview's answers) is written out."""
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case str() if value.startswith(("{", "[")):
            try:
                return json.loads(value)
            except ValueError:
                return value
        case _:
            return value


def _workspaces(database: Database) -> list[str]:
    with database.system() as system:
        return [workspace.id for workspace in system.workspaces.all()]
