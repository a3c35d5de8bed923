"""Message -> activity with an Adaptive Card 1.5. Pure.

Source: https://adaptivecards.io/explorer and https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/
"""

import json
from typing import Any

from bot.platforms.errors import PlatformError
from bot.platforms.port import (
    Block,
    Button,
    Buttons,
    Chart,
    Choice,
    Fields,
    Form,
    Image,
    Link,
    Message,
    Quote,
    Scale,
    Table,
    Text,
)
from bot.platforms.steering import inert
from bot.platforms.teams.elements import CONFIRM, Element, choice_set, facts, form, paragraphs
from bot.platforms.teams.payload import KEY, PICK, PRESS
from content.markup import RichText, Span, Style, literal

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
LARGEST = 28 * 1024
"""Bytes of an activity as UTF-8 JSON; Teams refuses a little more than this."""

CUTS = (20_000, 4_000, 1_500, 600, 250)
"""Characters that one text may have; the first that makes the message fit is used."""

BUTTONS_IN_A_ROW = 6
"""An ActionSet in Teams shows no more."""

LONGEST_SCALE_OF_TILES = 12
"""A scale with more points than this is a list."""


def render(message: Message, key: str = "") -> Element:
    """The activity to send; `key` goes into its card and comes back with whatever is pressed there.

    Raises:
        PlatformError: even with every text cut, it is larger than Teams takes.
    """
    for cut in CUTS:
        activity = _activity(message, cut, key)
        if len(json.dumps(activity, ensure_ascii=False).encode()) <= LARGEST:
            return inert(activity)
    raise PlatformError("The message has more parts than Teams takes; send fewer options at once.")


def render_dialog(asked: Form) -> Element:
    """The card of a form shown in a dialog; dialogs answer `Action.Submit` only."""
    return inert(_card(form(asked, "Action.Submit")))


def _activity(message: Message, cut: int, key: str) -> Element:
    body = [element for place, block in enumerate(message.blocks) for element in _elements(block, place, cut)]
    if key and _mark(body, key):
        body = [{"type": "Container", "id": key, "items": body}]
    card = _card(body)
    plain = _shortened(message.plain, cut)
    return {
        "type": "message",
        "summary": plain,
        "attachments": [{"contentType": CARD_TYPE, "content": card | {"fallbackText": plain}}],
    }


def _mark(node: object, key: str) -> bool:
    """Let every action under `node` carry the key; whether there is one."""
    if isinstance(node, list):
        marked = [_mark(child, key) for child in node]
        return any(marked)
    if not isinstance(node, dict):
        return False
    if node.get("type") == "Action.Execute":
        node["data"][KEY] = key
        return True
    return _mark(list(node.values()), key)


def _card(body: list[Element]) -> Element:
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": body,
    }


