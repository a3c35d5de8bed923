"""One process of the bot as the fault tests run it: the whole application, in several Slack workspaces.

Its one feature says the lines that a test has planned. Its clock is the machine's, moved by what stands in a file.
"""

import asyncio
import itertools
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from aiohttp.client_reqrep import ClientRequest
from sqlalchemy import Connection, Engine, event, make_url

import bot.app
from bot import log as logs
from bot import own_content
from bot.cli import main
from bot.platforms.errors import OutcomeUnknown
from bot.platforms.port import Address, Capabilities, Form, Member, Message, Receipt, Text
from bot.platforms.slack.adapter import SlackPlatform
from bot.router import Router
from bot.scene import Args, Feature, Scene
from bot.settings import Settings
from content.markup import literal

LINE = "line"
"""The intent of what these tests plan; `interview.invite` says the same, as a kind that is sent once more."""

ROOM = "room"
"""A file of this name beside an SQLite database says how many pages that may have; without it they are `PLENTY`."""

PLENTY = 1_000_000

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday morning."""


class MovedClock:
    """Real time since `begun`, as if that had been `START`; `file` holds by how many seconds somebody has set it."""

    def __init__(self, begun: datetime, file: Path | None = None) -> None:
        self._by, self._file = START - begun, file

    def now(self) -> datetime:
        moved = self._file.read_text() if self._file else ""
        return datetime.now(UTC) + self._by + timedelta(seconds=float(moved or 0))


@dataclass(frozen=True)
class Orders:
    """What a worker is told. `teams`: (address, token) of each; `patched`: constants that take too long for a test.

    `pause_before_write`: it stops as the last thing before the bytes of its so-manieth request leave.
    """

    settings: Mapping[str, object]
    teams: Mapping[str, tuple[str, str]]
    begun: datetime
    clock: Path
    log: Path
    finds_sent: bool = True
    patience: float = 1.0
    patched: Mapping[str, object] = field(default_factory=dict)
    pause_before_write: int = 0


class Workspaces:
    """The Slack adapter of each team, as one platform. Where it does not `find_sent`, nobody can tell what arrived."""

    name = "slack"

    def __init__(self, teams: Mapping[str, SlackPlatform], *, finds_sent: bool) -> None:
        self._teams = teams
        self.capabilities = Capabilities(finds_sent=finds_sent, opens_forms=False, lists_members=False)

    async def start(self) -> None:
        for team in self._teams.values():
            await team.start()

    async def close(self) -> None:
        for team in self._teams.values():
            await team.close()

    async def check(self, workspace: str) -> None:
        await self._teams[workspace].check(workspace)

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        return await self._teams[to.workspace].send(to, message, key)

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        await self._teams[to.workspace].update(to, receipt, message)

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:
        if not self.capabilities.finds_sent:
            raise OutcomeUnknown
        return await self._teams[to.workspace].find_sent(to, key, since)

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:
        raise NotImplementedError

    def list_members(self, workspace: str) -> AsyncIterator[Member]:
        raise NotImplementedError


class Worker(bot.app.Application):
    """The application, with the teams of its orders."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        settings = Settings(_env_file=None, **orders.settings)  # type: ignore[arg-type]
        super().__init__(settings, clock=MovedClock(orders.begun, orders.clock))
        if self.settings.database.startswith("sqlite"):
            _keep_to_its_room(self.database.engine, self.settings.database)

    def _add_slack(self) -> None:
        teams = {
            name: SlackPlatform(
                bot_token=token,
                signing_secret="",
                app_token=None,
                base_url=address,
                inbound=self.gateway,
                clock=self.clock,
                timeout=self._orders.patience,
            )
            for name, (address, token) in self._orders.teams.items()
        }
        self._add(Workspaces(teams, finds_sent=self._orders.finds_sent), ())


def say(_scene: Scene, args: Args) -> Message:
    return Message((Text(literal(args["text"])),))


def work(orders: Orders) -> None:
    """Run until told to stop."""
    _write_to(orders.log)
    logs.configure("info", as_json=False)
    own_content.load = lambda: None  # type: ignore[assignment]
    bot.app.router = lambda *_: Router((Feature("lines", presenters={LINE: say, "interview.invite": say}),))
    for name, value in orders.patched.items():
        module, _, constant = name.rpartition(".")
        setattr(import_module(module), constant, value)
    if orders.pause_before_write:
        _pause_before_write(orders.pause_before_write, orders.settings["database_url"])
    asyncio.run(_until_told_to_stop(Worker(orders)))


def command(environment: Mapping[str, str], log: Path, *arguments: str) -> None:
    """The command line as `python -m bot` begins it, in this environment, with what it prints in `log`."""
    _write_to(log)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["entrain", *arguments]
    main()


async def _until_told_to_stop(worker: Worker) -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await worker.start()
    await told.wait()
    await worker.stop()


def _write_to(log: Path) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _keep_to_its_room(engine: Engine, database: str) -> None:
    room = Path(database.removeprefix("sqlite:///")).with_name(ROOM)

    @event.listens_for(engine, "begin")
    def limit(connection: Connection) -> None:
        pages = int(room.read_text()) if room.exists() else PLENTY
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def _pause_before_write(requests: int, url: str) -> None:
    """Between the last check of the lease and the first byte: the one place where a pause can make a double.

    On SQLite at an instant when no thread of this process holds the only lock there is.
    """
    write, begun = ClientRequest.write_bytes, itertools.count(1)

    async def pausing(*arguments: Any) -> None:
        if next(begun) == requests:
            while locked(url):
                time.sleep(0.001)  # noqa: ASYNC251 - nothing may be awaited between the check and the writing
            os.kill(os.getpid(), signal.SIGSTOP)
        await write(*arguments)

    ClientRequest.write_bytes = pausing  # type: ignore[method-assign]


def locked(url: str) -> bool:
    """Whether somebody is writing (SQLite)."""
    if not url.startswith("sqlite"):
        return False
    with closing(sqlite3.connect(make_url(url).database or "", timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False
