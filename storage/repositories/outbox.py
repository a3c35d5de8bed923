"""Messages to be sent."""

from dataclasses import dataclass
from datetime import datetime

from storage.repositories.base import Repository


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


class OutboxRepository(Repository):
    """The outbox as handlers see it; claiming and sending are in `storage.outbox`."""

    def put(self, posting: Posting) -> bool:
        """Plan a message; False if one with the same `dedupe` exists already."""
        raise NotImplementedError
