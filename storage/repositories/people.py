"""People of the workspace."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from storage.errors import RowMissing
from storage.many import among
from storage.models import Membership, Person, PersonStatus
from storage.repositories.base import Repository, by_key, insert_new


class Somebody(NamedTuple):
    """What has to be known of a person before they are written to; None where the workspace's holds, or nothing."""

    id: str
    lang: str | None
    timezone: str | None
    status: PersonStatus
    opted_out_at: datetime | None
    snoozed_until: datetime | None
    at_most_weeks: int

    @property
    def opted_out(self) -> bool:
        """Whether nothing may be sent: they said stop, or cannot be reached."""
        return self.opted_out_at is not None or self.status is PersonStatus.UNREACHABLE


class Known(NamedTuple):
    """Somebody who was found by a name that others have for them. `timezone` is None where the workspace's holds."""

    id: str
    timezone: str | None


class PeopleRepository(Repository):
    """Who can be written to."""

    def get(self, person_id: str) -> Person:
        """Raises RowMissing."""
        person = self._session.get(Person, person_id)
        if person is None:
            raise RowMissing("this person does not exist in the workspace")
        return person

    def several(self, person_ids: Sequence[str]) -> dict[str, Person]:
        """These people by their ids. Raises RowMissing if one does not exist."""
        found = self._session.scalars(select(Person).where(among(self._session, Person.id, person_ids)))
        people = {person.id: person for person in found}
        if people.keys() != set(person_ids):
            raise RowMissing("one of these people does not exist in the workspace")
        return people

    def locked(self, person_id: str) -> Person:
        """The person as last committed, kept from other transactions that lock them until this one ends.

        Raises:
            RowMissing
        """
        person = self._session.scalar(
            select(Person)
            .where(Person.id == person_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        if person is None:
            raise RowMissing("this person does not exist in the workspace")
        return person

    def some(self, person_ids: Collection[str]) -> dict[str, Somebody]:
        """By id; who has gone is not among them."""
        rows = self._session.execute(
            select(
                Person.id,
                Person.lang,
                Person.timezone,
                Person.status,
                Person.opted_out_at,
                Person.snoozed_until,
                Person.at_most_weeks,
            ).where(among(self._session, Person.id, person_ids))
        )
        return {row.id: Somebody._make(row) for row in rows}

    def known(self, names: Collection[str]) -> dict[str, Known]:
        """By their external id or e-mail address (in whatever case), the first who was added of several."""
        asked = select(Person.external_id, Person.id, Person.timezone).where(
            among(self._session, Person.external_id, names)
        )
        found = {name: Known(person_id, zone) for name, person_id, zone in self._session.execute(asked)}
        addresses: dict[str, list[str]] = by_key(
            (name.lower(), name) for name in names if "@" in name and name not in found
        )
        if addresses:
            email = func.lower(Person.email)
            asked = (
                select(email, Person.id, Person.timezone)
                .where(email.in_(addresses))
                .order_by(Person.created_at.desc(), Person.id.desc())
            )
            for address, person_id, zone in self._session.execute(asked):
                found.update(dict.fromkeys(addresses[address], Known(person_id, zone)))
        return found

    def all(self) -> list[Person]:
        """By name."""
        return list(self._session.scalars(select(Person).order_by(Person.name, Person.id)))

    def by_external(self, external_id: str) -> Person | None:
        return self._session.scalar(select(Person).where(Person.external_id == external_id))

    def by_email(self, email: str) -> Person | None:
        """Whatever its letters' case; the first who was added, should two share it."""
        return self._session.scalar(
            select(Person)
            .where(func.lower(Person.email) == email.lower())
            .order_by(Person.created_at, Person.id)
            .limit(1)
        )

    def ensure(self, external_id: str, name: str) -> Person:
        """`ensure_all` for one."""
        return self.ensure_all({external_id: name})[external_id]

    def ensure_all(self, names: Mapping[str, str]) -> dict[str, Person]:
        """People by their external ids, added if the platform has not shown them before, and locked like `locked`.

        A name replaces the platform's id where that stood in for it. In one order, so that two who lock some of the
        same people wait for each other and never both.
        """
        people = self._locked_all(names)
        if missing := sorted(names.keys() - people.keys()):
            rows = [
                {
                    "id": self._work.ids.new(),
                    "workspace_id": self._work.workspace_id,
                    "external_id": external_id,
                    "name": names[external_id][:200],
                    "created_at": self._work.now,
                }
                for external_id in missing
            ]
            key = [Person.workspace_id, Person.external_id]
            insert_new(self._session, Person, rows, key=key, returning=[Person.id])
            people |= self._locked_all(missing)
        for external_id, person in people.items():
            if person.name == external_id != names[external_id]:
                person.name = names[external_id][:200]
        return people

    def _locked_all(self, external_ids: Collection[str]) -> dict[str, Person]:
        found = self._session.scalars(
            select(Person)
            .where(among(self._session, Person.external_id, external_ids))
            .order_by(Person.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return {person.external_id: person for person in found}

    def list_of_project(self, project_id: str) -> list[Person]:
        """By name."""
        return list(
            self._session.scalars(
                select(Person)
                .join(Membership, Membership.person_id == Person.id)
                .where(Membership.project_id == project_id)
                .order_by(Person.name, Person.id)
            )
        )

    def mark_unreachable(self, person_id: str, reason: str, since: datetime | None = None) -> None:
        """They cannot be written to, since now if not told; what is told again keeps its beginning."""
        person = self.get(person_id)
        if (person.status, person.status_reason) != (PersonStatus.UNREACHABLE, reason):
            person.status, person.status_reason = PersonStatus.UNREACHABLE, reason
            person.status_since = since or self._work.now

    def mark_reachable(self, person_id: str) -> None:
        person = self.get(person_id)
        person.status = PersonStatus.ACTIVE
        person.status_since = person.status_reason = None

    def set_conversation(self, person_id: str, conversation: str) -> None:
        """Keep where the platform says this person is written to."""
        self.get(person_id).conversation = conversation
