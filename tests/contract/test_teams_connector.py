"""Sending through the connector: what arrives, what each failure means, and how few requests it takes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.platforms.errors import (
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    RecipientUnreachable,
    TriggerExpired,
    Unreachable,
)
from bot.platforms.port import Address, Button, Buttons, Message, Receipt, Text
from bot.platforms.teams.adapter import TeamsPlatform
from bot.platforms.teams.client import PAGE_SIZE, Connector
from bot.platforms.teams.credentials import Credentials
from bot.platforms.teams.outgoing import ServiceHosts
from bot.platforms.teams.reference import Reference
from content.markup import literal
from tests.support.fake_teams import APP_ID, BOT, SECRET, TENANT, Fault, Person
from tests.support.recording_inbound import RecordingInbound
from tests.support.teams_bench import TESTIMONIAL, TeamsBench, teams

HELLO = Message((Text(literal("Bonjour Karim")), Buttons((Button("a.b", "1", "Allons-y"),))))
CHANGED = Message((Text(literal("Merci")),))


@pytest.fixture
async def bench() -> AsyncIterator[TeamsBench]:
    async with teams() as bench:
        yield bench


@pytest.fixture
def karim(bench: TeamsBench) -> Person:
    return bench.teams.person(bench.http)


def address(bench: TeamsBench, person: Person) -> Address:
    """Where to write to someone who has been heard of."""
    reference = Reference(
        service_url=bench.teams.service_url, user=person.id, bot=BOT, conversation=person.chat.id
    )
    return Address(TENANT, person.aad, reference.dumps())


async def test_a_first_message_opens_the_chat_and_says_where_it_is(bench: TeamsBench, karim: Person) -> None:
    receipt = await bench.platform.send(Address(TENANT, karim.aad), HELLO, "key-1")
    (shown,) = karim.sees
    assert (shown.id, shown.text) == (receipt.message, "Bonjour Karim")
    assert bench.teams.requests == ["token", "create", "send"]
    await bench.platform.send(Address(TENANT, karim.aad, receipt.conversation), HELLO, "key-2")
    assert bench.teams.requests == ["token", "create", "send", "send"]


async def test_someone_met_in_a_group_is_written_to_one_to_one(bench: TeamsBench, karim: Person) -> None:
    group = {"id": "19:group@thread.v2", "conversationType": "groupChat", "tenantId": TENANT}
    await karim.deliver(karim.activity("message", text="help", conversation=group))
    await bench.platform.send(Address(TENANT, karim.aad, bench.inbox.events[0].conversation), HELLO, "k")
    assert [shown.text for shown in karim.sees] == ["Bonjour Karim"]


async def test_an_update_replaces_and_may_be_repeated(bench: TeamsBench, karim: Person) -> None:
    receipt = await bench.platform.send(address(bench, karim), HELLO, "k")
    for _ in range(2):
        await bench.platform.update(address(bench, karim), receipt, CHANGED)
    (shown,) = karim.sees
    assert (shown.text, shown.actions()) == ("Merci", [])


async def test_an_update_of_a_message_that_is_gone_is_done(bench: TeamsBench, karim: Person) -> None:
    receipt = await bench.platform.send(address(bench, karim), HELLO, "k")
    karim.sees.clear()
    await bench.platform.update(address(bench, karim), receipt, CHANGED)
    assert karim.sees == []


# ------------------------------------------------------------------ what failures mean


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("send", 429, headers={"Retry-After": "7"}), RateLimited),
        (Fault("send", 412), RateLimited),
        (Fault("send", 403, {"error": {"code": "ConversationBlockedByUser"}}), RecipientUnreachable),
        (Fault("send", 403, {"error": {"code": "BotNotInConversationRoster"}}), RecipientUnreachable),
        (Fault("send", 403, {"error": {"code": "BotDisabledByAdmin"}}), RecipientUnreachable),
        (Fault("send", 404, {"error": {"code": "ConversationNotFound"}}), RecipientUnreachable),
        (Fault("send", 403, {"error": {"code": "Forbidden"}}), Misconfigured),
        (Fault("send", 403, {"error": {"code": "InvalidBotApiHost"}}), Misconfigured),
        (Fault("send", 503), PlatformUnavailable),
        (Fault("send", 500), OutcomeUnknown),
        (Fault("send", 502), OutcomeUnknown),
        (Fault("send", 504, carried_out=True), OutcomeUnknown),
        (Fault("send", None, carried_out=True), OutcomeUnknown),
        (Fault("send", None), OutcomeUnknown),
        (Fault("send", 201, {"no": "id"}, carried_out=True), OutcomeUnknown),
        (Fault("token", 400, {"error": "unauthorized_client"}), Misconfigured),
        (Fault("token", 401, {"error": "invalid_client"}), Misconfigured),
        (Fault("token", 429, headers={"Retry-After": "7"}), RateLimited),
        (Fault("token", 503), PlatformUnavailable),
        (Fault("token", 200, {"not": "a token"}), PlatformUnavailable),
    ],
    ids=lambda value: (
        f"{value.on}-{value.status}-{value.body}" if isinstance(value, Fault) else value.__name__
    ),
)
async def test_each_failure_of_a_send_means_one_thing(
    bench: TeamsBench, karim: Person, fault: Fault, error: type[PlatformError]
) -> None:
    bench.teams.faults.append(fault)
    with pytest.raises(PlatformError) as caught:
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert type(caught.value) is error
    assert bench.teams.requests.count("send") <= 1
    assert len(karim.sees) == int(fault.carried_out)


@pytest.mark.parametrize(
    ("fault", "code", "revoked"),
    [
        (Fault("send", 403, {"error": {"code": "InvalidBotApiHost"}}), "InvalidBotApiHost", False),
        (Fault("send", 403), "http_403", False),
        (Fault("token", 401, {"error": "invalid_client"}), "invalid_client", True),
        (Fault("token", 400), "http_400", True),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_whether_a_refusal_is_of_the_credentials_is_told(
    bench: TeamsBench, karim: Person, fault: Fault, code: str, revoked: bool
) -> None:
    bench.teams.faults.append(fault)
    with pytest.raises(Misconfigured) as refused:
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert (refused.value.code, refused.value.revoked) == (code, revoked)


async def test_the_installation_is_checked_without_writing_to_anybody(
    bench: TeamsBench, karim: Person
) -> None:
    await bench.platform.send(address(bench, karim), HELLO, "k")
    bench.teams.faults.append(Fault("token", 401, {"error": "invalid_client"}))
    with pytest.raises(Misconfigured):
        await bench.platform.check(TENANT)
    await bench.platform.check(TENANT)
    assert bench.teams.requests[-2:] == ["token", "token"], "what is held does not count"
    assert len(karim.sees) == 1


async def test_the_time_to_wait_is_the_one_that_is_asked_for(bench: TeamsBench, karim: Person) -> None:
    bench.teams.faults.extend([Fault("send", 429, headers={"Retry-After": "7"}), Fault("send", 412)])
    with pytest.raises(RateLimited) as told:
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert told.value.retry_after == 7
    with pytest.raises(RateLimited) as untold:
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert untold.value.retry_after > 0


async def test_the_code_of_a_blocked_chat_is_found_inside_a_string(bench: TeamsBench, karim: Person) -> None:
    """As the chat service words it: JSON in the message of the error."""
    inner = json.dumps(
        {"subCode": "MessageWritesBlocked", "details": "Thread is blocked for message writes."}
    )
    bench.teams.faults.append(Fault("send", 403, {"errorCode": 209, "message": inner}))
    with pytest.raises(RecipientUnreachable) as raised:
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert raised.value.reason is Unreachable.BLOCKED


async def test_someone_who_blocked_the_bot_or_is_nobody_is_unreachable(
    bench: TeamsBench, karim: Person
) -> None:
    karim.blocked = True
    with pytest.raises(RecipientUnreachable):
        await bench.platform.send(address(bench, karim), HELLO, "k")
    with pytest.raises(RecipientUnreachable):
        await bench.platform.send(Address(TENANT, "nobody"), HELLO, "k")


@pytest.mark.parametrize("status", [None, 500, 502, 504])
async def test_a_chat_that_may_have_been_opened_may_be_opened_again(
    bench: TeamsBench, karim: Person, status: int | None
) -> None:
    bench.teams.faults.append(Fault("create", status, carried_out=True))
    with pytest.raises(PlatformUnavailable):
        await bench.platform.send(Address(TENANT, karim.aad), HELLO, "k")
    await bench.platform.send(Address(TENANT, karim.aad), HELLO, "k")
    assert len(bench.teams.chats) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_update_that_failed_may_be_tried_again(
    bench: TeamsBench, karim: Person, status: int
) -> None:
    receipt = await bench.platform.send(address(bench, karim), HELLO, "k")
    bench.teams.faults.append(Fault("update", status))
    with pytest.raises(PlatformUnavailable):
        await bench.platform.update(address(bench, karim), receipt, CHANGED)
    await bench.platform.update(address(bench, karim), receipt, CHANGED)
    assert karim.sees[0].text == "Merci"


async def test_a_card_that_teams_refuses_concerns_that_message_only(bench: TeamsBench, karim: Person) -> None:
    bench.teams.faults.append(Fault("send", 400, {"error": {"code": "BadSyntax"}}))
    with pytest.raises(PlatformError) as caught:
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert type(caught.value) is PlatformError
    assert "BadSyntax" in str(caught.value)


async def test_nobody_listening_means_that_nothing_was_sent(bench: TeamsBench, karim: Person) -> None:
    to = address(bench, karim)
    await bench.platform.send(to, HELLO, "k")
    await bench.teams.close()
    await asyncio.sleep(0.05)
    with pytest.raises(PlatformUnavailable):
        await bench.platform.send(to, HELLO, "k")


async def test_an_answer_that_never_comes_leaves_the_outcome_unknown(
    bench: TeamsBench, karim: Person
) -> None:
    hosts = ServiceHosts(bench.teams.settings()["service_hosts"])
    limits = aiohttp.ClientTimeout(total=5, sock_read=0.2)
    async with aiohttp.ClientSession(timeout=limits) as session:
        credentials = Credentials(
            session,
            bench.clock,
            app_id=APP_ID,
            secret=SECRET,
            token_url=f"{bench.teams.url}/{TENANT}/oauth2/v2.0/token",
        )
        connector = Connector(session, credentials, hosts)
        bench.teams.faults.append(Fault("send", 0, carried_out=True))
        activity = {"type": "message", "from": {"id": BOT}, "channelData": {"tenant": {"id": TENANT}}}
        with pytest.raises(OutcomeUnknown):
            await connector.send(bench.teams.service_url, karim.chat.id, activity)
    assert len(karim.sees) == 1


async def test_the_token_never_goes_to_a_host_that_is_not_listed(bench: TeamsBench) -> None:
    elsewhere = Reference(service_url="https://evil.example.org/", user="29:x", bot=BOT, conversation="a:1")
    with pytest.raises(Misconfigured, match="ENTRAIN_TEAMS_SERVICE_HOSTS"):
        await bench.platform.send(Address(TENANT, "x", elsewhere.dumps()), HELLO, "k")
    assert bench.teams.requests == []


async def test_a_stored_conversation_that_cannot_be_read_is_an_error_of_ours(bench: TeamsBench) -> None:
    with pytest.raises(PlatformError, match="cannot be read"):
        await bench.platform.send(Address(TENANT, "x", "D012345"), HELLO, "k")


# ------------------------------------------------------------------ tokens


async def test_twenty_sends_take_one_token_and_never_hold_up_the_loop(
    bench: TeamsBench, karim: Person
) -> None:
    """Teams answers in the same loop, so what waits without handing over would wait for ever; CPU is what is left."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.005)
            longest = max(longest, time.thread_time() - before)

    heart = asyncio.create_task(beat())
    to = address(bench, karim)
    await asyncio.gather(*(bench.platform.send(to, HELLO, f"k{n}") for n in range(20)))
    heart.cancel()
    assert bench.teams.requests.count("token") == 1
    assert len(karim.sees) == 20
    assert longest < 0.25


