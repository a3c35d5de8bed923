"""Interviews and their findings."""

from datetime import datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from storage.models import Campaign, Finding, FindingStatus, Interview, InterviewStatus
from storage.repositories.base import Repository

OPEN = (InterviewStatus.ACTIVE, InterviewStatus.PAUSED, InterviewStatus.INVITED)
"""Statuses of an interview that can still be answered, the most pressing first."""


class InterviewRepository(Repository):
    """The interviews of this workspace."""

    def add(self, interview: Interview) -> None:
        self._session.add(interview)
        self._session.flush()

    def find(self, interview_id: str) -> Interview | None:
        return self._session.get(Interview, interview_id)

    def in_campaign(self, campaign_id: str, person_id: str) -> Interview | None:
        """This person's interview of this campaign."""
        return self._session.scalar(
            select(Interview).where(Interview.campaign_id == campaign_id, Interview.person_id == person_id)
        )

    def open_of(self, person_id: str) -> list[Interview]:
        """What this person can still answer: running first, then paused, then invitations; the newest first."""
        order = case({status: rank for rank, status in enumerate(OPEN)}, value=Interview.status)
        return list(
            self._session.scalars(
                select(Interview)
                .where(Interview.person_id == person_id, Interview.status.in_(OPEN))
                .order_by(order, Interview.invited_at.desc(), Interview.id.desc())
            )
        )

    def last_closed_at(self, person_id: str) -> datetime | None:
        """When this person's latest interview ended, however it ended."""
        return self._session.scalar(
            select(func.max(Interview.closed_at)).where(Interview.person_id == person_id)
        )

    def add_findings(self, findings: list[Finding]) -> None:
        self._session.add_all(findings)
        self._session.flush()

    def findings(self, interview_id: str) -> list[Finding]:
        """What one interview found, the main cause first."""
        return list(
            self._session.scalars(
                select(Finding).where(Finding.interview_id == interview_id).order_by(Finding.rank)
            )
        )

    def latest_findings(self, project_id: str, person_id: str) -> list[Finding]:
        """What this person's latest closed interview of the project found, the main cause first; maybe nothing."""
        latest = self._session.scalar(
            select(Interview.id)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(
                Campaign.project_id == project_id,
                Interview.person_id == person_id,
                Interview.status == InterviewStatus.CLOSED,
            )
            .order_by(Interview.closed_at.desc(), Interview.id.desc())
            .limit(1)
        )
        return self.findings(latest) if latest else []

    def people_with_confirmed(self, project_id: str, blocker: str) -> list[str]:
        """Ids of the people whose latest closed interview of the project confirmed `blocker`."""
        later = aliased(Interview)
        later_campaign = aliased(Campaign)
        superseded = exists().where(
            later.person_id == Interview.person_id,
            later.status == InterviewStatus.CLOSED,
            later.closed_at > Interview.closed_at,
            later_campaign.id == later.campaign_id,
            later_campaign.project_id == project_id,
        )
        return list(
            self._session.scalars(
                select(Interview.person_id)
                .join(Campaign, Campaign.id == Interview.campaign_id)
                .join(Finding, Finding.interview_id == Interview.id)
                .where(
                    Campaign.project_id == project_id,
                    Interview.status == InterviewStatus.CLOSED,
                    Finding.blocker == blocker,
                    Finding.status == FindingStatus.CONFIRMED,
                    ~superseded,
                )
                .distinct()
                .order_by(Interview.person_id)
            )
        )
