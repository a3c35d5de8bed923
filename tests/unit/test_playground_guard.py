"""What the playground refuses, and that its page takes nothing from elsewhere."""

from typing import Any

import httpx
import pytest
import structlog

from bot.platforms.playground.guard import MAX_BODY
from bot.platforms.port import (
    TextReceived,
)
from tests.support.clock import FixedClock
from tests.support.playground import BASE, START, CannedPlayground, canned, echo, post


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("messages", {"person": "nobody", "text": "a"}, 404),
        ("messages", {"person": "karim"}, 400),
        ("messages", {"person": "karim", "text": ""}, 400),
        ("messages", {"person": "karim", "text": " \n"}, 400),
        ("messages", {"person": "karim", "text": 5}, 400),
        ("messages", {"person": "karim", "text": "a", "txet": "b"}, 400),
        ("messages", {"person": "karim", "text": "x" * 40_001}, 413),
        ("messages", {"person": "karim", "text": "x" * MAX_BODY}, 413),
        ("actions", {"person": "karim", "message": 77, "action": "a", "value": ""}, 404),
        ("actions", {"person": "karim", "message": 10**30, "action": "a", "value": ""}, 400),
        ("actions", {"person": "karim", "message": -1, "action": "a", "value": ""}, 400),
        ("actions", {"person": "karim", "message": "x", "action": "a", "value": ""}, 400),
        ("actions", {"person": "karim", "message": 1, "action": "a" * 101, "value": ""}, 400),
        ("forms", {"person": "karim", "message": 1, "form": "f", "values": {}}, 404),
        ("forms", {"person": "karim", "message": 1, "form": "f", "values": {"a": 1}}, 400),
        ("forms", {"person": "karim", "message": 1, "form": "f", "values": [1]}, 400),
    ],
)
async def test_what_cannot_be_served_is_refused_with_a_sentence(
    http: httpx.AsyncClient, playground: CannedPlayground, path: str, body: dict[str, Any], status: int
) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await post(http, path, **body)

    assert answer.status_code == status
    assert lines == [
        {
            "event": "request_refused",
            "log_level": "warning",
            "platform": "playground",
            "status": status,
            "path": f"/playground/api/{path}",
        }
    ]
    assert answer.json()["error"].endswith((".", ". "))
    assert playground.bot.events == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"person": "karim", "text": "\\ud800"}', 400),
        (b'{"person": "\\udfff", "text": "a"}', 400),
        (b'{"person": "karim", "text": NaN}', 400),
        (b" " * (MAX_BODY + 1), 413),
    ],
)
async def test_broken_bodies_are_refused(http: httpx.AsyncClient, content: bytes, status: int) -> None:
    answer = await http.post(
        "/playground/api/messages", content=content, headers={"content-type": "application/json"}
    )

    assert answer.status_code == status
    assert answer.json()["error"]


async def test_only_json_is_taken(http: httpx.AsyncClient, playground: CannedPlayground) -> None:
    plain = b'{"person": "karim", "text": "a"}'

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = await http.post("/playground/api/messages", content=plain, headers={"content-type": kind})
        assert answer.status_code == 415
    assert playground.bot.events == []


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"host": "evil.example:3978"}, {"host": "127.0.0.1.evil.example"}, {"host": ""},
     {"host": "[::1"}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://localhost:8000"},
     {"origin": "http://127.0.0.1:9"}],
    ids=str,
)  # fmt: skip
async def test_other_sites_are_kept_out(
    http: httpx.AsyncClient, playground: CannedPlayground, headers: dict[str, str]
) -> None:
    answer = await http.post(
        "/playground/api/messages", json={"person": "karim", "text": "a"}, headers=headers
    )

    assert answer.status_code == 403
    assert playground.bot.events == []
    assert (await http.get("/playground/api/people", headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"host": "localhost:3978"}, {"host": "[::1]:3978"}, {"host": "demo.intern", "origin": "https://demo.intern"},
     {"origin": BASE}],
    ids=str,
)  # fmt: skip
async def test_this_machine_and_the_configured_host_are_let_in(headers: dict[str, str]) -> None:
    playground = canned(echo, FixedClock(START), hosts=("demo.intern",))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(playground.app), base_url=BASE) as http:
        answer = await http.post(
            "/playground/api/messages", json={"person": "karim", "text": "a"}, headers=headers
        )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "text",
    ["🙂👩‍🚒🏳️‍🌈", "مرحبا, كيف الحال؟ שלום", "<script>alert(1)</script>&amp;", "x" * 40_000,
     "é" * 40_000,     '"; DROP TABLE people; --'],
    ids=["emoji", "right to left", "markup", "40000", "40000 accents", "quotes"],
)  # fmt: skip
async def test_hostile_text_arrives_unchanged(
    http: httpx.AsyncClient, playground: CannedPlayground, text: str
) -> None:
    answer = await post(http, "messages", person="karim", text=text)

    assert answer.status_code == 200
    assert answer.json()["messages"][0]["text"] == text
    event = playground.bot.events[0]
    assert isinstance(event, TextReceived)
    assert event.text == text


async def test_what_steers_a_screen_is_not_shown(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    answer = await post(http, "messages", person="karim", text="ab\x1b[31m\u202e")

    assert answer.json()["messages"][0]["text"] == "ab[31m"
    assert isinstance(playground.bot.events[0], TextReceived)


async def test_the_page_shows_the_text_as_the_bot_gets_it(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    answer = await post(http, "messages", person="karim", text="a\x00b")

    assert answer.json()["messages"][0]["text"] == "ab"
    event = playground.bot.events[0]
    assert isinstance(event, TextReceived)
    assert event.text == "ab"


async def test_the_page_and_its_parts_carry_strict_headers(http: httpx.AsyncClient) -> None:
    for path in (
        "",
        "/",
        "/chat.css",
        "/chat.js",
        "/api.js",
        "/blocks.js",
        "/form.js",
        "/icon.svg",
        "/words/fr.json",
    ):
        answer = await http.get(f"/playground{path}")
        assert answer.status_code == 200, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert (await http.get("/playground/words/de.json")).status_code == 400
    assert (await http.get("/playground/../pyproject.toml")).status_code == 404


async def test_nothing_on_the_page_comes_from_another_host(http: httpx.AsyncClient) -> None:
    for path in ("", "/chat.css", "/chat.js", "/api.js", "/blocks.js", "/form.js"):
        text = (await http.get(f"/playground{path}")).text
        assert "https://" not in text
        assert "innerHTML" not in text
        assert " style=" not in text
        assert " onclick=" not in text
