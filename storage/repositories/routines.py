"""Routines that people chose, and what they said of their weeks."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update

from storage.days import Days, weekly
from storage.many import among
from storage.models import Automaticity, CheckIn, CheckInAnswer, Ease, EndedFor, Routine, RoutineStatus
from storage.repositories.base import Repository, by_key, insert_plain

UNANSWERED = "----"
"""An automaticity scale of which no item is answered."""


class Kept(NamedTuple):
    """A routine of somebody, without its words."""

    id: str
    template: str | None
    status: RoutineStatus
    ends_on: date | None
    paused_from: date | None
    paused_until: date | None
    created_at: datetime


class Asked(NamedTuple):
    """A check-in: of which routine, asked on the local date `slot`."""

    routine_id: str
    slot: date
    answer: CheckInAnswer | None
    ease: Ease | None


class Scaled(NamedTuple):
    """The automaticity scale: of which routine, asked on the local date `slot`, with its `answers` as they are stored."""

    routine_id: str
    slot: date
    answers: str


class Asking(NamedTuple):
    """A check-in to write down, asked on the local date `slot` about so many weeks."""

    id: str
    routine_id: str
    slot: date
    weeks: int


class Scaling(NamedTuple):
    """An automaticity scale to write down, asked on the local date `slot`."""

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

    def under_way(self, person_id: str) -> list[Routine]:
        """Those of this person in all projects, the newest first."""
        return list(
            self._session.scalars(
                select(Routine)
                .where(Routine.person_id == person_id, Routine.status != RoutineStatus.ENDED)
                .order_by(Routine.created_at.desc(), Routine.id.desc())
            )
        )

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
            select(
                Routine.person_id,
                Routine.id,
                Routine.template,
                Routine.status,
                Routine.ends_on,
                Routine.paused_from,
                Routine.paused_until,
                Routine.created_at,
            )
            .where(among(self._session, Routine.person_id, person_ids), Routine.project_id == project_id)
            .order_by(Routine.created_at.desc(), Routine.id.desc())
        )
        return by_key((person_id, Kept._make(routine)) for person_id, *routine in rows)

    def end(self, routine_ids: Collection[str], why: EndedFor) -> None:
        """These have come to their end."""
        if routine_ids:
            self._session.execute(
                update(Routine)
                .where(Routine.id.in_(routine_ids))
                .values(status=RoutineStatus.ENDED, ended_for=why)
            )

    def add_check_in(self, routine_id: str, slot: date) -> CheckIn:
        """One more question about the routine, asked on the local date `slot`."""
        check_in = CheckIn(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            routine_id=routine_id,
            slot=slot,
            weeks=1,
            answer=None,
            answered_at=None,
            ease=None,
        )
        self._session.add(check_in)
        self._session.flush()
        return check_in

    def add_check_ins(self, asking: Sequence[Asking]) -> None:
        """Several questions about several routines."""
        here = {"workspace_id": self._work.workspace_id}
        insert_plain(self._session, CheckIn, [{**check_in._asdict(), **here} for check_in in asking])

    def add_scales(self, asking: Sequence[Scaling]) -> None:
        """The automaticity scale of several routines, unanswered."""
        here = {"workspace_id": self._work.workspace_id, "answers": UNANSWERED}
        insert_plain(self._session, Automaticity, [{**scale._asdict(), **here} for scale in asking])

    def find_scale(self, scale_id: str) -> Automaticity | None:
        return self._session.get(Automaticity, scale_id)

    def remove_unanswered_scales(self, scale_ids: Collection[str]) -> None:
        """Forget that these were asked, but for those that were answered all the same."""
        if scale_ids:
            self._session.execute(
                delete(Automaticity).where(Automaticity.id.in_(scale_ids), Automaticity.answers == UNANSWERED)
            )

    def scaled(self, person_ids: Collection[str]) -> dict[str, list[Scaled]]:
        """By person, every automaticity scale in all projects, oldest first."""
        rows = self._session.execute(
            select(Routine.person_id, Automaticity.routine_id, Automaticity.slot, Automaticity.answers)
            .join(Automaticity, Automaticity.routine_id == Routine.id)
            .where(among(self._session, Routine.person_id, person_ids))
            .order_by(Automaticity.slot, Automaticity.id)
        )
        return by_key((person_id, Scaled._make(scaled)) for person_id, *scaled in rows)

    def remove_unanswered(self, check_in_ids: Collection[str]) -> None:
        """Forget that these were asked, but for those that were answered all the same."""
        if check_in_ids:
            self._session.execute(
                delete(CheckIn).where(CheckIn.id.in_(check_in_ids), CheckIn.answer.is_(None))
            )

    def find_check_in(self, check_in_id: str) -> CheckIn | None:
        return self._session.get(CheckIn, check_in_id)

    def answer(self, check_in: CheckIn, answer: CheckInAnswer) -> None:
        """Keep what somebody said of their weeks, and on the routine the days that it tells of.

        "Partly" is half of the weeks that were asked about, rounded up.
        """
        check_in.answer, check_in.answered_at = answer, self._work.now
        weeks = {CheckInAnswer.DONE: check_in.weeks, CheckInAnswer.PARTLY: (check_in.weeks + 1) // 2}
        routine = self._session.get_one(Routine, check_in.routine_id)
        kept = Days(routine.kept_first, routine.kept_last, routine.kept_days)
        kept = kept.and_also(weekly(check_in.slot, weeks.get(answer, 0)))
        routine.kept_first, routine.kept_last, routine.kept_days = kept

    def check_ins(self, routine_id: str) -> list[CheckIn]:
        """Oldest first."""
        return list(
            self._session.scalars(
                select(CheckIn).where(CheckIn.routine_id == routine_id).order_by(CheckIn.slot)
            )
        )

    def kept_on(self, project_id: str, person_ids: Collection[str], since: date) -> dict[str, list[date]]:
        """By person, the local dates, from `since` on, of those check-ins in the project whose answer tells of use."""
        rows = self._session.execute(
            select(Routine.person_id, CheckIn.slot)
            .join(CheckIn, CheckIn.routine_id == Routine.id)
            .where(
                Routine.project_id == project_id,
                among(self._session, Routine.person_id, person_ids),
                CheckIn.answer != CheckInAnswer.MISSED,
                CheckIn.slot >= since,
            )
        )
        return by_key((person_id, slot) for person_id, slot in rows)

    def asked(self, person_ids: Collection[str]) -> dict[str, list[Asked]]:
        """By person, every check-in in all projects, oldest first."""
        rows = self._session.execute(
            select(Routine.person_id, CheckIn.routine_id, CheckIn.slot, CheckIn.answer, CheckIn.ease)
            .join(CheckIn, CheckIn.routine_id == Routine.id)
            .where(among(self._session, Routine.person_id, person_ids))
            .order_by(CheckIn.slot, CheckIn.id)
        )
        return by_key((person_id, Asked._make(asked)) for person_id, *asked in rows)
