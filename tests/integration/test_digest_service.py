"""Counting a project and publishing its page, on every database."""

from datetime import timedelta

import pytest

from content.blockers import Blocker
from content.stages import Stage
from digests.page import Headline, Page
from digests.service import current, iso_week, latest, publish, snapshot
from storage import models
from storage.models import (
    CheckIn,
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

WEEK, NEXT = "2026-W48", "2026-W49"


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
        self._count = 0

    def person(self, role: Role = Role.EMPLOYEE) -> str:
        self._count += 1
        person = self.work.people.ensure(f"p{self._count}", f"Person {self._count}")
        self.work.projects.join(self.project.id, person.id, role)
        return person.id

    def interview(
        self,
        person_id: str,
        outcome: str | None = "found",
        *,
        stated: Blocker | None = None,
        confirmed: Blocker | None = None,
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
            invited_at=self.work.now,
            started_at=started,
            closed_at=started,
        )
        self.work.interviews.add(interview)
        causes = [cause for cause in dict.fromkeys((confirmed, stated)) if cause]
        self.work.interviews.add_findings(
            [
                Finding(
                    id=self.work.ids.new(),
                    workspace_id=self.work.workspace_id,
                    interview_id=interview.id,
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

    def routine(self, person_id: str, *days_ago: int) -> None:
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
            self.work.session.add(
                CheckIn(
                    id=self.work.ids.new(),
                    workspace_id=self.work.workspace_id,
                    routine_id=routine.id,
                    slot=self.work.now.date() - timedelta(days=days),
                    answer=CheckInAnswer.DONE,
                )
            )
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

    def page(self, week: str = WEEK) -> Page:
        return Page.from_json(publish(self.work, self.project, week).page)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def test_people_are_counted_once_whatever_they_did(company: Company) -> None:
    company.person(Role.LEAD)
    company.person(Role.CHAMPION)
    company.interview(company.person(), None)
    company.interview(company.person(), "stopped")
    company.interview(company.person(), stated=Blocker.TIME, confirmed=Blocker.TRUST)
    company.interview(company.person(), stated=Blocker.FIT, confirmed=Blocker.FIT)
    company.interview(company.person(), "advocate")
    counted = snapshot(company.work, company.project)
    assert (counted.eligible, counted.invited, counted.answered) == (6, 5, 3)
    assert counted.confirmed == {Blocker.TRUST: 1, Blocker.FIT: 1}
    assert counted.stated == {Blocker.TIME: 1, Blocker.FIT: 1}
    assert (counted.compared, counted.shifted) == (2, 1)
    assert counted.funnel == {
        Stage.AWARE: 4,
        Stage.TRIED: 1,
        Stage.REPEAT: 0,
        Stage.ROUTINE: 0,
        Stage.ADVOCATE: 0,
    }


def test_who_said_stop_stays_in_the_count_of_people(company: Company) -> None:
    gone = company.work.people.get(company.person())
    before = snapshot(company.work, company.project)
    gone.opted_out_at = company.work.now
    assert snapshot(company.work, company.project) == before


def test_use_shows_in_check_ins_and_stories(company: Company) -> None:
    company.routine(company.person(), 1)
    company.routine(company.person(), 1, 8)
    company.routine(company.person(), 1, 8, 15)
    company.routine(company.person(), 30, 37, 44)
    company.testimonial(company.person(Role.CHAMPION))
    assert snapshot(company.work, company.project).funnel == {
        Stage.AWARE: 5,
        Stage.TRIED: 5,
        Stage.REPEAT: 3,
        Stage.ROUTINE: 1,
        Stage.ADVOCATE: 1,
    }


def test_whom_stories_helped_counts_each_person_once_and_leads_never(company: Company) -> None:
    author, lead = company.person(Role.CHAMPION), company.person(Role.LEAD)
    people = [company.person() for _ in range(12)]
    for story in (company.testimonial(author), company.testimonial(author)):
        for person in (*people[:6], lead):
            company.work.testimonials.add_share(story, person).reaction = "me"
        for person in people[6:]:
            company.work.testimonials.add_share(story, person).reaction = "not_me"
    company.work.session.flush()
    assert snapshot(company.work, company.project).helped == 6
    assert company.page().helped == 5


def test_only_a_story_that_may_be_told_is_there(company: Company) -> None:
    company.testimonial(company.person(), models.TestimonialStatus.SUBMITTED)
    company.testimonial(company.person(), models.TestimonialStatus.WITHDRAWN)
    company.testimonial(company.person(), days=-1)
    told = company.testimonial(company.person())
    assert snapshot(company.work, company.project).stories == (("trust", told),)


def test_a_week_has_one_page_for_every_viewer(company: Company) -> None:
    company.answers(6, Blocker.TIME, Blocker.TRUST)
    company.answers(6)
    first = publish(company.work, company.project, WEEK)
    company.answers(6, Blocker.TIME, Blocker.FIT)
    again = publish(company.work, company.project, WEEK)
    assert (again.id, again.page) == (first.id, first.page)
    assert latest(company.work, company.project) is again


def test_between_mondays_a_page_changes_only_with_five_more_answers(company: Company) -> None:
    company.answers(6, Blocker.TIME, Blocker.TRUST)
    company.answers(6)
    shown = current(company.work, company.project, WEEK).page
    company.answers(4, Blocker.TIME, Blocker.FIT)
    assert current(company.work, company.project, WEEK).page == shown
    company.answers(1, Blocker.TIME, Blocker.FIT)
    renewed = Page.from_json(current(company.work, company.project, WEEK).page)
    assert renewed.answered == 17
    assert [cause.name for cause in renewed.causes] == ["trust", "fit"]


def test_the_next_week_keeps_figures_that_too_few_would_change(company: Company) -> None:
    company.answers(6, Blocker.TIME, Blocker.TRUST)
    company.answers(6)
    first = company.page()
    company.answers(4, Blocker.TIME, Blocker.TRUST)
    second = company.page(NEXT)
    assert (second.week, second.figures_week) == (NEXT, WEEK)
    assert (second.answered, second.causes) == (first.answered, first.causes)


def test_below_the_threshold_the_missing_answers_are_told(company: Company) -> None:
    company.answers(3, Blocker.TIME, Blocker.TRUST)
    assert (company.page().headline, company.page().missing) == (Headline.TOO_FEW, 2)


def test_a_campaign_that_promised_larger_groups_is_held_to_it(company: Company) -> None:
    company.work.campaigns.add(company.project.id, "adoption", figure_threshold=8)
    company.answers(7, Blocker.TIME, Blocker.TRUST)
    assert company.page().missing == 1


def test_weeks_are_iso_weeks(work: Work) -> None:
    assert iso_week(work.now.date()) == WEEK
    assert iso_week(work.now.date().replace(month=12, day=31)) == "2026-W53"
