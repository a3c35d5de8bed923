"""Templates of routines by obstacle, for whoever wants another than the project's own. Pure."""

import re
from collections.abc import Iterator
from datetime import time
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from content.blockers import CAUSES, Blocker
from content.keys import Key
from content.loader import ContentError, Document, Location
from nudges.wording import Localised, Part

LABEL_LENGTH = 75
"""Characters that fit on a button of every platform."""

TOOL_LENGTH = 15
"""Characters that the name of a tool is taken to have."""


class Cue(StrEnum):
    """What a routine holds on to: something that happens anyway."""

    ARRIVING = "arriving"
    MEETING = "meeting"
    BREAK = "break"
    REQUEST = "request"
    TASK = "task"
    LEAVING = "leaving"
    WEEKDAY = "weekday"


def _clock_time(value: Any) -> time:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise ValueError('write a local time in quotes, like "09:15"')


def _weekdays(value: Any) -> str:
    if not isinstance(value, str) or not value or set(value) - set("1234567") or len(set(value)) < len(value):
        raise ValueError(
            'write the weekdays in quotes, 1 for Monday to 7 for Sunday, each once, like "12345"'
        )
    return "".join(sorted(value))


class Template(Part):
    """When X, I do Y: `cue` is the moment, of one `kind`, and `action`, with {tool}, goes on from it after a comma.

    `at` is the local time at which to be reminded, on these weekdays (1 is Monday). `event` is the tool's own name of what
    shows that it was done; without it, or where the project does not listen to it, any use does.
    """

    kind: Cue
    cue: Localised
    action: Localised
    days: Annotated[str, BeforeValidator(_weekdays)] = "12345"
    at: Annotated[time, BeforeValidator(_clock_time)]
    event: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    @property
    def longest(self) -> int:
        """Characters of the longest form on a button, with a tool's name in it."""
        forms = zip(self.cue.forms, self.action.forms, strict=True)
        return max(len(f"{cue}, {action}".replace("{tool}", "x" * TOOL_LENGTH)) for cue, action in forms)


class Templates(Part):
    """The templates for one obstacle, by key. `only_these`: an organisation's file leaves out the shipped ones."""

    blocker: Blocker
    only_these: bool = False
    routines: dict[Key, Template] = Field(min_length=1)

    def beside(self, shipped: "Templates | None") -> "Templates":
        """These with the shipped templates that they do not replace."""
        if shipped is None or self.only_these:
            return self
        return self.model_copy(update={"routines": {**shipped.routines, **self.routines}})


def mistakes_in(templates: Templates, document: Document) -> list[ContentError]:
    """What a schema cannot see, in the order of the lines."""
    return [
        ContentError(document.source, document.line(place), problem)
        for place, problem in _problems(templates)
    ]


def _problems(templates: Templates) -> Iterator[tuple[Location, str]]:
    if templates.blocker not in CAUSES:
        yield ("blocker",), f"nothing is in the way of '{templates.blocker}'; remove this file"
    for key, template in templates.routines.items():
        if template.cue.placeholders or not template.cue.agrees:
            yield ("routines", key, "cue"), "a moment has no placeholders"
        if template.action.placeholders != {"tool"} or not template.action.agrees:
            yield ("routines", key, "action"), "name {tool} in every language, and no other placeholder"
        if template.longest > LABEL_LENGTH:
            over = template.longest - LABEL_LENGTH
            yield ("routines", key), f"shorten it by {over} characters, so that it fits on a button"