async def test_a_token_is_renewed_before_it_ends(bench: TeamsBench, karim: Person) -> None:
    to = address(bench, karim)
    await bench.platform.send(to, HELLO, "k1")
    bench.clock.advance(timedelta(minutes=50))
    await bench.platform.send(to, HELLO, "k2")
    assert bench.teams.requests.count("token") == 1
    bench.clock.advance(timedelta(minutes=6))
    await bench.platform.send(to, HELLO, "k3")
    assert bench.teams.requests.count("token") == 2


async def test_a_token_that_is_refused_is_replaced_once_for_everybody(
    bench: TeamsBench, karim: Person
) -> None:
    to = address(bench, karim)
    await bench.platform.send(to, HELLO, "k")
    bench.teams.expire_tokens()
    await asyncio.gather(*(bench.platform.send(to, HELLO, f"k{n}") for n in range(10)))
    assert len(karim.sees) == 11
    assert bench.teams.requests.count("token") == 2


async def test_a_token_that_is_always_refused_is_a_matter_of_settings(
    bench: TeamsBench, karim: Person
) -> None:
    bench.teams.faults.extend([Fault("send", 401), Fault("send", 401)])
    with pytest.raises(Misconfigured):
        await bench.platform.send(address(bench, karim), HELLO, "k")
    assert bench.teams.requests.count("send") == 2


