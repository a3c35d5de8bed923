"""The digest's pages over HTTP: one workspace with a lead and a published page."""

from pathlib import Path

from fastapi import FastAPI

import bot
from bot.web import links, pages
from bot.web.headers import SecurityHeaders
from bot.web.limits import Limits
from digests.content import proposals
from digests.page import Page
from projects.service import load_project
from storage.audit import Action
from storage.clock import Elapsed
from storage.database import Database
from storage.ids import CountedIds
from storage.models import Role
from tests.support import pages as made
from tests.support.clock import FixedClock
from tests.support.databases import keyring

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"


class Site:
    """What a server would serve, beside another workspace; the lead reads English."""

    def __init__(self, url: str, page: Page, elapsed: Elapsed = lambda: 0.0) -> None:
        self.clock = FixedClock()
        self.database = Database(url, keyring(), self.clock, CountedIds())
        with self.database.system() as system:
            self.workspace = system.workspaces.add("slack", "T1", "Team").id
            system.workspaces.add("slack", "T2", "Another team")
        with self.database.transaction(self.workspace) as work:
            self.project = load_project(work, FILE).id
            self.lead = work.people.ensure("sandrine", "Sandrine").id
            work.projects.join(self.project, self.lead, Role.LEAD, None)
            work.digests.add(self.project, page.week, page.to_json())
            work.actions.add(self.project, page.week, page.action, proposals()[page.action][0])
        app = FastAPI()
        app.include_router(pages.router(self.database))
        self.asgi = SecurityHeaders(Limits(app, elapsed), https=True)

    @classmethod
    def large(cls, url: str) -> "Site":
        return cls(url, made.large())

    def link(self) -> str:
        """A path."""
        with self.database.transaction(self.workspace) as work:
            link = links.issue(work, self.project, self.lead)
        return links.address("", self.database.keyring, link.id)

    def seen(self) -> list[str]:
        """What the log says was opened."""
        with self.database.reading(self.workspace) as work:
            return [each.detail for each in work.audit.latest(50) if each.action == Action.REPORT_OPENED]
