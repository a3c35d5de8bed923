"""Teams as a `Desk`: activities with a token of the channel service in, the strict fake of the connector out."""

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bot.app import Application
from bot.platforms.teams.payload import FORM, PICK, PRESS
from bot.settings import Settings
from storage.crypto import Keyring
from storage.ids import CountedIds
from tests.support.clock import FixedClock
from tests.support.fake_teams import APP_ID, SECRET, TENANT, FakeTeams, Person
from tests.support.fake_teams import Shown as TeamsMessage
from tests.support.limits import UNLIMITED
from tests.support.loop import Control, Loop, Recorder, Shown

Json = dict[str, Any]


class TeamsDesk:
    """See `tests.support.loop.Desk`. The testimonial's form is opened by the message extension."""

    platform = "teams"
    workspace = TENANT

    def __init__(self, teams: FakeTeams, http: httpx.AsyncClient) -> None:
        self.teams, self.http = teams, http
        self.dialog: Json = {}
        self._recorder = Recorder()
        http.event_hooks["request"].append(self._recorder)

    def at(self, user: str) -> Person:
        (person,) = [person for person in self.teams.people.values() if person.aad == user]
        return person

    async def enrol(self, name: str) -> str:
        return self.teams.person(self.http, name).aad

    async def arrive(self, user: str) -> None:
        _taken(await self.at(user).installs())

    def shown(self, user: str) -> list[Shown]:
        return [
            Shown(message.id, message.words(), tuple(_controls(replace(message))))
            for message in self.at(user).sees
        ]

    async def say(self, user: str, text: str) -> None:
        _taken(await self.at(user).says(text))

    async def press(self, user: str, message: Shown, control: Control) -> None:
        title, as_seen = control.raw  # type: ignore[misc]
        person = self.at(user)
        if title == PICK:
            _taken(await person.picks(control.value, of=as_seen))
        else:
            _taken(await person.presses(title, of=as_seen))

    async def ask_for_digest(self, user: str) -> None:
        await self.say(user, "adoption digest")

    async def ask_for_form(self, user: str) -> None:
        told = _taken(await self.at(user).opens_extension())
        assert told["task"]["type"] == "continue"
        self.dialog = told["task"]["value"]["card"]["content"]

    async def fill_form(self, user: str, values: dict[str, str]) -> None:
        told = _taken(await self.at(user).fills_dialog(self.dialog, values))
        assert told["task"]["type"] == "message"

    async def fill_shown(self, user: str, values: dict[str, str]) -> None:
        person = self.at(user)
        titles = [
            action["title"]
            for message in person.sees
            for action in message.actions()
            if action["data"]["kind"] == FORM
        ]
        _taken(await person.fills(values, titles[-1]))

    async def pick(self, user: str, text: str, author: str) -> None:
        told = _taken(await self.at(user).picks_message(f"<p>{html.escape(text)}</p>", author))
        if told:
            self.dialog = told["task"]["value"]["card"]["content"]

    async def again(self) -> None:
        last = self._recorder.request
        assert last is not None
        response = await self.http.post("/api/messages", content=last.content, headers=dict(last.headers))
        assert response.status_code == 200


@asynccontextmanager
async def teams_loop(folder: Path, database_url: str = "") -> AsyncIterator[tuple[Loop, TeamsDesk]]:
    """A started bot that checks tokens, its database in `folder` unless told otherwise, and nobody in it yet."""
    clock = FixedClock()
    teams = FakeTeams(clock)
    await teams.start()
    told = teams.settings()
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=SecretStr(database_url),
        encryption_keys=SecretStr(Keyring.generate()),
        teams_app_id=APP_ID,
        teams_app_secret=SecretStr(SECRET),
        teams_tenant_id=TENANT,
        teams_service_hosts=told["service_hosts"],
        teams_openid_metadata_url=told["openid_metadata_url"],
        teams_login_url=told["login_url"],
        tick_seconds=3600,
        **UNLIMITED,
    )
    application = Application(settings, clock=clock, ids=CountedIds(), elapsed=clock.elapsed)
    try:
        await application.start()
        try:
            transport = httpx.ASGITransport(application.asgi)
            async with httpx.AsyncClient(transport=transport, base_url="https://bot.test") as http:
                desk = TeamsDesk(teams, http)
                yield Loop(application, clock, desk), desk
        finally:
            await application.stop()
    finally:
        await teams.close()


def _taken(response: httpx.Response) -> Json:
    """The answer's body, for a request that was accepted."""
    assert response.status_code == 200, (response.status_code, response.text)
    told: Json = response.json() if response.content else {}
    return told


def _controls(message: TeamsMessage) -> list[Control]:
    """`raw` is (title under which it is pressed, or `PICK` for an option of a list; the message as it was then)."""
    found = []
    lists = {node["id"]: node for node in message.inputs() if node["type"] == "Input.ChoiceSet"}
    for action in message.actions():
        data = action["data"]
        if data["kind"] == PRESS:
            found.append(Control(data["action"], data["value"], action["title"], (action["title"], message)))
        elif data["kind"] == PICK:
            choices = lists[data["input"]]["choices"]
            found += [Control(data["action"], one["value"], one["title"], (PICK, message)) for one in choices]
    return found
