"""The audit log of a workspace: entries are added, read and checked, and cut off at the beginning after their time."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, true

from storage.audit import (
    NOTHING,
    SETTING,
    SYSTEM,
    Action,
    Actor,
    Entry,
    Flaw,
    Head,
    Value,
    Verdict,
    canonical,
    digest_of,
    verify,
)
from storage.crypto import SealBroken
from storage.models import AuditEntry, AuditHead
from storage.repositories.base import Repository, insert_new
from storage.repositories.marks import make_key, mark

SEALED = "audit_heads.sealed"
CHUNK = 1_000

MARK = 8
"""Hexadecimal digits: enough to tell that a value is another one."""


class AuditRepository(Repository):
    """`record` locks the chain until the transaction ends, so do it after everybody that is to be locked."""

    def record(self, action: Action, actor: Actor, subject: str = "", **detail: Value) -> None:
        """Add an entry to the chain, kept if the transaction is. `subject` is the id of what it is about.

        Raises:
            ValueError: a detail that no entry may have.
        """
        head = self._begun()
        entry = Entry(
            workspace_id=self._work.workspace_id,
            seq=head.seq + 1,
            at=self._work.now,
            actor=actor,
            action=action.value,
            subject=subject,
            detail=canonical(detail),
            previous=head.digest,
            digest="",
        )
        entry = replace(entry, digest=digest_of(entry))
        self._session.add(_row(entry))
        head.seq, head.digest = entry.seq, entry.digest
        head.sealed = self._work.seal(SEALED, _said(head), row=self._work.workspace_id)
        self._session.flush()

    def cut(self, before: datetime) -> int:
        """Let all entries go that come before the first one made at `before` or later; how many went. That is recorded.

        What they said of settings is said again, so that it is still known. Where nothing but such a record would go,
        nothing does.
        """
        if not self.would_go(before):
            return 0
        head = self._begun()
        going = AuditEntry.seq <= self._past(before)
        last = self._session.scalar(select(AuditEntry).where(going).order_by(AuditEntry.seq.desc()).limit(1))
        if last is None:
            return 0
        known = self._settings_of(true())
        repeated = {name: known[name] for name in self._settings_of(going)}
        went = last.seq - head.cut_seq
        head.cut_seq, head.cut_digest = last.seq, last.digest
        self._session.flush()
        self.record(Action.LOG_CUT, SYSTEM, entries=went, **repeated)
        self._session.execute(delete(AuditEntry).where(going).execution_options(synchronize_session=False))
        return went

    def would_go(self, before: datetime) -> int:
        """How many entries `cut` would let go."""
        going = AuditEntry.seq <= self._past(before)
        counted = select(func.count(), func.count().filter(AuditEntry.action != Action.LOG_CUT.value))
        entries, others = self._session.execute(counted.where(going)).one()
        return entries if others else 0

    def settings(self) -> dict[str, str]:
        """What was recorded last of each setting. The chain is locked: nobody records until this transaction ends."""
        self._begun()
        return self._settings_of(true())

    def mark(self, text: str) -> str:
        """By which a text is known again that no entry may hold: part of its HMAC under a key of the workspace's own.

        Raises:
            SealBroken: the keys of the settings do not open that key.
        """
        return mark(make_key(self._work), text)[:MARK]

    def head(self) -> Head | None:
        """Where the chain ends, as its row says; None where nothing was recorded yet."""
        row = self._session.get(AuditHead, self._work.workspace_id, populate_existing=True)
        return Head(row.seq, row.digest) if row and row.seq else None

    def latest(self, limit: int, action: str | None = None) -> list[Entry]:
        """The newest first; of one action, or of those that begin alike ("report.")."""
        statement = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
        if action:
            statement = statement.where(AuditEntry.action.startswith(action, autoescape=True))
        return [_entry(row) for row in self._session.scalars(statement)]

    def verify(self, kept: Head | None = None) -> Verdict:
        """Follow the whole chain; nobody adds to it meanwhile."""
        row = self._locked()
        head = Head(row.seq, row.digest) if row else None
        statement = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=CHUNK)
        with closing(self._session.scalars(statement)) as rows:
            verdict = verify(
                map(_entry, rows), head, kept, Head(row.cut_seq, row.cut_digest) if row else NOTHING
            )
        if verdict.flaw in {None, Flaw.KEPT, Flaw.OLDER} and row and not self._says_the_same(row):
            return Verdict(verdict.entries, Flaw.SEAL, row.seq)
        return verdict

    def _settings_of(self, entries: ColumnElement[bool]) -> dict[str, str]:
        """What was recorded last of each setting in these entries."""
        told = (Action.SETTINGS_CHANGED.value, Action.LOG_CUT.value)
        statement = select(AuditEntry.detail).where(AuditEntry.action.in_(told), entries)
        known: dict[str, str] = {}
        for detail in self._session.scalars(statement.order_by(AuditEntry.seq)):
            known |= {name: value for name, value in json.loads(detail).items() if SETTING.fullmatch(name)}
        return known

    def _past(self, before: datetime) -> int:
        """The number of the last entry before the first that was made at `before` or later; 0: there is none."""
        later = self._session.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.at >= before))
        if later is not None:
            return later - 1
        return self._session.scalar(select(func.max(AuditEntry.seq))) or 0

    def _says_the_same(self, row: AuditHead) -> bool:
        try:
            return self._work.open(SEALED, row.sealed, row=row.workspace_id) == _said(row)
        except SealBroken:
            return False

    def _locked(self) -> AuditHead | None:
        """The head, kept from every other process until this transaction ends."""
        statement = select(AuditHead).with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(statement)

    def _begun(self) -> AuditHead:
        """The head, locked; the chain begins with it."""
        found = self._locked()
        if found is None:
            row = {
                "workspace_id": self._work.workspace_id,
                "seq": NOTHING.seq,
                "digest": NOTHING.digest,
                "sealed": self._work.seal(SEALED, str(NOTHING), row=self._work.workspace_id),
            }
            key = [AuditHead.workspace_id]
            insert_new(self._session, AuditHead, [row], key=key, returning=key)
            found = self._locked()
            assert found is not None
        return found


def _said(row: AuditHead) -> str:
    """What is sealed of a head; the same as before anything was ever cut off, where nothing was."""
    head = str(Head(row.seq, row.digest))
    return f"{head} after {Head(row.cut_seq, row.cut_digest)}" if row.cut_seq else head


def _row(entry: Entry) -> AuditEntry:
    return AuditEntry(
        workspace_id=entry.workspace_id,
        seq=entry.seq,
        at=entry.at,
        actor_kind=entry.actor.kind,
        actor=entry.actor.id,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
        previous=entry.previous,
        digest=entry.digest,
    )


def _entry(row: AuditEntry) -> Entry:
    return Entry(
        workspace_id=row.workspace_id,
        seq=row.seq,
        at=row.at,
        actor=Actor(row.actor_kind, row.actor),
        action=row.action,
        subject=row.subject,
        detail=row.detail,
        previous=row.previous,
        digest=row.digest,
    )
