"""Everybody answers within the same second: signed Slack requests to the bot as a process of its own, with its jobs."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError

from sqlalchemy import select

from benchmarks import crowd
from benchmarks.cases.result import Result
from benchmarks.cases.scene import Place, analyze
from bot.server import allow_connections
from storage.clock import SystemClock
from storage.crypto import Keyring
from storage.models import InboxEvent, Workspace
from tests.e2e.emulation import free_port
from tests.support.slack_wire import recorded, signed

SECRET, TEAM = "8f742231b10e8888abcd99yyyzzz85a5", "T061EG9R6"
STARTING = 60.0
P99_SECONDS, MEGABYTES = 1.0, 300.0


def run(kind: str, place: Place, size: int, connections: int) -> list[Result]:
    """The slowest percentile in seconds from the release to the answer, and the largest memory of the server.

    The server is killed after the last answer: whatever it has acknowledged must be there.
    """
    allow_connections()
    ids, requests = _requests(_found(place, size))
    with (
        TemporaryDirectory(prefix="entrain-bench-") as folder,
        _slack() as slack,
        _bot(place, slack, folder) as bot,
    ):
        before = bot.cpu()
        answered = crowd.release(bot.port, requests, min(connections, size))
        cpu, memory = bot.cpu() - before, bot.memory()
        bot.process.kill()
    refused = answered.others
    assert not refused, f"{len(refused)} were refused: {next(iter(refused.values()))!r}"
    assert sorted(_stored(place)) == sorted(ids), "each is stored, once"
    took = sorted(answered.seconds.values())
    name = f"{size:,} answers at once on {min(connections, size):,} connections ({kind})"
    told = f"p50 {median(took):.2f} s, last {took[-1]:.2f} s, {cpu / size * 1e6:.0f} µs of CPU each"
    return [
        Result(f"{name}, p99; {told}", quantiles(took, n=100)[98], "s", "target", P99_SECONDS, "<= 1"),
        Result(f"{name}, memory", memory, "MB", "target", MEGABYTES, "<= 1"),
    ]


def _requests(users: list[str]) -> tuple[list[str], list[bytes]]:
    """Event ids and requests: presses, messages and forms in turn, each of another person."""
    clock, ids, requests = SystemClock(), [], []
    press, message, form = (
        recorded(name) for name in ("action_button", "event_message_im", "view_submission")
    )
    for number, user in enumerate(users):
        stamp = f"{int(time.time())}.{number:06d}"
        payload: dict[str, Any]
        match number % 3:
            case 0:
                payload = press | {"user": press["user"] | {"id": user}}
                payload["actions"] = [press["actions"][0] | {"action_ts": stamp}]
                action = press["actions"][0]["action_id"]
                ids.append(f"action:{user}:{press['container']['message_ts']}:{stamp}:{action}")
            case 1:
                event = message["event"] | {"user": user, "ts": stamp, "channel": f"D{number}"}
                payload = message | {"event": event}
                ids.append(f"message:D{number}:{stamp}")
            case _:
                payload = form | {
                    "user": form["user"] | {"id": user},
                    "view": form["view"] | {"id": f"V{number}"},
                }
                ids.append(f"view:V{number}:{form['view']['hash']}")
        request = signed(payload, SECRET, clock)
        head = [f"{name}: {value}" for name, value in request.headers.items()]
        lines = ["POST /slack/events HTTP/1.1", "Host: bot", *head, f"Content-Length: {len(request.content)}"]
        requests.append("\r\n".join([*lines, "", ""]).encode() + request.content)
    return ids, requests


def _found(place: Place, size: int) -> list[str]:
    """The workspace on Slack, and so many people in it; who they are there."""
    users = place.people(size)
    with place.database.system() as system:
        workspace = system.session.get_one(Workspace, place.workspace_id)
        workspace.platform, workspace.external_id = "slack", TEAM
    analyze(place.database)
    return users


def _stored(place: Place) -> list[str]:
    with place.database.system() as system:
        return list(system.session.scalars(select(InboxEvent.event_id)))


# ------------------------------------------------------------------ the processes


class _Bot:
    """`entrain run`, once it is ready."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.port = int(settings["ENTRAIN_PORT"])
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTRAIN_")}
        self.process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment | settings)
        give_up = time.monotonic() + STARTING
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError("the bot did not start")
            time.sleep(0.1)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def cpu(self) -> float:
        """Seconds of CPU that it has had."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """The most memory that it has had, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024


@contextmanager
def _bot(place: Place, slack: str, folder: str) -> Iterator[_Bot]:
    bot = _Bot(
        {
            "ENTRAIN_DATA_DIR": folder,
            "ENTRAIN_DATABASE_URL": place.url,
            "ENTRAIN_ENCRYPTION_KEYS": Keyring.generate(),
            "ENTRAIN_PORT": str(free_port()),
            "ENTRAIN_SLACK_BOT_TOKEN": "xoxb-bench",
            "ENTRAIN_SLACK_SIGNING_SECRET": SECRET,
            "ENTRAIN_SLACK_API_URL": slack,
        }
    )
    try:
        yield bot
    finally:
        bot.process.send_signal(signal.SIGKILL)
        bot.process.wait()


@contextmanager
def _slack() -> Iterator[str]:
    """A Slack that takes everything at once, in a thread of its own; its address."""
    listener, stopping = socket.create_server(("127.0.0.1", 0)), threading.Event()

    async def serve() -> None:
        async with await asyncio.start_server(_answer, sock=listener):
            await asyncio.to_thread(stopping.wait)

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/"
    finally:
        stopping.set()
        thread.join()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    answer = b'{"ok":true,"ts":"1764579642.000100","channel":"D024BE91L"}'
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
    )
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while asked := await reader.readuntil(b"\r\n\r\n"):
            length = asked.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            writer.write(head + answer)
    writer.close()
