"""The one place where text becomes a command: slash commands, the same words typed in chat, both languages."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, RootModel

from bot.platforms.port import Command, TextReceived
from content.loader import load, validate

LONGEST = 60
"""Characters; anything longer is something a person tells, not a command."""

WITH_ARGUMENT = frozenset({"testimonial", "adoption"})
"""Commands whose first word decides: `adoption digest`."""


class _Words(RootModel[dict[str, list[str]]]):
    model_config = ConfigDict(frozen=True)


class Parsed(BaseModel):
    """A command and what was said after it."""

    model_config = ConfigDict(frozen=True)

    command: str
    argument: str = ""


def fold(text: str) -> str:
    """Lower case, no accents, one kind of apostrophe, no outer punctuation; a lone question mark stays."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    spaced = re.sub(r"\s+", " ", bare)
    return spaced.strip(" \t\n.!…,;:/?") or spaced.strip()


@cache
def _table() -> dict[str, str]:
    words = validate(load(files("bot") / "words.yaml"), _Words).root
    return {fold(word): command for command, listed in words.items() for word in listed}


def parse(text: str) -> Parsed | None:
    """The command that a whole short message is, if it is one."""
    if len(text) > LONGEST:
        return None
    folded = fold(text) or text.strip()
    if command := _table().get(folded):
        return Parsed(command=command)
    first, _, rest = folded.partition(" ")
    command = _table().get(first, "")
    typed_as_command = text.lstrip().startswith("/")
    if command in WITH_ARGUMENT and (typed_as_command or len(rest.split()) <= 1):
        return Parsed(command=command, argument=rest)
    return None


def command_of(event: TextReceived) -> Command | None:
    """The text as a command event, keeping who said it, where and when."""
    parsed = parse(event.text)
    if parsed is None:
        return None
    common = event.model_dump(exclude={"type", "text"})
    return Command(**common, command=parsed.command, argument=parsed.argument)
