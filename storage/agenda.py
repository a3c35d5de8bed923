"""What is due, over all workspaces, safe for several processes.

Nothing is claimed ahead of time: items are handled in one transaction that locks them and their people, and only if
they are still due as they were when they were found. If the process dies the transaction is rolled back and they are
due again; what another process has locked is left to it, so that several share the work.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ARRAY, bindparam, func, literal, select, true, update

from storage.claims import in_state, is_served
from storage.database import Database
from storage.models import AgendaItem, OutboxMessage, OutboxState, Person, Workspace
from storage.work import SystemWork, Work

PAUSE = timedelta(minutes=15)
"""How long an item that could not be handled waits."""


class DueItem(NamedTuple):
    """An item that was found due. `due_at` is the instant that it was due at; the rest is as in the agenda."""

    id: str
    workspace_id: str
    person_id: str
    kind: str
    ref: str
    rule: str
    due_at: datetime


class Planned(NamedTuple):
    """What became of an item: when it is due `again` (None: not until it is set), and a word for why nothing was sent."""

    again: datetime | None = None
    held: str | None = None


Handled = Mapping[str, Planned]
"""By the id of an item; one that is not named is not due again until it is set."""


class Agenda:
    """The due items of every workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit: int) -> list[DueItem]:
        """What is due now in workspaces that are active, the longest due first."""
        return await self._database.read_system(lambda work: _due(work, limit))

    def handle(
        self, work: Work, due: Sequence[DueItem], function: Callable[[Work, Sequence[DueItem]], Handled]
    ) -> int:
        """Let `function` handle these items of different people in this transaction; how many were left to do.

        Those are locked, and their people too. What somebody else has done or is doing is left out.
        """
        rows = work.session.execute(
            select(AgendaItem.id, AgendaItem.next_due_at)
            .join(Person, Person.id == AgendaItem.person_id)
            .where(AgendaItem.id.in_([item.id for item in due]))
            .with_for_update(of=[AgendaItem, Person], skip_locked=True, key_share=True)
        )
        mine: dict[str, datetime | None] = dict(iter(rows))
        left = [item for item in due if mine.get(item.id) == item.due_at]
        if left:
            handled = function(work, left)
            _move(work, {item.id: handled.get(item.id, Planned()).again for item in left})
        return len(left)

    async def postpone(self, due: DueItem) -> None:
        """Try an item that could not be handled again later, unless it has moved."""

        def later(work: SystemWork) -> None:
            work.session.execute(
                update(AgendaItem)
                .where(AgendaItem.id == due.id, AgendaItem.next_due_at == due.due_at)
                .values(next_due_at=work.now + PAUSE)
            )

        await self._database.run_system(later)


def _move(work: Work, moved: dict[str, datetime | None]) -> None:
    """One round trip for all of them; their rows are locked, and of this workspace."""
    table = AgendaItem.__table__
    connection = work.session.connection()
    if connection.dialect.name == "postgresql":
        ids = literal(list(moved), ARRAY(table.c.id.type))
        instants = literal(list(moved.values()), ARRAY(table.c.next_due_at.type))
        given = func.unnest(ids, instants).table_valued("id", "at").render_derived()
        connection.execute(update(AgendaItem).where(table.c.id == given.c.id).values(next_due_at=given.c.at))
    else:
        each = update(AgendaItem).where(table.c.id == bindparam("item")).values(next_due_at=bindparam("at"))
        connection.execute(each, [{"item": item_id, "at": at} for item_id, at in moved.items()])


def next_due(work: SystemWork, now: datetime, workspace_id: str | None = None) -> datetime | None:
    """The first instant after `now` at which a message may be sent or looked up, or an item is due; anywhere if None."""
    instants = (
        (OutboxMessage, OutboxMessage.not_before, in_state(OutboxState.READY)),
        (OutboxMessage, OutboxMessage.confirm_at, in_state(OutboxState.UNCERTAIN)),
        (AgendaItem, AgendaItem.next_due_at, true()),
    )
    found = []
    for model, instant, waiting in instants:
        first = (
            select(instant)
            .join(Workspace, Workspace.id == model.workspace_id)
            .where(waiting, instant > now, is_served())
            .order_by(instant)
            .limit(1)
        )
        if workspace_id is not None:
            first = first.where(model.workspace_id == workspace_id)
        found.append(work.session.scalar(first))
    return min((instant for instant in found if instant is not None), default=None)


def _due(work: SystemWork, limit: int) -> list[DueItem]:
    rows = work.session.execute(
        select(
            AgendaItem.id,
            AgendaItem.workspace_id,
            AgendaItem.person_id,
            AgendaItem.kind,
            AgendaItem.ref,
            AgendaItem.rule,
            AgendaItem.next_due_at,
        )
        .join(Workspace, Workspace.id == AgendaItem.workspace_id)
        .where(AgendaItem.next_due_at <= work.now, is_served())
        .order_by(AgendaItem.next_due_at, AgendaItem.id)
        .limit(limit)
    )
    return [DueItem._make(row) for row in rows]
