"""Sealing anew: everything, with the current key, bound to its row; stopped and begun again; beside a bot that writes."""

import ast
import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text, select, update

import storage
from storage import sealed
from storage.crypto import Keyring, SealBroken
from storage.database import Database
from storage.ids import CountedIds
from storage.models import Base, PlaygroundMessage
from storage.sealed import SEALED
from tests.support import twins
from tests.support.clock import FixedClock
from tests.support.databases import KEYS

pytestmark = pytest.mark.both_databases

ROOT = Path(storage.__file__).parents[1]
PACKAGES = ("bot", "digests", "nudges", "projects", "storage", "surveys")


def _old(workspace_id: str, column: str, text: str) -> str:
    """As texts were sealed before rows counted, with the old key."""
    nonce = bytes(12)
    ciphertext = AESGCM(KEYS["old"]).encrypt(nonce, text.encode(), f"{workspace_id}|{column}".encode())
    return f"v1.old.{base64.b64encode(nonce + ciphertext).decode()}"


@pytest.fixture
def filled(database: Database) -> Database:
    """Every sealed column of two workspaces with a text of the old form and key."""
    with database.engine.begin() as connection:
        for twin in "ab":
            made = twins.rows(twin)
            for each in SEALED:
                made[each.column.table.name][each.column.key] = _old(
                    f"{twin}-workspaces", each.name, each.name
                )
            twins.write(connection, made)
    return database


def _texts(database: Database) -> dict[tuple[str, str], str]:
    """What every sealed text says."""
    with database.system() as work:
        return {
            (each.name, workspace): work.keyring.open(workspace, each.name, text, row)
            for each in SEALED
            for workspace, row, text in work.session.execute(select(each.workspace, each.row, each.column))
        }


def test_everything_is_sealed_anew_and_says_what_it_said(filled: Database) -> None:
    before = _texts(filled)
    assert len(before) == 2 * len(SEALED)
    with filled.system() as work:
        assert all((s.by_key, s.unbound) == ({"new": 0, "old": 2}, 2) for s in sealed.status(work))
    assert [(c.anew, c.broken) for c in sealed.rotate(filled)] == [(2, 0)] * len(SEALED)
    with filled.system() as work:
        assert all(
            (s.by_key, s.unbound, s.unknown) == ({"new": 2, "old": 0}, 0, 0) for s in sealed.status(work)
        )
    assert _texts(filled) == before
    assert [c.anew for c in sealed.rotate(filled)] == [0] * len(SEALED)


def test_the_old_key_may_leave_the_ring_afterwards(filled: Database, database_url: str) -> None:
    before = _texts(filled)
    sealed.rotate(filled)
    alone = Database(database_url, Keyring({"new": KEYS["new"]}, "new"), FixedClock(), CountedIds())
    assert _texts(alone) == before
    alone.dispose()


def test_stopped_on_the_way_it_goes_on_where_it_was(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "BATCH", 1)
    seen = []

    def stop(name: str, _: int) -> None:
        seen.append(name)
        if len(seen) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sealed.rotate(filled, stop)
    assert sum(column.anew for column in sealed.rotate(filled)) == 2 * len(SEALED) - 5


def test_a_text_that_the_bot_changes_meanwhile_is_not_put_back(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing another transaction was faster: only PostgreSQL lets it in, so it is played here."""
    opened = Keyring.open

    def changed(self: Keyring, workspace_id: str, column: str, text: str, row: str) -> str:
        if column == "playground_messages.body" and work is not None:
            newer = self.seal(workspace_id, column, "newer", row)
            session.execute(update(PlaygroundMessage).where(PlaygroundMessage.key == row).values(body=newer))
        return opened(self, workspace_id, column, text, row)

    with filled.system() as work:
        session = work.session
        each = next(one for one in SEALED if one.model is PlaygroundMessage)
        row = session.execute(select(each.workspace, each.row, each.column)).first()
        assert row
        monkeypatch.setattr(Keyring, "open", changed)
        done = sealed.Rotated(each.name)
        sealed._anew(work, each, (row[0], row[1], row[2]), done)
        monkeypatch.undo()
        assert done.anew == 0
    assert _texts(filled)[each.name, row[0]] == "newer"


def test_what_does_not_open_is_counted_and_left(filled: Database) -> None:
    with filled.system() as work:
        work.session.execute(update(PlaygroundMessage).values(body="v1.gone.AAAA"))
    done = {column.name: column for column in sealed.rotate(filled)}
    assert done["playground_messages.body"].broken == 2
    with filled.system() as work:
        found = {column.name: column for column in sealed.status(work)}
        assert found["playground_messages.body"].unknown == 2
        assert set(work.session.scalars(select(PlaygroundMessage.body))) == {"v1.gone.AAAA"}


def test_two_sealed_texts_exchanged_between_rows_do_not_open(filled: Database) -> None:
    sealed.rotate(filled)
    with filled.system() as work:
        for each in SEALED:
            (mine, row, text), (other, other_row, _) = work.session.execute(
                select(each.workspace, each.row, each.column)
            ).all()
            assert work.keyring.open(mine, each.name, text, row)
            for place in ((other, row), (mine, other_row), (other, other_row)):
                with pytest.raises(SealBroken):
                    work.keyring.open(place[0], each.name, text, place[1])


def test_every_column_that_is_sealed_anywhere_is_in_the_registry() -> None:
    """The names of columns are looked for in the calls and in the constants that the calls use."""
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text)
    }
    named = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if file.name == "sealed_columns.py":
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and node.value in columns:
                    named.add(node.value)
    assert named == {each.name for each in SEALED}, "name every sealed column in storage/sealed_columns.py"
