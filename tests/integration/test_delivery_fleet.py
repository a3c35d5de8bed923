"""Three processes on one PostgreSQL, all awake at the same instant: nobody gets anything twice."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot
from bot.handlers import digest, membership
from bot.scene import Scene
from projects.service import load_project
from storage.clock import SystemClock
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.models import Role
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, keyring
from tests.support.delivery import Delivery

pytestmark = pytest.mark.postgres

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
LEADS = 12


@pytest.fixture
def database_url(postgres_server: PostgresTemplate) -> Iterator[str]:
    with postgres_server.clone() as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SUNDAY)


@pytest.fixture
def fleet(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> Iterator[list[Delivery]]:
    features = (membership.FEATURE, digest.FEATURE)
    databases = [Database(database_url, keyring(), clock, TimeOrderedIds(SystemClock())) for _ in range(3)]
    yield [
        Delivery(opened, workspace_id, clock, features=features, owner=f"worker {number}")
        for number, opened in enumerate(databases)
    ]
    for opened in databases:
        opened.dispose()


def with_leads(work: Work) -> None:
    workspace = work.workspaces.get(work.workspace_id)
    project = load_project(work, FILE)
    work.campaigns.add(project.id, "adoption")
    for number in range(LEADS):
        person = work.people.ensure(f"lead{number}", f"Lead {number}")
        person.timezone = "Europe/Paris"
        member = work.projects.join(project.id, person.id, Role.LEAD, None)
        digest.schedule_digest(Scene(work, workspace, person, "test"), member)


async def test_each_lead_gets_one_page_a_week(fleet: list[Delivery], clock: FixedClock) -> None:
    fleet[0].change(with_leads)
    clock.advance(timedelta(hours=18))
    for week in (1, 2):
        for _ in range(4):
            await asyncio.gather(*(process.jobs.run_due() for process in fleet))
            clock.advance(timedelta(hours=1))
        pages = Counter(sent.user for process in fleet for sent in process.platform.sent)
        assert pages == {f"lead{number}": week for number in range(LEADS)}
        clock.advance(timedelta(days=7, hours=-4))
