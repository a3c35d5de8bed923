"""The project file: what an organisation says once about the tool it brings in, in both languages.

A file is YAML (`read`), kept with the project as JSON (`to_json`, `from_json`). Everything in it is said to people as
it stands, so lengths follow what a button or a short message can carry.
"""

from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from holidays import list_supported_countries
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from content.catalog import Address, Lang, Voice
from content.keys import Key
from content.loader import Source, load, validate

LABEL_LENGTH = 75
"""Characters that fit on a button of every platform."""

Line = Annotated[str, Field(min_length=1, max_length=200)]
Event = Annotated[str, Field(min_length=1, max_length=64)]
"""A tool's own name of something that its users do."""


def _problem(what_to_do: str) -> PydanticCustomError:
    return PydanticCustomError("project", "{what_to_do}", {"what_to_do": what_to_do})


def _clock_time(value: Any) -> time:
    if isinstance(value, time):
        return value
    try:
        if isinstance(value, str) and len(value) == 5:
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise _problem('write a local time in quotes, like "09:15"')


def _day(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _problem("write a date like 2027-01-15, or leave it out") from None


def _weekdays(value: Any) -> str:
    if not isinstance(value, str) or not value or set(value) - set("1234567") or len(set(value)) < len(value):
        raise _problem('write the weekdays in quotes, 1 for Monday to 7 for Sunday, each once, like "12345"')
    return "".join(sorted(value))


def _zone(value: Any) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        raise _problem("write a time zone like Europe/Paris, or leave it out")
    return value


def _country(value: Any) -> str:
    code, _, part = value.partition("-") if isinstance(value, str) else ("", "", "")
    parts = list_supported_countries().get(code)
    if parts is not None and (not part or part in parts):
        return str(value)
    raise _problem("write a country like FR, or a part with holidays of its own like DE-BY, or leave it out")


def _hours(value: Any) -> tuple[time, time]:
    if isinstance(value, tuple):
        return value
    starts, _, ends = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        hours = _clock_time(starts), _clock_time(ends)
    except PydanticCustomError:
        hours = time(), time()
    if hours[0] >= hours[1]:
        raise _problem('write working hours within a day in quotes, like "09:00-17:30", or leave them out')
    return hours


def _registers(value: Any) -> Any:
    if isinstance(value, str):
        return {"tu": value, "vous": value}
    if isinstance(value, Registers) or (isinstance(value, dict) and set(value) == {"tu", "vous"}):
        return value
    raise _problem("write one French text, or both 'tu' and 'vous' where they differ")


ClockTime = Annotated[time, BeforeValidator(_clock_time), PlainSerializer(lambda at: f"{at:%H:%M}")]
Day = Annotated[date | None, BeforeValidator(_day)]
Weekdays = Annotated[str, BeforeValidator(_weekdays)]
Zone = Annotated[str, BeforeValidator(_zone)]
Country = Annotated[str, BeforeValidator(_country)]
Hours = Annotated[
    tuple[time, time],
    BeforeValidator(_hours),
    PlainSerializer(lambda hours: f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"),
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Registers(_Part):
    """A French text in both ways of addressing a person."""

    tu: str = Field(min_length=1, max_length=500)
    vous: str = Field(min_length=1, max_length=500)


class Localised(_Part):
    """A text in every language. In a file `fr` may be one text, where "tu" and "vous" say the same."""

    en: str = Field(min_length=1, max_length=500)
    fr: Annotated[Registers, BeforeValidator(_registers)]

    def text(self, voice: Voice) -> str:
        """The text as this person is spoken to."""
        if voice.lang is Lang.ENGLISH:
            return self.en
        return self.fr.tu if voice.address is Address.TU else self.fr.vous

    @property
    def longest(self) -> int:
        """Characters of the longest form."""
        return max(len(self.en), len(self.fr.tu), len(self.fr.vous))


class WayKind(StrEnum):
    """What a way of doing the task is: with the tool, otherwise, or the task never came up."""

    TOOL = "tool"
    OTHER = "other"
    NONE = "none"


class Way(_Part):
    """One answer to "how did you do it last time?", shown as a button."""

    key: Key
    label: Localised
    kind: WayKind

    @field_validator("label")
    @classmethod
    def _fits_a_button(cls, label: Localised) -> Localised:
        if label.longest > LABEL_LENGTH:
            raise _problem(f"shorten it to {LABEL_LENGTH} characters, so that it fits on a button")
        return label


class RoutineTemplate(_Part):
    """When X, I do Y. `cue` is the moment, `action` goes on from it after a comma; `at` is the cue's local time.

    `event` is the one under `usage` that shows that it was done; without it any use does.
    """

    key: Key
    cue: Localised
    action: Localised
    days: Weekdays = "12345"
    at: ClockTime
    event: Event | None = None

    @model_validator(mode="after")
    def _fits_a_button(self) -> Self:
        if self.cue.longest + self.action.longest + 2 > LABEL_LENGTH:
            raise _problem(
                f"shorten cue and action to {LABEL_LENGTH} characters together, so that they fit on a button"
            )
        return self


class Persona(_Part):
    """People who meet the tool in the same moment of their work.

    `label` is what those who lead read instead of the key. `place` says why their view counts. `task` ends the question
    "last time {task}, how did you do it?".
    """

    label: Localised | None = None
    place: Localised
    task: Localised
    ways: tuple[Way, ...] = Field(max_length=4)
    routines: tuple[RoutineTemplate, ...] = Field(default=(), max_length=2)
    """At most two, since "something else" and "not now" stand beside them."""

    @field_validator("label")
    @classmethod
    def _fits_a_table(cls, label: Localised | None) -> Localised | None:
        if label and label.longest > LABEL_LENGTH:
            raise _problem(f"shorten it to {LABEL_LENGTH} characters, so that it fits in a table")
        return label

    @field_validator("ways")
    @classmethod
    def _ways_to_choose(cls, ways: tuple[Way, ...]) -> tuple[Way, ...]:
        _unique((way.key for way in ways), "way")
        kinds = [way.kind for way in ways]
        if kinds.count(WayKind.TOOL) != 1:
            raise _problem("give exactly one way of kind 'tool': the new tool itself")
        if WayKind.OTHER not in kinds:
            raise _problem("add at least one way of kind 'other': how people do it without the tool")
        if kinds.count(WayKind.NONE) > 1:
            raise _problem("keep one way of kind 'none' at most: the task never came up")
        return ways

    @field_validator("routines")
    @classmethod
    def _routines_by_key(cls, routines: tuple[RoutineTemplate, ...]) -> tuple[RoutineTemplate, ...]:
        _unique((routine.key for routine in routines), "routine")
        return routines


class Counts(StrEnum):
    """What an event of the tool shows: that somebody used it, or merely looked in."""

    USE = "use"
    LOOK = "look"


class Usage(_Part):
    """What the tool tells of its use: its own names of events, and what each shows.

    `what` ends the sentence "I also learn on which days {what}", said to everybody who asks who sees what.
    """

    what: Localised
    events: dict[Event, Counts] = Field(max_length=50)

    @field_validator("events")
    @classmethod
    def _some_use(cls, events: dict[str, Counts]) -> dict[str, Counts]:
        if Counts.USE not in events.values():
            raise _problem("give at least one event that counts as 'use', like {card_created: use}")
        return events


class Said(_Part):
    """A text of the organisation's own; `who` is whose it is and whom to ask, shown as written."""

    who: Line
    says: Localised


class DataSheet(_Part):
    """What the tool keeps of its users, told by `who` (best somebody of the staff's side, not of the project's)."""

    who: Line
    logged: Localised
    not_logged: Localised
    seen_by: Localised


class Levers(_Part):
    """What is told to those whom it may help, before any nudge. Each may be left out, and is never made up.

    `leaders_why`: why we do this, in a sentence of whoever decided it. `co_decided_rules`: what became different because
    people asked for it. `data_sheet`: what is logged and what is not. `protected_slot`: working time set aside for it.
    `one_task_shown`: who shows it, and when (a buddy, office hours).
    """

    leaders_why: Said | None = None
    co_decided_rules: Said | None = None
    data_sheet: DataSheet | None = None
    protected_slot: Said | None = None
    one_task_shown: Said | None = None

    @property
    def given(self) -> frozenset[str]:
        """The names of those that are there."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name) is not None)


class ProjectFile(_Part):
    """A tool being brought in: why, for whom, until when, and who answers for it.

    `sponsor` is the person whose decision it is, `contact` whom to ask; both are shown as written. `timezone`, `country`,
    `days` and `hours` are where and when its people work: nobody is written to outside them. `levers` is what is told
    to those whom it may help. Without `usage` the tool is not listened to.
    """

    key: Key
    name: Line
    tool: Line
    ends_on: Day = None
    sponsor: Line
    contact: Line
    timezone: Zone | None = None
    country: Country | None = None
    days: Weekdays | None = None
    hours: Hours | None = None
    vision: Localised
    levers: Levers = Levers()
    personas: dict[Key, Persona] = Field(min_length=1)
    usage: Usage | None = None

    @model_validator(mode="after")
    def _events_are_listened_to(self) -> Self:
        for persona in self.personas.values():
            for routine in persona.routines:
                if routine.event and not self.counts(routine.event):
                    raise _problem(
                        f"the routine {routine.key!r} is kept by {routine.event!r}; "
                        f"name it under usage: events, as {{{routine.event}: use}}, or leave out its event"
                    )
        return self

    def counts(self, event: str) -> bool:
        """Whether an event of this name is kept as use of the tool."""
        return self.usage is not None and self.usage.events.get(event) is Counts.USE

    def roles(self, voice: Voice) -> dict[str, str]:
        """What personas are called, by key; those with a label."""
        return {key: each.label.text(voice) for key, each in self.personas.items() if each.label}

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.model_validate_json(text)


def read(source: Source) -> ProjectFile:
    """The project file at `source`.

    Raises:
        ContentError: it is missing or broken; the message says where and what to do.
    """
    return validate(load(source), ProjectFile)


def _unique(keys: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise _problem(f"the {what} {key!r} stands twice; give each its own key")
        seen.add(key)
