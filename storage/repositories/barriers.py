"""What was told or asked once, what somebody has to mend, and when groups of people were looked at."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select

from storage.many import among
from storage.models import Barrier, BarrierStatus, LeverStep, Look, ManagerNudge
from storage.repositories.base import Repository, by_key, insert_many

LIVE = (BarrierStatus.OPEN, BarrierStatus.TAKEN)


class Said(NamedTuple):
    """A step that is written down when it is decided."""

    id: str
    project_id: str
    person_id: str
    interview_id: str
    lever: str


class BarrierRepository(Repository):
    """Steps, barriers, looks, and what managers were told."""

    # ---------------------------------------------------------------- steps

    def add_steps(self, steps: Sequence[Said]) -> None:
        if not steps:
            return
        rows = [
            {
                **step._asdict(),
                "workspace_id": self._work.workspace_id,
                "answer": None,
                "decided_at": self._work.now,
            }
            for step in steps
        ]
        insert_many(self._session, LeverStep, rows, key=[LeverStep.interview_id, LeverStep.lever])

    def remove_unanswered(self, step_ids: Collection[str]) -> None:
        """What never reached anybody was not said."""
        if step_ids:
            self._session.execute(
                delete(LeverStep).where(LeverStep.id.in_(step_ids), LeverStep.answer.is_(None))
            )

    def step(self, step_id: str) -> LeverStep | None:
        return self._session.get(LeverStep, step_id)

    def said(self, project_id: str, person_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
        """By person, each lever that something was said for, with the interview that it came from."""
        rows = self._session.execute(
            select(LeverStep.person_id, LeverStep.lever, LeverStep.interview_id).where(
                LeverStep.project_id == project_id, among(self._session, LeverStep.person_id, person_ids)
            )
        )
        return by_key((person_id, (lever, interview_id)) for person_id, lever, interview_id in rows)

    # ---------------------------------------------------------------- barriers

    def add(self, barrier: Barrier) -> None:
        self._session.add(barrier)
        self._session.flush()

    def find(self, barrier_id: str) -> Barrier | None:
        return self._session.get(Barrier, barrier_id)

    def locked(self, barrier_id: str) -> Barrier | None:
        """As last committed, and kept from other transactions until this one ends."""
        return self._session.scalar(
            select(Barrier)
            .where(Barrier.id == barrier_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def not_working(self, project_id: str) -> list[Barrier]:
        """What is said to be fixed, is not for somebody, and names nobody; locked."""
        return list(
            self._session.scalars(
                select(Barrier)
                .where(
                    Barrier.project_id == project_id,
                    Barrier.status == BarrierStatus.FIXED,
                    Barrier.not_yet,
                    Barrier.named_id.is_(None),
                )
                .order_by(Barrier.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
        )

    def of_project(self, project_id: str) -> list[Barrier]:
        """Every one, the latest first."""
        return list(
            self._session.scalars(
                select(Barrier)
                .where(Barrier.project_id == project_id)
                .order_by(Barrier.opened_at.desc(), Barrier.id.desc())
            )
        )

    def shared(self, project_id: str) -> frozenset[str]:
        """The obstacles that somebody was told of as shared, and that are neither fixed nor put aside."""
        return frozenset(
            self._session.scalars(
                select(Barrier.blocker).where(
                    Barrier.project_id == project_id, Barrier.named_id.is_(None), Barrier.status.in_(LIVE)
                )
            )
        )

    def named(self, project_id: str) -> dict[str, set[str]]:
        """By obstacle, the people who ever agreed to be named with it."""
        rows = self._session.execute(
            select(Barrier.blocker, Barrier.named_id).where(
                Barrier.project_id == project_id, Barrier.named_id.is_not(None)
            )
        )
        found: dict[str, set[str]] = defaultdict(set)
        for blocker, person_id in rows:
            if person_id:
                found[blocker].add(person_id)
        return found

    def fixed(self, project_id: str) -> list[tuple[str, str | None]]:
        """What a lead says is fixed: each obstacle, with the person who agreed to be named with it, if one did."""
        rows = self._session.execute(
            select(Barrier.blocker, Barrier.named_id).where(
                Barrier.project_id == project_id, Barrier.status == BarrierStatus.FIXED
            )
        )
        return [(blocker, person_id) for blocker, person_id in rows]

    # ---------------------------------------------------------------- looks

    def looked(self, project_id: str) -> dict[str, datetime]:
        """When each group was last looked at."""
        rows = self._session.execute(select(Look.about, Look.looked_at).where(Look.project_id == project_id))
        return {row[0]: row[1] for row in rows}

    def look(self, project_id: str, about: str) -> None:
        """This group is looked at now."""
        row = self._session.scalar(select(Look).where(Look.project_id == project_id, Look.about == about))
        if row is None:
            row = Look(
                id=self._work.ids.new(),
                workspace_id=self._work.workspace_id,
                project_id=project_id,
                about=about,
            )
            self._session.add(row)
        row.looked_at = self._work.now
        self._session.flush()

    # ---------------------------------------------------------------- managers

    def add_manager_nudge(self, project_id: str, person_id: str, about: str, variant: str) -> ManagerNudge:
        row = ManagerNudge(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            project_id=project_id,
            person_id=person_id,
            about=about,
            variant=variant,
            told_at=self._work.now,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def manager_nudge(self, nudge_id: str) -> ManagerNudge | None:
        return self._session.get(ManagerNudge, nudge_id)

    def told(self, project_id: str) -> dict[str, datetime]:
        """When somebody was last told of each group."""
        rows = self._session.execute(
            select(ManagerNudge.about, func.max(ManagerNudge.told_at))
            .where(ManagerNudge.project_id == project_id)
            .group_by(ManagerNudge.about)
        )
        return {row[0]: row[1] for row in rows}

    def words(self, person_id: str) -> dict[str, datetime]:
        """The variants that somebody was given as a manager, and when last."""
        rows = self._session.execute(
            select(ManagerNudge.variant, func.max(ManagerNudge.told_at))
            .where(ManagerNudge.person_id == person_id)
            .group_by(ManagerNudge.variant)
        )
        return {row[0]: row[1] for row in rows}
