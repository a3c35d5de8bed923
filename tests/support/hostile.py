"""Words that try to be something else than words, and what may never come of them on the way to a reader."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.platforms.playground import render as playground
from bot.platforms.port import Form, Message
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from tests.support.block_kit import check_message, check_view

MARK = "Zébulon"
"""Stands in every attack, so that it is known where one is shown."""

ATTACKS = {
    "markup": f"{MARK} <!channel> <@U1> @everyone <at>All</at> *b* `c` <https://evil.test|x> > q"
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; \"'",
    "cards": f"{MARK} [x](https://evil.test) ![i](https://evil.test/i.png) **b** __c__\n# h\n1. a"
    " {{DATE(2026-11-24T09:00:00Z, SHORT)}} {{ TIME(2026-11-24T09:00:00Z)}} ${$root.a} {tool} {{7*7}} %s {0} =HYPERLINK(1)",
    "unseen": f"{MARK} \x1b[2J\x1b]0;owned\x07\x9b31m a\x08\x7f\x85g\u2028h\u2029i \u202egnp.exe\u202c \u2066x\u2069"
    " one\r\ntwo\rthree\n\n\nfour a\u200bb\ufeff e\u0301 👩\u200d👩\u200d👧 pаypаl ﷽",
    "long": f"{MARK} " + "𝔘<&>w*" * 1500,
}
"""By what they try. None holds NUL, which no database takes and `storable` has removed before."""

FAMILY = "👩\u200d👩\u200d👧"
"""One sign of five characters, which has to arrive whole."""

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LIVE = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")
"""What Slack's `text` makes a mention or a link of, unless it is escaped."""

COMPUTED = re.compile(r"\{\{\s*(DATE|TIME)")
MARKDOWN = re.compile(r"(?<!\\)[\[*_`]")
OWN = "https://entrain.example"
"""Where the only links go that a message may have."""

LITERAL = frozenset({"text", "plain_text", "raw_text"})
"""Slack's objects whose `text` is shown as it is."""


def check(message: Message) -> str:
    """Everything that Slack, Teams and the playground would be sent of a message. Raises AssertionError."""
    blocks, plain = slack.message(message)
    check_message(blocks, plain)
    assert not LIVE.search(plain)
    _only_literal(blocks)
    activity = teams.render(message, "key")
    assert len(json.dumps(activity, ensure_ascii=False).encode()) <= teams.LARGEST
    assert not activity.keys() & {"text", "entities", "textFormat"}, (
        "nothing that Teams reads as HTML or a mention"
    )
    _card(activity["attachments"][0]["content"])
    return _steer_nothing(blocks, plain, activity, playground.render(message))


def check_form(form: Form) -> str:
    """Of a form, in a dialog or in a message."""
    view = slack.modal(form)
    check_view(view)
    _only_literal(view)
    dialog = teams.render_dialog(form)
    assert len(json.dumps(dialog, ensure_ascii=False).encode()) <= teams.LARGEST
    _card(dialog)
    return _steer_nothing(view, dialog) + check(Message((form,)))


def _steer_nothing(*documents: Any) -> str:
    for text in (text for document in documents for text in _texts(document)):
        assert not STEERING.search(text), f"{text[:200]!r}"
        assert ("👩" in text) <= (FAMILY in text or text.endswith("…")), f"{text[:200]!r}"
    return json.dumps(documents, ensure_ascii=False)


def _only_literal(document: Any) -> None:
    for node in _nodes(document):
        if node.get("type") == "link":
            assert node["url"].startswith(f"{OWN}/"), node
            continue
        if isinstance(node.get("text"), str):
            assert node["type"] in LITERAL, node
        assert node.get("type") not in {"user", "usergroup", "broadcast", "channel", "mrkdwn"}, node


def _card(card: Any) -> None:
    for node in _nodes(card):
        kind = node.get("type")
        assert kind != "Media", node
        assert node.get("url", OWN).startswith(OWN), node
        if kind == "TextBlock":
            assert node["text"].isdigit(), "markdown is read in it"
        if kind == "Input.Toggle":
            assert MARK not in node["title"], "clients differ in whether they read markdown here"
        for row in node.get("facts", ()):
            assert not MARKDOWN.search(row["title"] + row["value"]), row
            assert not COMPUTED.search(row["title"] + row["value"]), row
        assert kind != "TextRun" or not COMPUTED.search(node["text"]), node


def _everything(document: Any) -> Iterator[Any]:
    yield document
    if isinstance(document, dict):
        document = tuple(document.values())
    if isinstance(document, list | tuple):
        for child in document:
            yield from _everything(child)


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    return (part for part in _everything(document) if isinstance(part, dict))


def _texts(document: Any) -> Iterator[str]:
    return (part for part in _everything(document) if isinstance(part, str))
