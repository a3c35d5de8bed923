"""Nudges that were decided."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from storage.many import among
from storage.models import Nudge
from storage.repositories.base import Repository, by_key, insert_plain


class Drawn(NamedTuple):
    """A nudge to write down: `variant` drawn for the local date `slot` with the probability `propensity`."""

    id: str
    project_id: str
    person_id: str
    variant: str
    slot: date
    propensity: float


class Nudged(NamedTuple):
    """A nudge that was decided earlier."""

    project_id: str
    variant: str
    slot: date
    decided_at: datetime
    id: str


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

    def add_many(self, drawn: Sequence[Drawn]) -> None:
        """Several nudges of several people, decided now."""
        here = {"workspace_id": self._work.workspace_id, "decided_at": self._work.now}
        insert_plain(self._session, Nudge, [{**nudge._asdict(), **here} for nudge in drawn])

    def remove(self, nudge_ids: Collection[str]) -> None:
        """Forget that these were decided."""
        if nudge_ids:
            self._session.execute(delete(Nudge).where(Nudge.id.in_(nudge_ids)))

    def find(self, nudge_id: str) -> Nudge | None:
        return self._session.get(Nudge, nudge_id)

    def of_person(self, person_id: str) -> list[Nudge]:
        """In all projects, oldest first."""
        return list(
            self._session.scalars(
                select(Nudge).where(Nudge.person_id == person_id).order_by(Nudge.decided_at, Nudge.id)
            )
        )

    def of_people(self, person_ids: Collection[str], since: date | None = None) -> dict[str, list[Nudged]]:
        """By person, in all projects, oldest first; those for the local date `since` or later, if told."""
        later = () if since is None else (Nudge.slot >= since,)
        rows = self._session.execute(
            select(Nudge.person_id, Nudge.project_id, Nudge.variant, Nudge.slot, Nudge.decided_at, Nudge.id)
            .where(among(self._session, Nudge.person_id, person_ids), *later)
            .order_by(Nudge.decided_at, Nudge.id)
        )
        return by_key((person_id, Nudged._make(nudge)) for person_id, *nudge in rows)