async def test_a_failed_token_request_fails_all_who_wait_and_not_those_after(
    bench: TeamsBench, karim: Person
) -> None:
    bench.teams.faults.append(Fault("token", 503))
    to = address(bench, karim)
    results = await asyncio.gather(
        *(bench.platform.send(to, HELLO, f"k{n}") for n in range(5)), return_exceptions=True
    )
    assert {type(result) for result in results} == {PlatformUnavailable}
    assert bench.teams.requests.count("token") == 1
    await bench.platform.send(to, HELLO, "k")
    assert len(karim.sees) == 1


async def test_someone_who_stops_waiting_takes_the_token_from_nobody(
    bench: TeamsBench, karim: Person
) -> None:
    to = address(bench, karim)
    impatient = asyncio.create_task(bench.platform.send(to, HELLO, "k1"))
    patient = asyncio.create_task(bench.platform.send(to, HELLO, "k2"))
    await asyncio.sleep(0.01)
    impatient.cancel()
    await patient
    assert len(karim.sees) == 1
    assert bench.teams.requests.count("token") == 1


# ------------------------------------------------------------------ the rest of the connector and the port


async def test_members_come_page_by_page(bench: TeamsBench, karim: Person) -> None:
    bench.teams.roster = [{"id": f"29:{n}", "aadObjectId": f"aad-{n}"} for n in range(PAGE_SIZE * 2 + 1)]
    found = [
        member.aad_object_id
        async for member in bench.platform.connector.members(bench.teams.service_url, "19:team@thread.tacv2")
    ]
    assert found == [f"aad-{n}" for n in range(PAGE_SIZE * 2 + 1)]


