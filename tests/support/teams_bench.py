"""A Teams adapter at work against `FakeTeams`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from bot.platforms.port import Address, FieldKind, Form, FormField
from bot.platforms.teams.adapter import TeamsPlatform
from tests.support.clock import FixedClock
from tests.support.fake_teams import TENANT, FakeTeams, Fault
from tests.support.recording_inbound import RecordingInbound

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
class TeamsBench:
    """The parts; also what `tests.contract.platforms` asks of a bench."""

    teams: FakeTeams
    platform: TeamsPlatform
    inbox: RecordingInbound
    http: httpx.AsyncClient
    clock: FixedClock

    def person(self, name: str) -> Address:
        return Address(TENANT, self.teams.person(self.http, name).aad)

    def shown(self, to: Address) -> list[str]:
        (person,) = [person for person in self.teams.people.values() if person.aad == to.user]
        return [message.words() for message in person.sees]

    def trigger(self) -> str:
        raise NotImplementedError("Teams opens no forms")

    def opened(self) -> list[str]:
        raise NotImplementedError("Teams opens no forms")

    def expire(self, trigger: str) -> None:
        raise NotImplementedError("Teams opens no forms")

    def lose_next_answer(self) -> None:
        self.teams.faults.append(Fault("send", None, carried_out=True))

    def limit_next_send(self, seconds: int) -> None:
        self.teams.faults.append(Fault("send", 429, headers={"Retry-After": str(seconds)}))

    def block_next_send(self) -> None:
        self.teams.faults.append(Fault("send", 403, {"error": {"code": "ConversationBlockedByUser"}}))


def serve(platform: TeamsPlatform) -> httpx.AsyncClient:
    """A client of the adapter's routes, without a socket."""
    app = Starlette(routes=[Route(route.path, route.app) for route in platform.routes()])  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://bot.example.org")


@asynccontextmanager
async def teams() -> AsyncIterator[TeamsBench]:
    """Everything started, and stopped at the end."""
    clock = FixedClock()
    fake, inbox = FakeTeams(clock), RecordingInbound({TENANT}, forms={"testimonial": TESTIMONIAL})
    await fake.start()
    platform = TeamsPlatform(**fake.settings(), inbound=inbox, clock=clock)
    await platform.start()
    try:
        async with serve(platform) as http:
            yield TeamsBench(fake, platform, inbox, http, clock)
    finally:
        await platform.close()
        await fake.close()
