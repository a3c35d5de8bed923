"""What tests on a sample say, on the weekly page: once somebody has looked, of sides that are large enough."""

from datetime import timedelta

import pytest

from nudges import trials
from nudges.verdict import Look, Why
from storage.models import Role, SampleKind
from storage.work import Work
from tests.support.tested import UnderTest

ENOUGH = (20, 20)
UNCLEAR = Look(4, Why.UNCLEAR, ENOUGH, (3, -2, 8))


@pytest.fixture
def company(work: Work) -> UnderTest:
    return UnderTest(work, 12)


def page(company: UnderTest) -> str:
    lead = company.hire("Sandrine", Role.LEAD)
    company.command(lead, "adoption", "digest")
    return company.screens[lead.id].text.replace("\xa0", " ").replace("\u202f", " ")


def started(company: UnderTest, look: Look | None, kind: SampleKind = SampleKind.PILOT) -> None:
    sample = company.draw(kind)
    company.start(sample)
    sample.look = look.to_json() if look else None
    company.work.session.flush()


def test_a_verdict_stands_on_the_page_as_a_word(company: UnderTest) -> None:
    started(company, UNCLEAR)
    started(company, Look(12, Why.BETTER, ENOUGH, (9, 2, 15)), SampleKind.HOLDOUT)
    said = page(company)
    assert "« pilot » – pas encore" in said
    assert "« holdout » – c'est oui" in said


@pytest.mark.parametrize("look", [None, Look(4, Why.PEOPLE, None, None)], ids=["not looked at", "too small"])
def test_nothing_is_said_without_a_look_or_of_a_side_that_is_too_small(
    company: UnderTest, look: Look | None
) -> None:
    started(company, look)
    assert "« pilot »" not in page(company)


@pytest.mark.parametrize(("weeks", "told"), [(trials.TOLD - 1, True), (trials.TOLD + 1, False)])
def test_a_verdict_is_news_for_some_weeks_after_the_end(company: UnderTest, weeks: int, told: bool) -> None:
    started(company, UNCLEAR)
    (sample,) = company.work.samples.all(company.project.id)
    sample.ends_at = company.work.now - timedelta(weeks=weeks)
    assert ("« pilot »" in page(company)) is told
