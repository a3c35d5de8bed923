"""What the process shows to whoever watches it, and what it never shows: an answer, a name, a token."""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from bot import log
from bot.platforms.port import TextReceived
from bot.scene import Scene
from bot.web.headers import HEADERS
from storage.models import InboxEvent, InboxState
from tests.support import flows
from tests.support.fake_slack import html_503, refuses
from tests.support.loop import Loop, Told
from tests.support.loop_slack import SECRET, SlackDesk, slack_loop
from tests.support.sealed import readable_in

ROOT = Path(__file__).parents[2]

NAME = "Zebulon"
TOLD = Told(
    frozenset({"paper", "9", "main", "own"}),
    (
        "pas le temps, ça tombe toujours au pire moment, près du xylophone",
        "tout le monde voit que j'ai laissé traîner, mon chef compte mes retards, c'est quetzalcoatl",
        "pour que la nuit trouve tout, comme un ornithorynque",
        "après mon café au kaléidoscope",
        "j'ouvre la planche du zeppelin",
    ),
    "trust",
)
WORDS = ("xylophone", "quetzalcoatl", "ornithorynque", "kaléidoscope", "zeppelin")
STORY = "I asked who reads it, and the hippogriff answered me at once."


@pytest.fixture
def talkative() -> Iterator[None]:
    """The bot's own logging at its most talkative, with everything that packages say, on the standard error stream."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    log.configure("debug", as_json=True)
    root.setLevel(logging.DEBUG)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[tuple[Loop, SlackDesk, httpx.AsyncClient]]:
    async with slack_loop(tmp_path) as (loop, desk):
        await loop.found([f"{NAME},fr,,employee,Quai,planner", flows.AUDE, flows.SANDRINE])
        transport = httpx.ASGITransport(loop.application.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
            yield loop, desk, http


async def test_health_readiness_and_metrics(
    running: tuple[Loop, SlackDesk, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, _, http = running
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": "ok"})
    metrics = await http.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'entrain_outbox_total{outcome="sent",platform="slack"} 2.0' in metrics.text, "two invitations"

    def away() -> bool:
        raise OSError("no route to secret-host")

    monkeypatch.setattr(loop.application.database, "is_current", away)
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"database": "failing"})
    assert (await http.get("/healthz")).status_code == 200, "the process itself is well"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("GET", "/playground", 404),
        ("POST", "/playground/api/messages", 404),
        ("POST", "/api/messages", 404),
        ("GET", "/slack/events", 405),
        ("POST", "/slack/events", 401),
        ("POST", "/metrics", 405),
    ],
)
async def test_nothing_else_answers(
    running: tuple[Loop, SlackDesk, httpx.AsyncClient], method: str, path: str, status: int
) -> None:
    _, _, http = running
    response = await http.request(method, path, content=b"{}")
    assert response.status_code == status
    assert "Traceback" not in response.text
    missing = [name for name in HEADERS if response.headers.get(name) != HEADERS[name]]
    assert not missing, "errors and unknown paths carry the headers too"


async def test_the_description_for_machines_is_of_the_public_api_only(
    running: tuple[Loop, SlackDesk, httpx.AsyncClient],
) -> None:
    _, _, http = running
    assert list((await http.get("/openapi.json")).json()["paths"]) == ["/api/v1/usage"]
    assert (await http.post("/api/v1/usage", json={"events": []})).status_code == 401


async def test_no_answer_name_or_token_is_shown_or_lies_open(
    talkative: None,
    running: tuple[Loop, SlackDesk, httpx.AsyncClient],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    loop, desk, http = running
    desk.slack.fail("chat.postMessage", html_503(), refuses("invalid_auth"))
    await loop.press(NAME, "interview.start")
    await loop.later(loop.clock.now() + timedelta(minutes=30))
    await loop.interview(NAME, TOLD, from_start=False)
    await loop.testimonial("Aude", flows.CONSENTED | {"text": STORY})
    await loop.press("Sandrine", "testimonial.approve")
    await loop.digest("Sandrine")
    await loop.later(loop.clock.now() + timedelta(days=2))
    await trouble(loop, desk, http)

    lines = capsys.readouterr().err
    assert [json.loads(line) for line in lines.splitlines()], "every line is one JSON object"
    assert "event_failed" in lines
    metrics = (await http.get("/metrics")).text
    key = loop.application.settings.encryption_keys.get_secret_value().partition(":")[2]
    shown = lines + metrics + "".join(str(row.error) for row in await loop.rows(InboxEvent))
    for hidden in (*WORDS, "hippogriff", NAME, "Aude", "Sandrine", desk.slack.token, SECRET, key):
        assert hidden not in shown, f"{hidden} is shown"
        assert json.dumps(hidden).strip('"') not in shown

    assert readable_in(tmp_path, [*WORDS, "hippogriff", desk.slack.token, SECRET]) == set()
    assert readable_in(tmp_path, ["interview.prompt"]), "the search finds what lies open"


async def trouble(loop: Loop, desk: SlackDesk, http: httpx.AsyncClient) -> None:
    """Everything that could make somebody log a text: bad requests, and a handler that fails on one."""
    for body in (b"xylophone", b'{"xylophone": ' * 50, b"payload=%7Bxylophone", b"xylophone" * 200_000):
        assert (await http.post("/slack/events", content=body)).status_code in {400, 401, 413}
        headers = {"X-Slack-Signature": "v0=xylophone", "X-Slack-Request-Timestamp": "xylophone"}
        assert (await http.post("/slack/events", content=body, headers=headers)).status_code in {
            400,
            401,
            413,
        }

    def fails(_scene: Scene, event: TextReceived) -> bool:
        raise ValueError(event.text)

    loop.application.router._texts = (fails,)
    await loop.say(NAME, "encore le xylophone")
    for _ in range(8):
        await loop.later(loop.clock.now() + timedelta(minutes=5))
    assert [row.error for row in await loop.rows(InboxEvent) if row.state is InboxState.POISON] == [
        "ValueError"
    ]


def test_a_port_that_is_taken_is_told_in_one_line_before_any_work_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = os.environ | {"ENTRAIN_DATA_DIR": str(tmp_path), "ENTRAIN_PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run", "--demo"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("entrain: ENTRAIN_HOST, ENTRAIN_PORT: ")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*.db"))
