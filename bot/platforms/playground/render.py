"""A message as the playground's JSON. Pure: what is stored is what the API and the page read.

A body is `{"text", "blocks", "actions", "form"}`: `text` is the plain form; `blocks` is for the page; `actions`
holds one entry for whatever can be pressed, scale and choice included; `form` is the first form, or null. A line that its
person wrote, and that is no command, also holds `"own_words": true`.
"""

from collections.abc import Iterator
from typing import Any

from bot.commands import parse
from bot.platforms.port import (
    Block,
    Button,
    Buttons,
    Chart,
    Choice,
    Fields,
    Form,
    FormField,
    Image,
    Link,
    Message,
    Quote,
    Scale,
    Table,
    Text,
    storable,
)
from bot.platforms.steering import inert
from content.markup import RichText

Body = dict[str, Any]
"""JSON of one message."""


def render(message: Message) -> Body:
    """The body of a message of the bot."""
    forms = [block for block in message.blocks if isinstance(block, Form)]
    body: Body = {
        "text": message.plain,
        "blocks": [_block(block) for block in message.blocks],
        "actions": [action for block in message.blocks for action in _actions(block)],
        "form": _form(forms[0]) if forms else None,
    }
    return inert(body)


def said(text: str) -> Body:
    """The body of a line that a person wrote or pressed, in the characters that the bot is given too."""
    return {"text": inert(storable(text)), "blocks": [], "actions": [], "form": None}


def written(text: str) -> Body:
    """The body of a line that a person wrote."""
    return {**said(text), "own_words": parse(text) is None}


def filled(form: Body, values: dict[str, str]) -> Body:
    """The body of a person's own line for a form: what was asked and what they put, choices by their labels."""
    rows = []
    for field in form["fields"]:
        value = storable(values.get(field["key"], ""))
        if not value or field["kind"] == "consent":
            continue
        labels = {option["value"]: option["label"] for option in field["options"]}
        rows.append({"label": field["label"], "value": labels.get(value, value)})
    text = "\n".join(f"{row['label']} {row['value']}" for row in rows) or str(form["submit"])
    return said(text) | {"blocks": inert([{"type": "fields", "rows": rows}] if rows else [])}


def label_of(body: Body, action: str, value: str) -> str | None:
    """What the person saw on the button, option or number; None if the message holds no such one."""
    for entry in body["actions"]:
        if entry["action"] == action and entry["value"] == value:
            return str(entry["label"])
    return None


def _spans(text: RichText) -> list[Body]:
    return [{"text": span.text, "style": span.style.value} for span in text]


def _block(block: Block) -> Body:
    match block:
        case Text(text=text):
            return {"type": "text", "spans": _spans(text)}
        case Quote(text=quoted, source=source):
            return {"type": "quote", "text": quoted, "source": source}
        case Fields(rows=rows):
            return {"type": "fields", "rows": [{"label": label, "value": value} for label, value in rows]}
        case Buttons(buttons=buttons):
            return {"type": "buttons", "buttons": [_button(button) for button in buttons]}
        case Choice(action=action, label=label, options=options):
            return {"type": "choice", "action": action, "label": label, "options": _options(options)}
        case Scale():
            return {
                "type": "scale",
                "low_label": block.low_label,
                "high_label": block.high_label,
                "numbers": list(_actions(block)),
            }
        case Image(url=url, alt=alt):
            return {"type": "image", "url": url, "alt": alt}
        case Chart(title=title, points=points, unit=unit):
            return {
                "type": "chart",
                "title": title,
                "unit": unit,
                "points": [{"label": label, "value": value} for label, value in points],
            }
        case Table(title=title, columns=columns, rows=rows, figures=figures):
            return {
                "type": "table",
                "title": title,
                "columns": [
                    {"label": label, "figures": right} for label, right in zip(columns, figures, strict=True)
                ],
                "rows": [list(row) for row in rows],
            }
        case Link(label=label, url=url):
            return {"type": "link", "label": label, "url": url}
        case Form():
            return {"type": "form"}


def _actions(block: Block) -> Iterator[Body]:
    match block:
        case Buttons(buttons=buttons):
            yield from ({k: v for k, v in _button(button).items() if k != "primary"} for button in buttons)
        case Choice(action=action, options=options):
            yield from ({"action": action, "value": value, "label": label} for value, label in options)
        case Scale(action=action, value=value, low=low, high=high):
            for number in range(low, high + 1):
                yield {"action": action, "value": f"{value}|{number}", "label": str(number)}
        case _:
            return


def _button(button: Button) -> Body:
    return {"action": button.action, "value": button.value, "label": button.label, "primary": button.primary}


def _options(options: tuple[tuple[str, str], ...]) -> list[Body]:
    return [{"value": value, "label": label} for value, label in options]


def _form(form: Form) -> Body:
    return {
        "form": form.name,
        "title": form.title,
        "intro": _spans(form.intro),
        "submit": form.submit,
        "context": form.context,
        "fields": [_field(field) for field in form.fields],
    }


def _field(field: FormField) -> Body:
    return {
        "key": field.key,
        "kind": field.kind.value,
        "label": field.label,
        "hint": field.hint,
        "required": field.required,
        "options": _options(field.options),
        "max_length": field.max_length,
        "initial": field.initial,
    }
