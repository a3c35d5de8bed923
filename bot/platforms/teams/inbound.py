"""Activity -> events, without side effects; what the request must be answered with is said beside them."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from pydantic import JsonValue, ValidationError

from bot.commands import command_of
from bot.platforms.errors import Unreachable
from bot.platforms.port import (
    ButtonPressed,
    Command,
    FormSubmitted,
    InboundEvent,
    MemberJoined,
    MemberLeft,
    Shortcut,
    TextReceived,
)
from bot.platforms.teams.htmltext import readable
from bot.platforms.teams.payload import FIELD_PREFIX, FORM, KEY, PICK, PRESS
from bot.platforms.teams.reference import Reference
from bot.platforms.teams.wire import Account, Activity, Malformed

LONGEST_ID = 255
"""Characters of `event_id` in the port; longer ones are hashed."""

FORMS_BY_COMMAND = frozenset({"testimonial"})
"""Message extension commands (see `manifest`), each named as the form it opens."""

UNKNOWN = "unknown"
"""Action name given to a press whose data is not ours; nothing handles it, so the person is told kindly."""

_OTHER_MENTION = re.compile(r"<at[^>]*>(.*?)</at>", re.IGNORECASE | re.DOTALL)


class Answer(Enum):
    """What the request itself is answered with, once its events are durable."""

    ACKNOWLEDGE = auto()
    CARD_ACTION = auto()
    OPEN_FORM = auto()
    FORM_TAKEN = auto()
    UNSUPPORTED = auto()


@dataclass(frozen=True)
class Reading:
    """What an activity means. `form` is the one that an `OPEN_FORM` is to be answered with; `asks` is who asks for it."""

    events: tuple[InboundEvent, ...] = ()
    answer: Answer = Answer.ACKNOWLEDGE
    form: str = ""
    asks: Command | Shortcut | None = None


def translate(activity: Activity, received_at: datetime) -> Reading:
    """What an activity means; kinds that do not concern Entrain are acknowledged and give no event.

    Raises:
        Malformed: no tenant, or a part is longer than anything that Entrain sent.
    """
    if not activity.tenant:
        raise Malformed("the activity does not tell its tenant")
    try:
        match activity.type:
            case "message":
                return Reading(_message(activity, received_at))
            case "invoke":
                return _invoke(activity, received_at)
            case "conversationUpdate":
                return Reading(_members(activity, received_at))
            case "installationUpdate":
                return Reading(_installation(activity, received_at))
            case _:
                return Reading()
    except ValidationError as error:
        raise Malformed(f"{error.errors()[0]['loc']}: {error.errors()[0]['type']}") from None


def _message(activity: Activity, received_at: datetime) -> tuple[InboundEvent, ...]:
    common = _common(activity, activity.sender, received_at)
    if isinstance(activity.value, dict):
        return _card_event(activity.value, common, activity.reply_to_id)
    said = TextReceived(**common, text=_words(activity))
    if activity.conversation.personal and said.text:
        return (said,)
    return (command_of(said) or Command(**common, command="help"),)


def _invoke(activity: Activity, received_at: datetime) -> Reading:
    common = _common(activity, activity.sender, received_at)
    value = activity.value if isinstance(activity.value, dict) else {}
    match activity.name:
        case "adaptiveCard/action":
            action = value.get("action")
            data = action.get("data") if isinstance(action, dict) else None
            events = _card_event(data if isinstance(data, dict) else {}, common, activity.reply_to_id)
            return Reading(events, Answer.CARD_ACTION)
        case "composeExtension/fetchTask":
            return _form_asked(value.get("commandId"), common, value.get("messagePayload"))
        case "task/fetch":
            data = value.get("data")
            return _form_asked(data.get("form") if isinstance(data, dict) else None, common)
        case "composeExtension/submitAction" | "task/submit":
            data = value.get("data")
            submitted = _form(data, common, None) if isinstance(data, dict) else None
            return Reading((submitted,) if submitted else (), Answer.FORM_TAKEN)
        case "message/submitAction":
            return Reading()
        case _:
            return Reading(answer=Answer.UNSUPPORTED)


def _form_asked(name: JsonValue, common: dict[str, Any], message: JsonValue = None) -> Reading:
    """A form, asked for by itself or, by the menu of a `message`, to be filled with what that says."""
    if not isinstance(name, str) or name not in FORMS_BY_COMMAND:
        return Reading(answer=Answer.UNSUPPORTED)
    asks = _picked(name, common, message) if isinstance(message, dict) else Command(**common, command=name)
    return Reading(answer=Answer.OPEN_FORM, form=name, asks=asks)


def _picked(name: str, common: dict[str, Any], message: dict[str, JsonValue]) -> Shortcut:
    """A message as Microsoft Graph describes one (`chatMessage`); whoever wrote it is known by the tenant's own id."""
    match message.get("from"):
        case {"user": {"id": str(author)}}:
            pass
        case _:
            author = ""
    match message.get("body"):
        case {"content": str(content), "contentType": "text"}:
            text = content.strip()
        case {"content": str(content)}:
            text = readable(content)
        case _:
            text = ""
    return Shortcut(**common, shortcut=name, text=text, author=author)


