"""Messages to be sent."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import and_, func, or_, select, update

from storage.many import among
from storage.models import OutboxMessage, OutboxState
from storage.repositories.base import Repository, by_key, insert_many
from storage.transaction import WorkspaceTransaction

CHUNK = 1000
"""Messages that are planned in one statement."""

ON_THE_WAY = (OutboxState.SENDING, OutboxState.UNCERTAIN)
OVER = timedelta(microseconds=1)

UNREACHABLE = "unreachable"
"""Noted with a message that did not leave only because its person could not be reached."""

OUTCOME_UNKNOWN = "outcome unknown"
"""Noted with a message that may have arrived or not, and is not tried any more."""

TOO_LATE = "too_late"
"""Noted with a message that was cancelled because it would have been of no use any more."""


def key_of(workspace_id: str, dedupe: str) -> str:
    """What a message is known by outside: unique, the same on every try, and telling nothing."""
    return sha256(f"{workspace_id}|{dedupe}".encode()).hexdigest()[:32]


def _as_json(args: dict[str, str]) -> str:
    return json.dumps(args, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Posting:
    """A message to plan; the fields are those of `storage.models.OutboxMessage`. `not_before` holds from now if past."""

    person_id: str
    intent: str
    args: dict[str, str]
    dedupe: str
    not_before: datetime
    not_after: datetime | None = None
    paced: bool = False
    replaces: str | None = None
    updates: str | None = None


@dataclass(frozen=True)
class PacedWeek:
    """One person's unasked messages: those that were sent, as (seq, when), and those that are due, as (seq, intent)."""

    sent: list[tuple[int, datetime]] = field(default_factory=list)
    waiting: list[tuple[int, str]] = field(default_factory=list)


