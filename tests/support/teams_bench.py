"""A Teams adapter at work against `FakeTeams`, with an inbound that keeps what it is given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from bot.platforms.port import Accepted, FieldKind, Form, FormField, InboundEvent
from bot.platforms.teams.adapter import TeamsPlatform
from tests.support.clock import FixedClock
from tests.support.fake_teams import TENANT, FakeTeams

TESTIMONIAL = Form(
    name="testimonial",
    title="Your story",
    fields=(
        FormField("words", FieldKind.PARAGRAPH, "What changed?"),
        FormField("blocker", FieldKind.CHOICE, "In the way?", options=(("time", "Time"), ("trust", "Trust"))),
        FormField("consent", FieldKind.CONSENT, "I agree"),
    ),
    submit="Send",
    context="prj_1",
)


@dataclass
class Inbox:
    """Implements `bot.platforms.port.Inbound`; `failing` makes the next events not durable."""

    events: list[InboundEvent] = field(default_factory=list)
    failing: bool = False

    async def accept(self, event: InboundEvent, platform: str) -> Accepted:
        assert platform == "teams"
        if self.failing:
            raise RuntimeError("the disk is full")
        if event.workspace != TENANT:
            return Accepted.UNKNOWN_WORKSPACE
        if any(known.event_id == event.event_id for known in self.events):
            return Accepted.DUPLICATE
        self.events.append(event)
        return Accepted.STORED

    async def form(self, name: str, event: InboundEvent, platform: str) -> Form:
        if event.workspace != TENANT:
            raise LookupError("unknown workspace")
        assert name == "testimonial"
        return TESTIMONIAL


@dataclass
class Bench:
    teams: FakeTeams
    platform: TeamsPlatform
    inbox: Inbox
    http: httpx.AsyncClient
    clock: FixedClock


def serve(platform: TeamsPlatform) -> httpx.AsyncClient:
    """A client of the adapter's routes, without a socket."""
    app = Starlette(routes=[Route(route.path, route.app) for route in platform.routes()])  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://bot.example.org")


@asynccontextmanager
async def running_bench() -> AsyncIterator[Bench]:
    """Everything started, and stopped at the end."""
    clock = FixedClock()
    teams, inbox = FakeTeams(clock), Inbox()
    await teams.start()
    platform = TeamsPlatform(**teams.settings(), inbound=inbox, clock=clock)
    await platform.start()
    try:
        async with serve(platform) as http:
            yield Bench(teams, platform, inbox, http, clock)
    finally:
        await platform.close()
        await teams.close()
