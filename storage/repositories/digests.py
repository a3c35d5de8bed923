"""Published digests, and who is counted in them."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, and_, exists, or_, select, update

from storage.models import Cohort, Digest, Finding, Interview, InterviewStatus, Membership, Role
from storage.repositories.base import Repository, insert_new

ANSWERED = ("found", "unclear", "advocate", "none")
"""Outcomes of an interview that its person has answered to the end."""

MEMBERS = (Role.EMPLOYEE, Role.CHAMPION)


def answered() -> ColumnElement[bool]:
    """Whether an interview holds an answer."""
    found = exists().where(Finding.interview_id == Interview.id)
    return or_(Interview.outcome.in_(ANSWERED), and_(Interview.status == InterviewStatus.CLOSED, found))


def uncounted() -> ColumnElement[bool]:
    """Whether an interview holds an answer and is in no cohort."""
    return and_(Interview.cohort.is_(None), answered())


class DigestRepository(Repository):
    """What may be told is kept, and who has been counted; never what was too small."""

    def of_week(self, project_id: str, week: str) -> Digest | None:
        return self._session.scalar(
            select(Digest).where(Digest.project_id == project_id, Digest.week == week)
        )

    def latest(self, project_id: str) -> Digest | None:
        """The digest of the latest week."""
        return self._session.scalar(
            select(Digest).where(Digest.project_id == project_id).order_by(Digest.week.desc()).limit(1)
        )

    def weeks(self, project_id: str) -> Sequence[str]:
        """The ISO weeks of which a page was published, the first one first."""
        return self._session.scalars(
            select(Digest.week).where(Digest.project_id == project_id).order_by(Digest.week)
        ).all()

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

    def eligible(self, project_id: str) -> frozenset[str]:
        """Ids of the employees and champions, whether or not they take part."""
        return frozenset(
            self._session.scalars(
                select(Membership.person_id).where(
                    Membership.project_id == project_id, Membership.role.in_(MEMBERS)
                )
            )
        )

    # ---------------------------------------------------------------- cohorts

    def cohorts(self, campaign_id: str) -> Sequence[Cohort]:
        """Those of a round, the first one first."""
        return self._session.scalars(
            select(Cohort).where(Cohort.campaign_id == campaign_id).order_by(Cohort.number)
        ).all()

    def mark(self, campaign_id: str, project_id: str, number: int, at_most: int) -> int:
        """Put those who are in no cohort into the one of this `number`; how many they were.

        At most so many are put in, the first to end first; the others go on waiting.
        """
        member = exists().where(
            Membership.project_id == project_id,
            Membership.person_id == Interview.person_id,
            Membership.role.in_(MEMBERS),
        )
        waited = self._put(number, Interview.campaign_id == campaign_id, uncounted(), member)
        if waited > at_most:
            marked = select(Interview.id).where(
                Interview.campaign_id == campaign_id, Interview.cohort == number
            )
            last = marked.order_by(Interview.closed_at.desc(), Interview.id.desc()).limit(waited - at_most)
            self._put(None, Interview.id.in_(last))
        return waited

    def unmark(self, campaign_id: str, number: int) -> None:
        """Nothing could be told of them: they wait for others."""
        self._put(None, Interview.campaign_id == campaign_id, Interview.cohort == number)

    def _put(self, number: int | None, *where: ColumnElement[bool]) -> int:
        """How many were put into the cohort of this number, or into none."""
        put = self._session.execute(
            update(Interview).where(*where).values(cohort=number).execution_options(synchronize_session=False)
        )
        return cast("CursorResult[object]", put).rowcount

    def close(self, campaign_id: str, number: int, week: str, told: str, unknown: str) -> Cohort:
        cohort = Cohort(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            campaign_id=campaign_id,
            number=number,
            week=week,
            told=told,
            unknown=unknown,
            closed_at=self._work.now,
        )
        self._session.add(cohort)
        self._session.flush()
        return cohort

    def add_to(self, cohort: Cohort, told: str) -> None:
        """Keep what is told of a cohort now that more of it is known. Pages that are published stay as they are."""
        cohort.told = told
        self._session.flush()
