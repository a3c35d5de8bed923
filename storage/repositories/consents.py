"""What people said of the use of their data."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select

from storage.many import among
from storage.models import Consent, Purpose
from storage.repositories.base import Repository

Withdrawn = Mapping[Purpose, frozenset[str]]


class ConsentRepository(Repository):
    """One row per (person, purpose): their latest word. Who has said nothing has no row, and has not said no."""

    def of(self, person_id: str) -> dict[Purpose, Consent]:
        found = self._session.scalars(select(Consent).where(Consent.person_id == person_id))
        return {consent.purpose: consent for consent in found}

    def withdrawn(self, person_ids: Collection[str]) -> Withdrawn:
        """By purpose, those of these people who said no to it; every purpose is there."""
        refused: dict[Purpose, set[str]] = defaultdict(set)
        rows = self._session.execute(
            select(Consent.purpose, Consent.person_id).where(
                among(self._session, Consent.person_id, person_ids), Consent.given.is_(False)
            )
        )
        for purpose, person_id in rows:
            refused[purpose].add(person_id)
        return {purpose: frozenset(refused[purpose]) for purpose in Purpose}

    def allows(self, person_id: str, purpose: Purpose) -> bool:
        """Whether the person has not said no to this."""
        return person_id not in self.withdrawn([person_id])[purpose]

    def say(self, person_id: str, purpose: Purpose, *, given: bool) -> bool:
        """Keep what the person says now; whether that is news."""
        said = self.of(person_id).get(purpose)
        if (said.given if said else True) == given:
            return False
        if said is None:
            said = Consent(
                id=self._work.ids.new(),
                workspace_id=self._work.workspace_id,
                person_id=person_id,
                purpose=purpose,
            )
            self._session.add(said)
        said.given, said.said_at = given, self._work.now
        self._session.flush()
        return True
