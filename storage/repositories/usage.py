"""Use of tools: which events are known, on which days people used a tool, and the tokens of those who tell."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from storage.many import among
from storage.models import UsageDay, UsageEvent, UsageToken
from storage.repositories.base import Repository, by_key, insert_many, insert_new
from storage.transaction import Transaction

USAGE_KEPT = timedelta(days=400)
"""How long a day of use is kept."""

EVENTS_KNOWN = timedelta(days=90)
"""How long an event is known once it has come in; after that its day is, so nothing counts twice."""


class Used(NamedTuple):
    """A person used the tool on this local date, by an event of this name."""

    person_id: str
    project_id: str
    day: date
    event: str


class UsageRepository(Repository):
    """A person's days go to domain services and no further; what is shown is of groups."""

    def take(self, ids: Iterable[str]) -> set[str]:
        """Which of these events are new. From now on they are known.

        In one order, so that two that write the same ones wait for each other and never both.
        """
        rows = [
            {"id": event, "workspace_id": self._work.workspace_id, "taken_on": self._work.now.date()}
            for event in sorted(set(ids))
        ]
        if not rows:
            return set()
        taken = insert_new(self._session, UsageEvent, rows, key=[UsageEvent.id], returning=[UsageEvent.id])
        return {event for (event,) in taken}

    def add(self, used: Collection[Used]) -> None:
        """Keep these days; those that are known stay as they are."""
        rows = [{**each._asdict(), "workspace_id": self._work.workspace_id} for each in sorted(set(used))]
        if rows:
            key = [UsageDay.person_id, UsageDay.project_id, UsageDay.day, UsageDay.event]
            insert_many(self._session, UsageDay, rows, key=key)

    def days(
        self, project_id: str, person_ids: Collection[str], since: date, event: str | None = None
    ) -> dict[str, list[date]]:
        """By person, the local dates from `since` on with use of the project's tool, in order, by this event if told."""
        statement = (
            select(UsageDay.person_id, UsageDay.day)
            .where(
                among(self._session, UsageDay.person_id, person_ids),
                UsageDay.project_id == project_id,
                UsageDay.day >= since,
            )
            .distinct()
            .order_by(UsageDay.person_id, UsageDay.day)
        )
        if event is not None:
            statement = statement.where(UsageDay.event == event)
        return by_key((person_id, day) for person_id, day in self._session.execute(statement))

    def events(self, project_id: str, person_ids: Collection[str]) -> dict[str, list[str]]:
        """By person, the names of the events by which they have used the project's tool."""
        rows = self._session.execute(
            select(UsageDay.person_id, UsageDay.event)
            .where(among(self._session, UsageDay.person_id, person_ids), UsageDay.project_id == project_id)
            .distinct()
            .order_by(UsageDay.person_id, UsageDay.event)
        )
        return by_key((person_id, event) for person_id, event in rows)

    def since(self, project_id: str) -> date | None:
        """The first local date that is known of anybody in the project."""
        return self._session.scalar(select(func.min(UsageDay.day)).where(UsageDay.project_id == project_id))

    def until(self, project_id: str) -> date | None:
        """The last local date that is known of anybody in the project."""
        return self._session.scalar(select(func.max(UsageDay.day)).where(UsageDay.project_id == project_id))


class UsageTokenRepository:
    """Lives in a `SystemWork` as well, since a token says which workspace is meant."""

    def __init__(self, work: Transaction) -> None:
        self._session = work.session

    def add(self, token: UsageToken) -> None:
        self._session.add(token)
        self._session.flush()

    def find(self, token_id: str) -> UsageToken | None:
        return self._session.get(UsageToken, token_id)

    def all(self) -> list[UsageToken]:
        """Oldest first."""
        return list(self._session.scalars(select(UsageToken).order_by(UsageToken.created_at, UsageToken.id)))
