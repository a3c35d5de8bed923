"""Slack's rules for blocks and views: shapes and lengths by the SDK's models, the rest as documented."""

import json
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]


class InvalidBlocks(AssertionError):
    """Slack would answer `invalid_blocks`."""


def check_message(blocks: list[Json], text: str) -> None:
    """Raises InvalidBlocks for what Slack would refuse in a message."""
    _require(0 < len(blocks) <= 50, f"{len(blocks)} blocks")
    _require(bool(text.strip()) and len(text) <= 40_000, "text is missing or too long")
    _require(len(json.dumps(blocks, ensure_ascii=False)) <= 13_200, "blocks are too long together")
    _check(
        blocks, allowed={"actions", "context", "divider", "header", "image", "rich_text", "section", "table"}
    )
    _require(sum(block["type"] == "table" for block in blocks) <= 1, "only one table in a message")


def check_view(view: Json) -> None:
    """Raises InvalidBlocks for what Slack would refuse in a modal."""
    _require(view["type"] == "modal", "only modals are opened")
    _require(
        len(view["title"]["text"]) <= 24 and len(view["submit"]["text"]) <= 24, "title or button too long"
    )
    _require(len(view["callback_id"]) <= 255 and len(view["private_metadata"]) <= 3000, "ids too long")
    _require(0 < len(view["blocks"]) <= 100, f"{len(view['blocks'])} blocks")
    _check(view["blocks"], allowed={"header", "input", "rich_text", "section"})
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    _require(len(ids) == len(set(ids)), "block ids stand twice")
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as error:
        raise InvalidBlocks(str(error)) from error


def action_ids(blocks: list[Json]) -> list[str]:
    return [
        element["action_id"]
        for block in blocks
        for element in [*block.get("elements", []), block.get("element", {})]
        if "action_id" in element
    ]


def words(blocks: list[Json]) -> str:
    """Every text in the blocks, in order."""
    return "".join(node["text"] for node in _nodes(blocks) if isinstance(node.get("text"), str))


def _check(blocks: list[Json], allowed: set[str]) -> None:
    for block in blocks:
        _require(block["type"] in allowed, f"{block['type']} is not expected here")
        try:
            parsed = Block.parse(block)
            understood = parsed.to_dict() if parsed else None
        except SlackObjectFormationError as error:
            raise InvalidBlocks(f"{block['type']}: {error}") from error
        _require(understood == block, f"not understood: {block} became {understood}")
        if block["type"] == "actions":
            _require(0 < len(block["elements"]) <= 25, "elements in one actions block")
            ids = action_ids([block])
            _require(len(ids) == len(set(ids)), f"action ids stand twice: {ids}")
        if block["type"] == "table":
            _require(len(block["rows"]) <= 100, "rows of a table")
            _require(all(len(row) <= 20 for row in block["rows"]), "columns of a table")
            _require(len(words([block])) <= 10_000, "characters of a table")
        if block["type"] == "image":
            _require(block["image_url"].startswith("https://"), "image must be fetched over https")
    for node in _nodes(blocks):
        _require(node.get("text") != "", f"empty text in {node}")
        if node.get("type") == "mrkdwn":
            raise InvalidBlocks("texts are literal here, never mrkdwn")
        if "options" in node:
            _require(0 < len(node["options"]) <= 100, "options")
    try:
        json.dumps(blocks, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidBlocks("not valid Unicode") from error


def _nodes(value: Any) -> list[Json]:
    if isinstance(value, dict):
        return [value, *(node for child in value.values() for node in _nodes(child))]
    if isinstance(value, list):
        return [node for child in value for node in _nodes(child)]
    return []


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise InvalidBlocks(problem)