def _card_event(
    data: dict[str, JsonValue], common: dict[str, Any], message: str | None
) -> tuple[InboundEvent, ...]:
    submitted = _form(data, common, message)
    if submitted:
        return (submitted,)
    pressed = {**common, "message": message or "", "key": _text(data.get(KEY))}
    match data:
        case {"kind": kind, "action": str(action), "value": str(value)} if kind == PRESS:
            return (ButtonPressed(**pressed, action=action, value=value, label=_text(data.get("label"))),)
        case {"kind": kind, "action": str(action), "input": str(key)} if kind == PICK:
            picked = _text(data.get(key))
            return (ButtonPressed(**pressed, action=action, value=picked),) if picked else ()
        case _:
            return (ButtonPressed(**pressed, action=UNKNOWN, value=""),)


def _form(data: dict[str, JsonValue], common: dict[str, Any], message: str | None) -> FormSubmitted | None:
    if data.get("kind") != FORM or not isinstance(data.get("form"), str):
        return None
    values = {
        key.removeprefix(FIELD_PREFIX): _text(value)
        for key, value in data.items()
        if key.startswith(FIELD_PREFIX) and _text(value)
    }
    return FormSubmitted(
        **common,
        form=_text(data["form"]),
        values=values,
        context=_text(data.get("context")),
        message=message,
        key=_text(data.get(KEY)),
    )


def _members(activity: Activity, received_at: datetime) -> tuple[InboundEvent, ...]:
    """Who can be written to from now on. Someone who leaves a team may still have the app: no event."""
    added, removed = activity.members_added or (), activity.members_removed or ()
    if not activity.conversation.personal:
        people = [member for member in added if member.id != activity.recipient.id]
        return tuple(MemberJoined(**_common(activity, person, received_at)) for person in people)
    person = next((m for m in (*added, *removed) if m.id != activity.recipient.id), activity.sender)
    if person.id == activity.recipient.id or not (added or removed):
        return ()
    common = _common(activity, person, received_at)
    return (MemberJoined(**common),) if added else (_left(common),)


def _installation(activity: Activity, received_at: datetime) -> tuple[InboundEvent, ...]:
    if not activity.conversation.personal or activity.sender.id == activity.recipient.id:
        return ()
    common = _common(activity, activity.sender, received_at)
    match activity.action:
        case "add" | "add-upgrade":
            return (MemberJoined(**common),)
        case "remove" | "remove-upgrade":
            return (_left(common),)
        case _:
            return ()


def _left(common: dict[str, Any]) -> MemberLeft:
    return MemberLeft(**common, reason=Unreachable.NOT_INSTALLED)


def _common(activity: Activity, person: Account, received_at: datetime) -> dict[str, Any]:
    """What every event says: the person is the tenant's own id of them, since `29:` ids differ per bot."""
    event_id = f"{activity.conversation.id}:{activity.id or activity.digest}"
    if person.id != activity.sender.id:
        event_id += f":{person.aad_object_id or person.id}"
    reference = Reference(
        service_url=activity.service_url,
        user=person.id,
        bot=activity.recipient.id,
        conversation=activity.conversation.id if activity.conversation.personal else None,
    )
    return {
        "event_id": event_id if len(event_id) <= LONGEST_ID else sha256(event_id.encode()).hexdigest(),
        "workspace": activity.tenant,
        "user": person.aad_object_id or person.id,
        "name": person.name,
        "at": activity.timestamp or received_at,
        "conversation": reference.dumps(),
    }


def _words(activity: Activity) -> str:
    """What the person typed: the bot's own mention gone, other mentions as names, HTML entities as characters."""
    text = activity.text or ""
    for entity in activity.entities or ():
        mentioned = entity.mentioned or {}
        if entity.type == "mention" and entity.text and mentioned.get("id") == activity.recipient.id:
            text = text.replace(entity.text, " ")
    return html.unescape(_OTHER_MENTION.sub(r"\1", text)).replace("\xa0", " ").strip()


def _text(value: JsonValue) -> str:
    """A value of a card as text; what is not one value counts as absent."""
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)
