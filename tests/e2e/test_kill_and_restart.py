"""The bot is killed again and again in the middle of interviews: no acknowledged answer is lost, no message comes twice."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from bot.app import keyring
from bot.settings import Settings
from storage.clock import SystemClock
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.models import InterviewStatus
from surveys import service as surveys
from tests.support.fleet import CONTEXT
from tests.support.sealed import readable_in
from tests.support.worker import command

pytestmark = pytest.mark.slow

Json = dict[str, Any]

STARTING, RECOVERING = 90.0, 10.0
"""Seconds."""

DELAYS = (0.0, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.5)
"""Seconds between a request and the kill, drawn from again and again: from before it is read to after it is answered."""

KILLS = 20


@dataclass(frozen=True)
class Role:
    """What a person presses and tells."""

    name: str
    options: frozenset[str]
    words: tuple[str, ...]


ROLES = (
    Role(
        "karim",
        frozenset({"paper", "9", "main", "standup"}),
        (
            "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
            "si je note tout le monde voit que j'ai laissé traîner, et mon chef compte mes retards",
        ),
    ),
    Role(
        "emma",
        frozenset({"call", "9", "main", "after_call"}),
        (
            "no time to open the thing, it always comes at the worst moment",
            "if I write it everyone sees that I was late, and my boss counts my delays",
        ),
    ),
    Role(
        "theo",
        frozenset({"mail", "9", "main", "monday"}),
        (
            "je n'avais pas le temps, le client attendait",
            "on ne sait pas qui lit, le chef voit tout ce qu'on met",
        ),
    ),
)


@dataclass
class Process:
    """`entrain run --demo` on a port of its own, with its data in `folder`, forked with everything imported."""

    folder: Path
    port: int
    running: ForkServerProcess | None = None
    kills: int = 0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "bot.log"

    def start(self) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("ENTRAIN_")
        } | {
            "ENTRAIN_DATA_DIR": str(self.folder),
            "ENTRAIN_PORT": str(self.port),
            "ENTRAIN_TICK_SECONDS": "0.2",
            "ENTRAIN_SEND_SETTLE_SECONDS": "0.5",
        }
        self.running = CONTEXT.Process(target=command, args=(environment, self.log, "run", "--demo"))
        self.running.start()
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline and self.running.is_alive():
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError(f"the bot did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        if self.running:
            self.running.kill()
            self.running.join()
            self.running = None
            self.kills += 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def conversation(self, person: str) -> list[Json]:
        """What the bot said to this person, oldest first."""
        answer = httpx.get(f"{self.url}/playground/api/conversations/{person}")
        return [message for message in answer.json()["messages"] if message["from"] == "entrain"]

    def post(self, path: str, body: Json) -> httpx.Response:
        return httpx.post(f"{self.url}/playground/api/{path}", json=body, timeout=20)

    def post_and_die(self, path: str, body: Json, delay: float) -> bool:
        """Send, kill the bot `delay` seconds later; whether the request was acknowledged before."""
        acknowledged: list[bool] = []

        def send() -> None:
            try:
                acknowledged.append(self.post(path, body).status_code == 200)
            except httpx.TransportError:
                acknowledged.append(False)

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(delay)
        self.kill()
        sender.join()
        return acknowledged[0]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path, free_port())
    process.start()
    try:
        yield process
    finally:
        process.kill()


def free_port() -> int:
    """One below those that outgoing connections get: theirs would be taken while the bot is down."""
    for port in range(20000 + os.getpid() % 10000, 32000):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")


def move(said: list[Json], role: Role, told: int) -> tuple[str, Json] | None:
    """The request that answers what is asked last; None where nothing is."""
    actions = {action["action"]: action for action in said[-1]["actions"]}
    answers = [a for a in said[-1]["actions"] if a["action"] == "interview.answer"]
    if "interview.start" in actions:
        chosen = actions["interview.start"]
    elif answers:
        fitting = [a for a in answers if a["value"].rpartition("|")[2] in role.options]
        assert len(fitting) == 1, f"{role.name} cannot choose in {said[-1]}"
        chosen = fitting[0]
    elif "interview.skip" in actions:
        return "messages", {"person": role.name, "text": role.words[told]}
    else:
        return None
    press = {"message": said[-1]["id"], "action": chosen["action"], "value": chosen["value"]}
    return "actions", {"person": role.name, **press}


def moved_on(bot: Process, person: str, before: list[Json], seconds: float) -> bool:
    """Whether the bot has said something new by itself within that time."""
    deadline = time.monotonic() + seconds
    while len(bot.conversation(person)) == len(before):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def interview(bot: Process, role: Role, random: Random) -> None:
    """Answer everything; the bot is killed at every answer, and started again."""
    told = 0
    assert moved_on(bot, role.name, [], RECOVERING), "the invitation"
    while (said := bot.conversation(role.name)) and (request := move(said, role, told)):
        acknowledged = bot.post_and_die(*request, delay=random.choice(DELAYS))
        bot.start()
        if acknowledged:
            assert moved_on(bot, role.name, said, RECOVERING), f"{role.name}'s answer is lost: {request}"
        else:
            assert bot.post("clock", {"advance": "PT1S"}).status_code == 200, (
                "whatever was kept is carried out"
            )
            if not moved_on(bot, role.name, said, 0):
                assert bot.post(*request).status_code == 200
                assert moved_on(bot, role.name, said, RECOVERING)
        told += request[0] == "messages"
    assert told == len(role.words)


def test_killed_at_every_answer_of_three_interviews(bot: Process) -> None:
    random = Random(20261124)
    for role in ROLES:
        interview(bot, role, random)
    assert bot.kills >= KILLS
    texts = {role.name: [message["text"] for message in bot.conversation(role.name)] for role in ROLES}
    for role in ROLES:
        said = texts[role.name]
        assert len(said) == len(set(said)) == 8, (
            f"{role.name} was told something twice, or too little: {said}"
        )
    bot.kill()
    kept = answers_kept(bot.folder)
    for role in ROLES:
        status, words = kept[role.name]
        assert status is InterviewStatus.CLOSED
        assert words == role.words, "exactly what was told, each once"
        parts = [part for told in role.words for part in told.split(", ")]
        assert readable_in(bot.folder, parts) == set(), "sealed at rest"


def answers_kept(folder: Path) -> dict[str, tuple[InterviewStatus, tuple[str, ...]]]:
    """Each person's interview as it lies in the database: its status, and what was told in own words."""
    clock = SystemClock()
    settings = Settings(_env_file=None, data_dir=folder)
    database = Database(settings.database, keyring(settings), clock, TimeOrderedIds(clock))
    kept = {}
    try:
        with database.system() as system:
            (workspace,) = system.workspaces.all()
        with database.transaction(workspace.id) as work:
            for role in ROLES:
                person = work.people.by_external(role.name)
                assert person
                campaign = work.campaigns.current(work.projects.of_person(person.id)[0][1].id)
                assert campaign
                taken = work.interviews.in_campaign(campaign.id, person.id)
                assert taken
                answers = surveys.state_of(work, taken).answers
                kept[role.name] = (taken.status, tuple(answer.text for answer in answers if answer.text))
    finally:
        database.dispose()
    return kept
