"""Every column that is sealed, and sealing what is in it anew: with the current key, bound to its row."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, not_, or_, select, tuple_, update

from storage.crypto import UNBOUND, VERSION, SealBroken
from storage.database import Database
from storage.sealed_columns import SEALED, Sealed
from storage.work import SystemWork

BATCH = 500
"""Rows in one transaction, so that the bot that runs meanwhile never waits for long."""

Progress = Callable[[str, int], None]
"""Called with a column and how many of its rows were looked at in the last batch."""


@dataclass
class Rotated:
    """One column: rows sealed anew, and rows that do not open with any key of the ring and were left as they are."""

    name: str
    anew: int = 0
    broken: int = 0


@dataclass(frozen=True)
class Status:
    """One column: rows by the key that they are sealed with, rows of the old form among them, and rows of unknown keys."""

    name: str
    by_key: dict[str, int]
    unbound: int
    unknown: int


def rotate(database: Database, progress: Progress = lambda *_: None) -> list[Rotated]:
    """Seal every text anew that has not the current key and form.

    Each batch is a transaction of its own and a text that changed meanwhile is left to whoever changed it, so this may be
    stopped, begun again, and run beside the bot. Nothing is returned or told of what a text says.
    """
    return [_column(database, sealed, progress) for sealed in SEALED]


def status(work: SystemWork) -> list[Status]:
    """How far that is: a key may leave the ring once no row has it any more."""
    return [_status(work, sealed) for sealed in SEALED]


def _column(database: Database, sealed: Sealed, progress: Progress) -> Rotated:
    done, after = Rotated(sealed.name), ("", "")
    while True:
        with database.system() as work:
            current = f"{VERSION}.{work.keyring.current}."
            rows = work.session.execute(
                select(sealed.workspace, sealed.row, sealed.column)
                .where(
                    sealed.column != "",
                    not_(sealed.column.startswith(current, autoescape=True)),
                    tuple_(sealed.workspace, sealed.row) > after,
                )
                .order_by(sealed.workspace, sealed.row)
                .limit(BATCH)
            ).all()
            for workspace_id, row, text in rows:
                _anew(work, sealed, (workspace_id, row, str(text)), done)
        if not rows:
            return done
        after = (rows[-1][0], rows[-1][1])
        progress(sealed.name, len(rows))


def _anew(work: SystemWork, sealed: Sealed, found: tuple[str, str, str], done: Rotated) -> None:
    workspace_id, row, text = found
    try:
        opened = work.keyring.open(workspace_id, sealed.name, text, row)
    except SealBroken:
        done.broken += 1
        return
    changed = work.session.execute(
        update(sealed.model)
        .where(sealed.workspace == workspace_id, sealed.row == row, sealed.column == text)
        .values({sealed.column.key: work.keyring.seal(workspace_id, sealed.name, opened, row)})
        .returning(sealed.row)
        .execution_options(synchronize_session=False)
    )
    done.anew += len(changed.all())


def _status(work: SystemWork, sealed: Sealed) -> Status:
    def count(*conditions: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(sealed.model)
        return work.session.scalar(statement.where(sealed.column != "", *conditions)) or 0

    def begun(version: str, key_id: str = "") -> ColumnElement[bool]:
        return sealed.column.startswith(f"{version}.{key_id}." if key_id else f"{version}.", autoescape=True)

    by_key = {
        key_id: count(or_(begun(VERSION, key_id), begun(UNBOUND, key_id))) for key_id in work.keyring.ids
    }
    return Status(sealed.name, by_key, count(begun(UNBOUND)), count() - sum(by_key.values()))
