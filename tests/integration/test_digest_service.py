"""Counting a project and publishing its page, on every database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from content.stages import Stage
from digests.page import Headline, Page
from digests.service import iso_week, latest, publish, standing
from digests.standing import Standing
from storage import models
from storage.anonymous import AnonymousRecord, FindingRecord
from storage.models import (
    CampaignPrivacy,
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
DAY = date(2026, 11, 24)


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

    def page(self, weeks: int) -> Page:
        """The page so many weeks from now."""
        self.work.session.flush()
        today = self.work.now.date() + timedelta(weeks=weeks)
        return Page.from_json(publish(self.work, self.project, today).page)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def stages(company: Company) -> dict[Stage, int]:
    return dict(stand(company).stages)


def stand(company: Company) -> Standing:
    return standing(company.work, company.project, company.work.now.date())


def test_people_are_counted_once_whatever_they_did(company: Company) -> None:
    company.person(Role.LEAD)
    company.person(Role.CHAMPION)
    company.interview(company.person(), None)
    company.interview(company.person(), "stopped")
    company.interview(company.person(), stated=Blocker.TIME, confirmed=Blocker.TRUST)
    company.interview(company.person(), stated=Blocker.FIT, confirmed=Blocker.FIT)
    company.interview(company.person(), "advocate")
    rows = company.work.counts.answers(company.campaign.id)
    assert {(row.stated, row.confirmed): row.people for row in rows} == {
        ("time", "trust"): 1,
        ("fit", "fit"): 1,
        (None, None): 1,
    }
    assert stand(company).eligible == 6
    assert stages(company) == {
        Stage.AWARE: 4,
        Stage.TRIED: 1,
        Stage.REPEAT: 0,
        Stage.ROUTINE: 0,
        Stage.ADVOCATE: 0,
    }


def test_who_said_stop_stays_in_the_count_of_people(company: Company) -> None:
    gone = company.work.people.get(company.person())
    before = stand(company)
    gone.opted_out_at = company.work.now
    company.work.session.flush()
    assert stand(company) == before


def test_use_shows_in_check_ins_and_stories(company: Company) -> None:
    company.routine(company.person(), 1)
    company.routine(company.person(), 1, 8)
    company.routine(company.person(), 8, 15, 22)
    company.routine(company.person(), 0, 1)
    company.routine(company.person(), 30, 37, 44)
    company.testimonial(company.person(Role.CHAMPION))
    assert stages(company) == {
        Stage.AWARE: 6,
        Stage.TRIED: 6,
        Stage.REPEAT: 3,
        Stage.ROUTINE: 1,
        Stage.ADVOCATE: 1,
    }


def test_who_has_graduated_from_a_routine_is_still_in_one(company: Company) -> None:
    company.routine(company.person(), 8, 15, 22)
    for row in company.work.session.scalars(select(Routine)):
        row.status = models.RoutineStatus.ENDED
    company.work.session.flush()
    assert stages(company)[Stage.ROUTINE] == 1
    assert (stand(company).running, stand(company).ended) == (0, 1)


def test_only_a_story_that_may_be_told_is_there(company: Company) -> None:
    company.testimonial(company.person(), models.TestimonialStatus.SUBMITTED)
    company.testimonial(company.person(), models.TestimonialStatus.WITHDRAWN)
    company.testimonial(company.person(), days=-1)
    told = company.testimonial(company.person())
    assert stand(company).stories == (("trust", told),)


# ------------------------------------------------------------------ cohorts


def test_a_week_has_one_page_for_every_viewer_whatever_comes_in(company: Company) -> None:
    company.silent(10)
    company.answers(6, Blocker.TIME, Blocker.TRUST)
    company.answers(6)
    first = publish(company.work, company.project, DAY)
    company.answers(30, Blocker.TIME, Blocker.FIT)
    again = publish(company.work, company.project, DAY + timedelta(days=3))
    assert (again.id, again.page) == (first.id, first.page)
    assert latest(company.work, company.project) is again


def test_newcomers_join_when_they_can_be_told_of_and_not_before(company: Company) -> None:
    company.silent(10)
    company.answers(6, Blocker.TIME, Blocker.TRUST)
    company.answers(6)
    first = company.page(0)
    company.answers(4, Blocker.TIME, Blocker.TRUST)
    company.answers(5)
    second = company.page(1)
    assert (second.week, second.figures_week) == (NEXT, WEEK)
    assert (second.answered, second.causes) == (first.answered, first.causes), "four of them share a cause"
    company.answers(1, Blocker.TIME, Blocker.TRUST)
    third = company.page(2)
    assert (third.answered, third.figures_week) == (22, third.week)
    assert [(cause.name, cause.share.count) for cause in third.causes] == [("trust", 11)]


def test_below_the_threshold_nobody_learns_how_many_are_missing(company: Company) -> None:
    company.silent(10)
    company.answers(3, Blocker.TIME, Blocker.TRUST)
    pages = [company.page(0)]
    company.answers(1, Blocker.TIME, Blocker.TRUST)
    pages.append(company.page(1))
    assert [made.headline for made in pages] == [Headline.TOO_FEW] * 2
    assert [made.answered for made in pages] == [0, 0]


def test_the_last_ones_who_are_silent_cannot_be_counted(company: Company) -> None:
    company.silent(1)
    company.answers(9)
    company.answers(9, Blocker.TIME, Blocker.TRUST)
    made = company.page(0)
    assert made.answered == 14, "five of nineteen are left out, the one who is silent among them"
    assert made.eligible == 19


def test_a_campaign_that_promised_larger_groups_is_held_to_it(company: Company) -> None:
    company.silent(10)
    company.campaign = company.work.campaigns.add(company.project.id, "adoption", figure_threshold=8)
    company.answers(7, Blocker.TIME, Blocker.TRUST)
    company.answers(9)
    assert company.page(0).headline is Headline.TOO_FEW
    company.answers(1, Blocker.TIME, Blocker.TRUST)
    assert (company.page(1).headline, company.page(1).threshold) == (Headline.EXCUSE, 8)


def test_a_second_round_does_not_freeze_the_page(company: Company) -> None:
    people = [company.person() for _ in range(30)]
    for number, person in enumerate(people[:20]):
        company.interview(person, stated=Blocker.TIME, confirmed=Blocker.TRUST if number < 8 else None)
    first = company.page(0)
    company.campaign = company.work.campaigns.add(company.project.id, "adoption")
    for person in people:
        company.interview(person, None)
    assert (company.page(1).round, company.page(1).causes) == (1, first.causes), (
        "until the second has answers"
    )
    second_round = select(Interview).where(Interview.campaign_id == company.campaign.id).limit(14)
    for number, interview in enumerate(company.work.session.scalars(second_round)):
        interview.status, interview.outcome = InterviewStatus.CLOSED, "found"
        interview.closed_at = company.work.now
        company.find(interview.id, Blocker.TIME, Blocker.FIT if number < 6 else None)
    second = company.page(2)
    assert (second.round, second.answered) == (2, 14)
    assert [(cause.name, cause.share.count, cause.share.of) for cause in second.causes] == [("fit", 6, 14)]


def test_an_anonymous_round_is_counted_once_when_it_is_over(company: Company) -> None:
    company.silent(30)
    company.campaign = company.work.campaigns.add(
        company.project.id,
        "adoption",
        privacy=CampaignPrivacy.ANONYMOUS,
        ends_at=company.work.now + timedelta(days=13),
    )
    company.nameless(8, Blocker.TRUST)
    company.nameless(8, None)
    assert company.page(0).headline is Headline.TOO_FEW
    company.work = replace(company.work, now=company.work.now + timedelta(days=14))
    made = company.page(0)
    assert [(cause.name, cause.share.count, cause.share.of) for cause in made.causes] == [("trust", 8, 16)]
    company.nameless(20, Blocker.FIT)
    assert company.page(1).causes == made.causes


def test_nobody_who_is_erased_or_changed_afterwards_changes_a_page(company: Company) -> None:
    company.silent(20)
    company.answers(6, Blocker.TIME, Blocker.TRUST)
    company.answers(6)
    first = company.page(0)
    for interview in company.work.session.scalars(select(Interview).limit(3)):
        person = company.work.people.get(interview.person_id)
        company.work.session.delete(person)
    company.work.session.flush()
    second = company.page(1)
    assert (second.answered, second.causes, second.excuse) == (first.answered, first.causes, first.excuse)
    company.answers(9)
    assert [(c.share.count, c.share.of) for c in company.page(2).causes] == [(6, 21)], "nobody new shares it"


def test_groups_are_told_of_where_enough_answered_and_enough_did_not(company: Company) -> None:
    for team in ("Quai", "Lille"):
        company.team = team
        company.answers(7, Blocker.TIME, Blocker.TRUST)
        company.answers(7, Blocker.TIME, Blocker.TIME)
        company.silent(5 if team == "Quai" else 2)
    company.team = "Nice"
    company.silent(9)
    made = company.page(0)
    assert [(group.name, group.answered) for group in made.teams] == [("Quai", 14)]


def test_weeks_are_iso_weeks(work: Work) -> None:
    assert iso_week(work.now.date()) == WEEK
    assert iso_week(work.now.date().replace(month=12, day=31)) == "2026-W53"
