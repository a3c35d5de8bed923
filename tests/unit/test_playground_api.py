"""The playground's HTTP API, in memory: its shapes, its refusals, hostile input."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog

from bot.platforms.playground.guard import MAX_BODY
from bot.platforms.port import (
    Button,
    ButtonPressed,
    Buttons,
    FormSubmitted,
    Message,
    Scale,
    Text,
    TextReceived,
)
from content.markup import literal
from tests.support.clock import FixedClock
from tests.support.playground import DAY, FORM, GOOD, START, CannedPlayground, canned, echo

BASE = "http://127.0.0.1:3978"
QUESTION = Message(
    (
        Text(literal("Last time, what did you use?")),
        Buttons(
            (
                Button("interview.answer", "i1|tool", "The board"),
                Button("interview.answer", "i1|mail", "Mail"),
            )
        ),
        Scale("interview.answer", "i1", 0, 10, "no", "sure"),
    )
)


@pytest.fixture
def playground() -> CannedPlayground:
    return canned(echo, FixedClock(START))


@pytest.fixture
async def http(playground: CannedPlayground) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(playground.app), base_url=BASE) as client:
        yield client


async def post(http: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await http.post(f"/playground/api/{path}", json=body)


async def test_a_post_answers_with_the_persons_line_and_what_the_bot_said(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)

    answer = (await post(http, "messages", person="karim", text="bonjour")).json()

    assert [(message["from"], message["text"]) for message in answer["messages"]] == [
        ("karim", "bonjour"),
        ("entrain", "text bonjour"),
    ]
    first = answer["messages"][0]
    assert {"id", "at", "from", "text", "actions", "form"} <= first.keys()
    assert (first["id"], first["actions"], first["form"]) == (2, [], None)
    event = playground.bot.events[0]
    assert isinstance(event, TextReceived)
    assert (event.workspace, event.user, event.text, event.at) == ("demo", "karim", "bonjour", START)


async def test_a_conversation_is_read_from_any_message_on(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    await post(http, "messages", person="Karim Benali", text="a")

    everything = (await http.get("/playground/api/conversations/KARIM")).json()["messages"]
    rest = (await http.get("/playground/api/conversations/karim?after=1")).json()["messages"]

    assert [message["id"] for message in everything] == [1, 2, 3]
    assert rest == everything[1:]
    assert everything[0]["actions"][:2] == [
        {"action": "interview.answer", "value": "i1|tool", "label": "The board"},
        {"action": "interview.answer", "value": "i1|mail", "label": "Mail"},
    ]
    assert everything[0]["actions"][-1] == {"action": "interview.answer", "value": "i1|10", "label": "10"}
    assert (await http.get("/playground/api/conversations/emma")).json()["messages"] == []


async def test_a_press_is_shown_by_its_label_and_each_is_an_event_of_its_own(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    press = {"person": "karim", "message": 1, "action": "interview.answer", "value": "i1|mail"}

    lines = [(await post(http, "actions", **press)).json()["messages"][0]["text"] for _ in range(2)]

    assert lines == ["Mail", "Mail"]
    first, second = playground.bot.events
    assert isinstance(first, ButtonPressed)
    assert (first.action, first.value, first.label, first.message) == (
        "interview.answer",
        "i1|mail",
        "Mail",
        "1",
    )
    assert first.event_id != second.event_id


async def test_a_stale_press_is_handed_to_the_bot(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", Message((Text(literal("Done")),)))

    answer = await post(
        http, "actions", person="karim", message=1, action="interview.answer", value="i1|mail"
    )

    assert answer.status_code == 200
    own, heard = answer.json()["messages"]
    assert own["text"] == "Un bouton qui n'est plus là"
    assert heard["text"] == "button interview.answer i1|mail "


async def test_a_replaced_message_is_told_to_who_asks_by_version(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    before = (await http.get("/playground/api/conversations/karim")).json()

    await playground.bot.change("karim", "1", Message((Text(literal("✔ Mail")),)))

    url = f"/playground/api/conversations/karim?after=1&version={before['version']}"
    after = (await http.get(url)).json()
    assert [(message["id"], message["text"], message["actions"]) for message in after["updated"]] == [
        (1, "✔ Mail", [])
    ]
    again = (await http.get(url.replace(str(before["version"]), str(after["version"])))).json()
    assert again["updated"] == []
    restarted = (await http.get("/playground/api/conversations/karim?after=1&version=5")).json()
    assert [message["id"] for message in restarted["updated"]] == [1]


async def test_a_form_comes_back_with_its_context(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("aude", Message((FORM,)))

    answer = await post(
        http, "forms", person="aude", message=1, form="testimonial", values={**GOOD, "until": " "}
    )

    assert answer.json()["messages"][0]["text"].startswith("What changed? It saves time")
    event = playground.bot.events[0]
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.context, event.message, event.values) == ("testimonial", "project-1", "1", GOOD)


async def test_a_form_with_gaps_says_which_in_the_persons_language(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    for person, number, sentence in (
        ("aude", 1, "Please fill this in."),
        ("karim", 2, "Merci de remplir ce champ."),
    ):
        await playground.bot.say(person, Message((FORM,)))
        answer = await post(
            http, "forms", person=person, message=number, form="testimonial", values={"blocker": "fear"}
        )
        assert answer.status_code == 422
        assert answer.json()["fields"]["text"] == sentence
        assert answer.json()["error"]
    assert playground.bot.events == []


async def test_a_form_that_has_gone_is_a_kind_conflict(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("aude", QUESTION)

    answer = await post(http, "forms", person="aude", message=1, form="testimonial", values=GOOD)

    assert answer.status_code == 409
    assert answer.json() == {"error": "This form has been sent already, or is no longer needed."}


async def test_people_tell_whom_the_bot_wrote_to_last(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("sandrine", QUESTION)

    people = (await http.get("/playground/api/people")).json()["people"]

    assert people[0] == {
        "id": "karim",
        "name": "Karim Benali",
        "role": "employee",
        "lang": "fr",
        "timezone": "Europe/Paris",
        "latest": 0,
    }
    assert [person["latest"] for person in people] == [0, 0, 0, 1]


async def test_the_clock_moves_by_a_duration_or_to_the_morning(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.clock.start(playground.conversations)
    playground.schedule.plan(START + DAY * 3)

    assert (await http.get("/playground/api/clock")).json() == {"now": "2026-11-24T02:00:00Z"}
    assert (await post(http, "clock", until="next-working-morning")).json() == {"now": "2026-11-24T08:30:00Z"}
    assert (await post(http, "clock", advance="P7D")).json() == {"now": "2026-12-01T08:30:00Z"}
    assert playground.schedule.done == [START + DAY * 3]
    assert playground.conversations.seconds == timedelta(days=7, hours=6, minutes=30).total_seconds()


@pytest.mark.parametrize(
    "body",
    [{}, {"advance": "-P1D"}, {"advance": "P0D"}, {"advance": "P9999D"}, {"advance": 86400}, {"advance": "soon"},
     {"until": "friday"}, {"advance": "P1D", "until": "next-working-morning"}, {"advance": "P1D", "x": 1}],
    ids=str,
)  # fmt: skip
async def test_the_clock_refuses_anything_but_a_step_forward(
    http: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await post(http, "clock", **body)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (await http.get("/playground/api/clock")).json() == {"now": "2026-11-24T02:00:00Z"}


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
    ["🙂👩‍🚒🏳️‍🌈", "مرحبا, كيف الحال؟ שלום", "<script>alert(1)</script>&amp;", "ab\x1b[31m\u202e", "x" * 40_000,
     "é" * 40_000,     '"; DROP TABLE people; --'],
    ids=["emoji", "right to left", "markup", "control characters", "40000", "40000 accents", "quotes"],
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


async def test_the_page_shows_the_text_as_the_bot_gets_it(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    answer = await post(http, "messages", person="karim", text="a\x00b")

    assert answer.json()["messages"][0]["text"] == "ab"
    event = playground.bot.events[0]
    assert isinstance(event, TextReceived)
    assert event.text == "ab"


async def test_a_slow_bot_does_not_hold_the_post_for_ever() -> None:
    playground = canned(echo, FixedClock(START), settling=0.01)
    playground.bot.slow = 0.1
    async with httpx.AsyncClient(transport=httpx.ASGITransport(playground.app), base_url=BASE) as http:
        answer = (await post(http, "messages", person="karim", text="a")).json()
        assert [message["text"] for message in answer["messages"]] == ["a"]
        for _ in range(100):
            await asyncio.sleep(0.02)
            later = (await http.get("/playground/api/conversations/karim?after=1")).json()["messages"]
            if later:
                break
        assert [message["text"] for message in later] == ["text a"]


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


async def test_both_languages_have_the_same_words(http: httpx.AsyncClient) -> None:
    french = (await http.get("/playground/words/fr.json")).json()
    english = (await http.get("/playground/words/en.json")).json()

    assert french.keys() == english.keys()
    assert french["chat.send"] == "Envoyer"


async def test_the_api_is_described(http: httpx.AsyncClient) -> None:
    paths = (await http.get("/openapi.json")).json()["paths"]

    assert set(paths) == {
        f"/playground/api/{name}"
        for name in ("people", "conversations/{person}", "messages", "actions", "forms", "clock")
    }