def _elements(block: Block, place: int, cut: int) -> list[Element]:
    """A block's elements; `place` makes the ids of its inputs unique in the card."""
    match block:
        case Text(text=text):
            return paragraphs(_cut(text, cut))
        case Quote(text=text, source=source):
            said = paragraphs(_cut(literal(text), cut))
            by = [{**element, "spacing": "Small"} for element in paragraphs((Span(source, Style.SOFT),))]
            return [{"type": "Container", "style": "emphasis", "items": said + (by if source else [])}]
        case Fields(rows=rows):
            return [facts([(_shortened(label, cut), _shortened(value, cut)) for label, value in rows])]
        case Buttons(buttons=buttons):
            return [
                {"type": "ActionSet", "actions": [_button(button) for button in row]}
                for row in _rows(list(buttons), BUTTONS_IN_A_ROW)
            ]
        case Choice(action=action, label=label, options=options):
            return _choice(action, label, options, place)
        case Scale():
            return _scale(block, place)
        case Image(url=url, alt=alt):
            return [{"type": "Image", "url": url, "altText": alt}]
        case Chart():
            return _chart(block)
        case Table():
            return _table(block, cut)
        case Link(label=label, url=url):
            return [
                {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": label, "url": url}]}
            ]
        case Form():
            return form(block, "Action.Execute")


def _button(button: Button) -> Element:
    return _press(button.action, button.value, button.label) | {
        "style": "positive" if button.primary else "default"
    }


def _press(action: str, value: str, label: str) -> Element:
    """A press; it ignores the inputs of the card, so that an empty field never blocks a "no"."""
    return {
        "type": "Action.Execute",
        "title": label,
        "verb": PRESS,
        "data": {"kind": PRESS, "action": action, "value": value, "label": label},
        "associatedInputs": "none",
    }


def _choice(action: str, label: str, options: tuple[tuple[str, str], ...], place: int) -> list[Element]:
    key = f"pick.{place}"
    submit = {
        "type": "Action.Execute",
        "title": CONFIRM,
        "verb": PICK,
        "data": {"kind": PICK, "action": action, "input": key},
    }
    return [choice_set(key, label, options), {"type": "ActionSet", "actions": [submit]}]


def _scale(scale: Scale, place: int) -> list[Element]:
    """Rows of tiles wide enough for a thumb, the ends named above them."""
    points = range(scale.low, scale.high + 1)
    ends = f"{scale.low} = {scale.low_label} · {scale.high} = {scale.high_label}"
    if len(points) > LONGEST_SCALE_OF_TILES:
        options = tuple((f"{scale.value}|{point}", str(point)) for point in points)
        return _choice(scale.action, ends, options, place)
    in_a_row = -(-len(points) // -(-len(points) // BUTTONS_IN_A_ROW))
    rows = [[_tile(scale, point) for point in row] for row in _rows(list(points), in_a_row)]
    rows[-1] += [{"type": "Column", "width": "stretch", "items": []}] * (in_a_row - len(rows[-1]))
    grid = [{"type": "ColumnSet", "spacing": "Small", "columns": row} for row in rows]
    return [*paragraphs((Span(ends, Style.SOFT),)), *grid]


def _tile(scale: Scale, point: int) -> Element:
    number = {"type": "TextBlock", "text": str(point), "horizontalAlignment": "Center", "weight": "Bolder"}
    return {
        "type": "Column",
        "width": "stretch",
        "style": "emphasis",
        "minHeight": "44px",
        "spacing": "Small",
        "verticalContentAlignment": "Center",
        "selectAction": _press(scale.action, f"{scale.value}|{point}", str(point)),
        "items": [number],
    }


def _chart(chart: Chart) -> list[Element]:
    """Bars where the client has them (a Teams extension), else a table of text; the title stands in both."""
    table = facts((label, f"{value:g}{chart.unit}") for label, value in chart.points)
    bars: Element = {
        "type": "Chart.HorizontalBar",
        "displayMode": "AbsoluteWithAxis",
        "data": [{"x": f"{label} ({value:g}{chart.unit})", "y": value} for label, value in chart.points],
        "fallback": table,
    }
    return [*paragraphs((Span(chart.title, Style.STRONG),)), bars]


def _table(table: Table, cut: int) -> list[Element]:
    """A grid with a first row of headings; label and value pairs for clients older than Adaptive Cards 1.5."""

    def cell(text: str, style: Style = Style.PLAIN) -> Element:
        return {"type": "TableCell", "items": paragraphs((Span(_shortened(text, cut) or "–", style),))}

    headings = [cell(column, Style.STRONG) for column in table.columns]
    rows = [headings, *([cell(text) for text in row] for row in table.rows)]
    grid: Element = {
        "type": "Table",
        "columns": [
            {"width": 1 if figures else 2, "horizontalCellContentAlignment": "Right" if figures else "Left"}
            for figures in table.figures
        ],
        "rows": [{"type": "TableRow", "cells": cells} for cells in rows],
        "fallback": facts((_shortened(name, cut), _shortened(cells, cut)) for name, cells in table.spoken),
    }
    return [*paragraphs((Span(table.title, Style.STRONG),)), grid]


def _rows(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _cut(text: RichText, limit: int) -> RichText:
    kept: list[Span] = []
    room = limit
    for span in text:
        if room <= 0:
            break
        kept.append(Span(_shortened(span.text, room), span.style))
        room -= len(span.text)
    return tuple(kept)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
