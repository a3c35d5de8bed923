"""Messages as Block Kit. Pure; the result is plain dicts, because the SDK's models drop blocks they do not know.

Text is written as `rich_text`, whose text elements are literal by definition: no character of a person's words can
become a mention, a link or markup, and nothing has to be put between the characters to prevent it. Only the
plain-text form is escaped, and it is sent with markup switched off.

A chart is drawn with bars of text: Slack's `data_visualization` block cuts category labels at 20 characters, which
French obstacle names exceed, and clients that do not know the block show nothing.

A `Table` is a table block, of which a message may have one; further or larger ones are told row by row.

Limits (docs.slack.dev/reference/block-kit): see the constants. A text that is too long ends in an ellipsis; nothing
that can be pressed is ever dropped before all texts have been shortened.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

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
from bot.platforms.slack.inputs import cut, field_block, plain_text, select
from bot.platforms.steering import inert
from content.markup import RichText, Style

Json = dict[str, Any]

BLOCKS = 50
ELEMENTS = 25
"""Buttons in one actions block."""
BUTTON_LABEL = 75
OPTION_VALUE = 150
TITLE = 24
HEADER = 150
ALT_TEXT = 2000
PLAIN = 3000
"""Of the plain-text form; it only serves notifications and screen readers."""
TOTAL = 13_000
"""Characters of all blocks as JSON; Slack refuses a little above 13,200 without documenting it."""
TEXT_LIMITS = (3000, 1500, 700, 300, 120, 40)
"""Characters of one text, tried in this order until the message fits `TOTAL`."""
BAR = 12
"""Width of the longest bar of a chart, in characters; fits a phone held upright."""

CHART_LABEL = 40
TABLE_ROWS, TABLE_COLUMNS = 100, 20
TABLE = 6_000
"""Characters of a table block as JSON, so that the texts around it keep their room; Slack takes 10,000 of cells."""

OPEN_FORM = "form.open"
"""The button that opens a form; its value is `name|context`."""

_STYLES = {Style.STRONG: {"bold": True}, Style.SOFT: {"italic": True}}


def message(content: Message) -> tuple[list[Json], str]:
    """The blocks and the escaped plain text of a message."""
    blocks: list[Json] = []
    for limit in TEXT_LIMITS:
        blocks = _fewest(_blocks(content.blocks, limit))
        if len(json.dumps(blocks, ensure_ascii=False)) <= TOTAL:
            break
    return inert(blocks), escaped(inert(cut(content.plain, PLAIN)))


def escaped(text: str) -> str:
    """Text that Slack shows as it is: no mention and no link can be made of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def modal(form: Form) -> Json:
    """The view of a form; its answers come back under the fields' keys, its context as private metadata."""
    blocks: list[Json] = []
    if len(form.title) > TITLE:
        blocks.append({"type": "header", "text": plain_text(form.title, HEADER)})
    if form.intro:
        blocks.append(_rich(_section(form.intro, TEXT_LIMITS[0])))
    blocks += [field_block(field) for field in form.fields]
    view: Json = {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": form.context,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "blocks": blocks,
    }
    return inert(view)


def _blocks(blocks: Sequence[Block], limit: int) -> list[Json]:
    numbers = iter(range(10_000))
    rendered: list[Json] = []
    for block in blocks:
        grid = _grid(block) if isinstance(block, Table) else None
        if isinstance(block, Table) and grid and not any(part["type"] == "table" for part in rendered):
            rendered += [_rich(_section_of([_title(block.title)])), grid]
        else:
            rendered += _block(block, limit, numbers)
    return rendered


def _fewest(blocks: list[Json]) -> list[Json]:
    """At most `BLOCKS`: what cannot be pressed goes first, from the end."""
    spare = [index for index, block in enumerate(blocks) if block["type"] != "actions"]
    surplus = max(0, len(blocks) - BLOCKS)
    dropped = set(spare[len(spare) - min(surplus, len(spare)) :])
    return [block for index, block in enumerate(blocks) if index not in dropped][:BLOCKS]


