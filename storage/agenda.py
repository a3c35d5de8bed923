"""What is due, over all workspaces, safe for several processes.

Nothing is claimed ahead of time: an item is handled in one transaction that locks the person and the item, and only
if it is still due as it was when it was found. If the process dies the transaction is rolled back and the item is
due again; whoever comes second finds it moved and leaves it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, true, update

from storage.claims import in_state, is_served
from storage.database import Database
from storage.models import AgendaItem, OutboxMessage, OutboxState, Workspace
from storage.work import SystemWork, Work

PAUSE = timedelta(minutes=15)
"""How long an item that could not be handled waits."""


@dataclass(frozen=True)
class DueItem:
    """An item that was found due. `due_at` is the instant that it was due at."""

    id: str
    workspace_id: str
    person_id: str
    kind: str
    due_at: datetime


class Agenda:
    """The due items of every workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit: int) -> list[DueItem]:
        """What is due now in workspaces that are active, the longest due first."""
        return await self._database.read_system(lambda work: _due(work, limit))

    def handle(self, work: Work, due: DueItem, function: Callable[[Work, AgendaItem], object]) -> bool:
        """Let `function` handle the item in this transaction; False if somebody else has done so.

        `function` sets when it is due next. If it does not, the item is not due again until it is set.

        Raises:
            RowMissing: the person has gone.
        """
        work.people.locked(due.person_id)
        item = work.session.scalar(
            select(AgendaItem)
            .where(AgendaItem.id == due.id, AgendaItem.next_due_at == due.due_at)
            .with_for_update()
        )
        if item is None:
            return False
        function(work, item)
        if item.next_due_at == due.due_at:
            item.next_due_at = None
        return True

    async def postpone(self, due: DueItem) -> None:
        """Try an item that could not be handled again later, unless it has moved."""

        def later(work: SystemWork) -> None:
            work.session.execute(
                update(AgendaItem)
                .where(AgendaItem.id == due.id, AgendaItem.next_due_at == due.due_at)
                .values(next_due_at=work.now + PAUSE)
            )

        await self._database.run_system(later)


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
    items = work.session.scalars(
        select(AgendaItem)
        .join(Workspace, Workspace.id == AgendaItem.workspace_id)
        .where(AgendaItem.next_due_at <= work.now, is_served())
        .order_by(AgendaItem.next_due_at, AgendaItem.id)
        .limit(limit)
    )
    return [
        DueItem(item.id, item.workspace_id, item.person_id, item.kind, item.next_due_at)
        for item in items
        if item.next_due_at is not None
    ]
