"""Interviews and their findings."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from storage.anonymous import AnonymousRecord
from storage.many import among
from storage.models import (
    AnonymousResult,
    Campaign,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Need,
    NeedLayer,
    Result,
)
from storage.repositories.base import Repository

OPEN = (InterviewStatus.ACTIVE, InterviewStatus.PAUSED, InterviewStatus.INVITED)
"""Statuses of an interview that can still be answered, the most pressing first."""

SURE = (FindingStatus.CONFIRMED, FindingStatus.VALIDATED)

UNSERVED = 2
"""A need that is met so well today, of 1 to 5, or less, is not served."""


class Cause(NamedTuple):
    """What one interview found, as far as coaching needs it."""

    blocker: str
    status: FindingStatus
    resolved_at: datetime | None


class Latest(NamedTuple):
    """A person's latest closed interview. `findings` are in their order; `outcome` is None of an anonymous one."""

    interview_id: str
    outcome: str | None
    closed_at: datetime | None
    findings: list[Cause]


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

    def add_findings(self, findings: Sequence[Finding]) -> None:
        """Keep what interviews found, and on them what a digest counts of it."""
        for found in sorted(findings, key=lambda found: found.rank, reverse=True):
            interview = self._session.get_one(Interview, found.interview_id)
            if found.stated:
                interview.stated = found.blocker
            if found.status in SURE:
                interview.confirmed = found.blocker
        self._session.add_all(findings)
        self._session.flush()

    def add_told(self, needs: Sequence[Need], results: Sequence[Result]) -> None:
        """Keep the needs and results of interviews, and on them whether a real need is not served."""
        for need in needs:
            if need.layer is NeedLayer.REAL and need.served is not None and need.served <= UNSERVED:
                self._session.get_one(Interview, need.interview_id).unserved = True
        self._session.add_all([*needs, *results])
        self._session.flush()

    def add_anonymous(self, campaign_id: str, record: AnonymousRecord) -> None:
        """Keep what somebody's interview found, under an id that tells neither who nor when."""
        self._session.add(
            AnonymousResult(
                id=secrets.token_hex(16),
                workspace_id=self._work.workspace_id,
                campaign_id=campaign_id,
                found=record.model_dump_json(),
            )
        )
        self._session.flush()

    def anonymous(self, campaign_id: str) -> list[AnonymousRecord]:
        """What the anonymous interviews of a round found, in no order."""
        rows = self._session.scalars(
            select(AnonymousResult.found)
            .where(AnonymousResult.campaign_id == campaign_id)
            .order_by(AnonymousResult.id)
        )
        return [AnonymousRecord.model_validate_json(found) for found in rows]

    def needs(self, interview_id: str) -> list[Need]:
        """The stated need and the real one, as far as they were told."""
        return list(
            self._session.scalars(
                select(Need).where(Need.interview_id == interview_id).order_by(Need.layer.desc())
            )
        )

    def results(self, interview_id: str) -> list[Result]:
        """What was rated and chosen, by item."""
        return list(
            self._session.scalars(
                select(Result).where(Result.interview_id == interview_id).order_by(Result.item)
            )
        )

    def latest_closed(self, person_id: str) -> Interview | None:
        """The interview that this person ended last by answering it."""
        return self._session.scalar(
            select(Interview)
            .where(Interview.person_id == person_id, Interview.status == InterviewStatus.CLOSED)
            .order_by(Interview.closed_at.desc(), Interview.id.desc())
            .limit(1)
        )

    def latest_of(self, project_id: str) -> list[Interview]:
        """The latest closed interview of each person in the project, of whatever script."""
        rows = self._session.scalars(
            select(Interview)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(Campaign.project_id == project_id, Interview.status == InterviewStatus.CLOSED)
            .order_by(Interview.closed_at, Interview.id)
        )
        return list({interview.person_id: interview for interview in rows}.values())

    def findings(self, interview_id: str) -> list[Finding]:
        """What one interview found, the main cause first."""
        return list(
            self._session.scalars(
                select(Finding).where(Finding.interview_id == interview_id).order_by(Finding.rank)
            )
        )

    def latest_findings(self, project_id: str, person_id: str) -> list[Finding]:
        """What this person's latest closed interview of the project found, the main cause first; maybe nothing."""
        latest = (
            select(Interview.id)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(
                Campaign.project_id == project_id,
                Campaign.seeks_blockers,
                Interview.person_id == person_id,
                Interview.status == InterviewStatus.CLOSED,
            )
            .order_by(Interview.closed_at.desc(), Interview.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        return list(
            self._session.scalars(
                select(Finding).where(Finding.interview_id == latest).order_by(Finding.rank)
            )
        )

    def latest_heard(self, project_id: str, person_ids: Collection[str] | None = None) -> dict[str, Latest]:
        """By person, the latest closed interview of those rounds that look for causes; of all people if None."""
        whose = () if person_ids is None else (among(self._session, Interview.person_id, person_ids),)
        rows = self._session.execute(
            select(
                Interview.person_id,
                Interview.id,
                Interview.outcome,
                Interview.closed_at,
                Finding.blocker,
                Finding.status,
                Finding.resolved_at,
            )
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .outerjoin(Finding, Finding.interview_id == Interview.id)
            .where(
                *whose,
                Interview.status == InterviewStatus.CLOSED,
                Campaign.project_id == project_id,
                Campaign.seeks_blockers,
            )
            .order_by(Interview.closed_at.desc(), Interview.id.desc(), Finding.rank)
        )
        latest: dict[str, Latest] = {}
        for person_id, interview_id, outcome, closed_at, blocker, status, resolved_at in rows:
            mine = latest.setdefault(person_id, Latest(interview_id, outcome, closed_at, []))
            if mine.interview_id == interview_id and blocker is not None:
                mine.findings.append(Cause(blocker, status, resolved_at))
        return latest

    def confirmed_in(self, interview_ids: Collection[str]) -> list[Finding]:
        """The confirmed causes of these interviews, the main one of each first."""
        return list(
            self._session.scalars(
                select(Finding)
                .where(
                    among(self._session, Finding.interview_id, interview_ids),
                    Finding.status == FindingStatus.CONFIRMED,
                )
                .order_by(Finding.interview_id, Finding.rank)
            )
        )

    def confirmed(self) -> list[tuple[Interview, Finding]]:
        """Every closed interview whose main cause is confirmed or validated, with that cause, oldest first.

        Those whose words were kept for long enough are not among them.
        """
        rows = self._session.execute(
            select(Interview, Finding)
            .join(Finding, Finding.interview_id == Interview.id)
            .where(
                Interview.status == InterviewStatus.CLOSED,
                Interview.words_gone_at.is_(None),
                Finding.rank == 1,
                Finding.status.in_(SURE),
            )
            .order_by(Interview.closed_at, Interview.id)
        )
        return [(interview, finding) for interview, finding in rows]

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
            later_campaign.seeks_blockers,
        )
        return list(
            self._session.scalars(
                select(Interview.person_id)
                .join(Campaign, Campaign.id == Interview.campaign_id)
                .join(Finding, Finding.interview_id == Interview.id)
                .where(
                    Campaign.project_id == project_id,
                    Campaign.seeks_blockers,
                    Interview.status == InterviewStatus.CLOSED,
                    Finding.blocker == blocker,
                    Finding.status.in_(SURE),
                    ~superseded,
                )
                .distinct()
                .order_by(Interview.person_id)
            )
        )
