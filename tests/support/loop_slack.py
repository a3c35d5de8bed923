"""Slack as a `Desk`: signed HTTP requests in, the strict fake of the Web API out."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bot.app import Application
from bot.platforms.slack.render import escaped
from bot.settings import Settings
from storage.crypto import Keyring
from storage.ids import CountedIds
from tests.support.block_kit import words
from tests.support.clock import FixedClock
from tests.support.fake_slack import TEAM, FakeSlack
from tests.support.limits import UNLIMITED
from tests.support.loop import Control, Loop, Recorder, Shown
from tests.support.slack_people import SlackPeople, pressable

Json = dict[str, Any]

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
RETRY = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}


class SlackDesk:
    """See `tests.support.loop.Desk`."""

    platform = "slack"
    workspace = TEAM

    def __init__(self, slack: FakeSlack, http: httpx.AsyncClient) -> None:
        self.slack, self._http = slack, http
        self.people = SlackPeople(slack, http, SECRET)
        self._recorder = Recorder()
        http.event_hooks["request"].append(self._recorder)

    async def enrol(self, name: str) -> str:
        return self.slack.add_user(f"U{len(self.slack.users):02d}{name.upper()}", name)

    async def arrive(self, user: str) -> None:
        """Slack tells nothing: the bot may write to everyone in the workspace."""

    def shown(self, user: str) -> list[Shown]:
        return [
            Shown(message["ts"], words(message["blocks"]), tuple(_controls(message)))
            for message in self.slack.sent_to(user)
        ]

    async def say(self, user: str, text: str) -> None:
        await self.people.say(user, text)

    async def press(self, user: str, message: Shown, control: Control) -> None:
        element, option = control.raw  # type: ignore[misc]
        await self.people.press(user, {"ts": message.id}, element, option)

    async def ask_for_digest(self, user: str) -> None:
        await self.people.command(user, "/adoption", "digest")

    async def ask_for_form(self, user: str) -> None:
        await self.people.command(user, "/testimonial")

    async def fill_form(self, user: str, values: dict[str, str]) -> None:
        view = self.slack.views[-1]
        elements = {
            block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"
        }
        await self.people.submit(
            user, view, {key: _input(elements[key], value) for key, value in values.items()}
        )

    async def fill_shown(self, user: str, values: dict[str, str]) -> None:
        await self.fill_form(user, values)

    async def pick(self, user: str, text: str, author: str) -> None:
        await self.people.pick(user, escaped(text), author)

    async def again(self) -> None:
        last = self._recorder.request
        assert last is not None
        response = await self._http.post(
            "/slack/events", content=last.content, headers=dict(last.headers) | RETRY
        )
        assert response.status_code == 200


@asynccontextmanager
async def slack_loop(
    folder: Path, limits: Mapping[str, Any] = UNLIMITED
) -> AsyncIterator[tuple[Loop, SlackDesk]]:
    """A started bot, its database in `folder`, and nobody in it yet. `limits`: settings of the rates."""
    clock = FixedClock()
    async with FakeSlack(clock) as slack:
        settings = Settings(
            _env_file=None,
            data_dir=folder,
            encryption_keys=SecretStr(Keyring.generate()),
            slack_bot_token=SecretStr(slack.token),
            slack_signing_secret=SecretStr(SECRET),
            slack_api_url=slack.base_url,
            tick_seconds=3600,
            **limits,
        )
        application = Application(settings, clock=clock, ids=CountedIds(), elapsed=clock.elapsed)
        await application.start()
        try:
            transport = httpx.ASGITransport(application.asgi)
            async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
                desk = SlackDesk(slack, http)
                yield Loop(application, clock, desk), desk
        finally:
            await application.stop()


def _controls(message: Json) -> list[Control]:
    found = []
    for element in pressable(message):
        action = element["action_id"].partition("#")[0]
        if element["type"] == "static_select":
            found += [
                Control(action, option["value"], option["text"]["text"], (element, option))
                for option in element["options"]
            ]
        else:
            found.append(Control(action, element.get("value", ""), element["text"]["text"], (element, None)))
    return found


def _input(element: Json, value: str) -> Json:
    match element["type"]:
        case "plain_text_input":
            return {"value": value}
        case "checkboxes":
            return {"selected_options": [o for o in element["options"] if o["value"] == value]}
        case "datepicker":
            return {"selected_date": value}
        case _:
            (option,) = [o for o in element["options"] if o["value"] == value]
            return {"selected_option": option}
