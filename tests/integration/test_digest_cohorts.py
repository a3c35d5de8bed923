"""Who is counted together, and what a project's page tells of them week by week, on every database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from digests.page import Headline
from digests.service import latest, publish
from storage.models import CampaignPrivacy, Interview, InterviewStatus, Role
from storage.work import Work
from tests.support.answering import Company

pytestmark = pytest.mark.both_databases

WEEK, NEXT = "2026-W48", "2026-W49"
DAY = date(2026, 11, 24)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


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


def test_how_many_answer_is_told_by_persona_or_by_team(company: Company) -> None:
    """All planners but one are at Quai: most of them answered, and about half of the planners, would say who did not."""
    answering, silent = [company.person() for _ in range(7)], [company.person() for _ in range(3)]
    alone = company.person()
    for person_id in (*answering, *silent, alone):
        company.work.projects.join(company.project.id, person_id, Role.EMPLOYEE, "planner")
        company.work.people.get(person_id).team = "Quai" if person_id != alone else "Lille"
    for person_id in answering:
        company.interview(person_id, stated=Blocker.TIME, confirmed=Blocker.TRUST)
    company.team = "Lille"
    company.answers(20, Blocker.TIME, Blocker.TIME)
    company.silent(30)
    told = company.page(0).unknown
    assert told.teams
    assert not told.personas


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
