"""Slack's signed requests, from the wire to `Inbound`, and what is answered."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from bot.platforms.port import Command, FormSubmitted
from bot.platforms.slack.adapter import SlackPlatform
from tests.support.clock import FixedClock
from tests.support.recording_inbound import RecordingInbound
from tests.support.slack_wire import FIXTURES, FORM, JSON, Signed, recorded, sign, signed, wire

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
EVENTS = sorted(
    path.stem for path in FIXTURES.iterdir() if path.stem not in {"url_verification", "app_rate_limited"}
)
UNINTERESTING = {"event_message_bot", "event_message_changed"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def inbound() -> RecordingInbound:
    return RecordingInbound()


@pytest.fixture
async def client(inbound: RecordingInbound, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    platform = SlackPlatform(
        bot_token="xoxb-1", signing_secret=SECRET, app_token=None, inbound=inbound, clock=clock
    )
    routes = [Route(route.path, route.app, methods=route.methods) for route in platform.routes()]  # type: ignore[arg-type]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://slack.test") as http:
        yield http


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


async def post(client: httpx.AsyncClient, request: Signed, **headers: str) -> httpx.Response:
    return await client.post("/slack/events", content=request.content, headers={**request.headers, **headers})


@pytest.mark.parametrize("name", EVENTS)
async def test_every_recorded_request_is_acknowledged_once_it_is_stored(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, name: str
) -> None:
    response = await post(client, signed(recorded(name), SECRET, clock))
    assert (response.status_code, response.text) == (200, "")
    assert len(inbound.events) == (name not in UNINTERESTING)
    assert inbound.platforms <= {"slack"}


async def test_the_recorded_bytes_of_a_command_are_understood(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock
) -> None:
    content = (FIXTURES / "command_adoption_digest.txt").read_bytes()
    assert (await post(client, sign(content, FORM, SECRET, clock))).status_code == 200
    assert [event.event_id.partition(":")[0] for event in inbound.events] == ["command"]


async def test_a_command_may_say_any_word(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock
) -> None:
    command = recorded("command_testimonial") | {"text": "on the payload"}
    assert (await post(client, signed(command, SECRET, clock))).status_code == 200
    assert [event.argument for event in inbound.events if isinstance(event, Command)] == ["on the payload"]


async def test_slack_may_verify_the_address(client: httpx.AsyncClient, clock: FixedClock) -> None:
    response = await post(client, signed(recorded("url_verification"), SECRET, clock))
    assert response.status_code == 200
    assert response.json() == {"challenge": recorded("url_verification")["challenge"]}


async def test_what_comes_again_is_acknowledged_again_and_kept_once(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock
) -> None:
    request = signed(recorded("event_message_im"), SECRET, clock)
    for retry in range(3):
        response = await post(client, request, **{"X-Slack-Retry-Num": str(retry)})
        assert response.status_code == 200
    assert len(inbound.events) == 1


@pytest.mark.parametrize(
    "name", ["event_message_im", "command_testimonial", "action_button", "view_submission"]
)
async def test_what_could_not_be_stored_is_not_acknowledged(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, lines: list[Any], name: str
) -> None:
    inbound.failing = True
    request = signed(recorded(name), SECRET, clock)
    assert (await post(client, request)).status_code == 500
    assert [line["event"] for line in lines] == ["event_not_stored"]
    inbound.failing = False
    assert (await post(client, request)).status_code == 200
    assert len(inbound.events) == 1


async def test_an_unknown_workspace_is_acknowledged(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock
) -> None:
    inbound.known = {"T0OTHER"}
    assert (await post(client, signed(recorded("event_message_im"), SECRET, clock))).status_code == 200
    assert inbound.events == []


@pytest.mark.parametrize("kind", ["reaction_added", "message_metadata_posted", "some_new_event"])
async def test_an_event_that_is_not_ours_is_acknowledged(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, kind: str
) -> None:
    payload = recorded("event_message_im")
    payload["event"]["type"] = kind
    assert (await post(client, signed(payload, SECRET, clock))).status_code == 200
    assert inbound.events == []


async def test_slack_holding_events_back_is_told(
    client: httpx.AsyncClient, clock: FixedClock, lines: list[Any]
) -> None:
    assert (await post(client, signed(recorded("app_rate_limited"), SECRET, clock))).status_code == 200
    assert [line["event"] for line in lines] == ["events_held_back"]


async def test_a_payload_that_lacks_a_part_is_acknowledged_with_one_line(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, lines: list[Any]
) -> None:
    payload = recorded("event_message_im")
    del payload["event"]["channel"]
    assert (await post(client, signed(payload, SECRET, clock))).status_code == 200
    assert [(line["event"], line["kind"]) for line in lines] == [
        ("malformed_payload", "event_callback/message")
    ]
    assert inbound.events == []


GOOD = recorded("event_message_im")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "garbage"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": "0"},
    ],
    ids=lambda headers: str(headers)[:60],
)
async def test_a_request_that_slack_did_not_sign_is_refused_and_its_body_not_logged(
    client: httpx.AsyncClient,
    inbound: RecordingInbound,
    clock: FixedClock,
    lines: list[Any],
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
) -> None:
    caplog.set_level("DEBUG")
    request = signed(GOOD, SECRET, clock)
    sent = {name.encode(): value.encode("latin-1") for name, value in {**request.headers, **headers}.items()}
    response = await client.post("/slack/events", content=request.content, headers=list(sent.items()))
    assert response.status_code == 401
    assert inbound.events == []
    assert lines == [
        {
            "event": "request_refused",
            "log_level": "warning",
            "platform": "slack",
            "reason": "bad_signature",
            "status": 401,
        }
    ]
    assert "pas le temps" not in caplog.text


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
async def test_a_request_of_another_time_is_refused(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, age: timedelta
) -> None:
    request = signed(GOOD, SECRET, clock)
    clock.advance(age)
    assert (await post(client, request)).status_code == 401
    assert inbound.events == []


async def test_a_changed_body_is_refused(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock
) -> None:
    request = signed(GOOD, SECRET, clock)
    changed = Signed(request.content.replace(b"U2147483697", b"U0SANDR0003"), request.headers)
    assert (await post(client, changed)).status_code == 401
    assert inbound.events == []


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_above_one_mebibyte_is_refused(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, announced: bool
) -> None:
    request = sign(json.dumps({"type": "x", "pad": "x" * 1024 * 1024}).encode(), JSON, SECRET, clock)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(request.content), 64 * 1024):
            yield request.content[start : start + 64 * 1024]

    response = await client.post(
        "/slack/events", content=request.content if announced else chunks(), headers=request.headers
    )
    assert response.status_code == 413
    assert inbound.events == []


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"{not json", JSON),
        (b"[1, 2]", JSON),
        (b'"text"', JSON),
        (b"payload=%7Bnot+json", FORM),
        (b"payload=[1]", FORM),
        (b"", JSON),
        (b"", FORM),
        (b"{}", JSON),
        (b"[" * 200_000, JSON),
        (b'{"a":' * 200_000, JSON),
        (b"payload=" + b"[" * 200_000, FORM),
        (b'{"event": "x"}', JSON),
        (b'{"event": null}', JSON),
        (b'{"event": [1]}', JSON),
        (b'{"type": "event_callback", "event": {"type": {}}}', JSON),
        (b'{"type": [], "event": {"type": "message"}}', JSON),
        (b'{"type": "view_submission", "view": "x"}', JSON),
        (b'{"type": "block_actions", "actions": ["x"]}', JSON),
        (b'{"type": "event_callback", "authorizations": [1]}', JSON),
        (b'{"type": "event_callback", "authorizations": [{"team": 1}]}', JSON),
        (b'{"type": "event_callback", "event": {"type": "message", "user": 1}}', JSON),
        (b'{"type": "event_callback", "event": {"message": {"channel": [1]}}}', JSON),
        (b'{"type": "block_actions", "enterprise": true}', JSON),
        (b'{"type": "view_submission", "response_urls": null}', JSON),
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_a_signed_body_that_is_no_payload_is_refused(
    client: httpx.AsyncClient,
    inbound: RecordingInbound,
    clock: FixedClock,
    lines: list[Any],
    content: bytes,
    content_type: str,
) -> None:
    assert (await post(client, sign(content, content_type, SECRET, clock))).status_code == 400
    assert inbound.events == []
    assert [(line["event"], line["reason"], line["status"]) for line in lines] == [
        ("request_refused", "malformed_body", 400)
    ]


async def test_bytes_that_are_no_text_are_refused(client: httpx.AsyncClient, clock: FixedClock) -> None:
    headers = sign(b"{}", JSON, SECRET, clock).headers
    assert (await post(client, Signed(b"\xff\xfe", headers))).status_code == 401


async def test_only_post_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/slack/events")).status_code == 405


def test_without_a_signing_secret_nothing_is_served(inbound: RecordingInbound, clock: FixedClock) -> None:
    platform = SlackPlatform(
        bot_token="xoxb-1", signing_secret="", app_token="xapp-1", inbound=inbound, clock=clock
    )
    assert platform.routes() == []


@pytest.mark.parametrize("text", ["a+b %41 =&~._-*", "déjà 🎉\n\t", "%", "100 %zz", "=7B"])
async def test_an_answer_arrives_letter_by_letter(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, text: str
) -> None:
    payload = recorded("view_submission")
    payload["view"]["state"]["values"]["text"]["input"]["value"] = text
    once = signed(payload, SECRET, clock)
    payload["view"]["hash"] = "another"
    again = sign(b"more=1&" + wire(payload)[0], FORM, SECRET, clock)
    for request in (once, again):
        assert (await post(client, request)).status_code == 200
    assert [event.values["text"] for event in inbound.events if isinstance(event, FormSubmitted)] == [
        text
    ] * 2


@pytest.mark.parametrize("body", [b"payload=%", b"payload=%7", b"payload=%7B%zz%7D", b"payload=%7B%FF%7D"])
async def test_a_form_that_is_badly_encoded_is_refused(
    client: httpx.AsyncClient, inbound: RecordingInbound, clock: FixedClock, body: bytes
) -> None:
    assert (await post(client, sign(body, FORM, SECRET, clock))).status_code == 400
    assert inbound.events == []
