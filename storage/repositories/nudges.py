"""Nudges that were decided."""

from datetime import date

from sqlalchemy import select

from storage.models import Nudge
from storage.repositories.base import Repository


class NudgeRepository(Repository):
    """The log of what was drawn for whom, and how likely it was."""

    def add(self, project_id: str, person_id: str, variant: str, slot: date, propensity: float) -> Nudge:
        """One more nudge, planned for the local date `slot`."""
        nudge = Nudge(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            project_id=project_id,
            person_id=person_id,
            variant=variant,
            slot=slot,
            propensity=propensity,
            decided_at=self._work.now,
        )
        self._session.add(nudge)
        self._session.flush()
        return nudge

    def find(self, nudge_id: str) -> Nudge | None:
        return self._session.get(Nudge, nudge_id)

    def of_person(self, person_id: str) -> list[Nudge]:
        """In all projects, oldest first."""
        return list(
            self._session.scalars(
                select(Nudge).where(Nudge.person_id == person_id).order_by(Nudge.decided_at, Nudge.id)
            )
        )
