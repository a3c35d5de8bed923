"""What is due for a person; finding and taking due items over all workspaces is in `storage.agenda`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select

from storage.many import among
from storage.models import AgendaItem, Membership, OutboxMessage, OutboxState, Person
from storage.repositories.base import Repository, by_key, insert_new

UNFORESEEN = ("action.ask", "action.told", "idea.answered", "idea.hidden", "lever.news")
"""What only those hear whom something concerns: an action, an idea of nobody's name, an obstacle that was mended."""


class AgendaRepository(Repository):
    """One row per (person, kind, ref); `next_due_at` None: nothing is due until it is set again."""

    def set(
        self, person_id: str, kind: str, ref: str, next_due_at: datetime | None, rule: str = ""
    ) -> AgendaItem:
        """Say when the item is due next; `rule` is the person's local rule that this came from."""
        item = self.get(person_id, kind, ref)
        if item is None:
            row = {
                "id": self._work.ids.new(),
                "workspace_id": self._work.workspace_id,
                "person_id": person_id,
                "kind": kind,
                "ref": ref,
            }
            insert_new(
                self._session,
                AgendaItem,
                [row],
                key=[AgendaItem.person_id, AgendaItem.kind, AgendaItem.ref],
                returning=[AgendaItem.id],
            )
            item = self._session.scalars(self._select(person_id, kind, ref)).one()
        item.next_due_at, item.rule = next_due_at, rule
        self._session.flush()
        if next_due_at is not None and next_due_at <= self._work.now:
            self._session.planned.add(self._work.workspace_id)
        return item

    def get(self, person_id: str, kind: str, ref: str) -> AgendaItem | None:
        return self._session.scalar(self._select(person_id, kind, ref))

    def of_person(self, person_id: str) -> list[AgendaItem]:
        return list(self._session.scalars(self._select(person_id)))

    def dues(self, person_ids: Collection[str], kind: str) -> dict[str, list[datetime]]:
        """By person, when each item of this kind is due."""
        rows = self._session.execute(
            select(AgendaItem.person_id, AgendaItem.next_due_at)
            .where(
                among(self._session, AgendaItem.person_id, person_ids),
                AgendaItem.kind == kind,
                AgendaItem.next_due_at.is_not(None),
            )
            .order_by(AgendaItem.id)
        )
        return by_key((person_id, at) for person_id, at in rows if at is not None)

    def foreseen(self, project_id: str, until: datetime) -> list[tuple[str, datetime]]:
        """Who of a project's people is to be looked at, or has a message waiting that nobody asked for, and when.

        Up to `until`; what is due already counts as now. Whoever said stop is not among them, and what is `UNFORESEEN`
        counts for nobody: beside what was foreseen before, it would say how many people it concerns.
        """
        member = Membership.project_id == project_id, Person.opted_out_at.is_(None)
        looks = (
            select(AgendaItem.person_id, AgendaItem.next_due_at)
            .join(Membership, Membership.person_id == AgendaItem.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(*member, AgendaItem.next_due_at <= until, AgendaItem.kind.not_in(UNFORESEEN))
        )
        messages = (
            select(OutboxMessage.person_id, OutboxMessage.not_before)
            .join(Membership, Membership.person_id == OutboxMessage.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                *member,
                OutboxMessage.state == OutboxState.READY,
                OutboxMessage.paced.is_(True),
                OutboxMessage.not_before <= until,
                OutboxMessage.intent.not_in(UNFORESEEN),
            )
        )
        rows = [*self._session.execute(looks), *self._session.execute(messages)]
        return [(person_id, max(at, self._work.now)) for person_id, at in rows if at is not None]

    def clear(self, person_id: str, kind: str | None = None, ref: str | None = None) -> int:
        """Nothing of this kind (of any, if None) is due for the person any more; returns how many items were."""
        due = [
            item
            for item in self._session.scalars(self._select(person_id, kind, ref))
            if item.next_due_at is not None
        ]
        for item in due:
            item.next_due_at = None
        self._session.flush()
        return len(due)

    @staticmethod
    def _select(person_id: str, kind: str | None = None, ref: str | None = None) -> Select[AgendaItem]:
        statement = select(AgendaItem).where(AgendaItem.person_id == person_id).order_by(AgendaItem.id)
        if kind is not None:
            statement = statement.where(AgendaItem.kind == kind)
        return statement if ref is None else statement.where(AgendaItem.ref == ref)
