"""Actions as they are kept, on every database: who was first, whom one concerns, and what says nothing of whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from content.actions import Answer, State
from content.blockers import Blocker
from digests import acting
from storage.database import Database
from storage.models import (
    Action,
    ActionAnswer,
    ActionEvent,
    CampaignPrivacy,
    FindingStatus,
    Interview,
    InterviewStatus,
    Person,
    Role,
)
from storage.work import Work
from tests.support.company import Company

DUE = date(2026, 12, 9)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def proposed(company: Company, subject: str = "trust") -> Action:
    return company.work.actions.add(company.project.id, "2026-W48", subject, "rule")


def took_part(company: Company, person: Person) -> None:
    """In an anonymous round, of which only that is kept."""
    campaign = company.work.campaigns.add(company.project.id, "adoption", privacy=CampaignPrivacy.ANONYMOUS)
    company.work.interviews.add(
        Interview(
            id=company.work.ids.new(),
            workspace_id=company.work.workspace_id,
            campaign_id=campaign.id,
            person_id=person.id,
            status=InterviewStatus.CLOSED,
            state="",
            invited_at=company.work.now,
            closed_at=company.work.now,
        )
    )


def test_of_two_leads_who_press_at_once_one_has_it(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        company = Company(work)
        leads = [company.hire(name, Role.LEAD).id for name in ("Sandrine", "Oliver")]
        action_id = proposed(company).id
    together = Barrier(2)

    def press(lead_id: str) -> bool:
        together.wait()
        with database.transaction(workspace_id) as work:
            action = work.actions.locked(action_id)
            assert action
            return acting.take(work, action, work.people.get(lead_id), DUE)

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(press, leads))
    assert sorted(won) == [False, True]
    with database.reading(workspace_id) as work:
        kept = work.actions.find(action_id)
        assert kept
        assert (kept.state, kept.owner_id) == (State.TAKEN, leads[won.index(True)])
        assert list(work.session.scalars(select(ActionEvent.move))) == ["take"]


def test_it_concerns_whoever_stated_or_confirmed_it_in_whichever_round(company: Company) -> None:
    stated, confirmed, guessed, other, lead = (
        company.hire(name) for name in ("Stated", "Confirmed", "Guessed", "Other", "Lead")
    )
    company.work.projects.join(company.project.id, lead.id, Role.LEAD)
    company.found(confirmed, Blocker.TRUST)
    company.found(confirmed, Blocker.HABIT)
    company.found(guessed, Blocker.TRUST, status=FindingStatus.PROBABLE)
    company.found(stated, Blocker.TRUST, status=FindingStatus.PROBABLE)
    (finding,) = company.work.interviews.latest_findings(company.project.id, stated.id)
    finding.stated = True
    company.found(other, Blocker.TIME)
    company.found(lead, Blocker.TRUST)
    raised = company.work.actions.raised(company.project.id, ["trust"])
    assert raised == {confirmed.id: "trust", stated.id: "trust"}
    assert company.work.actions.raised(company.project.id, ["trust"], other.id) == {}
    family = acting.blockers("opportunity")
    assert company.work.actions.raised(company.project.id, family) == {other.id: "time"}


def test_of_an_anonymous_round_it_concerns_everybody(company: Company) -> None:
    one, two, named = (company.hire(name) for name in ("One", "Two", "Named"))
    took_part(company, one)
    took_part(company, two)
    company.found(named, Blocker.TIME)
    assert company.work.actions.nameless(company.project.id) == {one.id, two.id}
    assert company.work.actions.nameless(company.project.id, named.id) == frozenset()
    assert acting.concern(company.work, proposed(company), one) == acting.Concern(None)
    assert acting.concern(company.work, proposed(company, "too_few"), one) is None


def test_an_anonymous_answer_says_nothing_of_whose_it_is(company: Company) -> None:
    """One row says who has answered, another what somebody did; they share nothing but the action."""
    action = proposed(company)
    people = [company.hire(f"P{n}") for n in range(8)]
    for person, answer in zip(people, [*Answer, *Answer, *Answer], strict=False):
        company.work.actions.answer_nameless(action.id, person.id, answer)
    rows = list(company.work.session.scalars(select(ActionAnswer).order_by(ActionAnswer.id)))
    assert len(rows) == 16
    assert not [row for row in rows if row.person_id and row.answer]
    assert {column.name for column in ActionAnswer.__table__.columns} == {
        "id",
        "action_id",
        "person_id",
        "answer",
        "workspace_id",
    }
    answers = [row.id for row in rows if row.answer]
    assert answers == sorted(answers)
    assert all(len(row.id) == 32 for row in rows)
    assert [row.person_id for row in rows if row.person_id] != [person.id for person in people], (
        "ids that are drawn put nobody in the order of answering"
    )
    assert company.work.actions.tally(action.id) == {Answer.GONE: 3, Answer.LESS: 3, Answer.STILL: 2}
    assert company.work.actions.has_answered(action.id, people[0].id)
    company.work.actions.forget_answers(action.id)
    assert company.work.actions.tally(action.id) == {}


def test_who_is_erased_is_in_no_action_any_more(company: Company) -> None:
    owner, other = company.hire("Owner", Role.LEAD), company.hire("Other")
    action = proposed(company)
    assert acting.take(company.work, action, owner, DUE)
    company.work.actions.answer(action.id, owner.id, Answer.GONE)
    company.work.actions.answer(action.id, other.id, Answer.STILL)
    company.work.personal.erase(company.work.people.get(owner.id))
    company.work.session.expire_all()
    kept = company.work.actions.find(action.id)
    assert kept
    assert (kept.owner_id, kept.state) == (None, State.TAKEN)
    assert list(company.work.session.scalars(select(ActionEvent.person_id))) == [None]
    assert company.work.actions.tally(action.id) == {Answer.STILL: 1}