class OutboxRepository(Repository):
    """The outbox as handlers see it; claiming and sending are in `storage.outbox`."""

    def __init__(self, work: WorkspaceTransaction) -> None:
        super().__init__(work)
        self._waiting: list[Posting] = []

    def put(self, posting: Posting) -> None:
        """Plan a message, unless one with the same `dedupe` exists; written once somebody looks, or at the commit."""
        self._waiting.append(posting)
        self._session.waiting[OutboxMessage.__tablename__] = self._write

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        self.put_many(waiting)

    def put_many(self, postings: Sequence[Posting]) -> int:
        """Plan messages in this order, a few statements for a thousand; how many had a `dedupe` that did not exist."""
        self._session.settle([OutboxMessage.__tablename__])
        self._session.flush()
        planned = 0
        for start in range(0, len(postings), CHUNK):
            chunk = postings[start : start + CHUNK]
            planned += insert_many(
                self._session,
                OutboxMessage,
                [self._row(posting) for posting in chunk],
                key=[OutboxMessage.workspace_id, OutboxMessage.dedupe],
            )
            self._supersede({(p.person_id, p.replaces) for p in chunk if p.replaces is not None})
        if planned and any(posting.not_before <= self._work.now for posting in postings):
            self._session.planned.add(self._work.workspace_id)
        return planned

    def _row(self, posting: Posting) -> dict[str, object]:
        return {
            "workspace_id": self._work.workspace_id,
            "person_id": posting.person_id,
            "intent": posting.intent,
            "args": _as_json(posting.args),
            "dedupe": posting.dedupe,
            "not_before": max(posting.not_before, self._work.now),
            "not_after": posting.not_after,
            "paced": posting.paced,
            "replaces": posting.replaces,
            "updates": posting.updates,
            "created_at": self._work.now,
        }

    def _supersede(self, newest: set[tuple[str, str]]) -> None:
        """Of the unsent messages of each (person, `replaces`), leave the newest."""
        if not newest:
            return
        unsent = self._session.execute(
            select(OutboxMessage.seq, OutboxMessage.person_id, OutboxMessage.replaces)
            .where(
                OutboxMessage.person_id.in_({person for person, _ in newest}),
                OutboxMessage.replaces.in_({replaces for _, replaces in newest}),
                OutboxMessage.state == OutboxState.READY,
            )
            .order_by(OutboxMessage.seq.desc())
        )
        left, older = set(), []
        for seq, *slot in unsent:
            if tuple(slot) in left:
                older.append(seq)
            elif tuple(slot) in newest:
                left.add(tuple(slot))
        if older:
            self._session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.seq.in_(older), OutboxMessage.state == OutboxState.READY)
                .values(state=OutboxState.SUPERSEDED)
                .execution_options(synchronize_session="fetch")
            )

    def cancel(self, person_id: str, *, intents_prefix: str | None = None, reason: str | None = None) -> int:
        """Cancel the person's messages that have not left yet, all or those whose intent starts so; how many.

        `reason` is a word for upkeep.

        One that may be leaving this moment has no time left from now on: if it turns out not to have, it never will.
        What replaces a message that is there already stays: it writes to nobody, and may take a withdrawn text away.
        """
        mine = update(OutboxMessage).where(
            OutboxMessage.person_id == person_id, OutboxMessage.updates.is_(None)
        )
        if intents_prefix is not None:
            mine = mine.where(OutboxMessage.intent.startswith(intents_prefix, autoescape=True))
        cancelled = self._session.execute(
            mine.where(OutboxMessage.state == OutboxState.READY)
            .values(state=OutboxState.CANCELLED, error=reason)
            .returning(OutboxMessage.seq)
        )
        self._session.execute(
            mine.where(OutboxMessage.state.in_(ON_THE_WAY)).values(not_after=self._work.now - OVER)
        )
        return len(cancelled.all())

    def bring_forward(self, person_id: str, planned_from: datetime) -> None:
        """What nobody asked for and was to leave from `planned_from` on may leave from now on."""
        self._session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.person_id == person_id,
                OutboxMessage.state == OutboxState.READY,
                OutboxMessage.paced.is_(True),
                OutboxMessage.not_before >= planned_from,
            )
            .values(not_before=self._work.now)
        )

    def paced_at(self, person_ids: Collection[str], since: datetime) -> dict[str, list[datetime]]:
        """By person, when each message that counts in the weekly budget was, or will be, due, from `since` on."""
        rows = self._session.execute(
            select(OutboxMessage.person_id, OutboxMessage.not_before)
            .where(
                OutboxMessage.workspace_id == self._work.workspace_id,
                among(self._session, OutboxMessage.person_id, person_ids),
                OutboxMessage.paced.is_(True),
                OutboxMessage.state.not_in(
                    [OutboxState.CANCELLED, OutboxState.FAILED, OutboxState.SUPERSEDED]
                ),
                OutboxMessage.not_before >= since,
            )
            .order_by(OutboxMessage.not_before)
        )
        return by_key((person_id, at) for person_id, at in rows)

    def never_left(self, person_ids: Collection[str]) -> list[str]:
        """The keys (`dedupe`) of what these people were to be sent unasked, did not get and will not get.

        What may have arrived for all that is known is not among them.
        """
        failed = and_(
            OutboxMessage.state == OutboxState.FAILED,
            func.coalesce(OutboxMessage.error, "") != OUTCOME_UNKNOWN,
        )
        late = and_(OutboxMessage.state == OutboxState.READY, OutboxMessage.not_after < self._work.now)
        return list(
            self._session.scalars(
                select(OutboxMessage.dedupe).where(
                    OutboxMessage.workspace_id == self._work.workspace_id,
                    among(self._session, OutboxMessage.person_id, person_ids),
                    OutboxMessage.paced.is_(True),
                    OutboxMessage.repeated.is_(False),
                    or_(
                        OutboxMessage.state.in_([OutboxState.CANCELLED, OutboxState.SUPERSEDED]), failed, late
                    ),
                )
            )
        )

    def paced_weeks(self, person_ids: Iterable[str], since: datetime) -> dict[str, PacedWeek]:
        """By person, what counts in the weekly budget from `since` on, and what is due and waits for it.

        A message of which nobody knows whether it arrived counts as sent. Whoever has none is not in it.
        """
        unknown = and_(OutboxMessage.state == OutboxState.FAILED, OutboxMessage.error == OUTCOME_UNKNOWN)
        rows = self._session.execute(
            select(
                OutboxMessage.person_id,
                OutboxMessage.seq,
                OutboxMessage.intent,
                OutboxMessage.state,
                func.coalesce(OutboxMessage.sent_at, OutboxMessage.tried_at),
            ).where(
                OutboxMessage.workspace_id == self._work.workspace_id,
                among(self._session, OutboxMessage.person_id, person_ids),
                OutboxMessage.paced.is_(True),
                OutboxMessage.updates.is_(None),
                or_(
                    and_(
                        OutboxMessage.state == OutboxState.READY, OutboxMessage.not_before <= self._work.now
                    ),
                    and_(OutboxMessage.state == OutboxState.SENT, OutboxMessage.sent_at >= since),
                    and_(unknown, OutboxMessage.tried_at >= since),
                ),
            )
        )
        weeks: defaultdict[str, PacedWeek] = defaultdict(PacedWeek)
        for person_id, seq, intent, state, at in rows:
            if state is OutboxState.READY:
                weeks[person_id].waiting.append((seq, intent))
            else:
                weeks[person_id].sent.append((seq, at))
        return dict(weeks)

    def plan_again(self, row: OutboxMessage, not_before: datetime, not_after: datetime) -> None:
        """Let a message leave after all that never did."""
        row.state, row.attempts, row.tried_at, row.error = OutboxState.READY, 0, None, None
        row.not_before, row.not_after = not_before, not_after

    def under(self, dedupe: str) -> OutboxMessage | None:
        """The message that was planned under this key, whatever became of it."""
        return self._session.scalar(select(OutboxMessage).where(OutboxMessage.dedupe == dedupe))

    def arrived(self, person_id: str, intent: str, args: dict[str, str]) -> list[tuple[str, str]]:
        """Where the person has messages of this kind about just this, or made into it since: (message, conversation)."""
        rows = self._session.execute(
            select(OutboxMessage.receipt_message, OutboxMessage.receipt_conversation, OutboxMessage.updates)
            .where(
                OutboxMessage.person_id == person_id,
                OutboxMessage.intent == intent,
                OutboxMessage.args == _as_json(args),
            )
            .order_by(OutboxMessage.seq)
        )
        found = [json.loads(made) if made else (message, on) for message, on, made in rows]
        return list({(message, on): None for message, on in found if message and on})

    def under_any(self, prefix: str, person_id: str | None = None) -> list[OutboxMessage]:
        """The messages (of one person) that were planned under keys that begin so, in order.

        For rare moments where they are anybody's: no index serves it.
        """
        begins = OutboxMessage.dedupe.startswith(prefix, autoescape=True)
        theirs = begins if person_id is None else and_(begins, OutboxMessage.person_id == person_id)
        return list(self._session.scalars(select(OutboxMessage).where(theirs).order_by(OutboxMessage.seq)))

    def repeated(self, person_id: str, key: str) -> OutboxMessage | None:
        """The message of this person that is known by `key`, if it was sent once more and may be there twice."""
        rows = self._session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.person_id == person_id, OutboxMessage.repeated.is_(True)
            )
        )
        return next((row for row in rows if key_of(row.workspace_id, row.dedupe) == key), None)

    def pending(self, person_id: str) -> list[OutboxMessage]:
        """What is still to be sent to the person, in order."""
        return list(
            self._session.scalars(
                select(OutboxMessage)
                .where(OutboxMessage.person_id == person_id, OutboxMessage.state == OutboxState.READY)
                .order_by(OutboxMessage.seq)
            )
        )
