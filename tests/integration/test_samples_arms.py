"""What a test asks for is done where something is decided: the invitation, the words, the routine, the stories."""

from datetime import timedelta

import pytest

from bot.handlers.interview import invite, plan_invitation
from content.blockers import Blocker
from nudges import service, trials
from nudges.content import options
from nudges.eligibility import Facts
from storage.models import Role, Sample, SampleKind
from storage.work import Work
from surveys.service import state_of
from tests.support.tested import PARIS, UnderTest

WEEK = timedelta(weeks=1)


@pytest.fixture
def company(work: Work) -> UnderTest:
    return UnderTest(work, 10)


def begun(company: UnderTest, kind: SampleKind, **plan: object) -> Sample:
    sample = company.draw(kind, **plan)
    company.start(sample)
    return sample


@pytest.mark.both_databases
def test_an_invitation_waits_for_its_wave_and_nobody_is_invited_twice(company: UnderTest) -> None:
    campaign = company.work.campaigns.add(company.project.id, "adoption")
    sample = begun(company, SampleKind.PILOT, waves=2, wave_weeks=4)
    new = [plan_invitation(company.scene(person, "one"), campaign) for person in company.people]
    again = [plan_invitation(company.scene(person, "two"), campaign) for person in company.people]
    assert (new, again[0]) == ([True] * 10, again[0]), "whose turn it is shows nowhere"
    invited = {}
    for weeks in (1, 4, 8):
        company.later(weeks * WEEK)
        for person in company.people:
            if "interview.invite" in company.screens[person.id].kinds():
                invited.setdefault(person.id, weeks)
    waves = {p.person_id: (p.wave if p.treated else 3) for p in company.work.samples.places(sample.id)}
    assert invited == {person: {1: 1, 2: 4, 3: 8}[wave] for person, wave in waves.items()}
    assert all(company.screens[person.id].kinds().count("interview.invite") == 1 for person in company.people)


def test_a_test_that_ends_early_holds_nobody_back_for_long(company: UnderTest) -> None:
    campaign = company.work.campaigns.add(company.project.id, "adoption")
    sample = begun(company, SampleKind.HOLDOUT)
    _, others = company.sides(sample)
    assert invite(company.scene(others[0]), campaign) is None
    plan_invitation(company.scene(others[0]), campaign)
    company.later(WEEK)
    trials.end(company.work, sample)
    company.later(timedelta(days=8))
    assert "interview.invite" in company.screens[others[0].id].kinds()


def test_leads_are_not_drawn_and_nothing_of_theirs_waits(company: UnderTest) -> None:
    begun(company, SampleKind.PILOT)
    lead, newcomer = company.hire("Sandrine", Role.LEAD), company.hire("Noé")
    arms = company.work.samples.arms(company.project.id, [lead.id, newcomer.id])
    assert [each.silent for each in arms.values()] == [False, True]
    campaign = company.work.campaigns.add(company.project.id, "leader")
    assert invite(company.scene(lead), campaign)


def test_each_side_gets_its_own_words_first_and_never_the_others(company: UnderTest) -> None:
    own, other = [option.name for option in options(Blocker.TIME, Facts(routine=True))][:2]
    sample = begun(company, SampleKind.VARIANTS, variants=(own, other))
    for person in company.people:
        company.found(person, Blocker.TIME)
        company.begin(person)
    company.later(11 * WEEK)
    for side, theirs, not_theirs in zip(company.sides(sample), (own, other), (other, own), strict=True):
        for person in side:
            names = [nudge.variant for nudge in company.work.nudges.of_person(person.id)]
            assert theirs in names
            assert not_theirs not in names


def test_each_side_is_offered_its_own_routine(company: UnderTest) -> None:
    campaign = company.work.campaigns.add(company.project.id, "adoption")
    sample = begun(company, SampleKind.VARIANTS, variants=("standup", "friday"))
    for side, key in zip(company.sides(sample), ("standup", "friday"), strict=True):
        for person in side:
            interview = invite(company.scene(person, person.id), campaign)
            assert interview
            assert state_of(company.work, interview).routines == (key,)


def test_stories_reach_one_side_only(company: UnderTest) -> None:
    author = company.hire("Aude")
    company.told(author, Blocker.TRUST)
    sample = begun(company, SampleKind.STORIES)
    for person in company.people:
        company.found(person, Blocker.TRUST)
        service.plan_coaching(company.work, person.id, company.project.id, PARIS)
    company.later(6 * WEEK)
    heard = [
        ["testimonial.share" in company.screens[person.id].kinds() for person in side]
        for side in company.sides(sample)
    ]
    assert all(heard[0])
    assert not any(heard[1])
    assert all("routine.nudge" in company.screens[p.id].kinds() for p in company.sides(sample)[1])
