"""A year of people's lives with the bot, through all of its real parts, in the playground's clock.

What is real: intake, planner, courier, outbox, router, every feature, the database. What is not: a chat platform that
answers at once, people who do what a seeded die says, and a file that is not flushed to the disk.
"""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine, event

import bot
from bot.app import router
from bot.courier import Courier
from bot.gateway import Gateway
from bot.handlers import interview
from bot.intake import Intake
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.planner import Planner
from bot.platforms.playground.clock import PlaygroundClock
from bot.platforms.port import ChatPlatform
from bot.scene import Scene
from bot.week import weeks_of
from content.blockers import CAUSES, Blocker
from nudges import service, sharing
from nudges.testimonials import ANSWERABLE
from projects.service import definition, load_project
from storage.agenda import Agenda
from storage.clock import WatchedClock
from storage.database import Database
from storage.ids import CountedIds
from storage.inbox import Inbox, InboxWriter
from storage.models import (
    Absence,
    Campaign,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Membership,
    Naming,
    Person,
    PersonStatus,
    Project,
    Role,
    TestimonialStatus,
)
from storage.outbox import Outbox
from storage.repositories.base import insert_plain
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import keyring
from tests.support.lives_people import PLATFORM, WORKSPACE, Crowd, Temper

PROJECT = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
LASTS = timedelta(days=400)
TEAM = 10
LEADS, FIRST_LEAD = 500, 49
"""One in so many leads, from the fiftieth person on."""


class Lives:
    """One process and the people it writes to. `live` lets time pass."""

    def __init__(self, url: str, *, seed: int = 1, temper: Temper | None = None) -> None:
        self.clock = PlaygroundClock(FixedClock())
        self.database = Database(url, keyring(), self.clock, CountedIds())
        unflushed(self.database.engine)
        with self.database.system() as system:
            workspace = system.workspaces.add(
                PLATFORM, WORKSPACE, "Company", lang="fr", address="tu", timezone="Europe/Paris"
            )
        self.workspace_id = workspace.id
        self.crowd = Crowd(self.clock, seed, temper or Temper())
        self.passes = 0
        platforms: dict[str, ChatPlatform] = {PLATFORM: self.crowd}
        metrics, features = Metrics(), router()
        self._outbox, writer = Outbox(self.database, "lives"), InboxWriter(self.database)
        self.jobs = Jobs(
            intake=Intake(
                self.database,
                Inbox(self.database, "lives"),
                features,
                platforms,
                metrics,
                3,
                calm=writer.calm,
            ),
            planner=Planner(self.database, Agenda(self.database), features, writer.calm),
            courier=Courier(self.database, self._outbox, features, platforms, metrics, self.clock),
            outbox=self._outbox,
            metrics=metrics,
            clock=WatchedClock(self.clock),
            tick_seconds=3600,
            calm=writer.calm,
        )
        self._gateway = Gateway(self.database, writer, features, metrics, self.jobs.wake)

    async def live(self, days: int) -> None:
        """Let so many days pass, by way of everything that becomes due and all that people press."""
        await self.clock.move(self.clock.now() + timedelta(days=days), self)

    async def next_due(self, now: datetime) -> datetime | None:
        """`bot.platforms.playground.clock.Schedule`."""
        reply, due = self.crowd.next_reply(), await self.jobs.next_due(now)
        return min((at for at in (reply, due) if at is not None and at > now), default=None)

    async def run_due(self) -> None:
        """`bot.platforms.playground.clock.Schedule`."""
        self.passes += 1
        told = self.crowd.due(self.clock.now())
        await asyncio.gather(*(self._gateway.accept(event, PLATFORM) for event in told))
        await self.jobs.run_due()

    def close(self) -> None:
        self.database.dispose()


def unflushed(engine: Engine) -> None:
    """Let a database in a file not wait for the disk: a test's life is shorter than a power cut is likely."""
    engine.dispose()

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]


def found(work: Work) -> Project:
    """The demo organisation's project, with a round of interviews, for longer than a year."""
    project = load_project(work, PROJECT)
    project.ends_on = (work.now + LASTS).date()
    work.campaigns.add(project.id, "adoption")
    return project