def _block(block: Block, limit: int, numbers: Iterator[int]) -> Iterator[Json]:
    match block:
        case Text(text=text):
            yield _rich(_section(text, limit))
        case Quote(text=quoted, source=source):
            quote = {"type": "rich_text_quote", "elements": [_span(cut(quoted, limit) or " ")]}
            yield _rich(
                quote, *([_section_of([_span(f"— {cut(source, 200)}", Style.SOFT)])] if source else [])
            )
        case Fields(rows=rows):
            yield _rich(_section_of(list(_rows(rows, limit))))
        case Chart():
            yield _rich(*_chart(block, limit))
        case Table():
            yield _rich(_section_of([_title(block.title)]), _told(block, limit))
        case Link(label=label, url=url):
            yield _rich(_section_of([{"type": "link", "url": url, "text": cut(label, BUTTON_LABEL) or url}]))
        case Image(url=url, alt=alt) if url.startswith("https://"):
            yield {"type": "image", "image_url": url, "alt_text": cut(alt, ALT_TEXT) or " "}
        case Image(alt=alt):
            yield _rich(_section_of([_span(cut(alt, limit) or " ")]))
        case Buttons(buttons=buttons):
            yield from _actions([_button(button, next(numbers)) for button in buttons])
        case Scale():
            yield {
                "type": "context",
                "elements": [
                    plain_text(
                        f"{block.low} = {block.low_label}   {block.high} = {block.high_label}",
                        BUTTON_LABEL * 2,
                    )
                ],
            }
            yield from _actions([_button(button, next(numbers)) for button in _steps(block)])
        case Choice():
            yield from _actions(_choice(block, numbers))
        case Form(name=name, title=title, context=context):
            opener = Button(OPEN_FORM, f"{name}|{context}", title, primary=True)
            yield from _actions([_button(opener, next(numbers))])


def _actions(elements: Sequence[Json]) -> Iterator[Json]:
    for start in range(0, len(elements), ELEMENTS):
        yield {"type": "actions", "elements": list(elements[start : start + ELEMENTS])}


def _button(button: Button, number: int) -> Json:
    """The number makes action ids unique within a message; `inbound` drops it."""
    rendered: Json = {
        "type": "button",
        "action_id": f"{button.action}#{number}",
        "value": button.value,
        "text": plain_text(button.label, BUTTON_LABEL),
    }
    return rendered | ({"style": "primary"} if button.primary else {})


def _steps(scale: Scale) -> Iterator[Button]:
    for number in range(scale.low, scale.high + 1):
        yield Button(scale.action, f"{scale.value}|{number}", str(number))


def _choice(choice: Choice, numbers: Iterator[int]) -> list[Json]:
    """A select; buttons where a value is longer than an option may carry."""
    if any(len(value) > OPTION_VALUE for value, _ in choice.options):
        return [
            _button(Button(choice.action, value, label), next(numbers)) for value, label in choice.options
        ]
    return [select(f"{choice.action}#{next(numbers)}", choice.options, placeholder=choice.label)]


def _chart(chart: Chart, limit: int) -> Iterator[Json]:
    yield _section_of([_title(chart.title)])
    points = [(cut(label, CHART_LABEL), value) for label, value in chart.points]
    width = max((len(label) for label, _ in points), default=0)
    top = 100.0 if chart.unit.strip() == "%" else max((value for _, value in points), default=0.0)
    lines = [
        f"{label:<{width}}  {'█' * round(BAR * max(value, 0) / top) if top > 0 else ''} {value:g}{chart.unit}"
        for label, value in points
    ]
    if lines:
        yield {"type": "rich_text_preformatted", "elements": [_span(cut("\n".join(lines), limit))]}


def _grid(table: Table) -> Json | None:
    """The table as a block; None where Slack would not take it."""
    if len(table.rows) >= TABLE_ROWS or len(table.columns) > TABLE_COLUMNS:
        return None
    rows = [
        [{"type": "raw_text", "text": cell or "–"} for cell in row] for row in (table.columns, *table.rows)
    ]
    settings = [{"align": "right" if figures else "left", "is_wrapped": True} for figures in table.figures]
    grid = {"type": "table", "rows": rows, "column_settings": settings}
    return grid if len(json.dumps(grid, ensure_ascii=False)) <= TABLE else None


def _told(table: Table, limit: int) -> Json:
    words = "\n".join(f"{name} – {cells}" for name, cells in table.spoken)
    return _section_of([_span(cut(words, limit) or " ")])


def _title(title: str) -> Json:
    return _span(cut(title, HEADER) or " ", Style.STRONG)


def _rows(rows: Sequence[tuple[str, str]], limit: int) -> Iterator[Json]:
    for number, (label, value) in enumerate(rows):
        yield _span(f"{chr(10) if number else ''}{cut(label, 200)} – ", Style.STRONG)
        yield _span(cut(value, limit) or "–")


def _section(text: RichText, limit: int) -> Json:
    return _section_of(list(_spans(text, limit)) or [_span(" ")])


def _spans(text: RichText, limit: int) -> Iterator[Json]:
    left = limit
    for span in text:
        if span.text and left > 0:
            yield _span(cut(span.text, left), span.style)
        left -= len(span.text)


def _span(text: str, style: Style = Style.PLAIN) -> Json:
    return {"type": "text", "text": text} | ({"style": _STYLES[style]} if style in _STYLES else {})


def _section_of(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}
