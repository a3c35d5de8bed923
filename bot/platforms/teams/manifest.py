"""The Teams app manifest, and its French strings: what an administrator uploads.

Source: https://learn.microsoft.com/microsoft-365/extensibility/schema/ (v1.29 is the first with slash commands).
"""

import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from content.catalog import Catalog, Lang, Voice

VERSION = "1.29"
SCHEMA = (
    "https://developer.microsoft.com/en-us/json-schemas/teams/v{version}/MicrosoftTeams{part}.schema.json"
)
FRENCH_FILE = "fr.json"

COMMANDS = ("testimonial", "ideas", "digest", "my_data", "pause", "stop", "help")
"""In the order in which Teams lists them; their words are understood by `bot.commands`."""

_LISTS: tuple[dict[str, Any], ...] = (
    {"scopes": ["personal"]},
    {"scopes": ["team", "groupChat"], "triggers": ["mention", "slash"]},
)


@cache
def _texts() -> Catalog:
    return Catalog.load(files("bot.platforms.teams") / "texts")


def manifest(app_id: str, base_url: str) -> dict[str, Any]:
    """`manifest.json`, in English. `base_url` is where the bot is reached, over https."""
    text = _reader(Lang.ENGLISH)
    commands = [
        {part: text(f"commands.{name}.{part}") for part in ("title", "description")} for name in COMMANDS
    ]
    return {
        "$schema": SCHEMA.format(version=VERSION, part=""),
        "manifestVersion": VERSION,
        "version": "1.0.0",
        "id": app_id,
        "developer": {
            "name": text("name"),
            "websiteUrl": base_url,
            "privacyUrl": base_url,
            "termsOfUseUrl": base_url,
        },
        "name": {"short": text("name"), "full": text("name")},
        "description": {"short": text("description.short"), "full": text("description.full")},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1F6F5C",
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{"languageTag": "fr", "file": FRENCH_FILE}],
        },
        "defaultInstallScope": "personal",
        "bots": [
            {
                "botId": app_id,
                "scopes": ["personal", "team", "groupChat"],
                "supportsTargetedMessages": True,
                "commandLists": [{**where, "commands": commands} for where in _LISTS],
            }
        ],
        "composeExtensions": [
            {
                "botId": app_id,
                "commands": [
                    {
                        "id": "testimonial",
                        "type": "action",
                        "title": text("extension.title"),
                        "description": text("extension.description"),
                        "context": ["compose", "commandBox", "message"],
                        "fetchTask": True,
                    }
                ],
            }
        ],
        "validDomains": [urlsplit(base_url).netloc],
    }


def package(app_id: str, base_url: str) -> bytes:
    """The zip that is uploaded in the Teams admin centre: manifest, French texts, icons."""
    folder = files("bot.platforms.teams") / "icons"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("manifest.json", _json(manifest(app_id, base_url)))
        written.writestr(FRENCH_FILE, _json(french()))
        for icon in ("color.png", "outline.png"):
            written.writestr(icon, (folder / icon).read_bytes())
    return archive.getvalue()


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def french() -> dict[str, Any]:
    """`fr.json`: the strings of the manifest in French."""
    text = _reader(Lang.FRENCH)
    strings = {
        "$schema": SCHEMA.format(version=VERSION, part=".Localization"),
        "name.short": text("name"),
        "name.full": text("name"),
        "description.short": text("description.short"),
        "description.full": text("description.full"),
        "composeExtensions[0].commands[0].title": text("extension.title"),
        "composeExtensions[0].commands[0].description": text("extension.description"),
    }
    for which in range(len(_LISTS)):
        for place, name in enumerate(COMMANDS):
            path = f"bots[0].commandLists[{which}].commands[{place}]"
            strings[f"{path}.title"] = text(f"commands.{name}.title")
            strings[f"{path}.description"] = text(f"commands.{name}.description")
    return strings


def _reader(lang: Lang) -> Callable[[str], str]:
    return lambda key: _texts().text(key, Voice(lang))
