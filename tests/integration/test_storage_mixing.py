"""On PostgreSQL, nothing that a superuser can read ties a nameless answer to whoever gave it, once an hour has passed."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from content.actions import Answer
from projects.service import load_project
from storage.anonymous import AnonymousRecord
from storage.database import Database
from storage.models import ActionAnswer, AnonymousResult, CampaignPrivacy, Interview, InterviewStatus
from storage.purge import Purge
from tests.support.chat import FILE
from tests.support.clock import FixedClock

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

NOTHING = AnonymousRecord(outcome="", intention=None, usage=None, findings=(), needs=(), results=())
PEOPLE = 7
HOUR = timedelta(hours=1)


@pytest.fixture
def said(database: Database, workspace_id: str) -> list[str]:
    """As many anonymous interviews and nameless answers as people, each in a transaction of its own; in which order."""
    with database.transaction(workspace_id) as work:
        project = load_project(work, FILE)
        campaign = work.campaigns.add(project.id, "adoption", privacy=CampaignPrivacy.ANONYMOUS).id
        action = work.actions.add(project.id, "2026-W48", "trust", "rule").id
        people = [work.people.ensure(f"p{number}", "P").id for number in range(PEOPLE)]
    for person_id in people:
        with database.transaction(workspace_id) as work:
            work.interviews.add(
                Interview(
                    id=work.ids.new(),
                    workspace_id=workspace_id,
                    campaign_id=campaign,
                    person_id=person_id,
                    status=InterviewStatus.CLOSED,
                    state="",
                    invited_at=work.now,
                    closed_at=work.now,
                )
            )
            work.interviews.add_anonymous(campaign, NOTHING)
            work.actions.answer_nameless(action, person_id, Answer.STILL)
    return _ids(database, AnonymousResult)


def _ids(database: Database, model: type[AnonymousResult | ActionAnswer], order: str = "ctid") -> list[str]:
    nameless = " WHERE person_id IS NULL" if model is ActionAnswer else ""
    return _read(database, f"SELECT id FROM {model.__tablename__}{nameless} ORDER BY {order}")


def _read(database: Database, statement: str) -> list[str]:
    with database.engine.connect() as connection:
        return [str(value) for value in connection.execute(text(statement)).scalars()]


def _tied(database: Database) -> int:
    """Nameless rows whose writing transaction wrote something of a person too."""
    answers = "SELECT xmin::text FROM action_answers WHERE person_id IS"
    nameless = f"SELECT xmin::text FROM anonymous_results UNION ALL {answers} NULL"
    named = f"SELECT xmin::text FROM interviews UNION ALL {answers} NOT NULL"
    (count,) = _read(database, f"SELECT count(*) FROM ({nameless}) AS n(x) WHERE x IN ({named})")
    return int(count)


async def upkeep(database: Database) -> None:
    assert await Purge(database, 30 * HOUR, 90 * HOUR, ()).run()


async def test_after_an_hour_nothing_ties_an_answer_to_its_person(
    database: Database, clock: FixedClock, said: list[str]
) -> None:
    assert _tied(database) == 2 * PEOPLE, "what a superuser can read until then"
    clock.advance(HOUR)
    await upkeep(database)
    assert _tied(database) == 0
    for model in (AnonymousResult, ActionAnswer):
        assert _ids(database, model) == _ids(database, model, "id"), "in the order of random ids"
    assert sorted(_ids(database, AnonymousResult)) == sorted(said)


async def test_what_is_mixed_already_stays_and_one_more_mixes_all_again(
    database: Database, clock: FixedClock, workspace_id: str, said: list[str]
) -> None:
    writer = "SELECT DISTINCT xmin::text FROM anonymous_results"
    await upkeep(database)
    mixed = _read(database, writer)
    assert len(mixed) == 1
    clock.advance(HOUR)
    await upkeep(database)
    assert _read(database, writer) == mixed
    with database.transaction(workspace_id) as work:
        (campaign,) = work.campaigns.all(work.projects.all()[0].id)
        work.interviews.add_anonymous(campaign.id, NOTHING)
    clock.advance(HOUR)
    await upkeep(database)
    again = _read(database, writer)
    assert len(again) == 1
    assert again != mixed
