"""A project whose people answer when told to, counted by `digests.service`."""

from datetime import timedelta

from content.blockers import Blocker
from digests.page import Page
from digests.service import publish
from storage import models
from storage.anonymous import AnonymousRecord, FindingRecord
from storage.models import (
    CheckInAnswer,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Naming,
    Project,
    Role,
    Routine,
    Testimonial,
)
from storage.work import Work


class Company:
    """A project whose people answer when told to."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.project = Project(
            id=work.ids.new(),
            workspace_id=work.workspace_id,
            key="trello",
            definition="{}",
            created_at=work.now,
        )
        work.projects.add(self.project)
        self.campaign = work.campaigns.add(self.project.id, "adoption")
        self.team: str | None = None
        self._count = 0

    def person(self, role: Role = Role.EMPLOYEE) -> str:
        self._count += 1
        person = self.work.people.ensure(f"p{self._count}", f"Person {self._count}")
        person.team = self.team
        self.work.projects.join(self.project.id, person.id, role)
        return person.id

    def silent(self, people: int) -> None:
        for _ in range(people):
            self.person()

    def nameless(self, people: int, confirmed: Blocker | None) -> None:
        found = FindingRecord(
            blocker=confirmed or "none", status="confirmed", stated=True, belief=0.9, rank=1
        )
        record = AnonymousRecord(
            outcome="found", intention=None, usage=None, findings=(found,), needs=(), results=()
        )
        for _ in range(people):
            self.work.interviews.add_anonymous(self.campaign.id, record)

    def interview(
        self,
        person_id: str,
        outcome: str | None = "found",
        *,
        stated: Blocker | None = None,
        confirmed: Blocker | None = None,
        intention: int | None = None,
    ) -> None:
        started = self.work.now if outcome else None
        interview = Interview(
            id=self.work.ids.new(),
            workspace_id=self.work.workspace_id,
            campaign_id=self.campaign.id,
            person_id=person_id,
            status=InterviewStatus.CLOSED if outcome else InterviewStatus.INVITED,
            state="",
            outcome=outcome,
            intention=intention,
            invited_at=self.work.now,
            started_at=started,
            closed_at=started,
        )
        self.work.interviews.add(interview)
        self.find(interview.id, stated, confirmed)

    def find(self, interview_id: str, stated: Blocker | None, confirmed: Blocker | None) -> None:
        causes = [cause for cause in dict.fromkeys((confirmed, stated)) if cause]
        self.work.interviews.add_findings(
            [
                Finding(
                    id=self.work.ids.new(),
                    workspace_id=self.work.workspace_id,
                    interview_id=interview_id,
                    blocker=cause,
                    status=FindingStatus.CONFIRMED if cause is confirmed else FindingStatus.STATED,
                    stated=cause is stated,
                    belief=0.9,
                    rank=rank,
                )
                for rank, cause in enumerate(causes, start=1)
            ]
        )

    def answers(self, people: int, stated: Blocker | None = None, confirmed: Blocker | None = None) -> None:
        for _ in range(people):
            self.interview(self.person(), stated=stated, confirmed=confirmed)

    def routine(
        self,
        person_id: str,
        *days_ago: int,
        weeks: int = 1,
        answer: CheckInAnswer = CheckInAnswer.DONE,
    ) -> None:
        routine = Routine(
            id=self.work.ids.new(),
            workspace_id=self.work.workspace_id,
            project_id=self.project.id,
            person_id=person_id,
            cue="",
            action="",
            days="12345",
            created_at=self.work.now,
        )
        self.work.session.add(routine)
        self.work.session.flush()
        for days in days_ago:
            slot = self.work.now.date() - timedelta(days=days)
            asked = self.work.routines.add_check_in(routine.id, slot)
            asked.weeks = weeks
            self.work.routines.answer(asked, answer)
        self.work.session.flush()

    def testimonial(
        self,
        person_id: str,
        status: models.TestimonialStatus = models.TestimonialStatus.APPROVED,
        *,
        blocker: Blocker = Blocker.TRUST,
        days: int = 30,
    ) -> str:
        testimonial = Testimonial(
            id=self.work.ids.new(),
            workspace_id=self.work.workspace_id,
            project_id=self.project.id,
            author_id=person_id,
            text="",
            blocker=blocker,
            naming=Naming.ANONYMOUS,
            status=status,
            consented_at=self.work.now,
            expires_on=self.work.now.date() + timedelta(days=days),
            created_at=self.work.now,
        )
        self.work.session.add(testimonial)
        self.work.session.flush()
        return testimonial.id

    def page(self, weeks: int) -> Page:
        """The page so many weeks from now."""
        self.work.session.flush()
        today = self.work.now.date() + timedelta(weeks=weeks)
        return Page.from_json(publish(self.work, self.project, today).page)
