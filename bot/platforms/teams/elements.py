"""Parts of an Adaptive Card: text that nobody's words can turn into markup, inputs, forms. Pure.

Texts are `TextRun`s, which know no markdown; the one element that reads it (`FactSet`) gets it escaped.
"""

import re
from collections.abc import Iterable
from typing import Any

from bot.platforms.port import FieldKind, Form, FormField
from bot.platforms.teams.payload import FIELD_PREFIX, FORM
from content.markup import RichText, Span, Style

Element = dict[str, Any]

CONFIRM = "OK"
"""The button under a choice, the same in every language."""

CONSENT = "yes"

_MARKDOWN = re.compile(r"(?P<line>^[ \t]*(?:\d+(?=[.)])|(?=[#>+-])))|[\\`*_\[\]~<|]", re.MULTILINE)
"""What is markdown wherever it stands, and what is so at the beginning of a line only. No more is escaped than has to be:
renderers that are not Teams' own show the backslashes."""
_COMPUTED = re.compile(r"\{(?=\{\s*(?:DATE|TIME)\b)")
"""What cards replace by a formatted date, in every text: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features"""

_STYLES: dict[Style, Element] = {
    Style.PLAIN: {},
    Style.STRONG: {"weight": "Bolder"},
    Style.SOFT: {"isSubtle": True},
}


def paragraphs(text: RichText) -> list[Element]:
    """One RichTextBlock a line, since runs do not break lines in every client; an empty line widens the gap."""
    lines: list[list[Span]] = [[]]
    for span in text:
        first, *more = span.text.split("\n")
        lines[-1].append(Span(first, span.style))
        lines.extend([Span(part, span.style)] for part in more)
    elements: list[Element] = []
    after_gap = True
    for line in lines:
        blank = not any(span.text.strip() for span in line)
        if not blank:
            runs = [_run(span) for span in line if span.text]
            elements.append(
                {"type": "RichTextBlock", "inlines": runs, **({} if after_gap else {"spacing": "Small"})}
            )
        after_gap = blank
    return elements


def _run(span: Span) -> Element:
    return {"type": "TextRun", "text": uncomputed(span.text), **_STYLES[span.style]}


def uncomputed(text: str) -> str:
    """Text in which a card finds no date to format: a word joiner, which nobody sees, stands between the braces."""
    return _COMPUTED.sub("{\u2060", text)


def facts(rows: Iterable[tuple[str, str]]) -> Element:
    """Label and value pairs."""
    return {
        "type": "FactSet",
        "facts": [
            {"title": escape_markdown(label), "value": escape_markdown(value)} for label, value in rows
        ],
    }


def escape_markdown(text: str) -> str:
    """Text that a reader of markdown shows as it is."""
    return _MARKDOWN.sub(_escaped, uncomputed(text))


def _escaped(found: re.Match[str]) -> str:
    return f"{found.group()}\\" if found["line"] is not None else f"\\{found.group()}"


def choice_set(key: str, label: str, options: Iterable[tuple[str, str]]) -> Element:
    """A list to pick one (value, label) from; nothing is sent until one is picked."""
    return {
        "type": "Input.ChoiceSet",
        "id": key,
        "label": label,
        "style": "compact",
        "isRequired": True,
        "errorMessage": label,
        "choices": [{"title": title, "value": value} for value, title in options],
    }


def form(asked: Form, action: str) -> list[Element]:
    """Title, introduction, fields and the button; `action` is `Action.Execute`, in a dialog `Action.Submit`."""
    submit: Element = {
        "type": action,
        "title": asked.submit,
        "style": "positive",
        "data": {"kind": FORM, "form": asked.name, "context": asked.context},
    }
    if action == "Action.Execute":
        submit["verb"] = FORM
    return [
        *paragraphs((Span(asked.title, Style.STRONG),)),
        *paragraphs(asked.intro),
        *(_field(one) for one in asked.fields),
        {"type": "ActionSet", "actions": [submit]},
    ]


def _field(field: FormField) -> Element:
    """One input. What is asked is also the error shown where it is left out: no text of ours is needed."""
    key = FIELD_PREFIX + field.key
    needed: Element = {"isRequired": True, "errorMessage": field.label} if field.required else {}
    hint: Element = {"placeholder": field.hint} if field.hint else {}
    initial: Element = {"value": field.initial} if field.initial else {}
    match field.kind:
        case FieldKind.LINE | FieldKind.PARAGRAPH:
            return {
                "type": "Input.Text",
                "id": key,
                "label": field.label,
                "isMultiline": field.kind is FieldKind.PARAGRAPH,
                "maxLength": field.max_length,
                **needed,
                **hint,
                **initial,
            }
        case FieldKind.CHOICE:
            optional = {} if field.required else {"isRequired": False}
            return choice_set(key, field.label, field.options) | hint | initial | optional
        case FieldKind.CONSENT:
            return {
                "type": "Input.Toggle",
                "id": key,
                "title": field.label,
                "wrap": True,
                "valueOn": CONSENT,
                "valueOff": "",
                **needed,
                **initial,
            }
        case FieldKind.DATE:
            return {"type": "Input.Date", "id": key, "label": field.label, **needed, **initial}
