"""Routines that people chose, and what they said of their weeks."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update

from storage.models import CheckIn, CheckInAnswer, Routine, RoutineStatus
from storage.repositories.base import Repository, by_key, insert_plain


class Kept(NamedTuple):
    """A routine of somebody, without its words."""

    id: str
    status: RoutineStatus
    ends_on: date | None
    created_at: datetime


class Asked(NamedTuple):
    """A check-in: of which routine, asked on the local date `slot`."""

    routine_id: str
    slot: date
    answer: CheckInAnswer | None


class Asking(NamedTuple):
    """A check-in to write down, asked on the local date `slot`."""

    id: str
    routine_id: str
    slot: date


class RoutineRepository(Repository):
    """The routines of this workspace. `cue` and `action` stay sealed here."""

    def add(self, routine: Routine) -> None:
        self._session.add(routine)
        self._session.flush()

    def find(self, routine_id: str) -> Routine | None:
        return self._session.get(Routine, routine_id)

    def current(self, project_id: str, person_id: str) -> Routine | None:
        """The routine that this person has under way in the project."""
        return self._session.scalar(
            select(Routine)
            .where(
                Routine.project_id == project_id,
                Routine.person_id == person_id,
                Routine.status != RoutineStatus.ENDED,
            )
            .order_by(Routine.created_at.desc(), Routine.id.desc())
            .limit(1)
        )

    def of_people(self, project_id: str, person_ids: Collection[str]) -> dict[str, list[Kept]]:
        """By person, all that they had in the project, the newest first."""
        rows = self._session.execute(
            select(Routine.person_id, Routine.id, Routine.status, Routine.ends_on, Routine.created_at)
            .where(Routine.person_id.in_(person_ids), Routine.project_id == project_id)
            .order_by(Routine.created_at.desc(), Routine.id.desc())
        )
        return by_key((person_id, Kept._make(routine)) for person_id, *routine in rows)

    def end(self, routine_ids: Collection[str]) -> None:
        """These have come to their end."""
        if routine_ids:
            self._session.execute(
                update(Routine).where(Routine.id.in_(routine_ids)).values(status=RoutineStatus.ENDED)
            )

    def add_check_in(self, routine_id: str, slot: date) -> CheckIn:
        """One more question about the routine, asked on the local date `slot`."""
        check_in = CheckIn(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            routine_id=routine_id,
            slot=slot,
            answer=None,
            answered_at=None,
        )
        self._session.add(check_in)
        self._session.flush()
        return check_in

    def add_check_ins(self, asking: Sequence[Asking]) -> None:
        """Several questions about several routines."""
        here = {"workspace_id": self._work.workspace_id}
        insert_plain(self._session, CheckIn, [{**check_in._asdict(), **here} for check_in in asking])

    def remove_unanswered(self, check_in_ids: Collection[str]) -> None:
        """Forget that these were asked, but for those that were answered all the same."""
        if check_in_ids:
            self._session.execute(
                delete(CheckIn).where(CheckIn.id.in_(check_in_ids), CheckIn.answer.is_(None))
            )

    def find_check_in(self, check_in_id: str) -> CheckIn | None:
        return self._session.get(CheckIn, check_in_id)

    def check_ins(self, routine_id: str) -> list[CheckIn]:
        """Oldest first."""
        return list(
            self._session.scalars(
                select(CheckIn).where(CheckIn.routine_id == routine_id).order_by(CheckIn.slot)
            )
        )

    def asked(self, person_ids: Collection[str]) -> dict[str, list[Asked]]:
        """By person, every check-in in all projects, oldest first."""
        rows = self._session.execute(
            select(Routine.person_id, CheckIn.routine_id, CheckIn.slot, CheckIn.answer)
            .join(CheckIn, CheckIn.routine_id == Routine.id)
            .where(Routine.person_id.in_(person_ids))
            .order_by(CheckIn.slot, CheckIn.id)
        )
        return by_key((person_id, Asked._make(asked)) for person_id, *asked in rows)
