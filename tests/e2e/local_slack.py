"""`local-slack`, a Slack emulator from npm, and the whole bot beside it; used by `emulator_slack.py`.

The emulator is a development tool that would listen on every interface; here it is made to listen on this machine's
own address only.
"""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulation import DEMO_PLACE, DEMO_PROJECT, Bot, answers, free_port, process, until
from websockets.sync.client import connect

Json = dict[str, Any]

BINARY = Path("node_modules/local-slack-linux-x64/bin/local-slack")
TEAM, BOT = "T01TEST", "U0BOT"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-emulator", "xapp-emulator", "emulator-secret"

ONLY_THIS_MACHINE = (
    'const serve = Bun.serve; Bun.serve = (options) => serve({ ...options, hostname: "127.0.0.1" });'
)


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
        until("the emulator", lambda: answers(f"{base}/_control/log"))
        yield Emulator(base)


@contextmanager
def bot(folder: Path, api: str, people: str) -> Iterator[None]:
    """The whole bot with a project and its people, in a database of its own; `people` is the CSV to import."""
    settings = {
        "ENTRAIN_SLACK_BOT_TOKEN": BOT_TOKEN,
        "ENTRAIN_SLACK_APP_TOKEN": APP_TOKEN,
        "ENTRAIN_SLACK_SIGNING_SECRET": SECRET,
        "ENTRAIN_SLACK_API_URL": api,
    }
    settings["ENTRAIN_ENCRYPTION_KEYS"] = Bot(folder, settings).command("keys", "new").strip()
    whole = Bot(folder, settings)
    file = folder / "people.csv"
    file.write_text(people)
    place = ["--platform", "slack", "--workspace", TEAM]
    whole.command("project", "load", DEMO_PROJECT, *place, *DEMO_PLACE)
    whole.command("people", "import", str(file), "--project", "trello", *place, "--invite")
    with whole.running():
        yield
