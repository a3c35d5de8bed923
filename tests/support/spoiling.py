"""Documents with some of their values replaced by what nobody meant to send, for Hypothesis."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

HOSTILE = st.sampled_from(
    [
        "<!channel>",
        "=HYPERLINK(1)",
        "\x00",
        "\x1b[2J",
        "\u202e",
        "\u2028",
        "<script>",
        "&lt;",
        "{{7*7}}",
        "%s%n",
        "../../etc",
        "\ud83d\ude00" * 3,
        "9" * 400,
        "a" * 5000,
        "'; DROP TABLE people; --",
    ]
)
TEXT = st.text() | HOSTILE
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a JSON document."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield (*path, key)
        yield from _places(value, (*path, key))


def spoiled(document: Any, data: st.DataObject) -> Any:
    """The document with some of its values replaced or taken away."""
    spoiled = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(_places(spoiled))
        if not places:
            break
        *way, last = data.draw(st.sampled_from(places))
        parent = spoiled
        for step in way:
            parent = parent[step]
        if isinstance(parent, dict) and data.draw(st.booleans()):
            del parent[last]
        else:
            parent[last] = data.draw(JSON)
    return spoiled