async def test_a_message_is_taken_away_and_once_gone_stays_gone(bench: TeamsBench, karim: Person) -> None:
    receipt = await bench.platform.send(address(bench, karim), HELLO, "k")
    for _ in range(2):
        await bench.platform.connector.delete(bench.teams.service_url, karim.chat.id, receipt.message)
    assert karim.sees == []


async def test_what_teams_cannot_do_is_said_as_the_port_says_it(bench: TeamsBench) -> None:
    to = Address(TENANT, "x")
    assert not any(
        (
            bench.platform.capabilities.finds_sent,
            bench.platform.capabilities.opens_forms,
            bench.platform.capabilities.lists_members,
        )
    )
    with pytest.raises(TriggerExpired):
        await bench.platform.open_form(to, "trigger", TESTIMONIAL)
    with pytest.raises(OutcomeUnknown):
        await bench.platform.find_sent(to, "k", bench.clock.now())
    with pytest.raises(PlatformError):
        bench.platform.list_members(TENANT)


async def test_before_it_is_started_and_without_a_chat_calls_are_errors_of_ours(bench: TeamsBench) -> None:
    platform = TeamsPlatform(**bench.teams.settings(), inbound=RecordingInbound(), clock=bench.clock)
    with pytest.raises(PlatformError, match="not been started"):
        await platform.send(Address(TENANT, "x"), HELLO, "k")
    await platform.close()
    nowhere = Reference(service_url=bench.teams.service_url, user="29:x", bot=BOT).dumps()
    with pytest.raises(PlatformError, match="no conversation"):
        await bench.platform.update(Address(TENANT, "x"), Receipt("1", nowhere), HELLO)
