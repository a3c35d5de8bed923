"""An outbox of two workers, and people of one workspace for whom messages are planned."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from storage.database import Database
from storage.models import OutboxMessage, OutboxState
from storage.outbox import Outbox, Outgoing
from storage.repositories.outbox import Posting
from tests.support.clock import TUESDAY, FixedClock

LEASE, SETTLE = timedelta(seconds=60), timedelta(seconds=15)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class People:
    """Two people of one workspace, and a short way to plan a message for them."""

    def __init__(self, database: Database, workspace_id: str) -> None:
        self._database, self._workspace_id = database, workspace_id
        with database.transaction(workspace_id) as work:
            self.karim, self.aude = (work.people.ensure(name, name).id for name in ("karim", "aude"))

    def plan(self, dedupe: str, person_id: str | None = None, **fields: object) -> bool:
        posting = Posting(person_id or self.karim, "nudge", {"id": dedupe}, dedupe, TUESDAY)
        with self._database.transaction(self._workspace_id) as work:
            return work.outbox.put_many([replace(posting, **fields)]) == 1  # type: ignore[arg-type]

    def state(self, dedupe: str) -> OutboxState:
        return self.row(dedupe).state

    def row(self, dedupe: str) -> OutboxMessage:
        with self._database.reading(self._workspace_id) as work:
            return work.session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe == dedupe)).one()


def worker(database: Database, owner: str, clock: FixedClock) -> Outbox:
    return Outbox(database, owner, LEASE.total_seconds(), SETTLE.total_seconds(), elapsed=clock.elapsed)


def keys(claimed: list[Outgoing]) -> list[str]:
    return [outgoing.dedupe for outgoing in claimed]
