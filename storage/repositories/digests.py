"""Published digests, and the rows that a new one is counted from."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, func, select

from storage.models import (
    Campaign,
    CheckIn,
    CheckInAnswer,
    Digest,
    Finding,
    Interview,
    InterviewStatus,
    Membership,
    Person,
    PersonStatus,
    Role,
    Routine,
    RoutineStatus,
    Share,
    Testimonial,
    TestimonialStatus,
    UsageDay,
)
from storage.repositories.base import Repository, insert_new


class InterviewTaken(NamedTuple):
    person_id: str
    id: str
    status: InterviewStatus
    outcome: str | None
    started_at: datetime | None


RECENT = timedelta(days=29)
"""How far back every day of use counts; of earlier ones the first and the last."""


class Use(NamedTuple):
    """Use on local date `slot`: told by the tool, or by a check-in that says it happened, fully or partly.

    `routine`: whether that of the check-in goes on; what the tool tells always counts as if.
    """

    person_id: str
    slot: date
    routine: RoutineStatus


class Story(NamedTuple):
    id: str
    author_id: str
    blocker: str


class DigestRepository(Repository):
    """What is counted goes to `digests.service` and no further; only the suppressed page is kept."""

    def of_week(self, project_id: str, week: str) -> Digest | None:
        return self._session.scalar(
            select(Digest).where(Digest.project_id == project_id, Digest.week == week)
        )

    def latest(self, project_id: str) -> Digest | None:
        """The digest of the latest week."""
        return self._session.scalar(
            select(Digest).where(Digest.project_id == project_id).order_by(Digest.week.desc()).limit(1)
        )

    def add(self, project_id: str, week: str, page: str) -> Digest:
        """The week's digest: this one, or the one that stands already."""
        row = {
            "id": self._work.ids.new(),
            "workspace_id": self._work.workspace_id,
            "project_id": project_id,
            "week": week,
            "page": page,
            "published_at": self._work.now,
        }
        insert_new(self._session, Digest, [row], key=[Digest.project_id, Digest.week], returning=[Digest.id])
        return self._session.scalars(
            select(Digest).where(Digest.project_id == project_id, Digest.week == week)
        ).one()

    def replace(self, digest: Digest, page: str) -> None:
        digest.page, digest.published_at = page, self._work.now
        self._session.flush()

    # ---------------------------------------------------------------- what is counted

    def eligible(self, project_id: str) -> frozenset[str]:
        """Ids of the employees and champions, whether or not they take part."""
        return frozenset(
            self._session.scalars(
                select(Membership.person_id).where(
                    Membership.project_id == project_id, Membership.role.in_((Role.EMPLOYEE, Role.CHAMPION))
                )
            )
        )

    def unreachable(self, project_id: str) -> int:
        """How many of them cannot be written to."""
        counted = self._session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.project_id == project_id,
                Membership.role.in_((Role.EMPLOYEE, Role.CHAMPION)),
                Person.status == PersonStatus.UNREACHABLE,
            )
        )
        return counted or 0

    def interviews(self, project_id: str) -> list[InterviewTaken]:
        """In all rounds that seek blockers, oldest first."""
        rows = self._session.execute(
            select(
                Interview.person_id, Interview.id, Interview.status, Interview.outcome, Interview.started_at
            )
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(Campaign.project_id == project_id, Campaign.seeks_blockers)
            .order_by(Interview.invited_at, Interview.id)
        )
        return [InterviewTaken(*row) for row in rows]

    def findings(self, project_id: str) -> Sequence[Finding]:
        """In all rounds that seek blockers, the main cause of each interview first."""
        return self._session.scalars(
            select(Finding)
            .join(Interview, Interview.id == Finding.interview_id)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(Campaign.project_id == project_id, Campaign.seeks_blockers)
            .order_by(Finding.interview_id, Finding.rank)
        ).all()

    def uses(self, project_id: str) -> list[Use]:
        """Each person's recent ones; of earlier ones at least the first and the last."""
        return [*self._checked_in(project_id), *self._told_by_the_tool(project_id)]

    def _told_by_the_tool(self, project_id: str) -> list[Use]:
        recent = (
            select(UsageDay.person_id, UsageDay.day)
            .where(UsageDay.project_id == project_id, UsageDay.day >= self._work.now.date() - RECENT)
            .distinct()
        )
        known = UsageDay.person_id == Membership.person_id, UsageDay.project_id == Membership.project_id
        ends = (
            select(
                Membership.person_id,
                select(func.min(UsageDay.day)).where(*known).scalar_subquery(),
                select(func.max(UsageDay.day)).where(*known).scalar_subquery(),
            )
            .where(Membership.project_id == project_id, exists().where(*known))
            .order_by(Membership.person_id)
        )
        days = {(person_id, day) for person_id, day in self._session.execute(recent)}
        for person_id, *both in self._session.execute(ends):
            days |= {(person_id, day) for day in both}
        return [Use(person_id, day, RoutineStatus.ACTIVE) for person_id, day in sorted(days)]

    def _checked_in(self, project_id: str) -> list[Use]:
        rows = self._session.execute(
            select(Routine.person_id, CheckIn.slot, Routine.status, CheckIn.weeks, CheckIn.answer)
            .join(CheckIn, CheckIn.routine_id == Routine.id)
            .where(
                Routine.project_id == project_id,
                CheckIn.answer.in_((CheckInAnswer.DONE, CheckInAnswer.PARTLY)),
            )
        )
        return [
            Use(person_id, slot - timedelta(weeks=ago), status)
            for person_id, slot, status, weeks, answer in rows
            for ago in range(weeks if answer is CheckInAnswer.DONE else (weeks + 1) // 2)
        ]

    def helped(self, project_id: str) -> frozenset[str]:
        """Ids of those who said of a colleague's story that it was theirs too."""
        return frozenset(
            self._session.scalars(
                select(Share.person_id)
                .join(Testimonial, Testimonial.id == Share.testimonial_id)
                .where(Testimonial.project_id == project_id, Share.reaction == "me")
            )
        )

    def stories(self, project_id: str, today: date) -> list[Story]:
        """What is approved and still consented to, the newest first."""
        rows = self._session.execute(
            select(Testimonial.id, Testimonial.author_id, Testimonial.blocker)
            .where(
                Testimonial.project_id == project_id,
                Testimonial.status == TestimonialStatus.APPROVED,
                Testimonial.expires_on >= today,
            )
            .order_by(Testimonial.created_at.desc(), Testimonial.id.desc())
        )
        return [Story(*row) for row in rows]
