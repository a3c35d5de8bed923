"""The whole bot as a process: told to stop with messages on their way to a slow Slack, and asked by everybody at once."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from pathlib import Path

import pytest

from bot.server import allow_connections
from storage.clock import SystemClock
from storage.crypto import Keyring
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.repositories.outbox import Posting
from tests.e2e.emulation import ROOT, answers, free_port
from tests.support.fake_slack import TEAM, FakeSlack, slow
from tests.support.limits import UNLIMITED

pytestmark = pytest.mark.slow

PEOPLE = 40
GRACE = 10.0
"""Seconds from being told to stop to the end of the process."""


def fill(url: str, keys: str, users: list[str]) -> None:
    clock = SystemClock()
    database = Database(url, Keyring.parse(keys), clock, TimeOrderedIds(clock))
    database.upgrade()
    with database.system() as system:
        workspace_id = system.workspaces.add("slack", TEAM, "Exemple").id
    with database.transaction(workspace_id) as work:
        for user in users:
            person = work.people.ensure(user, user)
            work.outbox.put(Posting(person.id, "help", {}, f"help:{user}", work.now))
    database.dispose()


async def start(settings: dict[str, str]) -> Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTRAIN_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment | settings
    )


async def told_to_stop(process: Process) -> tuple[int, float]:
    """The exit code, and how many seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(process.wait(), 2 * GRACE)
    return code, time.monotonic() - began


async def reached(slack: FakeSlack, posts: int) -> None:
    async with asyncio.timeout(60):
        while len(slack.called("chat.postMessage")) < posts:  # noqa: ASYNC110 - it is the fake that counts
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("seconds", [1.0, 9.0], ids=["sends end", "sends are cut off"])
async def test_nothing_is_lost_nothing_comes_twice_and_it_ends_in_time(
    tmp_path: Path, seconds: float
) -> None:
    async with FakeSlack(SystemClock()) as slack:
        users = [slack.add_user(f"U{number:03d}", f"Person {number}") for number in range(PEOPLE)]
        slack.fail("chat.postMessage", *[slow(seconds)] * 8)
        keys = Keyring.generate()
        settings = {
            "ENTRAIN_DATA_DIR": str(tmp_path),
            "ENTRAIN_DATABASE_URL": f"sqlite:///{tmp_path / 'entrain.db'}",
            "ENTRAIN_ENCRYPTION_KEYS": keys,
            "ENTRAIN_PORT": str(free_port()),
            "ENTRAIN_SLACK_BOT_TOKEN": slack.token,
            "ENTRAIN_SLACK_SIGNING_SECRET": "secret",
            "ENTRAIN_SLACK_API_URL": slack.base_url,
            "ENTRAIN_TICK_SECONDS": "0.2",
            **{f"ENTRAIN_{name.upper()}": str(value) for name, value in UNLIMITED.items()},
        }
        await asyncio.to_thread(fill, settings["ENTRAIN_DATABASE_URL"], keys, users)
        first = await start(settings)
        await reached(slack, 8)
        code, took = await told_to_stop(first)
        assert (code, took < GRACE) == (0, True), f"exit code {code} after {took:.1f} s"
        assert len(slack.called("chat.postMessage")) < PEOPLE, "with work left"
        second = await start(settings)
        await reached(slack, PEOPLE)
        await asyncio.sleep(1.0)
        assert (await told_to_stop(second))[0] == 0
        assert Counter(len(slack.sent_to(user)) for user in users) == {1: PEOPLE}


async def asked(port: int, everybody: asyncio.Barrier) -> bytes:
    """The status line, for a question that is put once `everybody` is connected."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await everybody.wait()
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    status = await reader.readline()
    writer.close()
    return status


async def test_nobody_is_turned_away_however_many_come_at_once(tmp_path: Path) -> None:
    allow_connections()
    port, connections = free_port(), 2_500
    process = await start({"ENTRAIN_DATA_DIR": str(tmp_path), "ENTRAIN_PORT": str(port)})
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(answers, f"http://127.0.0.1:{port}/readyz"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    everybody = asyncio.Barrier(connections)
    statuses = await asyncio.gather(*(asked(port, everybody) for _ in range(connections)))
    assert Counter(statuses) == {b"HTTP/1.1 200 OK\r\n": connections}
    assert (await told_to_stop(process))[0] == 0
