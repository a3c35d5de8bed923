"""Inline markup of content texts: `**strong**`, `_soft_` and `{placeholders}`, nothing else.

A value put into a placeholder is always literal: no value can become markup, a link or a mention.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    PLAIN = "plain"
    STRONG = "strong"
    SOFT = "soft"


@dataclass(frozen=True)
class Span:
    """A run of literal text in one style; renderers escape `text` for their platform."""

    text: str
    style: Style = Style.PLAIN


RichText = tuple[Span, ...]

_TOKEN = re.compile(r"(\*\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w))|\{([a-z][a-z0-9_]*)\}")


def placeholders(template: str) -> frozenset[str]:
    """The names in `{braces}`."""
    return frozenset(match.group(2) for match in _TOKEN.finditer(template) if match.group(2))


def rich(template: str, values: Mapping[str, str] | None = None) -> RichText:
    """The template as spans.

    Raises:
        KeyError: the template names a placeholder that `values` lacks.
    """
    spans: list[Span] = []
    style = Style.PLAIN
    position = 0

    def put(text: str) -> None:
        if text and spans and spans[-1].style is style:
            spans[-1] = Span(spans[-1].text + text, style)
        elif text:
            spans.append(Span(text, style))

    for match in _TOKEN.finditer(template):
        put(template[position : match.start()])
        position = match.end()
        if match.group(2):
            put((values or {})[match.group(2)])
            continue
        wanted = Style.STRONG if match.group(1) == "**" else Style.SOFT
        style = Style.PLAIN if style is wanted else wanted
    put(template[position:])
    return tuple(spans)


def plain(text: RichText) -> str:
    """The text without its styles."""
    return "".join(span.text for span in text)


def literal(text: str) -> RichText:
    """Text that holds no markup, whatever its characters."""
    return (Span(text),) if text else ()
