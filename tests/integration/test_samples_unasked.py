"""Whoever gets nothing unasked while a test runs gets nothing of any kind, whoever's press or timer it comes from."""

import ast
from datetime import timedelta

import pytest

from bot.handlers.digest import schedule_digest
from content.blockers import Blocker
from nudges import sharing
from storage.models import Person, Role, SampleKind
from storage.work import Work
from tests.support.company import Screen
from tests.support.postings import unasked_postings
from tests.support.tested import UnderTest

WEEK = timedelta(weeks=1)


@pytest.fixture
def company(work: Work) -> UnderTest:
    return UnderTest(work, 20)


@pytest.mark.both_databases
def test_everything_that_is_posted_unasked_names_its_project() -> None:
    postings = [
        (place, call) for place, call in unasked_postings() if getattr(call.func, "id", "") != "_send_card"
    ]
    assert len(postings) > 15
    nameless = [
        place
        for place, call in postings
        if not any(
            isinstance(key, ast.Constant) and key.value == "project"
            for part in (*call.args, *(keyword.value for keyword in call.keywords))
            if isinstance(part, ast.Dict)
            for key in part.keys
        )
    ]
    assert nameless == []


def appoint(company: UnderTest) -> Person:
    """A lead, who looks on Mondays at what enough people share."""
    lead = company.hire("Sandrine", Role.LEAD)
    membership = company.work.projects.member(company.project.id, lead.id)
    assert membership
    schedule_digest(company.scene(lead), membership)
    return lead


def test_news_of_what_was_fixed_reaches_one_side_only(company: UnderTest) -> None:
    lead = appoint(company)
    for number, person in enumerate(company.people):
        company.found(person, Blocker.ACCESS if number % 2 else Blocker.PEERS)
    sample = company.draw(SampleKind.HOLDOUT)
    company.start(sample)
    company.later(WEEK)
    company.press(lead, "Moi")
    company.press(lead, "C'est réglé")
    company.later(2 * WEEK)
    concerned = set(company.people[1::2])
    heard = [
        {person.id for person in side if "lever.news" in company.screens[person.id].kinds()}
        for side in company.sides(sample)
    ]
    treated, _ = company.sides(sample)
    assert heard == [{person.id for person in treated if person in concerned}, set()]
    assert heard[0]


def test_what_became_of_a_text_waits_for_whoever_is_held_out(company: UnderTest) -> None:
    lead = company.hire("Sandrine", Role.LEAD)
    sample = company.draw(SampleKind.HOLDOUT)
    company.start(sample)
    texts = ("Ça m'a pris deux semaines.", "Un mois, et je ne note plus sur papier.")
    for side, text in zip(company.sides(sample), texts, strict=True):
        context = f"{company.project.id}|{sharing.expiry(company.work.now.date())}"
        values = {"text": text, "blocker": "trust", "naming": "anonymous", "consent": "yes"}
        company.fill(side[0], "testimonial", context, **values)
        company.later(timedelta(days=4))
        company.press(lead, "Approuver")
    company.later(WEEK)
    told = ["testimonial.outcome" in company.screens[side[0].id].kinds() for side in company.sides(sample)]
    assert told == [True, False]


def test_a_manager_outside_the_project_is_in_no_test_and_waits_for_none(company: UnderTest) -> None:
    appoint(company)
    boss = company.work.people.ensure("boss", "Claire")
    boss.conversation, company.screens[boss.id] = "c-boss", Screen()
    for number, person in enumerate(company.people):
        person.manager_id = boss.id
        company.found(person, Blocker.MANAGEMENT if number % 2 else Blocker.PEERS)
    company.start(company.draw(SampleKind.PILOT, waves=2, wave_weeks=8))
    company.later(2 * WEEK)
    assert company.screens[boss.id].kinds() == ["manager.nudge"]
