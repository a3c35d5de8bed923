"""Inputs of forms and selects as Block Kit elements. Pure."""

from collections.abc import Sequence
from typing import Any

from bot.platforms.port import FieldKind, FormField

Json = dict[str, Any]

LABEL = 2000
OPTION_LABEL = 75
OPTIONS = 100
PLACEHOLDER = 150
FEW = 5
"""Up to so many options are shown at once, to be chosen with one press."""
INPUT_LENGTH = 3000

INPUT = "input"
"""The action id of every input; the block id is the field's key."""

AGREED = "OK"
"""Beside the box of a consent, whose words are the label above it: an option holds 75 characters, a consent more."""

Options = Sequence[tuple[str, str]]
"""(value, label) pairs."""


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis if something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain_text(text: str, limit: int) -> Json:
    """Slack refuses an empty one."""
    return {"type": "plain_text", "text": cut(text, limit) or " ", "emoji": True}


def select(action_id: str, options: Options, *, placeholder: str = "", initial: str = "") -> Json:
    """A menu; beyond 100 options it has groups named after their first and last entries."""
    chosen = [(value, label) for value, label in options if value == initial and initial]
    return (
        {"type": "static_select", "action_id": action_id}
        | ({"placeholder": plain_text(placeholder, PLACEHOLDER)} if placeholder else {})
        | _menu(options)
        | ({"initial_option": _option(*chosen[0])} if chosen else {})
    )


def field_block(field: FormField) -> Json:
    """The input block of a form's field."""
    return {
        "type": "input",
        "block_id": field.key,
        "optional": not field.required,
        "label": plain_text(field.label, LABEL),
        "element": _element(field),
    } | ({"hint": plain_text(field.hint, LABEL)} if field.hint else {})


def _element(field: FormField) -> Json:
    match field.kind:
        case FieldKind.LINE | FieldKind.PARAGRAPH:
            return {
                "type": "plain_text_input",
                "action_id": INPUT,
                "multiline": field.kind is FieldKind.PARAGRAPH,
                "max_length": max(1, min(field.max_length, INPUT_LENGTH)),
            } | ({"initial_value": field.initial[: field.max_length]} if field.initial else {})
        case FieldKind.CHOICE if len(field.options) <= FEW:
            chosen = [_option(*option) for option in field.options if option[0] == field.initial]
            return {
                "type": "radio_buttons",
                "action_id": INPUT,
                "options": [_option(*option) for option in field.options],
            } | ({"initial_option": chosen[0]} if chosen else {})
        case FieldKind.CHOICE:
            return select(INPUT, field.options, initial=field.initial)
        case FieldKind.CONSENT:
            option = _option("yes", AGREED)
            return {"type": "checkboxes", "action_id": INPUT, "options": [option]} | (
                {"initial_options": [option]} if field.initial else {}
            )
        case FieldKind.DATE:
            return {"type": "datepicker", "action_id": INPUT} | (
                {"initial_date": field.initial} if field.initial else {}
            )


def _menu(options: Options) -> Json:
    if len(options) <= OPTIONS:
        return {"options": [_option(*option) for option in options]}
    groups = [options[start : start + OPTIONS] for start in range(0, len(options), OPTIONS)]
    return {
        "option_groups": [
            {
                "label": plain_text(f"{cut(group[0][1], 35)} … {cut(group[-1][1], 35)}", OPTION_LABEL),
                "options": [_option(*option) for option in group],
            }
            for group in groups[:OPTIONS]
        ]
    }


def _option(value: str, label: str) -> Json:
    return {"text": plain_text(label, OPTION_LABEL), "value": value}
