"""What the database counts from what is kept on routines and interviews is what their rows say, one by one."""

from random import Random

import pytest

from digests.service import standing
from storage.work import Work
from tests.support import random_company
from tests.support.answering import Company

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("by_tool", [False, True])
def test_whatever_people_did_is_counted_as_it_is_told(work: Work, by_tool: bool) -> None:
    company = Company(work)
    random_company.fill(company, 80, Random(int(by_tool)), by_tool=by_tool)
    told = standing(work, company.project, work.now.date())
    assert random_company.as_told(told) == random_company.in_stages(company)
    assert all(0 < people < told.eligible for people in random_company.as_told(told).values())


def test_whatever_people_answered_is_counted_as_it_was_found(work: Work) -> None:
    company = Company(work)
    random_company.fill(company, 80, Random(7), by_tool=False)
    found = random_company.answered(company)
    assert len(found) > 20, "of many kinds"
    told = work.counts.answers(company.campaign.id)
    assert {row._replace(people=1): row.people for row in told} == found
    work.digests.mark(company.campaign.id, company.project.id, 1, 10)
    counted, waiting = work.counts.answers(company.campaign.id, 1), work.counts.answers(company.campaign.id)
    assert sum(row.people for row in counted) == 10
    assert sum(row.people for row in waiting) == found.total() - 10
    assert work.counts.counted(company.campaign.id, 1).total() == 10
