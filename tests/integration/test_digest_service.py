"""How things stand in a project, as the database counts it, on every database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from content.stages import Stage
from digests.service import iso_week, standing
from digests.standing import Standing
from storage import models
from storage.models import CheckInAnswer, EndedFor, Role, Routine
from storage.repositories.usage import Used
from storage.work import Work
from tests.support.answering import Company

pytestmark = pytest.mark.both_databases


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


def test_whom_stories_helped_counts_each_person_once_and_leads_never(company: Company) -> None:
    author, lead = company.person(Role.CHAMPION), company.person(Role.LEAD)
    people = [company.person() for _ in range(12)]
    for story in (company.testimonial(author), company.testimonial(author)):
        for person in (*people[:6], lead):
            company.work.testimonials.add_share(story, person).reaction = "me"
        for person in people[6:]:
            company.work.testimonials.add_share(story, person).reaction = "not_me"
    company.work.session.flush()
    assert (stand(company).read, stand(company).helped) == (12, 6)
    assert (company.page(0).read, company.page(0).helped) == (None, None), "of thirteen twelve have read one"
    company.silent(5)
    assert (company.page(1).read, company.page(1).helped) == (10, 5)


def test_a_check_in_tells_of_all_the_weeks_it_asked_about(company: Company) -> None:
    company.routine(company.person(), 1, weeks=3)
    company.routine(company.person(), 1, weeks=2)
    company.routine(company.person(), 1, weeks=4, answer=CheckInAnswer.PARTLY)
    company.routine(company.person(), 1, 15, weeks=2, answer=CheckInAnswer.PARTLY)
    company.routine(company.person(), 1, weeks=4, answer=CheckInAnswer.MISSED)
    told = stages(company)
    assert (told[Stage.TRIED], told[Stage.REPEAT], told[Stage.ROUTINE]) == (4, 4, 1)


def test_what_the_tool_tells_and_what_people_tell_add_up(company: Company) -> None:
    person = company.person()
    company.routine(person, 1, 8)
    company.person()
    assert (stand(company).measured, stages(company)[Stage.ROUTINE]) == (False, 0)
    day = company.work.now.date() - timedelta(days=15)
    company.work.usage.add([Used(person, company.project.id, day, "card_created")])
    assert (stand(company).measured, stages(company)[Stage.ROUTINE]) == (True, 1)
    assert stages(company)[Stage.TRIED] == 1


@pytest.mark.parametrize(
    ("ended_for", "told"),
    [(None, 1), (EndedFor.GRADUATED, 1), (EndedFor.RAN_OUT, 1), (EndedFor.LET_GO, 0), (EndedFor.CHANGED, 0)],
)
def test_who_has_graduated_from_a_routine_is_still_in_one(
    company: Company, ended_for: EndedFor | None, told: int
) -> None:
    company.routine(company.person(), 8, 15, 22)
    for row in company.work.session.scalars(select(Routine)):
        row.status, row.ended_for = models.RoutineStatus.ENDED, ended_for
    company.work.session.flush()
    assert stages(company)[Stage.ROUTINE] == 1, "whatever became of it, it was used in three of four weeks"
    assert (stand(company).running, stand(company).ended) == (0, told), (
        "only what ran its course is told as such"
    )


def test_only_a_story_that_may_be_told_is_there(company: Company) -> None:
    company.testimonial(company.person(), models.TestimonialStatus.SUBMITTED)
    company.testimonial(company.person(), models.TestimonialStatus.WITHDRAWN)
    company.testimonial(company.person(), days=-1)
    told = company.testimonial(company.person())
    assert stand(company).stories == (("trust", told),)


def test_weeks_are_iso_weeks(work: Work) -> None:
    assert iso_week(work.now.date()) == "2026-W48"
    assert iso_week(work.now.date().replace(month=12, day=31)) == "2026-W53"
