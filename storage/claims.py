"""The outbox's statements: what is due, what is too late, what may have left. None costs more for what is not due.

The partial indexes of the outbox are found only where the state stands in the statement as a literal (`in_state`).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from storage import many
from storage.models import OutboxMessage, OutboxState, Person, Workspace, WorkspaceStatus
from storage.repositories.outbox import ON_THE_WAY, TOO_LATE, key_of
from storage.work import SystemWork

Due = Row[Any]
"""The columns of a message and of whom it goes to where, as `with_recipient` names them."""


@dataclass(frozen=True)
class Outgoing:
    """A claimed message. `workspace` and `person` are the platform's ids; `updates` is (message, conversation).

    `key` is unique per message and the same on every try. `attempts` counts the tries before this one, `error` is what was
    noted about the last of them; `repeated`: one of them may have arrived, and nobody can tell. `tried_at` is the instant
    of the first. A `probe` is sent into a lane that has failed: when it arrives the lane is open again. It must leave
    before the elapsed time is `leave_by`, else not at all.
    """

    seq: int
    key: str
    dedupe: str
    workspace_id: str
    person_id: str
    platform: str
    workspace: str
    person: str
    conversation: str | None
    intent: str
    args: dict[str, str]
    updates: tuple[str, str] | None
    paced: bool
    attempts: int
    probe: bool
    repeated: bool
    error: str | None
    not_before: datetime
    not_after: datetime | None
    created_at: datetime
    tried_at: datetime
    leave_by: float


def in_state(*states: OutboxState, of: type[OutboxMessage] = OutboxMessage) -> ColumnElement[bool]:
    """Whether a row is in one of these states, with the states as literals."""
    kind = OutboxMessage.state.type
    return or_(*(of.state == literal(state, kind, literal_execute=True) for state in states))


def claims_under_way(work: SystemWork) -> list[tuple[str | None, datetime | None]]:
    """Each claim whose messages are being sent, as (owner, end of the lease)."""
    claims = select(OutboxMessage.lease_owner, OutboxMessage.lease_until).where(in_state(OutboxState.SENDING))
    return [(owner, until) for owner, until in work.session.execute(claims.distinct())]


def make_uncertain(work: SystemWork, owner: str | None, until: datetime | None) -> None:
    """The lease of this claim is over: what it sent has left and settled, or never will, and may be looked up at once."""
    work.session.execute(
        update(OutboxMessage)
        .where(
            in_state(OutboxState.SENDING),
            OutboxMessage.lease_owner.is_not_distinct_from(owner),
            OutboxMessage.lease_until.is_not_distinct_from(until),
        )
        .values(
            state=OutboxState.UNCERTAIN,
            lease_owner=None,
            lease_until=None,
            confirm_at=work.now,
            error="lease_expired",
        )
    )


def cancel_too_late(work: SystemWork) -> None:
    work.session.execute(
        update(OutboxMessage)
        .where(in_state(OutboxState.READY), OutboxMessage.not_after < work.now)
        .values(state=OutboxState.CANCELLED, error=TOO_LATE)
    )


def workspaces_with_due(work: SystemWork) -> list[str]:
    """The workspaces that are served with a message whose time has come, in the order of their ids."""
    anything = select(OutboxMessage.seq).where(in_state(OutboxState.READY), _due(work)).limit(1)
    if work.session.scalar(anything) is None:
        return []
    here = [
        exists().where(
            in_state(OutboxState.READY),
            OutboxMessage.workspace_id == Workspace.id,
            _paced(paced),
            _due(work),
        )
        for paced in (False, True)
    ]
    found = select(Workspace.id).where(is_served(), or_(*here)).order_by(Workspace.id)
    return list(work.session.scalars(found))


def is_served() -> ColumnElement[bool]:
    """Whether a workspace is planned for, and sent to as far as its lane lets it be."""
    return Workspace.status.in_([WorkspaceStatus.ACTIVE, WorkspaceStatus.MISCONFIGURED])


def heads(work: SystemWork, workspace_id: str, limit: int, *only: ColumnElement[bool]) -> list[Due]:
    """Due messages among `only` that nothing of their person's holds up, at most one per person.

    Answers come first, then what has been due for longest. A message waits for what is on the way to its person, for
    answers, and for earlier messages that are due or were tried. So an answer overtakes coaching that waits its turn,
    and what is planned for later holds nothing up.
    """
    found: list[Due] = []
    for paced in (False, True):
        statement = _heads(paced).where(*only) if only else _heads(paced)
        given = {"workspace": workspace_id, "now": work.now, "limit": limit - len(found)}
        found += work.session.execute(statement, given)
    return found


@cache
def _heads(paced: bool) -> Select[*tuple[Any, ...]]:
    """Built once: putting it together takes longer than asking it."""
    now = bindparam("now", type_=OutboxMessage.not_before.type)
    return (
        with_recipient()
        .where(
            in_state(OutboxState.READY),
            OutboxMessage.workspace_id == bindparam("workspace"),
            _paced(paced),
            OutboxMessage.not_before <= now,
            ~_held_up(now, paced=paced),
        )
        .order_by(OutboxMessage.not_before, OutboxMessage.seq)
        .limit(bindparam("limit"))
        .with_for_update(of=OutboxMessage, skip_locked=True)
    )


def with_recipient() -> Select[*tuple[Any, ...]]:
    """Columns rather than entities: a drain reads thousands of them a second and changes them in bulk."""
    return (
        select(
            OutboxMessage.seq,
            OutboxMessage.dedupe,
            OutboxMessage.workspace_id,
            OutboxMessage.person_id,
            OutboxMessage.intent,
            OutboxMessage.args,
            OutboxMessage.updates,
            OutboxMessage.paced,
            OutboxMessage.attempts,
            OutboxMessage.repeated,
            OutboxMessage.error,
            OutboxMessage.not_before,
            OutboxMessage.not_after,
            OutboxMessage.created_at,
            OutboxMessage.tried_at,
            Person.external_id.label("person"),
            Person.conversation,
            Workspace.external_id.label("workspace"),
            Workspace.platform,
        )
        .join(Person, Person.id == OutboxMessage.person_id)
        .join(Workspace, Workspace.id == OutboxMessage.workspace_id)
    )


def _due(work: SystemWork) -> ColumnElement[bool]:
    return OutboxMessage.not_before <= work.now


def _paced(paced: bool) -> ColumnElement[bool]:
    return OutboxMessage.paced == (true() if paced else false())


def _held_up(now: BindParameter[datetime], *, paced: bool) -> ColumnElement[bool]:
    earlier = aliased(OutboxMessage)
    same = and_(
        earlier.workspace_id == OutboxMessage.workspace_id, earlier.person_id == OutboxMessage.person_id
    )
    answers_first = earlier.paced.is_(False)
    before = earlier.seq < OutboxMessage.seq
    return or_(
        exists().where(same, in_state(*ON_THE_WAY, of=earlier)),
        exists().where(
            same,
            in_state(OutboxState.READY, of=earlier),
            or_(answers_first, before) if paced else and_(answers_first, before),
            or_(earlier.not_before <= now, earlier.tried_at.is_not(None)),
        ),
    )


def take(work: SystemWork, seqs: list[int], owner: str, until: datetime) -> None:
    """These messages are being sent from now on, by `owner`."""
    work.session.execute(
        update(OutboxMessage)
        .where(many.among(work.session, OutboxMessage.seq, seqs))
        .values(
            state=OutboxState.SENDING,
            lease_owner=owner,
            lease_until=until,
            tried_at=func.coalesce(OutboxMessage.tried_at, work.now),
        )
        .execution_options(synchronize_session=False)
    )


def seek(work: SystemWork, seqs: list[int], owner: str, until: datetime) -> None:
    """These messages are being looked up by `owner`, and by somebody else from `until` on."""
    work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.seq.in_(seqs))
        .values(lease_owner=owner, confirm_at=until)
        .execution_options(synchronize_session=False)
    )


def outgoing(
    row: Due, *, tried_at: datetime | None = None, probe: bool = False, leave_by: float = 0.0
) -> Outgoing:
    """The claimed message; `tried_at` is the instant of this try, where it is the first."""
    return Outgoing(
        seq=row.seq,
        key=key_of(row.workspace_id, row.dedupe),
        dedupe=row.dedupe,
        workspace_id=row.workspace_id,
        person_id=row.person_id,
        platform=row.platform,
        workspace=row.workspace,
        person=row.person,
        conversation=row.conversation,
        intent=row.intent,
        args=json.loads(row.args),
        updates=tuple(json.loads(row.updates)) if row.updates else None,
        paced=row.paced,
        attempts=row.attempts,
        probe=probe,
        repeated=row.repeated,
        error=row.error,
        not_before=row.not_before,
        not_after=row.not_after,
        created_at=row.created_at,
        tried_at=row.tried_at or tried_at or row.created_at,
        leave_by=leave_by,
    )
