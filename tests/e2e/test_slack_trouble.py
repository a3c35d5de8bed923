"""What goes wrong on Slack: late modals, lost answers, restarts, old buttons, people who have left."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.administration import begin
from bot.app import Application
from bot.settings import Settings
from projects import people, service
from projects.definition import read
from storage.crypto import Keyring
from storage.models import PersonStatus
from tests.support.block_kit import words
from tests.support.clock import FixedClock
from tests.support.fake_slack import TEAM, FakeSlack, html_503, lost_answer
from tests.support.limits import UNLIMITED
from tests.support.slack_people import SlackPeople, element, pressable
from tests.support.slack_wire import recorded

Json = dict[str, Any]

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
KARIM, AUDE, SANDRINE = "U01KARIM", "U02AUDE", "U03SANDRINE"
PEOPLE = f"""external_id,name,email,lang,timezone,role,team,persona
{KARIM},Karim,,fr,,employee,Quai,planner
{AUDE},Aude,,en,,champion,Sales,sales
{SANDRINE},Sandrine,,fr,,lead,,
"""
WORDS = (
    "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
    "si je note dans trello tout le monde voit que j'ai laissé traîner",
    "que personne ne s'en serve pour compter mes retards",
    "pour que l'équipe de nuit trouve tout le matin",
)
STORY = "I asked <who> can read it & *now* I use it, @channel."


@dataclass
class Town:
    """One running bot and its Slack."""

    slack: FakeSlack
    people: SlackPeople
    application: Application
    clock: FixedClock

    def texts(self, user: str) -> list[str]:
        return [message["text"] for message in self.slack.sent_to(user)]

    async def until(self, condition: Callable[[], Any], what: str) -> Any:
        for _ in range(1000):
            if result := condition():
                return result
            await asyncio.sleep(0.01)
        raise AssertionError(f"waited in vain for {what}")

    async def news(self, user: str, seen: int) -> Json:
        """The message after the first `seen` ones."""
        await self.until(lambda: len(self.slack.sent_to(user)) > seen, f"message {seen + 1} to {user}")
        return self.slack.sent_to(user)[seen]


@asynccontextmanager
async def bot(slack: FakeSlack, clock: FixedClock, settings: Settings) -> AsyncIterator[Town]:
    application = Application(settings, clock=clock, elapsed=clock.elapsed)
    await application.start()
    try:
        transport = httpx.ASGITransport(application.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
            yield Town(slack, SlackPeople(slack, http, SECRET), application, clock)
    finally:
        await application.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Callable[[FakeSlack], Settings]:
    key = Keyring.generate()
    return lambda slack: Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=tmp_path,
        encryption_keys=SecretStr(key),
        slack_bot_token=SecretStr(slack.token),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack.base_url,
        tick_seconds=0.1,
        **UNLIMITED,
    )


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(FixedClock()) as fake:
        for user, name in ((KARIM, "Karim"), (AUDE, "Aude"), (SANDRINE, "Sandrine")):
            fake.add_user(user, name)
        yield fake


@pytest.fixture
async def town(slack: FakeSlack, settings: Callable[[FakeSlack], Settings]) -> AsyncIterator[Town]:
    clock = slack.clock
    assert isinstance(clock, FixedClock)
    async with bot(slack, clock, settings(slack)) as opened:
        await asyncio.to_thread(settle, opened.application)
        yield opened


def settle(application: Application) -> None:
    """The project and its people, the interview offered."""
    with application.database.system() as system:
        place = system.workspaces.add(
            "slack", TEAM, "Exemple", lang="fr", address="tu", timezone="Europe/Paris"
        )
    with application.database.transaction(place.id) as work:
        project = service.save(work, read(files("bot") / "demo_organisation" / "project.yaml"))
        work.campaigns.add(project.id, "adoption")
        service.import_people(work, project, people.parse(PEOPLE.encode()).rows)
        for membership, person in work.projects.members(project.id):
            begin(work, project, person, membership, invite=True)


async def interview(town: Town, *, most: int = 20) -> list[str]:
    """Karim answers what he is asked, until nothing is; the controls he used, `words` for what he told."""
    told, used = iter(WORDS), []
    for seen in range(most):
        message = await town.news(KARIM, seen)
        controls = {e["action_id"].partition("#")[0] for e in pressable(message)}
        if "interview.start" in controls:
            await town.people.press(KARIM, message, element(message, "interview.start"))
            used.append("start")
        elif "interview.answer" in controls:
            options = [e for e in pressable(message) if e["action_id"].startswith("interview.answer#")]
            if options[0]["type"] == "static_select":
                await town.people.press(KARIM, message, options[0], options[0]["options"][0])
                used.append("choice")
                continue
            wanted = [
                e for e in options if e["value"].rpartition("|")[2] in {"paper", "8", "main", "standup"}
            ]
            chosen = (wanted or options)[0]
            await town.people.press(KARIM, message, chosen)
            used.append(chosen["value"].rpartition("|")[2])
        elif "interview.skip" in controls:
            await town.people.say(KARIM, next(told, "rien de plus"))
            used.append("words")
        else:
            return used
    raise AssertionError(f"the interview does not end: {used}")


async def test_a_late_modal_comes_as_a_message_that_opens_it(town: Town) -> None:
    heard = len(await town.until(lambda: town.slack.sent_to(AUDE), "the invitation"))
    town.slack.fail("views.open", html_503())
    await town.people.command(AUDE, "/testimonial")
    message = await town.news(AUDE, heard)
    await town.people.press(AUDE, message, element(message, "form.open"))
    view = await town.until(lambda: town.slack.views, "the modal")
    assert view[0]["callback_id"] == "testimonial"


async def test_what_arrives_twice_and_a_double_press_do_nothing_twice(town: Town) -> None:
    invitation = await town.news(KARIM, 0)
    pressed = await town.people.press(KARIM, invitation, element(invitation, "interview.start"))
    await town.people.post(pressed)
    await town.people.press(KARIM, invitation, element(invitation, "interview.start"))
    await town.news(KARIM, 1)
    await asyncio.sleep(0.5)
    assert len(town.texts(KARIM)) == 2


async def test_a_lost_answer_repeats_no_message(town: Town) -> None:
    invitation = await town.news(KARIM, 0)
    town.slack.fail("chat.postMessage", lost_answer())
    await town.people.press(KARIM, invitation, element(invitation, "interview.start"))
    await town.news(KARIM, 1)

    def looked_up() -> object:
        town.clock.advance(timedelta(seconds=1))
        return town.slack.called("conversations.history")

    await town.until(looked_up, "the look-up")
    fact = town.slack.sent_to(KARIM)[1]
    await town.people.press(KARIM, fact, element(fact, "interview.answer", "paper"))
    await town.news(KARIM, 2)
    assert len(set(town.texts(KARIM))) == len(town.texts(KARIM)) == 3


async def test_a_restart_in_the_middle_loses_and_repeats_nothing(
    slack: FakeSlack, settings: Callable[[FakeSlack], Settings]
) -> None:
    clock = slack.clock
    assert isinstance(clock, FixedClock)
    async with bot(slack, clock, settings(slack)) as first:
        await asyncio.to_thread(settle, first.application)
        invitation = await first.news(KARIM, 0)
        await first.people.press(KARIM, invitation, element(invitation, "interview.start"))
    async with bot(slack, clock, settings(slack)) as second:
        fact = await second.news(KARIM, 1)
        second.people._numbers = itertools.count(1000)
        await second.people.press(KARIM, fact, element(fact, "interview.answer", "paper"))
        await second.news(KARIM, 2)
        assert len(second.texts(KARIM)) == 3


@pytest.mark.parametrize("text", ["👍", "مرحبا كيف حالك", "x" * 40_000, "<!channel>", ""])
async def test_whatever_somebody_writes_gets_one_kind_answer(town: Town, text: str) -> None:
    slack = town.slack
    slack.add_user("U09STRANGER", "Inconnue")
    await town.people.say("U09STRANGER", text)
    await town.news("U09STRANGER", 0)
    await asyncio.sleep(0.3)
    assert len(town.texts("U09STRANGER")) == 1


async def test_a_button_that_is_no_longer_in_use_is_answered(town: Town) -> None:
    invitation = await town.news(KARIM, 0)
    old = {
        "type": "button",
        "action_id": "gone.away#0",
        "value": "1",
        "text": {"type": "plain_text", "text": "x"},
    }
    await town.people.press(KARIM, invitation, old)
    await town.news(KARIM, 1)


async def test_somebody_who_has_left_is_written_to_no_more(town: Town) -> None:
    await town.news(KARIM, 0)
    payload = recorded("event_user_change_deleted")
    payload["event"]["user"]["id"] = KARIM
    await town.people.post(payload)

    def status() -> PersonStatus:
        workspace_id = asyncio.run(town.application.database.workspace_id("slack", TEAM))
        with town.application.database.transaction(str(workspace_id)) as work:
            return work.people.ensure(KARIM, KARIM).status

    for _ in range(100):
        if await asyncio.to_thread(status) is PersonStatus.UNREACHABLE:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the person still counts as reachable")


def _filled(view: Json) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        match block["element"]["type"]:
            case "plain_text_input":
                values[block["block_id"]] = {"value": STORY}
            case "checkboxes":
                values[block["block_id"]] = {"selected_options": block["element"]["options"]}
            case _:
                values[block["block_id"]] = {"selected_option": block["element"]["options"][0]}
    return values


def _words(message: Json) -> str:
    return words(message["blocks"])
