"""Every recorded payload becomes exactly one event, or none."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.errors import Unreachable
from bot.platforms.port import (
    ButtonPressed,
    Command,
    FormSubmitted,
    HomeOpened,
    InboundEvent,
    MemberJoined,
    MemberLeft,
    Shortcut,
    TextReceived,
    WorkspaceLost,
)
from bot.platforms.slack.inbound import MalformedPayload, kind_of, translate
from bot.platforms.slack.render import escaped
from bot.platforms.slack.wiretext import bare, readable
from tests.support.slack_wire import FIXTURES, recorded

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEAM = "T061EG9R6"


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


EXPECTED: dict[str, InboundEvent | None] = {
    "event_message_im": TextReceived(
        event_id="message:D024BE91L:1764579845.187309",
        workspace=TEAM,
        user="U2147483697",
        at=at(1764579845.187309),
        conversation="D024BE91L",
        text="pas le temps d'ouvrir le truc & ça tombe toujours au pire moment, cf. le plan :sweat_smile:",
    ),
    "event_app_mention": TextReceived(
        event_id="message:C024BE91L:1764580012.004200",
        workspace=TEAM,
        user="U2147483697",
        at=at(1764580012.0042),
        text="aide",
    ),
    "event_message_file_share": TextReceived(
        event_id="message:D024BE91L:1764579991.000200",
        workspace=TEAM,
        user="U2147483697",
        at=at(1764579991.0002),
        conversation="D024BE91L",
        text="",
    ),
    "event_message_changed": None,
    "event_message_bot": None,
    "event_app_home_opened": HomeOpened(
        event_id="Ev09QXHOME01",
        workspace=TEAM,
        user="U2147483697",
        at=at(1764579800),
        conversation="D024BE91L",
    ),
    "event_team_join": MemberJoined(
        event_id="Ev09QXJOIN01", workspace=TEAM, user="U0NEW00007", name="Inès", at=at(1764580100)
    ),
    "event_user_change_deleted": MemberLeft(
        event_id="Ev09QXCHG001",
        workspace=TEAM,
        user="U2147483697",
        name="Karim B.",
        at=at(1764590000),
        reason=Unreachable.DEACTIVATED,
    ),
    "event_app_uninstalled": WorkspaceLost(
        event_id="Ev09QXUNINST", workspace=TEAM, user="", at=at(1764600000), status="uninstalled"
    ),
    "event_tokens_revoked": WorkspaceLost(
        event_id="Ev09QXREVOKE", workspace=TEAM, user="", at=at(1764600000), status="revoked"
    ),
    "command_testimonial": Command(
        event_id="command:9876543210.6034553.8fb1cf0d1c4a95bdc2e3ac15e2e5a1c7",
        workspace=TEAM,
        user="U0AUDE00002",
        name="aude",
        at=NOW,
        trigger="9876543210.6034553.8fb1cf0d1c4a95bdc2e3ac15e2e5a1c7",
        command="testimonial",
    ),
    "command_adoption_digest": Command(
        event_id="command:9876543211.6034553.1d0c4f6e7b8a9c0d1e2f3a4b5c6d7e8f",
        workspace=TEAM,
        user="U0SANDR0003",
        name="sandrine",
        at=NOW,
        trigger="9876543211.6034553.1d0c4f6e7b8a9c0d1e2f3a4b5c6d7e8f",
        command="adoption",
        argument="digest",
    ),
    "action_button": ButtonPressed(
        event_id="action:U2147483697:1764579600.000100:1764579642.337451:interview.answer#2",
        workspace=TEAM,
        user="U2147483697",
        name="karim.b",
        at=at(1764579642.337451),
        conversation="D024BE91L",
        trigger="9876543220.6034553.aa01bb02cc03dd04ee05ff0601020304",
        action="interview.answer",
        value="i7|fact|paper",
        message="1764579600.000100",
        label="Papier & Excel",
    ),
    "action_select": ButtonPressed(
        event_id="action:U2147483697:1764579700.000100:1764579712.118822:routine.pick#0",
        workspace=TEAM,
        user="U2147483697",
        name="karim.b",
        at=at(1764579712.118822),
        conversation="D024BE91L",
        trigger="9876543221.6034553.bb01bb02cc03dd04ee05ff0601020304",
        action="routine.pick",
        value="i7|r2",
        message="1764579700.000100",
        label="Le vendredi, je range mes cartes",
    ),
    "view_submission": FormSubmitted(
        event_id="view:V0PKB1ZFV:1764579999.ldCxCqI4",
        workspace=TEAM,
        user="U0AUDE00002",
        name="aude",
        at=NOW,
        trigger="9876543230.6034553.cc01bb02cc03dd04ee05ff0601020304",
        form="testimonial",
        values={
            "text": "Je voyais pas l'intérêt <avant>. *Maintenant* 40 min & c'est tout.",
            "blocker": "benefit",
            "sign": "name",
            "until": "2026-06-30",
            "consent": "yes",
        },
        context="p1|v2",
    ),
    "message_action": Shortcut(
        event_id="shortcut:U0AUDE00002:C024BE91L:1764579700.000300:1764579850.118822",
        workspace=TEAM,
        user="U0AUDE00002",
        name="aude",
        at=at(1764579850.118822),
        trigger="9876543240.6034553.dd01bb02cc03dd04ee05ff0601020304",
        shortcut="testimonial",
        text="Au début j'oubliais. Maintenant je note après le point de 9 h & le tableau suit.",
        author="U0AUDE00002",
    ),
    "url_verification": None,
    "app_rate_limited": None,
}


def test_every_recorded_payload_has_an_expectation() -> None:
    assert {path.stem for path in FIXTURES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_payload_becomes_exactly_this_event(name: str) -> None:
    assert translate(recorded(name), NOW) == EXPECTED[name]


def test_one_message_that_arrives_in_two_forms_is_one_event() -> None:
    mention = recorded("event_app_mention")
    message = json.loads(json.dumps(mention))
    message["event"] |= {"type": "message", "channel_type": "im"}
    message["event_id"] = "EvAnother"
    first, second = translate(mention, NOW), translate(message, NOW)
    assert first is not None
    assert second is not None
    assert first.event_id == second.event_id


def test_two_presses_of_one_button_are_two_events() -> None:
    again = recorded("action_button")
    again["actions"][0]["action_ts"] = "1764579643.000000"
    first, second = translate(recorded("action_button"), NOW), translate(again, NOW)
    assert first is not None
    assert second is not None
    assert first.event_id != second.event_id


@pytest.mark.parametrize("name", ["action_button", "command_adoption_digest", "event_app_mention"])
def test_a_conversation_that_is_not_the_persons_own_is_never_told(name: str) -> None:
    payload = recorded(name)
    if "container" in payload:
        payload["container"]["channel_id"] = "C024BE91L"
    event = translate(payload, NOW)
    assert event
    assert event.conversation is None


@pytest.mark.parametrize(
    "change",
    [
        {"channel_type": "channel"},
        {"subtype": "bot_message"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"bot_id": "B1"},
        {"user": "USLACKBOT"},
        {"hidden": True},
    ],
)
def test_what_is_not_a_person_writing_to_us_is_no_event(change: dict[str, Any]) -> None:
    payload = recorded("event_message_im")
    payload["event"] |= change
    assert translate(payload, NOW) is None


def test_whoever_is_active_can_be_written_to() -> None:
    """Slack tells a re-activation like any changed profile; whether it is news is for the gateway to know."""
    changed = recorded("event_user_change_deleted")
    changed["event"]["user"]["deleted"] = False
    event = translate(changed, NOW)
    assert isinstance(event, MemberJoined)
    assert (event.user, event.conversation) == ("U2147483697", None)


def test_a_changed_bot_a_new_bot_and_a_users_own_token_are_no_news() -> None:
    changed, joined, revoked = (
        recorded("event_user_change_deleted"),
        recorded("event_team_join"),
        recorded("event_tokens_revoked"),
    )
    changed["event"]["user"] |= {"deleted": False, "is_bot": True}
    joined["event"]["user"]["is_bot"] = True
    revoked["event"]["tokens"] = {"oauth": ["U2147483697"], "bot": []}
    assert [translate(payload, NOW) for payload in (changed, joined, revoked)] == [None, None, None]


def test_an_unticked_consent_and_an_empty_field_have_no_value() -> None:
    payload = recorded("view_submission")
    payload["view"]["state"]["values"]["consent"]["input"]["selected_options"] = []
    payload["view"]["state"]["values"]["blocker"]["input"]["selected_option"] = None
    event = translate(payload, NOW)
    assert isinstance(event, FormSubmitted)
    assert {"consent", "blocker", "before_after"}.isdisjoint(event.values)


def test_a_press_in_a_modal_is_not_a_press_of_a_message() -> None:
    payload = recorded("action_button")
    payload["container"] = {"type": "view", "view_id": "V1"}
    assert translate(payload, NOW) is None


@pytest.mark.parametrize("change", [{"bot_id": "B1"}, {"subtype": "bot_message"}, {"user": None}])
def test_a_message_that_no_person_wrote_has_no_author(change: dict[str, Any]) -> None:
    payload = recorded("message_action")
    payload["message"] |= change
    event = translate(payload, NOW)
    assert isinstance(event, Shortcut)
    assert event.author == ""


def test_a_message_picked_between_two_colleagues_is_no_place_to_answer_in() -> None:
    payload = recorded("message_action")
    payload["channel"]["id"] = "D0COLLEAGUE"
    event = translate(payload, NOW)
    assert event
    assert event.conversation is None


@pytest.mark.parametrize(
    ("wire_text", "shown"),
    [
        ("*gras* _doux_ ~barré~ `code`", "gras doux barré code"),
        ("*_les deux_*", "les deux"),
        ("2 * 3 * 4 et snake_case_name", "2 * 3 * 4 et snake_case_name"),
        ("avant ```\nbloc\n``` après", "avant \nbloc\n après"),
    ],
)
def test_marks_that_the_reader_does_not_see_are_gone(wire_text: str, shown: str) -> None:
    assert bare(wire_text) == shown


def test_an_organisation_wide_installation_is_known_by_its_enterprise() -> None:
    payload = recorded("action_button")
    payload |= {"team": None, "enterprise": {"id": "E1", "name": "Exemple"}, "is_enterprise_install": True}
    event = translate(payload, NOW)
    assert event
    assert event.workspace == "E1"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("event_message_im", "event"),
        ("command_testimonial", "trigger_id"),
        ("action_button", "actions"),
        ("view_submission", "view"),
        ("event_app_uninstalled", "event_id"),
        ("message_action", "message"),
        ("message_action", "trigger_id"),
    ],
)
def test_a_payload_without_a_part_is_malformed(name: str, missing: str) -> None:
    payload = recorded(name)
    del payload[missing]
    with pytest.raises(MalformedPayload):
        translate(payload, NOW)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "event", "user", "actions", "view", "container", "command", "team"]),
                inner,
                max_size=4,
            )
        ),
    ),
    st.sampled_from(["event_callback", "block_actions", "message_action", "view_submission"]),
)
def test_any_json_is_an_event_nothing_or_malformed(part: Any, kind: str) -> None:
    parts = ("event", "actions", "view", "container", "user", "message", "channel")
    body = {"type": kind, **dict.fromkeys(parts, part)}
    assert isinstance(kind_of(body), str)
    try:
        translate(body, NOW)
    except MalformedPayload:
        return


@pytest.mark.parametrize(
    ("wire_text", "shown"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<https://a.fr/x|le plan> et <https://b.fr>", "le plan et https://b.fr"),
        ("<@U123> <@U123|karim> <#C1|quai> <!channel> <!subteam^S1|@rh>", "@U123 @karim #quai @channel @rh"),
        ("<mailto:a@b.fr|a@b.fr>", "a@b.fr"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_wire_text_reads_as_the_person_saw_it(wire_text: str, shown: str) -> None:
    assert readable(wire_text) == shown


@given(st.text())
def test_any_text_survives_slacks_escaping(text: str) -> None:
    assert readable(escaped(text)) == text


def test_forty_thousand_characters_right_to_left_and_emoji_come_through() -> None:
    payload = recorded("event_message_im")
    payload["event"]["text"] = text = ("ليس لدي وقت 👩‍🌾 " * 3000)[:40_000].strip()
    event = translate(payload, NOW)
    assert isinstance(event, TextReceived)
    assert event.text == text


@pytest.mark.parametrize("stamp", [67_768_036_191_676_796, 1e300, -1e18, "nan", "inf"])
def test_a_time_that_no_clock_can_show_is_a_malformed_payload(stamp: float | str) -> None:
    body = recorded("event_app_mention")
    body["event"]["ts"] = stamp
    with pytest.raises(MalformedPayload):
        translate(body, NOW)
