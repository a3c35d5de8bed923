"""On PostgreSQL, nothing that a superuser can read ties a nameless answer to whoever gave it, once an hour has passed."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from content.actions import Answer
from projects.service import load_project
from storage.anonymous import AnonymousRecord
from storage.database import Database
from storage.engines import parse_url
from storage.mixing import mix, vacuum
from storage.models import ActionAnswer, AnonymousResult, CampaignPrivacy, Interview, InterviewStatus
from storage.purge import Purge
from storage.work import Work
from tests.support.chat import FILE
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

NOTHING = AnonymousRecord(outcome="", intention=None, usage=None, findings=(), needs=(), results=())
Model = type[AnonymousResult | ActionAnswer]
MODELS: tuple[Model, ...] = (AnonymousResult, ActionAnswer)
PEOPLE = 7
READER = "mixing_reader"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """A round, an action, and people who say something of both."""

    workspace_id: str
    campaign: str
    action: str
    people: list[str]

    def say(self, work: Work, person_id: str) -> None:
        work.interviews.add(
            Interview(
                id=work.ids.new(),
                workspace_id=self.workspace_id,
                campaign_id=self.campaign,
                person_id=person_id,
                status=InterviewStatus.CLOSED,
                state="",
                invited_at=work.now,
                closed_at=work.now,
            )
        )
        work.interviews.add_anonymous(self.campaign, NOTHING)
        work.actions.answer_nameless(self.action, person_id, Answer.STILL)


@pytest.fixture
def asked(database: Database, workspace_id: str) -> Asked:
    with database.transaction(workspace_id) as work:
        project = load_project(work, FILE)
        campaign = work.campaigns.add(project.id, "adoption", privacy=CampaignPrivacy.ANONYMOUS).id
        action = work.actions.add(project.id, "2026-W48", "trust", "rule").id
        people = [work.people.ensure(f"p{number}", "P").id for number in range(PEOPLE)]
    return Asked(workspace_id, campaign, action, people)


@pytest.fixture
def said(database: Database, asked: Asked) -> list[str]:
    """Everybody has said something, each in a transaction of its own; in which order."""
    for person_id in asked.people:
        with database.transaction(asked.workspace_id) as work:
            asked.say(work, person_id)
    return _ids(database, AnonymousResult)


def _ids(database: Database, model: Model, order: str = "ctid") -> list[str]:
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


def _writers(model: Model) -> str:
    nameless = " WHERE person_id IS NULL" if model is ActionAnswer else ""
    return f"SELECT DISTINCT xmin::text FROM {model.__tablename__}{nameless}"


def _wait_until_somebody_waits(database: Database) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    deadline = time.monotonic() + 10
    while _read(database, waiting) == ["0"]:
        assert time.monotonic() < deadline, "nobody waits for what is being mixed"
        time.sleep(0.01)


async def upkeep(database: Database) -> None:
    assert await Purge(database, 30 * HOUR, 90 * HOUR, ()).run()


async def test_after_an_hour_nothing_ties_an_answer_to_its_person(
    database: Database, clock: FixedClock, said: list[str]
) -> None:
    assert _tied(database) == 2 * PEOPLE, "what a superuser can read until then"
    clock.advance(HOUR)
    await upkeep(database)
    assert _tied(database) == 0
    for model in MODELS:
        assert _ids(database, model) == _ids(database, model, "id"), "in the order of random ids"
    assert sorted(_ids(database, AnonymousResult)) == sorted(said)


async def test_what_one_transaction_wrote_of_many_people_is_mixed_too(
    database: Database, clock: FixedClock, asked: Asked
) -> None:
    with database.transaction(asked.workspace_id) as work:
        for person_id in asked.people:
            asked.say(work, person_id)
    with database.transaction(asked.workspace_id) as work:
        work.digests.mark(asked.campaign, work.projects.all()[0].id, 1, len(asked.people))
    (batch,) = _read(database, "SELECT DISTINCT xmin::text FROM action_answers")
    await upkeep(database)
    mixed = {model: _read(database, _writers(model)) for model in MODELS}
    assert [batch] not in mixed.values()
    for model in MODELS:
        assert _ids(database, model) == _ids(database, model, "id"), "in the order of random ids"
    clock.advance(HOUR)
    await upkeep(database)
    assert {model: _read(database, _writers(model)) for model in MODELS} == mixed


async def test_what_is_counted_while_all_is_mixed_is_deleted(
    database: Database, clock: FixedClock, asked: Asked, said: list[str]
) -> None:
    def settle() -> None:
        with database.transaction(asked.workspace_id) as work:
            action = work.actions.locked(asked.action)
            assert action is not None
            assert work.actions.tally(asked.action)[Answer.STILL] == PEOPLE
            action.settled_at = work.now
            work.actions.forget_answers(asked.action)

    with ThreadPoolExecutor(1) as elsewhere:
        with database.system() as work:
            assert mix(work) == 2 * PEOPLE
            settled = elsewhere.submit(settle)
            _wait_until_somebody_waits(database)
        settled.result(timeout=10)
    assert _ids(database, ActionAnswer) == []


async def test_what_is_being_counted_is_left_alone(database: Database, asked: Asked, said: list[str]) -> None:
    def mixed() -> int:
        with database.system() as system:
            return mix(system)

    with ThreadPoolExecutor(1) as elsewhere, database.transaction(asked.workspace_id) as work:
        work.actions.locked(asked.action)
        assert elsewhere.submit(mixed).result(timeout=5) == PEOPLE, "the round's results alone"


async def test_what_is_mixed_already_stays_and_one_more_mixes_all_again(
    database: Database, clock: FixedClock, asked: Asked, said: list[str]
) -> None:
    writer = "SELECT DISTINCT xmin::text FROM anonymous_results"
    await upkeep(database)
    mixed = _read(database, writer)
    assert len(mixed) == 1
    clock.advance(HOUR)
    await upkeep(database)
    assert _read(database, writer) == mixed
    for _ in range(2):
        with database.transaction(asked.workspace_id) as work:
            work.interviews.add_anonymous(asked.campaign, NOTHING)
        clock.advance(HOUR)
        await upkeep(database)
        again = _read(database, writer)
        assert len(again) == 1
        assert again != mixed
        mixed = again
    signs = "SELECT task FROM upkeep WHERE task LIKE 'mixed %'"
    assert len(_read(database, signs)) == 2, "the round's, and the action's, which stayed"


async def test_a_role_that_may_not_vacuum_is_told_of(
    database: Database, postgres_server: PostgresTemplate, database_url: str, said: list[str]
) -> None:
    owner = await Purge(database, 30 * HOUR, 90 * HOUR, ()).carry_out()
    postgres_server.role(READER)
    postgres_server.execute(database_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
    reader = create_engine(parse_url(database_url).set(username=READER))
    assert (owner.unvacuumed, vacuum(reader)) == (0, 2)
    postgres_server.execute(database_url, f"GRANT MAINTAIN ON action_answers, anonymous_results TO {READER}")
    assert vacuum(reader) == 0
    reader.dispose()
