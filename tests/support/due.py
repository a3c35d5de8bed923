"""One item of the agenda, handled as if it had been found due."""

from bot.router import Router
from storage.agenda import DueItem
from storage.models import AgendaItem
from storage.work import Work


def found(item: AgendaItem) -> DueItem:
    """The item as it is found due."""
    assert item.next_due_at
    return DueItem(
        item.id, item.workspace_id, item.person_id, item.kind, item.ref, item.rule, item.next_due_at
    )


def handle_due(router: Router, work: Work, item: AgendaItem) -> None:
    """Carry the item out and move it, in the open transaction."""
    work.session.flush()
    due = found(item)
    item.next_due_at = router.handle_due(work, [due])[due.id].again
    work.session.flush()
