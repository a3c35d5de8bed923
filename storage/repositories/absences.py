"""When people are away."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, select

from storage.many import among
from storage.models import Absence
from storage.repositories.base import Repository, insert_new

Days = tuple[date, date]
"""The first and the last local day, both included."""


class AbsenceRepository(Repository):
    """One per person and first day."""

    def put(self, person_id: str, first_day: date, last_day: date) -> bool:
        """Keep an absence, or change the end of the one that begins that day; whether anything changed."""
        row = {
            "id": self._work.ids.new(),
            "workspace_id": self._work.workspace_id,
            "person_id": person_id,
            "first_day": first_day,
            "last_day": last_day,
            "created_at": self._work.now,
        }
        key = [Absence.person_id, Absence.first_day]
        if insert_new(self._session, Absence, [row], key=key, returning=[Absence.id]):
            return True
        kept = self._session.scalars(
            select(Absence).where(Absence.person_id == person_id, Absence.first_day == first_day)
        ).one()
        changed = kept.last_day != last_day
        kept.last_day = last_day
        self._session.flush()
        return changed

    def remove(self, person_id: str, first_day: date) -> bool:
        """Forget the absence that begins that day; whether there was one."""
        return self._removed(person_id, Absence.first_day == first_day)

    def end(self, person_id: str, today: date) -> bool:
        """The person is back, `today` included; whether they were away."""
        return self._removed(person_id, Absence.first_day <= today, Absence.last_day >= today)

    def of_person(self, person_id: str, since: date) -> Sequence[Days]:
        """What ends on `since` or later, by its first day."""
        return self.of_people([person_id], since).get(person_id, ())

    def of_people(self, people: Collection[str], since: date) -> dict[str, tuple[Days, ...]]:
        """`of_person` for those who have any, by their ids."""
        found: dict[str, tuple[Days, ...]] = {}
        for person_id, first, last in self._session.execute(
            select(Absence.person_id, Absence.first_day, Absence.last_day)
            .where(among(self._session, Absence.person_id, people), Absence.last_day >= since)
            .order_by(Absence.first_day)
        ):
            found[person_id] = (*found.get(person_id, ()), (first, last))
        return found

    def _removed(self, person_id: str, *which: ColumnElement[bool]) -> bool:
        removed = self._session.execute(
            delete(Absence).where(Absence.person_id == person_id, *which).returning(Absence.id)
        )
        return bool(removed.all())
