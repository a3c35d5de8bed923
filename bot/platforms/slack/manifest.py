"""The app manifest to paste into api.slack.com/apps (manifest schema 2.0.0)."""

import copy
from importlib.resources import files
from typing import Any

from content.loader import load

PATH = "/slack/events"
"""One address for events, commands and interactivity."""


def manifest(base_url: str | None) -> dict[str, Any]:
    """For signed HTTP at `base_url` (the bot's public https address), or for Socket Mode without one."""
    document: dict[str, Any] = copy.deepcopy(load(files("bot.platforms.slack") / "manifest.yaml").data)
    document["_metadata"] = {"major_version": 2, "minor_version": 0}
    settings = document["settings"]
    settings["socket_mode_enabled"] = base_url is None
    if base_url is not None:
        url = base_url.rstrip("/") + PATH
        settings["event_subscriptions"]["request_url"] = url
        settings["interactivity"]["request_url"] = url
        for command in document["features"]["slash_commands"]:
            command["url"] = url
    return document
