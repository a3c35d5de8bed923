"""Characters that steer what shows them instead of being shown. Pure.

Control characters (ESC moves a terminal's cursor, BEL rings), the two Unicode line separators, and the marks that turn
the direction of whatever follows, so that a file's name or an amount reads otherwise than it is (CVE-2021-42574). Marks
that only say how their own neighbours are joined (as in emoji of several signs, Arabic or Persian) are words and stay.
"""

import re
from typing import Any, TypeVar, cast

Document = TypeVar("Document")

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""All but tab and line feed."""

_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")


def inert(document: Document) -> Document:
    """The same JSON with texts that steer nothing: foreign line breaks become line feeds, the rest goes.

    Of a text that holds nothing else a space is left: Slack refuses an empty one.
    """
    return cast(Document, _inert(document))


def _inert(node: Any) -> Any:
    match node:
        case str():
            return (STEERING.sub("", _BREAK.sub("\n", node)) or " ") if STEERING.search(node) else node
        case dict():
            return {key: _inert(value) for key, value in node.items()}
        case list():
            return [_inert(value) for value in node]
        case _:
            return node
