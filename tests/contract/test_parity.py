"""bot/platforms/parity.yaml says what each platform can do; here it is held against the code."""

import ast
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.platforms import port
from bot.platforms.playground.adapter import PlaygroundPlatform
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.teams.adapter import TeamsPlatform
from content.loader import load

PLATFORMS = {"slack": SlackPlatform, "teams": TeamsPlatform, "playground": PlaygroundPlatform}
TABLE: dict[str, dict[str, dict[str, Any]]] = load(files("bot.platforms") / "parity.yaml").data  # type: ignore[arg-type]
CELLS = [
    pytest.param(kind, row, platform, TABLE[kind][row].get(platform), id=f"{row}-{platform}")
    for kind in TABLE
    for row in TABLE[kind]
    for platform in PLATFORMS
]


def named_in_code(platform: str) -> set[str]:
    """Every name that the adapter's modules use."""
    folder = Path(port.__file__).parent / platform
    return {
        node.id
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Name)
    }


def test_every_block_event_and_capability_of_the_port_has_a_row() -> None:
    assert set(TABLE["blocks"]) == {block.__name__ for block in get_args(port.Block)}
    assert set(TABLE["events"]) == {event.__name__ for event in get_args(get_args(port.InboundEvent)[0])}
    assert set(TABLE["capabilities"]) == {field.name for field in fields(port.Capabilities)}


@pytest.mark.parametrize(("kind", "row", "platform", "cell"), CELLS)
def test_what_is_done_is_there_and_what_is_not_has_a_reason(
    kind: str, row: str, platform: str, cell: str | dict[str, str] | None
) -> None:
    is_flag = kind == "capabilities"
    there = getattr(PLATFORMS[platform].capabilities, row) if is_flag else row in named_in_code(platform)
    if there:
        assert cell == "done"
    else:
        assert isinstance(cell, dict), f"{platform} does not do {row}: say `todo` or `exempt`, and why"
        assert set(cell) <= {"todo", "exempt"}
        assert all(len(reason) > 10 for reason in cell.values())
