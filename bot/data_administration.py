"""What the command line does about personal data. Only a code from the chat opens anybody's; the rest are numbers."""

import json
from datetime import date, datetime
from enum import Enum

from bot.administration import open_database
from bot.settings import Settings
from storage.database import Database
from storage.models import Person
from storage.work import Work


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
    return json.dumps(document, ensure_ascii=False, indent=2)


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
