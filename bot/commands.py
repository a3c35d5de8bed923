"""The one place where text becomes a command: slash commands, the same words typed in chat, both languages."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, RootModel

from bot import leave
from bot.folding import fold
from bot.platforms.port import Command, TextReceived
from content.loader import load, validate

LONGEST = 60
"""Characters; anything longer is something a person tells, not a command."""

WITH_ARGUMENT = frozenset({"testimonial", "adoption"})
"""Commands whose first word decides: `adoption digest`."""

AWAY = "away"
"""The command of whoever says that they are on leave; its argument is when."""


class _Words(RootModel[dict[str, list[str]]]):
    model_config = ConfigDict(frozen=True)


class Parsed(BaseModel):
    """A command and what was said after it."""

    model_config = ConfigDict(frozen=True)

    command: str
    argument: str = ""


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
    if (when := leave.said(folded)) is not None:
        return Parsed(command=AWAY, argument=when)
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
