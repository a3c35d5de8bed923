"""`/api/messages`: what is let in, what is turned away, and what each request is answered with.

Each defect of the Bot Framework SDK that the adapter works around has its test here or in `test_teams_connector`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import structlog

from bot.platforms.errors import Misconfigured, PlatformUnavailable
from bot.platforms.port import (
    Address,
    Button,
    ButtonPressed,
    Buttons,
    FormSubmitted,
    Message,
    Text,
    TextReceived,
)
from bot.platforms.teams.adapter import TeamsPlatform
from content.markup import literal
from tests.support.clock import FixedClock
from tests.support.fake_teams import TENANT, FakeTeams, Fault, Person
from tests.support.recording_inbound import RecordingInbound
from tests.support.teams_bench import TeamsBench, serve, teams


@pytest.fixture
async def bench() -> AsyncIterator[TeamsBench]:
    async with teams() as bench:
        yield bench


@pytest.fixture
def karim(bench: TeamsBench) -> Person:
    return bench.teams.person(bench.http)


async def with_token(person: Person, token: str) -> int:
    activity = person.activity("message", text="hello")
    return (await person.deliver(activity, authorization=f"Bearer {token}")).status_code


async def test_a_signed_message_is_durable_before_it_is_acknowledged(
    bench: TeamsBench, karim: Person
) -> None:
    response = await karim.says("bonjour 👋 שלום")
    assert (response.status_code, response.content) == (200, b"")
    (event,) = bench.inbox.events
    assert isinstance(event, TextReceived)
    assert event.text == "bonjour 👋 שלום"


async def test_what_is_not_durable_is_not_acknowledged(bench: TeamsBench, karim: Person) -> None:
    bench.inbox.failing = True
    activity = karim.activity("message", text="hello")
    with structlog.testing.capture_logs() as lines:
        assert (await karim.deliver(activity)).status_code == 500
    (line,) = [line for line in lines if line["event"] == "request_failed"]
    assert line.keys() == {"event", "log_level", "platform", "error", "path"}
    assert line["path"].partition(":")[2].isdigit()
    bench.inbox.failing = False
    assert (await karim.deliver(activity)).status_code == 200
    assert (await karim.deliver(activity)).status_code == 200
    assert len(bench.inbox.events) == 1


async def test_a_message_of_an_unknown_tenant_is_taken_and_dropped(bench: TeamsBench) -> None:
    stranger = bench.teams.person(bench.http, tenant="another-tenant")
    assert (await stranger.says("hello")).status_code == 200
    assert (await stranger.opens_extension()).json() == {}
    submitted = {"data": {"kind": "form", "form": "testimonial"}}
    assert (await stranger.invoke("composeExtension/submitAction", submitted)).json() == {}
    assert bench.inbox.events == []


# ------------------------------------------------------------------ who is turned away


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer garbage", "Bearer a.b.c", "Basic eDp5", "Bearer é"]
)
async def test_garbage_for_a_token_is_401(bench: TeamsBench, karim: Person, header: str) -> None:
    content = json.dumps(karim.activity("message", text="hello"))
    response = await bench.http.post(
        "/api/messages", content=content, headers=[(b"authorization", header.encode())]
    )
    assert response.status_code == 401
    assert bench.inbox.events == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"aud": None},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
        {"iss": "https://login.microsoftonline.com/botframework.com/v2.0"},
        {"exp": None},
        {"exp": "soon"},
        {"serviceurl": "https://smba.trafficmanager.net/other/"},
        {"serviceurl": None},
    ],
    ids=lambda claims: "-".join(f"{name}={value}" for name, value in claims.items())[:60],
)
async def test_a_token_for_something_else_is_401(
    bench: TeamsBench, karim: Person, claims: dict[str, Any]
) -> None:
    service_url = claims.pop("serviceurl", bench.teams.service_url)
    assert await with_token(karim, bench.teams.token(service_url, **claims)) == 401
    assert bench.inbox.events == []


async def test_a_token_counts_for_its_hour_and_five_minutes_of_leeway(
    bench: TeamsBench, karim: Person
) -> None:
    token = bench.teams.token(bench.teams.service_url)
    bench.clock.advance(timedelta(minutes=64))
    assert await with_token(karim, token) == 200
    bench.clock.advance(timedelta(minutes=2))
    assert await with_token(karim, token) == 401


async def test_a_token_from_the_future_is_401(bench: TeamsBench, karim: Person) -> None:
    later = int((bench.clock.now() + timedelta(minutes=6)).timestamp())
    assert await with_token(karim, bench.teams.token(bench.teams.service_url, nbf=later)) == 401


async def test_a_bad_signature_is_401(bench: TeamsBench, karim: Person) -> None:
    forged = bench.teams.token(bench.teams.service_url, key="forger", kid="first")
    assert await with_token(karim, forged) == 401


async def test_an_unsigned_or_symmetric_token_is_401(bench: TeamsBench, karim: Person) -> None:
    claims = jwt.decode(bench.teams.token(bench.teams.service_url), options={"verify_signature": False})
    unsigned = jwt.encode(claims, None, algorithm="none", headers={"kid": "first"})
    symmetric = jwt.encode(claims, "k" * 64, algorithm="HS256", headers={"kid": "first"})
    assert await with_token(karim, unsigned) == 401
    assert await with_token(karim, symmetric) == 401


@pytest.mark.parametrize("endorsements", [[], ["webchat"], None])
async def test_a_key_that_is_not_endorsed_for_teams_is_401(
    bench: TeamsBench, karim: Person, endorsements: list[str] | None
) -> None:
    bench.teams.published["first"] = endorsements  # type: ignore[assignment]
    assert (await karim.says("hello")).status_code == 401


async def test_another_channel_is_401(bench: TeamsBench, karim: Person) -> None:
    response = await karim.deliver(karim.activity("message", text="hello", channelId="emulator"))
    assert response.status_code == 401


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.org/teams/",
        "https://smba.trafficmanager.net.evil.example.org/",
        "https://evil-smba.trafficmanager.net/",
        "http://smba.trafficmanager.net/teams/",
        "https://user@smba.trafficmanager.net/",
        "https://[bad/",
    ],
)
async def test_a_service_host_that_is_not_listed_is_401(bench: TeamsBench, karim: Person, url: str) -> None:
    response = await karim.deliver(karim.activity("message", text="hello", serviceUrl=url))
    assert response.status_code == 401


async def test_the_public_service_host_is_let_in_where_it_is_listed(bench: TeamsBench) -> None:
    settings = bench.teams.settings() | {"service_hosts": ("smba.trafficmanager.net",)}
    inbox = RecordingInbound()
    platform = TeamsPlatform(**settings, inbound=inbox, clock=bench.clock)
    await platform.start()
    async with serve(platform) as http:
        karim = bench.teams.person(http)
        url = "https://smba.trafficmanager.net/emea/"
        response = await karim.deliver(karim.activity("message", text="hello", serviceUrl=url))
    await platform.close()
    assert response.status_code == 200


async def test_a_body_without_a_service_address_is_400(bench: TeamsBench, karim: Person) -> None:
    activity = karim.activity("message", text="hello")
    del activity["serviceUrl"]
    token = bench.teams.token(bench.teams.service_url)
    assert (await karim.deliver(activity, authorization=f"Bearer {token}")).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"type":"message"}'])
async def test_a_malformed_body_is_400(bench: TeamsBench, body: bytes) -> None:
    token = bench.teams.token(bench.teams.service_url)
    response = await bench.http.post(
        "/api/messages", content=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 400


async def test_an_oversized_body_is_413_announced_or_not(bench: TeamsBench, karim: Person) -> None:
    response = await karim.deliver(karim.activity("message", text="x" * 1_000_001))
    assert response.status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    response = await bench.http.post("/api/messages", content=chunks())
    assert response.status_code == 413


async def test_forty_thousand_characters_are_taken(bench: TeamsBench, karim: Person) -> None:
    assert (await karim.says("é" * 40_000)).status_code == 200
    (event,) = bench.inbox.events
    assert isinstance(event, TextReceived)
    assert len(event.text) == 40_000


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_405(bench: TeamsBench, method: str) -> None:
    assert (await bench.http.request(method, "/api/messages")).status_code == 405


# ------------------------------------------------------------------ signing keys


async def test_a_new_signing_key_is_fetched_when_it_is_first_met(bench: TeamsBench, karim: Person) -> None:
    assert (await karim.says("hello")).status_code == 200
    bench.teams.published["second"] = ["msteams"]
    bench.clock.advance(timedelta(minutes=2))
    rotated = bench.teams.token(bench.teams.service_url, key="second")
    assert await with_token(karim, rotated) == 200
    assert bench.teams.requests.count("keys") == 2


async def test_unknown_keys_make_one_request_a_minute(bench: TeamsBench, karim: Person) -> None:
    forged = bench.teams.token(bench.teams.service_url, key="forger")
    statuses = await asyncio.gather(*(with_token(karim, forged) for _ in range(10)))
    assert set(statuses) == {401}
    assert bench.teams.requests.count("keys") == 1
    bench.clock.advance(timedelta(seconds=61))
    assert await with_token(karim, forged) == 401
    assert bench.teams.requests.count("keys") == 2


async def test_keys_are_fetched_once_for_all_who_wait_and_again_after_a_day(
    bench: TeamsBench, karim: Person
) -> None:
    responses = await asyncio.gather(*(karim.says(f"hello {n}") for n in range(10)))
    assert {response.status_code for response in responses} == {200}
    assert bench.teams.requests.count("keys") == 1
    bench.clock.advance(timedelta(hours=25))
    assert (await karim.says("hello")).status_code == 200
    assert bench.teams.requests.count("keys") == 2


async def test_without_any_keys_teams_is_asked_to_send_again(bench: TeamsBench, karim: Person) -> None:
    bench.teams.faults.append(Fault("keys", 500))
    assert (await karim.says("hello")).status_code == 503
    bench.clock.advance(timedelta(seconds=6))
    assert (await karim.says("hello")).status_code == 200


async def test_keys_that_are_held_outlast_a_failure_to_renew_them(bench: TeamsBench, karim: Person) -> None:
    assert (await karim.says("hello")).status_code == 200
    bench.clock.advance(timedelta(hours=25))
    bench.teams.faults.append(Fault("keys", 500))
    assert (await karim.says("hello again")).status_code == 200


@pytest.mark.parametrize(
    "host", ["http://localhost:{port}", "http://127.0.0.1:1", "https://login.evil.example"]
)
async def test_keys_are_not_fetched_from_another_host_than_the_metadata(
    bench: TeamsBench, karim: Person, host: str
) -> None:
    port = bench.teams.url.rpartition(":")[2]
    bench.teams.keys_at = f"{host.format(port=port)}/keys"
    assert (await karim.says("hello")).status_code == 503
    assert bench.teams.requests.count("keys") == 0


async def test_keys_and_tokens_are_not_looked_for_where_an_answer_points(
    bench: TeamsBench, karim: Person
) -> None:
    bench.teams.redirects = {"keys", "token"}
    assert (await karim.says("hello")).status_code == 503
    with pytest.raises(PlatformUnavailable):
        await bench.platform.check(TENANT)
    assert "elsewhere" not in bench.teams.requests


# ------------------------------------------------------------------ never unauthenticated by accident


@pytest.mark.parametrize("missing", ["app_id", "app_secret", "tenant_id"])
def test_an_incomplete_identity_refuses_to_start(missing: str) -> None:
    settings = FakeTeams(FixedClock()).settings() | {missing: ""}
    with pytest.raises(Misconfigured, match="ENTRAIN_TEAMS_APP_ID"):
        TeamsPlatform(**settings, inbound=RecordingInbound(), clock=FixedClock())


def test_development_with_an_app_id_refuses_to_start() -> None:
    settings = FakeTeams(FixedClock()).settings()
    with pytest.raises(Misconfigured, match="unauthenticated"):
        TeamsPlatform(
            **settings, inbound=RecordingInbound(), clock=FixedClock(), development_unauthenticated=True
        )


async def test_development_takes_requests_without_a_token_and_calls_this_machine_only() -> None:
    settings = FakeTeams(FixedClock()).settings() | {"app_id": "", "app_secret": "", "tenant_id": ""}
    inbox = RecordingInbound()
    platform = TeamsPlatform(**settings, inbound=inbox, clock=FixedClock(), development_unauthenticated=True)
    await platform.start()
    emulator = FakeTeams(FixedClock())
    emulator.url = "http://localhost:56150"
    async with serve(platform) as http:
        karim = emulator.person(http)
        response = await karim.deliver(karim.activity("message", text="hello"), authorization="")
    assert response.status_code == 200
    elsewhere = Address(
        TENANT, "x", json.dumps({"service_url": "https://example.org/", "user": "x", "bot": "y"})
    )
    with pytest.raises(Misconfigured):
        await platform.send(elsewhere, Message((Text(literal("hello")),)), "k")
    await platform.close()


# ------------------------------------------------------------------ invokes


async def test_a_press_is_answered_at_once_and_leaves_the_card(bench: TeamsBench, karim: Person) -> None:
    await karim.installs()
    yes = Buttons((Button("interview.answer", "itv_1|2|paper", "Papier, Excel"),))
    receipt = await bench.platform.send(
        Address(TENANT, karim.aad, bench.inbox.events[0].conversation), Message((yes,), plain="?"), "k"
    )
    response = await karim.presses("Papier, Excel")
    assert response.status_code == 200
    assert response.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "✔",
    }
    event = bench.inbox.events[-1]
    assert isinstance(event, ButtonPressed)
    assert (event.value, event.message) == ("itv_1|2|paper", receipt.message)


async def test_the_message_extension_opens_the_form_and_its_submission_is_confirmed(
    bench: TeamsBench, karim: Person
) -> None:
    opened = (await karim.opens_extension()).json()["task"]
    assert (opened["type"], opened["value"]["title"]) == ("continue", "Your story")
    answers = {"words": "Two hours a week", "blocker": "trust", "consent": "yes"}
    response = await karim.fills_dialog(opened["value"]["card"]["content"], answers)
    assert response.json() == {"task": {"type": "message", "value": "✔"}}
    (event,) = bench.inbox.events
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.values, event.context) == ("testimonial", answers, "prj_1")


async def test_invokes_of_other_kinds_are_answered_without_a_crash(bench: TeamsBench, karim: Person) -> None:
    assert (await karim.invoke("handoff/action", {"x": 1})).status_code == 501
    assert (await karim.invoke("composeExtension/query", {"commandId": "x"})).status_code == 501
    feedback = await karim.invoke("message/submitAction", {"actionName": "feedback"})
    assert (feedback.status_code, feedback.json()) == (200, {})
    assert (await karim.invoke("adaptiveCard/action", None)).status_code == 200


async def test_a_request_that_expects_replies_in_its_answer_still_gets_one(
    bench: TeamsBench, karim: Person
) -> None:
    activity = karim.activity("message", text="hello", deliveryMode="expectReplies")
    assert (await karim.deliver(activity)).status_code == 200


async def test_a_sender_that_hangs_up_does_no_harm(bench: TeamsBench) -> None:
    received: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        received.append(message)

    (route,) = bench.platform.routes()
    scope = {"type": "http", "method": "POST", "path": route.path, "headers": [], "query_string": b""}
    await route.app(scope, receive, send)  # type: ignore[operator]
    assert received[0]["status"] == 400
