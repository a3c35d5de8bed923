"""What is due is planned in batches: each in one transaction, each with people of one workspace and one kind of item."""

from collections.abc import Awaitable, Callable, Iterator, Sequence

import structlog

from bot.log import where
from bot.router import Router
from storage.agenda import Agenda, DueItem, Handled
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.work import Work

log = structlog.get_logger(__name__)

TOGETHER, EACH = 500, 20
"""Items in a batch, where they are handled together and where they are handled one by one."""

BATCHES = 4
"""Batches planned before answers have their turn."""


Watch = Callable[[DueItem, str], None]
"""Told of an item for which nothing was sent, and of the word for why."""


class Planner:
    """Works the agenda off; several processes may do so at once.

    `calm` returns when a batch may be planned: those who wait for an acknowledgement go first.
    """

    def __init__(
        self,
        database: Database,
        agenda: Agenda,
        router: Router,
        calm: Callable[[], Awaitable[None]],
        watch: Watch = lambda *_: None,
    ) -> None:
        self._database, self._agenda, self._router = database, agenda, router
        self._calm, self._watch = calm, watch
        self._stopping = False

    def stop(self) -> None:
        """Begin no further batch."""
        self._stopping = True

    async def run(self) -> int:
        """Plan some of what is due, the longest due first; how many items were dealt with."""
        found = await self._agenda.due(TOGETHER * BATCHES)
        planned = batches = 0
        for batch in self._batches(found):
            if self._stopping or batches == BATCHES:
                break
            await self._calm()
            dealt_with = await self._plan(batch)
            planned += dealt_with
            batches += bool(dealt_with)
        return planned

    def _batches(self, found: Sequence[DueItem]) -> Iterator[list[DueItem]]:
        """In the order of their longest due item. Nobody is in a batch twice: each item sees what the one before did."""
        open_: dict[tuple[str, str], dict[str, DueItem]] = {}
        for item in found:
            batch = open_.setdefault((item.workspace_id, item.kind), {})
            batch.setdefault(item.person_id, item)
        for (_, kind), batch in open_.items():
            size = TOGETHER if self._router.handles_together(kind) else EACH
            items = list(batch.values())
            for start in range(0, len(items), size):
                yield items[start : start + size]

    async def _plan(self, batch: Sequence[DueItem]) -> int:
        """A batch that fails is halved, down to the item that is broken: it is put off, and holds nobody up."""
        if not batch or self._stopping:
            return 0
        try:
            return await self._database.run(
                batch[0].workspace_id,
                lambda work: self._agenda.handle(work, batch, self._handle),
            )
        except StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one broken item must not hold up the others
            if len(batch) > 1:
                half = len(batch) // 2
                return await self._plan(batch[:half]) + await self._plan(batch[half:])
            log.error("due_item_failed", kind=batch[0].kind, error=type(error).__name__, path=where(error))
            await self._agenda.postpone(batch[0])
            return 1

    def _handle(self, work: Work, items: Sequence[DueItem]) -> Handled:
        handled = self._router.handle_due(work, items)
        for item in items:
            if held := handled[item.id].held:
                self._watch(item, held)
        return handled
