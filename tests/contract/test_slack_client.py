"""The Slack adapter's sending half against a strict Web API with every failure that Slack is known for."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.platforms import lease
from bot.platforms.errors import (
    LeaseLost,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    RecipientUnreachable,
    TriggerExpired,
    Unreachable,
)
from bot.platforms.port import (
    Address,
    Button,
    Buttons,
    FieldKind,
    Form,
    FormField,
    Message,
    Receipt,
    Text,
)
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.slack.failures import ConversationGone
from content.markup import literal
from tests.support.clock import FixedClock
from tests.support.fake_slack import (
    TEAM,
    FakeSlack,
    Fault,
    html_503,
    hung_up,
    lost_answer,
    rate_limited,
    refuses,
    slow,
)
from tests.support.recording_inbound import RecordingInbound

HELLO = Message((Text(literal("Bonjour")),))
KARIM = Address(TEAM, "U1")
FORM = Form("testimonial", "Témoignage", (FormField("text", FieldKind.LINE, "Vos mots"),), "Envoyer", "p1")


def platform_on(slack: FakeSlack, **changes: object) -> SlackPlatform:
    arguments = {
        "bot_token": slack.token,
        "signing_secret": "secret",
        "app_token": None,
        "inbound": RecordingInbound(),
        "clock": slack.clock,
        "base_url": slack.base_url,
        "timeout": 0.5,
    }
    return SlackPlatform(**(arguments | changes))  # type: ignore[arg-type]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(FixedClock()) as fake:
        fake.add_user("U1", "Karim", locale="fr-FR", tz="Europe/Paris")
        yield fake


@pytest.fixture
async def platform(slack: FakeSlack) -> AsyncIterator[SlackPlatform]:
    adapter = platform_on(slack)
    await adapter.start()
    yield adapter
    await adapter.close()


async def test_a_first_message_opens_the_conversation_and_later_ones_use_it(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    receipt = await platform.send(KARIM, HELLO, "k1")
    await platform.send(Address(TEAM, "U1", receipt.conversation), HELLO, "k2")
    assert len(slack.called("conversations.open")) == 1
    assert [m["metadata"]["event_payload"]["key"] for m in slack.sent_to("U1")] == ["k1", "k2"]
    assert slack.sent_to("U1")[0]["ts"] == receipt.message


async def test_a_conversation_that_is_gone_is_opened_anew_once(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    receipt = await platform.send(Address(TEAM, "U1", "D_OLD"), HELLO, "k1")
    assert receipt.conversation == slack.direct("U1")
    assert len(slack.sent_to("U1")) == 1
    assert len(slack.called("conversations.open")) == 1


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
async def test_a_person_without_any_conversation_is_unreachable(
    slack: FakeSlack, platform: SlackPlatform, error: str
) -> None:
    slack.fail("chat.postMessage", refuses(error), refuses(error))
    with pytest.raises(RecipientUnreachable):
        await platform.send(Address(TEAM, "U1", slack.direct("U1")), HELLO, "k1")
    assert len(slack.called("chat.postMessage")) == 2, "and no oftener"


async def test_somebody_who_has_gone_is_not_written_to_in_a_new_conversation(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.users["U1"]["deleted"] = True
    with pytest.raises(RecipientUnreachable):
        await platform.send(Address(TEAM, "U1", "D_OLD"), HELLO, "k1")


async def test_nothing_is_found_in_a_conversation_that_is_gone(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    assert await platform.find_sent(Address(TEAM, "U1", "D_OLD"), "k1", slack.clock.now()) is None


async def test_a_lease_that_ends_when_the_connection_is_at_hand_posts_nothing(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    known = Address(TEAM, "U1", slack.direct("U1"))
    holds = iter([True, True, False])
    with pytest.raises(LeaseLost), lease.under(lambda: next(holds)):
        await platform.send(known, HELLO, "k1")
    assert slack.called("chat.postMessage") == []
    await platform.send(known, HELLO, "k1")
    assert len(slack.sent_to("U1")) == 1


async def test_a_lease_that_ends_while_the_conversation_is_opened_posts_nothing(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    with pytest.raises(LeaseLost), lease.under(lambda: not slack.called("conversations.open")):
        await platform.send(KARIM, HELLO, "k1")
    assert slack.called("conversations.open")
    assert slack.sent_to("U1") == []


async def test_an_update_replaces_the_message(slack: FakeSlack, platform: SlackPlatform) -> None:
    receipt = await platform.send(KARIM, Message((Buttons((Button("a.b", "v", "Oui"),)),), "Oui ?"), "k1")
    await platform.update(KARIM, receipt, HELLO)
    (message,) = slack.sent_to("U1")
    assert message["text"] == "Bonjour"
    assert [block["type"] for block in message["blocks"]] == ["rich_text"]


async def test_a_form_opens_once_per_trigger(slack: FakeSlack, platform: SlackPlatform) -> None:
    slack.give_trigger("t1")
    await platform.open_form(KARIM, "t1", FORM)
    assert [view["callback_id"] for view in slack.views] == ["testimonial"]
    with pytest.raises(TriggerExpired):
        await platform.open_form(KARIM, "t1", FORM)


@pytest.mark.parametrize("state", ["expired", "used"])
async def test_a_late_trigger_is_told(slack: FakeSlack, platform: SlackPlatform, state: str) -> None:
    slack.give_trigger("t1", state)
    with pytest.raises(TriggerExpired):
        await platform.open_form(KARIM, "t1", FORM)


async def test_members_are_the_humans_of_every_page(slack: FakeSlack, platform: SlackPlatform) -> None:
    for number in range(2, 403):
        slack.add_user(f"U{number}", f"Person {number}", deleted=number == 300, is_bot=number == 301)
    slack.add_user("USLACKBOT", "Slackbot")
    members = [member async for member in platform.list_members(TEAM)]
    assert len(members) == 400
    assert {"U300", "U301", "USLACKBOT"}.isdisjoint(member.user for member in members)
    assert (members[0].name, members[0].lang, members[0].timezone) == ("Karim", "fr-FR", "Europe/Paris")


async def test_a_list_waits_when_asked_to_slow_down(slack: FakeSlack, platform: SlackPlatform) -> None:
    slack.fail("users.list", rate_limited(0))
    assert [member.user async for member in platform.list_members(TEAM)] == ["U1"]


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        (rate_limited(7), RateLimited, False),
        (refuses("user_disabled"), RecipientUnreachable, False),
        (refuses("messages_tab_disabled"), RecipientUnreachable, False),
        (refuses("restricted_action"), RecipientUnreachable, False),
        (refuses("channel_not_found"), ConversationGone, False),
        (refuses("token_revoked"), Misconfigured, False),
        (refuses("account_inactive"), Misconfigured, False),
        (refuses("team_access_not_granted"), Misconfigured, False),
        (refuses("invalid_auth"), Misconfigured, False),
        (refuses("missing_scope"), Misconfigured, False),
        (refuses("internal_error"), OutcomeUnknown, False),
        (refuses("fatal_error"), OutcomeUnknown, False),
        (html_503(), OutcomeUnknown, False),
        (html_503(arrives=True), OutcomeUnknown, True),
        (Fault(status=500, error="something"), OutcomeUnknown, False),
        (hung_up(), OutcomeUnknown, False),
        (lost_answer(), OutcomeUnknown, True),
        (slow(2.0), OutcomeUnknown, True),
        (refuses("msg_too_long"), PlatformError, False),
    ],
    ids=str,
)
async def test_what_a_failed_send_means(
    slack: FakeSlack, platform: SlackPlatform, fault: Fault, error: type[PlatformError], arrived: bool
) -> None:
    slack.fail("chat.postMessage", fault)
    with pytest.raises(PlatformError) as raised:
        await platform.send(KARIM, HELLO, "k1")
    assert type(raised.value) is error
    assert len(slack.called("chat.postMessage")) == 1, "a send is tried once"
    assert len(slack.sent_to("U1")) == arrived
    found = await platform.find_sent(KARIM, "k1", slack.clock.now() - timedelta(minutes=10))
    assert bool(found) == arrived


@pytest.mark.parametrize("fault", [refuses("internal_error"), html_503(), hung_up(), slow(2.0)], ids=str)
async def test_what_may_be_repeated_is_never_uncertain(
    slack: FakeSlack, platform: SlackPlatform, fault: Fault
) -> None:
    receipt = await platform.send(KARIM, HELLO, "k1")
    slack.fail("chat.update", fault)
    with pytest.raises(PlatformUnavailable):
        await platform.update(KARIM, receipt, HELLO)
    slack.fail("conversations.open", fault)
    with pytest.raises(PlatformUnavailable):
        await platform.send(KARIM, HELLO, "k2")
    assert len(slack.sent_to("U1")) == 1


async def test_nobody_listening_means_that_nothing_was_sent(slack: FakeSlack) -> None:
    platform = platform_on(slack, base_url="http://127.0.0.1:9/api/")
    await platform.start()
    with pytest.raises(PlatformUnavailable):
        await platform.send(Address(TEAM, "U1", "D1"), HELLO, "k1")
    await platform.close()


async def test_a_wrong_token_is_told(slack: FakeSlack) -> None:
    platform = platform_on(slack, bot_token="xoxb-wrong")
    await platform.start()
    with pytest.raises(Misconfigured) as raised:
        await platform.check(TEAM)
    assert (raised.value.code, raised.value.revoked) == ("invalid_auth", True)
    await platform.close()


@pytest.mark.parametrize("method", ["auth.test", "chat.postMessage"])
@pytest.mark.parametrize(
    ("code", "revoked"), [("token_revoked", True), ("account_inactive", True), ("missing_scope", False)]
)
async def test_whether_a_refusal_is_of_the_token_is_told(
    slack: FakeSlack, platform: SlackPlatform, method: str, code: str, revoked: bool
) -> None:
    slack.fail(method, refuses(code))
    with pytest.raises(Misconfigured) as raised:
        await (platform.check(TEAM) if method == "auth.test" else platform.send(KARIM, HELLO, "k1"))
    assert (raised.value.code, raised.value.revoked) == (code, revoked)
    await platform.check(TEAM)


async def test_a_token_of_another_workspace_is_no_good_here(platform: SlackPlatform) -> None:
    with pytest.raises(Misconfigured, match="ENTRAIN_SLACK_BOT_TOKEN"):
        await platform.check("T_ELSEWHERE")


@pytest.mark.parametrize(
    ("code", "reason"),
    [("user_disabled", Unreachable.DEACTIVATED), ("messages_tab_disabled", Unreachable.NO_MESSAGES_TAB)],
)
async def test_why_a_person_cannot_be_written_to_is_told(
    slack: FakeSlack, platform: SlackPlatform, code: str, reason: Unreachable
) -> None:
    slack.fail("chat.postMessage", refuses(code))
    with pytest.raises(RecipientUnreachable) as raised:
        await platform.send(KARIM, HELLO, "k1")
    assert raised.value.reason is reason


async def test_the_token_says_which_workspace_it_is(slack: FakeSlack, platform: SlackPlatform) -> None:
    identity = await platform.identity()
    assert (identity.team, identity.team_name, identity.bot_user) == (TEAM, "Exemple", "U0BOT00001")


async def test_people_who_cannot_be_written_to(slack: FakeSlack, platform: SlackPlatform) -> None:
    slack.add_user("U2", "Parti", deleted=True)
    for user in ("U2", "U404"):
        with pytest.raises(RecipientUnreachable):
            await platform.send(Address(TEAM, user), HELLO, "k1")


async def test_slack_is_left_alone_for_as_long_as_it_asks(platform: SlackPlatform, slack: FakeSlack) -> None:
    clock = slack.clock
    assert isinstance(clock, FixedClock)
    slack.fail("chat.postMessage", rate_limited(7))
    with pytest.raises(RateLimited):
        await platform.send(KARIM, HELLO, "k1")
    clock.advance(timedelta(seconds=3))
    with pytest.raises(RateLimited) as raised:
        await platform.send(KARIM, HELLO, "k1")
    assert raised.value.retry_after == 4
    assert len(slack.called("chat.postMessage")) == 1
    clock.advance(timedelta(seconds=4))
    await platform.send(KARIM, HELLO, "k1")
    assert len(slack.sent_to("U1")) == 1


async def test_a_clock_that_is_set_back_leaves_slack_alone_no_longer(
    platform: SlackPlatform, slack: FakeSlack
) -> None:
    clock = slack.clock
    assert isinstance(clock, FixedClock)
    slack.fail("chat.postMessage", rate_limited(7))
    with pytest.raises(RateLimited):
        await platform.send(KARIM, HELLO, "k1")
    clock.set(timedelta(hours=-2))
    clock.advance(timedelta(seconds=7))
    await platform.send(KARIM, HELLO, "k1")
    assert len(slack.sent_to("U1")) == 1


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(hours=-2)], ids=["ahead", "behind"])
async def test_a_lost_answer_is_found_whatever_our_clock_says(
    slack: FakeSlack, platform: SlackPlatform, ahead: timedelta
) -> None:
    slack.fail("chat.postMessage", lost_answer())
    with pytest.raises(OutcomeUnknown):
        await platform.send(KARIM, HELLO, "k1")
    assert await platform.find_sent(KARIM, "k1", slack.clock.now() + ahead - timedelta(minutes=10))


async def test_a_lost_answer_is_found_among_many_and_no_more_is_read_than_needed(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    clock = slack.clock
    assert isinstance(clock, FixedClock)
    slack.fail("chat.postMessage", lost_answer())
    with pytest.raises(OutcomeUnknown):
        await platform.send(KARIM, HELLO, "k1")
    since = clock.now() - timedelta(minutes=10)
    clock.advance(timedelta(minutes=1))
    for _ in range(450):
        slack._post(
            "D00000000",
            "x",
            [{"type": "divider"}],
            {"event_type": "other", "event_payload": {}},
            False,
            False,
            False,
        )
    found = await platform.find_sent(KARIM, "k1", since)
    assert found == Receipt(slack.sent_to("U1")[0]["ts"], "D00000000")
    assert await platform.find_sent(KARIM, "k2", since) is None
    asked = len(slack.called("conversations.history"))
    assert await platform.find_sent(KARIM, "k3", clock.now() + timedelta(seconds=1)) is None
    assert len(slack.called("conversations.history")) == asked + 1
