"""Wire payloads of Teams -> events."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.errors import Unreachable
from bot.platforms.port import (
    ButtonPressed,
    Command,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    Shortcut,
    TextReceived,
    storable,
)
from bot.platforms.teams.inbound import Answer, Reading, translate
from bot.platforms.teams.reference import Reference
from bot.platforms.teams.wire import Malformed, parse

FIXTURES = Path(__file__).parent.parent / "fixtures" / "teams"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KARIM = "7faf8f6b-91b5-4a8e-9a3d-0c5b8c3e1a11"
TENANT = "f1e2d3c4-0000-4000-8000-00000000aaaa"


def payload(fixture: str, **changes: Any) -> dict[str, Any]:
    return {**json.loads((FIXTURES / f"{fixture}.json").read_text()), **changes}


def read(activity: dict[str, Any]) -> Reading:
    return translate(parse(json.dumps(activity).encode()), NOW)


def only(reading: Reading) -> Any:
    (event,) = reading.events
    return event


def test_a_message_is_its_words_with_entities_as_characters() -> None:
    event = only(read(payload("message")))
    assert isinstance(event, TextReceived)
    assert event.text == "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment"


def test_people_are_keyed_on_tenant_and_their_own_id_and_keep_where_to_answer() -> None:
    wire = payload("message")
    event = only(read(wire))
    assert (event.workspace, event.user, event.name) == (TENANT, KARIM, "Karim Benali")
    assert event.event_id == f"{wire['conversation']['id']}:{wire['id']}"
    assert event.at == datetime(2026, 11, 24, 8, 59, 58, 412834, tzinfo=UTC)
    assert Reference.loads(event.conversation) == Reference(
        service_url=wire["serviceUrl"],
        user=wire["from"]["id"],
        bot=wire["recipient"]["id"],
        conversation=wire["conversation"]["id"],
    )


def test_without_a_directory_id_the_bots_own_id_of_the_person_serves() -> None:
    wire = payload("message")
    del wire["from"]["aadObjectId"]
    assert only(read(wire)).user == wire["from"]["id"]


def test_a_redelivery_has_the_same_event_id_even_without_an_activity_id() -> None:
    wire = payload("message")
    del wire["id"]
    assert only(read(wire)).event_id == only(read(wire)).event_id
    assert only(read(wire)).event_id != only(read({**wire, "text": "autre chose"})).event_id


def test_an_overlong_event_id_is_hashed_and_stays_distinct() -> None:
    first = only(read(payload("message", id="x" * 400))).event_id
    second = only(read(payload("message", id="x" * 399 + "y"))).event_id
    assert len(first) <= 255
    assert first != second


def test_a_mention_in_a_group_is_a_command_answered_one_to_one() -> None:
    event = only(read(payload("message_group_mention")))
    assert isinstance(event, Command)
    assert (event.command, event.argument) == ("adoption", "digest")
    assert Reference.loads(event.conversation or "").conversation is None


def test_a_slash_command_in_a_group_is_a_command() -> None:
    wire = payload("message_group_slash")
    assert parse(json.dumps(wire).encode()).recipient.is_targeted
    event = only(read(wire))
    assert isinstance(event, Command)
    assert event.command == "testimonial"


def test_what_is_said_in_a_group_is_never_read_as_an_answer() -> None:
    event = only(read(payload("message_channel_mention")))
    assert isinstance(event, Command)
    assert event.command == "help"


def test_a_picture_without_words_gets_help() -> None:
    picture = [{"contentType": "image/png", "contentUrl": "https://example.org/x.png"}]
    event = only(read(payload("message", text=None, attachments=picture)))
    assert isinstance(event, Command)
    assert event.command == "help"


@pytest.mark.parametrize("name", ["action_submit", "action_execute"])
def test_a_button_is_a_press_of_the_message_that_held_it(name: str) -> None:
    event = only(read(payload(name)))
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value, event.label) == ("interview.answer", "itv_1|2|paper", "Papier, Excel")
    assert event.message == "1764000000250"


def test_a_choice_is_a_press_with_the_chosen_value() -> None:
    event = only(read(payload("action_execute_pick")))
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("testimonial.blocker", "benefit")


def test_a_choice_with_nothing_chosen_is_no_event() -> None:
    wire = payload("action_execute_pick")
    del wire["value"]["action"]["data"]["pick.1"]
    assert read(wire) == Reading((), Answer.CARD_ACTION)


def test_a_form_in_a_card_is_submitted_with_what_was_filled_in() -> None:
    event = only(read(payload("action_execute_form")))
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.context, event.message) == ("testimonial", "prj_1", "1764000000252")
    assert event.values == {
        "words": "Deux heures par semaine\nde gagnées",
        "blocker": "benefit",
        "consent": "yes",
    }


@pytest.mark.parametrize("name", ["extension_submit_action", "task_submit"])
def test_a_dialog_is_submitted(name: str) -> None:
    reading = read(payload(name))
    event = only(reading)
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.message) == ("testimonial", None)
    assert reading.answer is Answer.FORM_TAKEN


@pytest.mark.parametrize("name", ["extension_fetch_task", "task_fetch"])
def test_a_dialog_is_asked_for(name: str) -> None:
    reading = read(payload(name))
    assert reading.answer is Answer.OPEN_FORM
    assert reading.events == ()
    assert isinstance(reading.asks, Command)
    assert (reading.form, reading.asks.command, reading.asks.user) == ("testimonial", "testimonial", KARIM)


def test_a_message_is_to_become_a_testimonial() -> None:
    reading = read(payload("extension_fetch_task_message"))
    assert (reading.answer, reading.form) == (Answer.OPEN_FORM, "testimonial")
    picked = reading.asks
    assert isinstance(picked, Shortcut)
    assert (picked.user, picked.author) == (KARIM, KARIM)
    assert picked.text == "Au début j'oubliais.\n\nMaintenant je note, Sandrine : 2 minutes & c'est tout."


@pytest.mark.parametrize(
    ("part", "value"),
    [("from", {"application": {"id": "x"}, "user": None}), ("from", None), ("from", "x"), ("body", None)],
)
def test_a_picked_message_without_an_author_or_a_text_is_nobodys(part: str, value: Any) -> None:
    wire = payload("extension_fetch_task_message")
    wire["value"]["messagePayload"][part] = value
    picked = read(wire).asks
    assert isinstance(picked, Shortcut)
    assert "" in (picked.author, picked.text)


@pytest.mark.parametrize("command", ["other", None, 3, {"a": 1}])
def test_a_dialog_that_does_not_exist_is_not_opened(command: Any) -> None:
    reading = read(payload("extension_fetch_task", value={"commandId": command}))
    assert reading == Reading(answer=Answer.UNSUPPORTED)


@pytest.mark.parametrize("name", ["conversation_update_personal", "installation_update_add"])
def test_installing_the_app_makes_a_person_reachable(name: str) -> None:
    event = only(read(payload(name)))
    assert isinstance(event, MemberJoined)
    assert event.user == KARIM


def test_everyone_added_to_a_team_is_reachable_and_the_bot_is_nobody() -> None:
    events = read(payload("conversation_update_team")).events
    assert [event.user for event in events] == [
        "0a0b0c0d-1111-4222-8333-444455556666",
        "1a1b1c1d-1111-4222-8333-444455556666",
    ]
    assert len({event.event_id for event in events}) == 2
    assert all(isinstance(event, MemberJoined) for event in events)


def test_removing_the_app_makes_a_person_unreachable() -> None:
    event = only(read(payload("installation_update_remove")))
    assert isinstance(event, MemberLeft)
    assert event.reason is Unreachable.NOT_INSTALLED
    assert event.user == KARIM


def test_leaving_a_team_is_not_leaving_the_app() -> None:
    wire = payload("conversation_update_team")
    wire["membersRemoved"] = wire.pop("membersAdded")
    assert read(wire).events == ()


@pytest.mark.parametrize("name", ["message_reaction", "typing", "feedback"])
def test_what_does_not_concern_us_is_acknowledged(name: str) -> None:
    assert read(payload(name)) == Reading()


@pytest.mark.parametrize(
    ("fixture", "kind"),
    [
        ("playground_message", TextReceived),
        ("playground_press", ButtonPressed),
        ("playground_pick", ButtonPressed),
        ("playground_form", FormSubmitted),
        ("playground_submit_action", FormSubmitted),
        ("playground_conversation_update", MemberJoined),
        ("playground_installation_update", MemberJoined),
    ],
)
def test_what_the_agents_playground_sends_is_understood(fixture: str, kind: type) -> None:
    event = only(read(payload(fixture)))
    assert type(event) is kind
    assert event.user == "00000000-0000-0000-0000-0000000000020"
    assert Reference.loads(event.conversation).conversation


def test_the_agents_playground_can_ask_for_the_form() -> None:
    assert read(payload("playground_fetch_task")).answer is Answer.OPEN_FORM


def test_an_invoke_of_another_kind_is_unsupported() -> None:
    assert read(payload("invoke_unknown")) == Reading(answer=Answer.UNSUPPORTED)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {"action": "not a dict"},
        {"action": {"data": None}},
        {"action": {"data": {"kind": "press"}}},
        {"action": {"data": {"kind": "press", "action": 1, "value": []}}},
        {"action": {"data": {"kind": "form"}}},
    ],
)
def test_a_press_that_is_not_ours_is_an_unknown_button(value: Any) -> None:
    event = only(read(payload("action_execute", value=value)))
    assert isinstance(event, ButtonPressed)
    assert event.action == "unknown"


def test_a_press_longer_than_anything_we_send_is_refused() -> None:
    wire = payload("action_execute")
    wire["value"]["action"]["data"]["action"] = "a" * 101
    with pytest.raises(Malformed):
        read(wire)


@pytest.mark.parametrize("missing", ["serviceUrl", "type", "channelId", "from", "recipient", "conversation"])
def test_an_activity_without_an_essential_part_is_refused(missing: str) -> None:
    wire = payload("message")
    del wire[missing]
    with pytest.raises(Malformed, match=missing):
        read(wire)


def test_an_activity_without_a_tenant_is_refused() -> None:
    wire = payload("message", channelData=None)
    del wire["conversation"]["tenantId"]
    with pytest.raises(Malformed, match="tenant"):
        read(wire)


def test_the_channels_tenant_serves_where_the_conversation_tells_none() -> None:
    wire = payload("message")
    del wire["conversation"]["tenantId"]
    assert only(read(wire)).workspace == TENANT


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"type": "\\ud800"}'])
def test_what_is_no_activity_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    value=json_values,
    name=st.sampled_from(
        ["adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/submitAction", "x"]
    ),
    kind=st.sampled_from(["message", "invoke", "conversationUpdate", "installationUpdate", "event"]),
)
def test_no_value_crashes_the_translation(value: Any, name: str, kind: str) -> None:
    with suppress(Malformed):
        read(payload("action_execute", type=kind, name=name, value=value))


@given(st.text(max_size=200))
def test_words_without_markup_arrive_as_they_were_typed(text: str) -> None:
    if any(character in text for character in "<&\xa0") or not storable(text).strip():
        return
    assert only(read(payload("message", text=text))).text == storable(text.strip())
