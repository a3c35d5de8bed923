"""The say–do gap: what people did the week after their interview, looked up once it is over, on every database."""

from datetime import timedelta

import pytest

from content.blockers import Blocker
from digests.page import SayDo
from storage.models import CheckInAnswer, Purpose
from storage.repositories.usage import Used
from storage.work import Work
from tests.support.answering import Company

IN_THE_WEEK_AFTER = 10
"""Days from an interview, on a Tuesday, to the Friday of the week after it."""


@pytest.fixture
def company(work: Work) -> Company:
    """Ten who are silent, so that those who answer may be counted; the tool has told of use since long before."""
    made = Company(work)
    made.silent(10)
    uses(made, [made.person()], days=-70)
    return made


def asked(company: Company, people: int, intention: int | None) -> list[str]:
    ids = [company.person() for _ in range(people)]
    for person_id in ids:
        company.interview(person_id, stated=Blocker.TIME, confirmed=Blocker.TRUST, intention=intention)
    return ids


def uses(company: Company, people: list[str], days: int = IN_THE_WEEK_AFTER) -> None:
    day = company.work.now.date() + timedelta(days=days)
    company.work.usage.add([Used(person_id, company.project.id, day, "opened") for person_id in people])


def counted(gap: SayDo | None) -> tuple[int, int, int] | None:
    return (gap.said, gap.did, gap.of) if gap else None


def test_the_gap_is_of_the_week_after_and_comes_when_that_is_over(company: Company) -> None:
    meant, not_meant, not_asked = asked(company, 15, 8), asked(company, 12, 7), asked(company, 6, None)
    uses(company, meant[:5] + not_meant[:6] + not_asked)
    uses(company, meant, days=0)  # the week of the interview does not count
    uses(company, meant, days=15)  # nor does the one after next
    company.answers(6)
    assert [counted(company.page(weeks).gaps.say_do) for weeks in range(3)] == [None, None, (10, 6, 27)]


def test_what_is_told_once_stays_whoever_goes(company: Company) -> None:
    meant = asked(company, 15, 9)
    company.answers(12)
    uses(company, meant[:8])
    first = [company.page(weeks).gaps.say_do for weeks in range(3)][-1]
    assert counted(first) == (7, 0, 15)
    company.work.personal.forget(company.work.people.get(meant[-1]))
    assert company.page(3).gaps.say_do == first


def test_who_has_gone_before_is_among_those_of_whom_it_is_not_known(company: Company) -> None:
    meant = asked(company, 15, 9)
    company.answers(6)
    uses(company, meant[:6])
    company.page(0)
    for person_id in meant[-2:]:
        company.work.personal.forget(company.work.people.get(person_id))
    assert counted(company.page(2).gaps.say_do) == (7, 0, 13)


def test_one_who_goes_out_of_a_cohort_that_is_all_known_leaves_no_figure_that_shows_it(
    company: Company,
) -> None:
    meant, others = asked(company, 15, 9), [company.person() for _ in range(8)]
    for person_id in others:
        company.interview(person_id, intention=3)
    uses(company, meant[:6])
    company.page(0)
    company.work.personal.forget(company.work.people.get(meant[-1]))
    assert company.page(2).gaps.say_do is None


def test_four_who_did_all_the_same_keep_the_gap_untold(company: Company) -> None:
    asked(company, 15, 9)
    uses(company, asked(company, 4, 2))
    company.answers(12)
    assert [company.page(weeks).gaps.say_do for weeks in range(3)] == [None] * 3


def test_where_the_tool_does_not_tell_check_ins_do(work: Work) -> None:
    company = Company(work)
    company.silent(10)
    meant = asked(company, 15, 8)
    company.answers(12)
    for number, person_id in enumerate(meant[:12]):
        answer = CheckInAnswer.MISSED if number < 7 else CheckInAnswer.PARTLY
        company.routine(person_id, -IN_THE_WEEK_AFTER, answer=answer)
    assert [counted(company.page(weeks).gaps.say_do) for weeks in range(3)][-1] == (7, 0, 12)


def test_where_nothing_is_known_of_use_there_is_no_gap(work: Work) -> None:
    company = Company(work)
    company.silent(10)
    asked(company, 15, 8)
    company.answers(12)
    assert [company.page(weeks).gaps.say_do for weeks in range(3)] == [None] * 3


def test_who_refused_to_have_their_use_measured_is_not_known(company: Company) -> None:
    meant = asked(company, 15, 8)
    company.answers(12)
    uses(company, meant[:5])
    for person_id in meant[-4:]:
        company.work.consents.say(person_id, Purpose.USAGE, given=False)
    assert [counted(company.page(weeks).gaps.say_do) for weeks in range(3)][-1] == (6, 0, 11)


def test_while_the_tool_has_not_told_of_that_week_the_gap_waits(company: Company) -> None:
    meant = asked(company, 15, 8)
    company.answers(12)
    uses(company, meant[:5], days=8)
    company.page(0)
    assert company.page(2).gaps.say_do is None
    uses(company, meant[:5])
    assert counted(company.page(3).gaps.say_do) == (10, 0, 15)


def test_who_waited_to_be_counted_is_held_against_the_week_after_their_own(company: Company) -> None:
    early = asked(company, 6, 9)
    for person_id in early:
        interview = company.work.interviews.in_campaign(company.campaign.id, person_id)
        assert interview
        interview.closed_at = company.work.now - timedelta(weeks=2)
    late = asked(company, 6, 9)
    company.answers(12)
    uses(company, early[:5], days=-7)
    uses(company, late[:1])
    assert [counted(company.page(weeks).gaps.say_do) for weeks in range(3)][-1] == (6, 0, 12)