def invite(work: Work, project: Project, count: int) -> None:
    """So many people, in one team, are invited to the interview, with which their life with the bot begins."""
    campaign = work.campaigns.current(project.id)
    assert campaign
    for person in _hired(work, project, count):
        scene = Scene(work, work.workspaces.get(work.workspace_id), person, f"joined:{person.id}")
        interview.invite(scene, campaign)


def settle(work: Work, project: Project, count: int, seed: int = 1) -> None:
    """So many people whose interview has just closed: an obstacle each, two in three with a routine, some with a story."""
    rng = Random(seed)
    campaign = work.campaigns.current(project.id)
    assert campaign
    people = _hired(work, project, count)
    findings = {person.id: rng.choice(CAUSES) for person in people}
    _interviewed(work, campaign, findings)
    weeks = weeks_of(work, work.workspaces.get(work.workspace_id), {person.id: None for person in people})
    offers = definition(project).personas["planner"].routines
    lead = work.projects.leads(project.id)
    for number, person in enumerate(people):
        if rng.random() < 2 / 3:
            offer = rng.choice(offers)
            service.start_routine(
                work,
                project_id=project.id,
                person=person,
                template=offer.key,
                cue=offer.cue.en,
                action=offer.action.en,
                days=offer.days,
                at=offer.at,
                ends_on=project.ends_on,
                week=weeks[person.id],
            )
        else:
            service.plan_coaching(work, person.id, project.id, weeks[person.id])
        if number % 50 == 1 and findings[person.id] in ANSWERABLE:
            _tell(work, project, person, findings[person.id], lead)


def _hired(work: Work, project: Project, count: int) -> list[Person]:
    here = {"workspace_id": work.workspace_id}
    names = [f"p{number}" for number in range(count)]
    ids = {name: work.ids.new() for name in names}
    rows = [
        {
            "id": ids[name],
            "external_id": name,
            "name": f"Person {name}",
            "team": f"Team {number // TEAM}",
            "conversation": name,
            "status": PersonStatus.ACTIVE,
            "created_at": work.now,
            **here,
        }
        for number, name in enumerate(names)
    ]
    insert_plain(work.session, Person, rows)
    joined = {"project_id": project.id, "persona": "planner", "joined_at": work.now, **here}
    roles = [Role.LEAD if number % LEADS == FIRST_LEAD else Role.EMPLOYEE for number in range(count)]
    insert_plain(
        work.session,
        Membership,
        [
            {"id": work.ids.new(), "person_id": ids[name], "role": role, **joined}
            for name, role in zip(names, roles, strict=True)
        ],
    )
    away = work.now.date() + timedelta(days=60)
    insert_plain(
        work.session,
        Absence,
        [
            {
                "id": work.ids.new(),
                "person_id": ids[name],
                "first_day": away,
                "last_day": away + timedelta(days=14),
                "created_at": work.now,
                **here,
            }
            for name in names[::3]
        ],
    )
    return [person for person in work.people.all() if person.id in set(ids.values())]


def _interviewed(work: Work, campaign: Campaign, findings: dict[str, Blocker]) -> None:
    here = {"workspace_id": work.workspace_id}
    ids = {person_id: work.ids.new() for person_id in findings}
    closed = {"status": InterviewStatus.CLOSED, "state": "", "outcome": "found", "closed_at": work.now}
    taken = {"campaign_id": campaign.id, "invited_at": work.now, **closed, **here}
    insert_plain(
        work.session,
        Interview,
        [
            {"id": ids[person_id], "person_id": person_id, "confirmed": blocker.value, **taken}
            for person_id, blocker in findings.items()
        ],
    )
    sure = {"status": FindingStatus.CONFIRMED, "stated": False, "belief": 0.9, "rank": 1, **here}
    insert_plain(
        work.session,
        Finding,
        [
            {"id": work.ids.new(), "interview_id": ids[person_id], "blocker": blocker.value, **sure}
            for person_id, blocker in findings.items()
        ],
    )


def _tell(work: Work, project: Project, author: Person, blocker: Blocker, leads: list[Person]) -> None:
    story = sharing.submit_testimonial(
        work,
        project_id=project.id,
        author=author,
        text=f"At first I did not, then one morning it helped me, and I stayed with it. {author.name}",
        blocker=blocker.value,
        naming=Naming.ANONYMOUS,
        consent=True,
        expires_on=sharing.expiry(work.now.date()),
    )
    if leads:
        sharing.review_testimonial(work, story.id, leads[0], TestimonialStatus.APPROVED)
