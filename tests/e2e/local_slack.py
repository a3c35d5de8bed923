"""`local-slack`, a Slack emulator from npm, and the whole bot beside it; used by `emulator_slack.py`.

The emulator is a development tool that would listen on every interface; here it is made to listen on this machine's
own address only. The bot's clock is moved to a working morning, because it writes to nobody at night.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from websockets.sync.client import connect

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
BINARY = Path("node_modules/local-slack-linux-x64/bin/local-slack")
TEAM, BOT = "T01TEST", "U0BOT"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-emulator", "xapp-emulator", "emulator-secret"
ZONE = "Europe/Paris"
PATIENCE = 15.0
"""Seconds until an expected thing must have happened."""

ONLY_THIS_MACHINE = (
    'const serve = Bun.serve; Bun.serve = (options) => serve({ ...options, hostname: "127.0.0.1" });'
)

MOVED = """
from datetime import timedelta
from storage.clock import SystemClock
now = SystemClock.now
SystemClock.now = lambda clock: now(clock) + timedelta(seconds={seconds})
from bot.cli import main
main()
"""
"""Starts the bot's command line with its clock moved."""


class Failed(Exception):
    """The loop did not go as it should."""


class Emulator:
    """`local-slack`, seen as the people in it see it."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.api = f"{base}/api/"

    def say(self, user: str, text: str) -> str:
        """Write to the bot; the id of the direct conversation."""
        answer = self._post("message", {"channel": self.direct(user), "user": user, "text": text})
        return str(answer["message"]["channel"])

    def direct(self, user: str) -> str:
        for channel in self._snapshot()["channels"]:
            if channel.get("is_im") and set(channel["members"]) == {user, BOT}:
                return str(channel["id"])
        request = urllib.request.Request(
            f"{self.api}conversations.open",
            json.dumps({"users": user}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {BOT_TOKEN}"},
        )
        with urllib.request.urlopen(request) as response:
            return str(json.load(response)["channel"]["id"])

    def from_bot(self, user: str) -> list[Json]:
        with urllib.request.urlopen(f"{self._base}/_control/messages/{self.direct(user)}") as response:
            return [message for message in json.load(response)["messages"] if message["user"] == BOT]

    def command(self, user: str, command: str, text: str = "") -> None:
        self._post("command", {"channel": self.direct(user), "user": user, "command": command, "text": text})

    def press(self, user: str, message: Json, element: Json, option: Json | None = None) -> None:
        action = {**element, "selected_option": option} if option else element
        self._post(
            "interact",
            {"channel": message["channel"], "messageTs": message["ts"], "user": user, "action": action},
        )

    def open_view(self) -> Json | None:
        stack = self._snapshot().get("modalStack") or []
        return stack[-1] if stack else None

    def submit(self, user: str, values: Json) -> None:
        with connect(self._socket) as ui:
            ui.recv()
            ui.send(json.dumps({"t": "view_submit", "user": user, "values": values}))
            until("the modal to close", lambda: self.open_view() is None)

    @property
    def connected(self) -> bool:
        return any(app.get("connected") for app in self._snapshot()["apps"])

    @property
    def _socket(self) -> str:
        return f"{self._base.replace('http', 'ws', 1)}/ui"

    def _snapshot(self) -> Json:
        with connect(self._socket) as ui:
            state: Json = json.loads(ui.recv())["state"]
            return state

    def _post(self, what: str, body: Json) -> Json:
        request = urllib.request.Request(
            f"{self._base}/_control/{what}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            answer: Json = json.load(response)
            return answer


def until(what: str, condition: Callable[[], Any]) -> Any:
    """The first true result. Raises Failed after `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.1)
    raise Failed(f"waited {PATIENCE:g} s in vain for {what}")


@contextmanager
def emulator(binary: Path, folder: Path, people: dict[str, str]) -> Iterator[Emulator]:
    """The emulator with these people (id -> name) in its workspace."""
    binary.chmod(0o755)
    preload = folder / "only_this_machine.js"
    preload.write_text(ONLY_THIS_MACHINE)
    app = {
        "appId": "A01APP",
        "botUserId": BOT,
        "botName": "entrain",
        "botToken": BOT_TOKEN,
        "appToken": APP_TOKEN,
        "signingSecret": SECRET,
    }
    config = {
        "workspace": {"name": "Lampion", "domain": "lampion", "teamId": TEAM},
        "apps": [app],
        "users": [{"id": user, "name": name.lower(), "real_name": name} for user, name in people.items()],
    }
    (folder / "config.json").write_text(json.dumps(config))
    port = free_port()
    command = [
        str(binary),
        "--config",
        str(folder / "config.json"),
        "--port",
        str(port),
        "--base-host",
        "127.0.0.1",
    ]
    with process("emulator", command, folder, BUN_OPTIONS=f"--preload={preload}"):
        base = f"http://127.0.0.1:{port}"
        until("the emulator", lambda: _answers(f"{base}/_control/log"))
        yield Emulator(base)


@contextmanager
def bot(folder: Path, api: str, people: str) -> Iterator[None]:
    """The whole bot with a project and its people, in a database of its own; `people` is the CSV to import."""
    port = str(free_port())
    environment = {
        "ENTRAIN_DATA_DIR": str(folder),
        "ENTRAIN_PORT": port,
        "ENTRAIN_SLACK_BOT_TOKEN": BOT_TOKEN,
        "ENTRAIN_SLACK_APP_TOKEN": APP_TOKEN,
        "ENTRAIN_SLACK_SIGNING_SECRET": SECRET,
        "ENTRAIN_SLACK_API_URL": api,
        "ENTRAIN_TICK_SECONDS": "0.5",
        "MOVED_SECONDS": str(until_morning()),
    }
    environment["ENTRAIN_ENCRYPTION_KEYS"] = entrain(["keys", "new"], environment).strip()
    (folder / "people.csv").write_text(people)
    place = ["--platform", "slack", "--workspace", TEAM]
    where = ["--timezone", ZONE, "--lang", "fr", "--address", "tu"]
    entrain(["project", "load", "bot/demo_organisation/project.yaml", *place, *where], environment)
    entrain(
        ["people", "import", str(folder / "people.csv"), "--project", "trello", *place, "--invite"],
        environment,
    )
    with process("bot", [sys.executable, *_launch(environment), "run"], folder, **environment):
        until("the bot", lambda: _answers(f"http://127.0.0.1:{port}/readyz"))
        yield


def _launch(environment: dict[str, str]) -> list[str]:
    return ["-c", MOVED.format(seconds=environment["MOVED_SECONDS"])]


def entrain(arguments: list[str], environment: dict[str, str]) -> str:
    """What a command of ours prints."""
    done = subprocess.run(
        [sys.executable, *_launch(environment), *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"entrain {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@contextmanager
def process(name: str, command: list[str], folder: Path, **environment: str) -> Iterator[None]:
    """Runs until the end of the block; its output is in `folder/name.log`."""
    with (folder / f"{name}.log").open("w") as output:
        running = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, **environment}
        )
        try:
            yield
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def until_morning() -> int:
    """Seconds until the next 10 o'clock on a working day."""
    now = datetime.now(ZoneInfo(ZONE))
    morning = now.replace(hour=10, minute=0)
    while morning <= now or morning.isoweekday() > 5:
        morning += timedelta(days=1)
    return int((morning - now).total_seconds())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url) as response:
            return bool(response.status == 200)
    except OSError:
        return False
