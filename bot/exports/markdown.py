"""Blocks of a message as Markdown (CommonMark with GitHub's tables). What can only be pressed is left out. Pure."""

import re
from collections.abc import Iterator, Sequence

from bot.platforms.port import (
    Block,
    Buttons,
    Chart,
    Choice,
    Fields,
    Form,
    Image,
    Link,
    Quote,
    Scale,
    Table,
    Text,
)
from content.markup import RichText, Style

_SPECIAL = re.compile(
    r"[\\`*_\[\]<>|~&@]|:(?=//)|(?<=www)\.|^[#+-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]", re.MULTILINE
)
_MARKS = {Style.STRONG: "**", Style.SOFT: "_"}


def markdown(title: str, blocks: Sequence[Block]) -> str:
    """A document under `title`, a block to a paragraph; nobody's words can become markup in it."""
    return "\n\n".join([f"# {escaped(title)}", *_parts(blocks)]) + "\n"


def escaped(text: str) -> str:
    """Text that a reader of Markdown sees as it is."""
    return _SPECIAL.sub(lambda found: f"\\{found.group()}", text)


def _parts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Text(text=text):
                yield _rich(text)
            case Quote(text=quoted, source=source):
                lines = [*quoted.split("\n"), *(["", f"— {source}"] if source else [])]
                yield "\n".join(f"> {escaped(line)}".rstrip() for line in lines)
            case Fields(rows=rows):
                yield "\n".join(f"- **{_line(label)}** – {_line(value)}" for label, value in rows)
            case Chart(title=title, points=points, unit=unit):
                yield _table(
                    title, ("", ""), [(label, f"{value:g}{unit}") for label, value in points], (False, True)
                )
            case Table(title=title, columns=columns, rows=rows, figures=figures):
                yield _table(title, columns, rows, figures)
            case Link(label=label, url=url):
                yield f"[{_line(label)}](<{url}>)"
            case Image(alt=alt):
                yield escaped(alt)
            case Buttons() | Choice() | Scale() | Form():
                pass


def _rich(text: RichText) -> str:
    """Marks stand close to the words: a space inside them would show them as they are."""
    parts = []
    for span in text:
        mark, inner = _MARKS.get(span.style, ""), span.text.strip()
        before, _, after = span.text.partition(inner) if inner else (span.text, "", "")
        parts.append(f"{before}{mark}{escaped(inner)}{mark}{after}" if inner else before)
    return "".join(parts)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[bool]) -> str:
    rule = ["---:" if right else "---" for right in figures]
    lines = [_row(_line(cell) for cell in columns), _row(rule), *(_row(map(_line, row)) for row in rows)]
    return f"**{_line(title)}**\n\n" + "\n".join(lines)


def _row(cells: Iterator[str] | Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(text: str) -> str:
    return escaped(" ".join(text.split()))
