"""Routines that people chose, and what they said of their weeks."""

from datetime import date

from sqlalchemy import select

from storage.models import CheckIn, CheckInAnswer, Routine, RoutineStatus
from storage.repositories.base import Repository


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

    def any_ended(self, project_id: str, person_id: str) -> bool:
        """Whether this person has ended a routine in the project."""
        statement = select(Routine.id).where(
            Routine.project_id == project_id,
            Routine.person_id == person_id,
            Routine.status == RoutineStatus.ENDED,
        )
        return self._session.scalar(statement.limit(1)) is not None

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

    def find_check_in(self, check_in_id: str) -> CheckIn | None:
        return self._session.get(CheckIn, check_in_id)

    def check_ins(self, routine_id: str) -> list[CheckIn]:
        """Oldest first."""
        return list(
            self._session.scalars(
                select(CheckIn).where(CheckIn.routine_id == routine_id).order_by(CheckIn.slot)
            )
        )

    def asked(self, person_id: str) -> list[tuple[date, CheckInAnswer | None]]:
        """Every check-in of the person, in all projects: when it was asked, what was answered; oldest first."""
        rows = self._session.execute(
            select(CheckIn.slot, CheckIn.answer)
            .join(Routine, Routine.id == CheckIn.routine_id)
            .where(Routine.person_id == person_id)
            .order_by(CheckIn.slot)
        )
        return [(slot, answer) for slot, answer in rows]
