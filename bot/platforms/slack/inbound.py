"""Slack's payloads as inbound events. Pure; payloads are parsed JSON or a command's form, by signed HTTP or Socket Mode.

Event ids are the same over Slack's re-deliveries: a message is known by its channel and time stamp (it may arrive
as `message` and as `app_mention`), a press by who, when and what, a view by its id and state, a command by its
trigger, every other event by Slack's own event id. The retry header plays no part.

A conversation is told only where it is the person's own direct channel with the bot, so that nothing private can
be answered in a channel, or in a direct conversation between two colleagues.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

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
from bot.platforms.slack.wiretext import bare, readable, unescaped

Payload = Mapping[str, Any]

SLACKBOT = "USLACKBOT"

_SAID = {None, "file_share", "me_message", "thread_broadcast"}
"""Message subtypes that are a person saying something; all others are edits, joins and other bots."""

_LEADING_MENTION = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s,:]*")


class MalformedPayload(Exception):
    """The payload does not have the shape that Slack documents."""


def translate(body: Payload, received_at: datetime) -> InboundEvent | None:
    """The event in a payload, or None if it is nothing to us. `received_at` stands in where Slack gives no time.

    Raises:
        MalformedPayload: a part that must be there is missing or of another kind.
    """
    try:
        return _translate(body, received_at)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, OSError, OverflowError) as error:
        raise MalformedPayload(f"{kind_of(body)}: {type(error).__name__}") from error


def kind_of(body: Payload) -> str:
    """What a payload is, for logs: `event_callback/message`, `block_actions`, `command`."""
    kind = "command" if "command" in body else str(body.get("type", "unknown"))
    event = body.get("event")
    return f"{kind}/{event.get('type')}" if isinstance(event, Mapping) else kind


def _translate(body: Payload, received_at: datetime) -> InboundEvent | None:
    if "command" in body:
        return _command(body, received_at)
    match body.get("type"):
        case "event_callback":
            handler = _EVENTS.get(body["event"]["type"])
            return handler(body, body["event"], received_at) if handler else None
        case "block_actions":
            return _pressed(body)
        case "message_action":
            return _picked(body)
        case "view_submission":
            return _submitted(body, received_at)
    return None


def _command(body: Payload, received_at: datetime) -> Command:
    return Command(
        event_id=f"command:{body['trigger_id']}",
        workspace=body.get("team_id") or body["enterprise_id"],
        user=body["user_id"],
        name=body.get("user_name"),
        at=received_at,
        trigger=body["trigger_id"],
        command=body["command"].removeprefix("/").lower(),
        argument=readable(body.get("text") or "").strip(),
    )


def _pressed(body: Payload) -> ButtonPressed | None:
    container, action = body["container"], body["actions"][0]
    if container["type"] != "message":
        return None
    match action["type"]:
        case "button":
            value, label = action.get("value") or "", action.get("text")
        case "static_select" | "radio_buttons" if action.get("selected_option"):
            value, label = action["selected_option"]["value"], action["selected_option"].get("text")
        case _:
            return None
    user = body["user"]["id"]
    return ButtonPressed(
        event_id=f"action:{user}:{container['message_ts']}:{action['action_ts']}:{action['action_id'][:120]}",
        workspace=_team(body),
        user=user,
        name=_name(body["user"]),
        at=_time(action["action_ts"]),
        conversation=_direct(container.get("channel_id")),
        trigger=body.get("trigger_id"),
        action=action["action_id"].partition("#")[0],
        value=unescaped(value),
        message=container["message_ts"],
        label=unescaped(label["text"]) if label else "",
    )


def _picked(body: Payload) -> Shortcut:
    """A message shortcut. Where it was picked is no place to answer in, not even between two colleagues."""
    user, message = body["user"]["id"], body["message"]
    wrote = not message.get("bot_id") and message.get("subtype") in _SAID
    return Shortcut(
        event_id=f"shortcut:{user}:{body['channel']['id']}:{message['ts']}:{body['action_ts']}",
        workspace=_team(body),
        user=user,
        name=_name(body["user"]),
        at=_time(body["action_ts"]),
        trigger=body["trigger_id"],
        shortcut=body["callback_id"],
        text=bare(readable(message.get("text") or "")).strip(),
        author=message.get("user") or "" if wrote else "",
    )


def _submitted(body: Payload, received_at: datetime) -> FormSubmitted:
    view = body["view"]
    fields = {
        block_id: _value(element)
        for block_id, elements in view["state"]["values"].items()
        for element in elements.values()
    }
    return FormSubmitted(
        event_id=f"view:{view['id']}:{view.get('hash', '')}",
        workspace=_team(body),
        user=body["user"]["id"],
        name=_name(body["user"]),
        at=received_at,
        trigger=body.get("trigger_id"),
        form=view["callback_id"],
        values={key: value for key, value in fields.items() if value},
        context=unescaped(view.get("private_metadata") or ""),
    )


def _value(element: Payload) -> str | None:
    """What one input holds: text exactly as typed, the value of a choice, "yes" for a ticked box."""
    match element["type"]:
        case "static_select" | "radio_buttons":
            return unescaped(element["selected_option"]["value"]) if element.get("selected_option") else None
        case "checkboxes":
            return "yes" if element.get("selected_options") else None
        case "datepicker":
            return element.get("selected_date")
        case _:
            return element.get("value")


def _said(body: Payload, event: Payload, _received_at: datetime) -> TextReceived | None:
    direct = event.get("channel_type") == "im"
    mention = event["type"] == "app_mention"
    if not (direct or mention) or event.get("subtype") not in _SAID or event.get("hidden"):
        return None
    if event.get("bot_id") or event.get("user") in {None, SLACKBOT}:
        return None
    text = event.get("text") or ""
    return TextReceived(
        event_id=f"message:{event['channel']}:{event['ts']}",
        workspace=_team(body),
        user=event["user"],
        at=_time(event["ts"]),
        conversation=_direct(event["channel"]),
        text=readable(_LEADING_MENTION.sub("", text) if mention else text).strip(),
    )


def _home(body: Payload, event: Payload, received_at: datetime) -> HomeOpened:
    return HomeOpened(
        event_id=body["event_id"],
        workspace=_team(body),
        user=event["user"],
        at=_event_time(body, received_at),
        conversation=_direct(event.get("channel")),
    )


def _joined(body: Payload, event: Payload, received_at: datetime) -> MemberJoined | None:
    member = event["user"]
    if member.get("is_bot") or member.get("deleted") or member["id"] == SLACKBOT:
        return None
    return MemberJoined(
        event_id=body["event_id"],
        workspace=_team(body),
        user=member["id"],
        name=_name(member),
        at=_event_time(body, received_at),
    )


def _changed(body: Payload, event: Payload, received_at: datetime) -> MemberLeft | MemberJoined | None:
    """Deactivated, or active: also re-activated, which Slack tells like any changed status or picture."""
    member = event["user"]
    if not member.get("deleted"):
        return _joined(body, event, received_at)
    if member.get("is_bot"):
        return None
    return MemberLeft(
        event_id=body["event_id"],
        workspace=_team(body),
        user=member["id"],
        name=_name(member),
        at=_event_time(body, received_at),
        reason=Unreachable.DEACTIVATED,
    )


def _uninstalled(body: Payload, _event: Payload, received_at: datetime) -> WorkspaceLost:
    return WorkspaceLost(
        event_id=body["event_id"],
        workspace=_team(body),
        user="",
        at=_event_time(body, received_at),
        status="uninstalled",
    )


def _revoked(body: Payload, event: Payload, received_at: datetime) -> WorkspaceLost | None:
    if not event["tokens"].get("bot"):
        return None
    return WorkspaceLost(
        event_id=body["event_id"],
        workspace=_team(body),
        user="",
        at=_event_time(body, received_at),
        status="revoked",
    )


_EVENTS: Mapping[str, Callable[[Payload, Payload, datetime], InboundEvent | None]] = {
    "message": _said,
    "app_mention": _said,
    "app_home_opened": _home,
    "team_join": _joined,
    "user_change": _changed,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
}


def _team(body: Payload) -> str:
    """The workspace, or the organisation where the app is installed for the whole of it."""
    if body.get("team_id"):
        return str(body["team_id"])
    holder = body.get("team") or body.get("enterprise")
    return str(holder["id"] if holder else body["enterprise_id"])


def _direct(channel: str | None) -> str | None:
    return channel if channel and channel.startswith("D") else None


def _name(user: Payload) -> str | None:
    profile = user.get("profile") or {}
    return (
        profile.get("display_name")
        or profile.get("real_name")
        or user.get("real_name")
        or user.get("name")
        or user.get("username")
    )


def _time(stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


def _event_time(body: Payload, received_at: datetime) -> datetime:
    return _time(body["event_time"]) if body.get("event_time") else received_at
