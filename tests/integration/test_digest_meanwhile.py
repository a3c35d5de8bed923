"""Answers that arrive in another process while a page is made: whoever is in a cohort is told of with it."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from sqlalchemy import event, func, select

from content.blockers import Blocker
from digests.release import Told
from digests.service import publish
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.models import Interview
from tests.support.answering import Company
from tests.support.clock import FixedClock
from tests.support.databases import keyring

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


class Arriving:
    """After each statement about interviews somebody answers, in a transaction of their own, until all have."""

    def __init__(self, other: Database, company: Company, people: list[str]) -> None:
        self._other, self._company = other, copy(company)
        self.people = people

    def __call__(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "interviews" not in statement or not self.people:
            return
        with self._other.transaction(self._company.work.workspace_id) as work:
            self._company.work = work
            self._company.interview(self.people.pop(), stated=Blocker.TIME, confirmed=Blocker.TRUST)


@pytest.fixture
def other(database_url: str, clock: FixedClock) -> Iterator[Database]:
    process = Database(database_url, keyring(), clock, TimeOrderedIds(clock))
    yield process
    process.dispose()


@pytest.mark.parametrize("silent", [10, 0], ids=["all are counted", "some have to wait"])
def test_whoever_answers_meanwhile_is_counted_now_or_later(
    database: Database, other: Database, workspace_id: str, silent: int
) -> None:
    with database.transaction(workspace_id) as work:
        company = Company(work)
        company.silent(silent)
        company.answers(22, Blocker.TIME, Blocker.TRUST)
        company.answers(8)
        late = Arriving(other, company, [company.person() for _ in range(3)])
    with database.transaction(workspace_id) as work:
        event.listen(work.session.connection(), "after_cursor_execute", late)
        publish(work, company.project, work.now.date())
    assert not late.people, "all have answered before the page was there"
    with database.reading(workspace_id) as work:
        cohorts = work.digests.cohorts(company.campaign.id)
        told = {cohort.number: Told.from_json(cohort.told).size for cohort in cohorts}
        counted = work.session.execute(select(Interview.cohort, func.count()).group_by(Interview.cohort))
        people = dict(counted.all())
        waiting = people.pop(None, 0)
        assert told == people, "a cohort has the size of those who are in it"
        assert told[1] + waiting == 22 + 8 + 3
