"""Two leads press "send now" in the same moment, in two processes: one page, one message each, one line in the log each."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from bot.app import router
from bot.platforms.port import ButtonPressed
from projects.service import load_project
from storage.audit import Action
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.models import Digest, OutboxMessage, Role
from storage.work import Work
from tests.support import pages
from tests.support.chat import FILE
from tests.support.clock import FixedClock
from tests.support.databases import keyring

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

WEEK = pages.WEEK
MEANWHILE = 0.5
"""Seconds after which whoever is not done by then waits for the other one."""


@dataclass(frozen=True)
class Leads:
    first: Database
    second: Database
    workspace: str
    project: str

    def press(self, work: Work, lead: str) -> None:
        pressed = ButtonPressed(
            event_id=f"{lead}-pressed",
            workspace="demo",
            user=lead,
            at=work.now,
            action="digest.send",
            value=f"{self.project}|{WEEK}",
            message=f"m-{lead}",
            conversation=f"c-{lead}",
        )
        router().handle(work, pressed)

    def press_by_itself(self, lead: str) -> None:
        with self.second.transaction(self.workspace) as work:
            self.press(work, lead)


@pytest.fixture
def leads(database: Database, database_url: str, workspace_id: str, clock: FixedClock) -> Leads:
    with database.transaction(workspace_id) as work:
        project = load_project(work, FILE).id
        for name in ("aude", "sandrine"):
            lead = work.people.ensure(name, name.title())
            lead.conversation = f"c-{name}"
            work.projects.join(project, lead.id, Role.LEAD, None)
    first, second = (Database(database_url, keyring(), clock, TimeOrderedIds(clock)) for _ in range(2))
    return Leads(first, second, workspace_id, project)


@pytest.mark.parametrize("published", [False, True])
def test_each_gets_one_page(leads: Leads, published: bool) -> None:
    if published:
        with leads.first.transaction(leads.workspace) as work:
            work.digests.add(leads.project, WEEK, pages.large().to_json())
    with ThreadPoolExecutor(1) as threads:
        with leads.first.transaction(leads.workspace) as work:
            leads.press(work, "aude")
            other: Future[None] = threads.submit(leads.press_by_itself, "sandrine")
            time.sleep(MEANWHILE)
            assert not other.done(), "the two are at it at once"
        other.result(timeout=20)
    with leads.first.reading(leads.workspace) as work:
        assert work.session.scalar(select(func.count()).select_from(Digest)) == 1
        sent = select(OutboxMessage.person_id).where(OutboxMessage.intent == "digest.weekly")
        assert len(work.session.scalars(sent).all()) == 2 == len(set(work.session.scalars(sent)))
        logged = [each.actor.id for each in work.audit.latest(20, Action.REPORT_SENT.value)]
        assert len(logged) == 2 == len(set(logged))
    leads.first.dispose()
    leads.second.dispose()
