"""Whom an interview talks to, and about what: everything in the person's own language and register."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from content.catalog import Voice

WayKind = Literal["tool", "other", "none"]


@dataclass(frozen=True)
class WayOffer:
    """A way of doing the task; `kind` is with the tool, otherwise, or the task never came up."""

    key: str
    label: str
    kind: WayKind


@dataclass(frozen=True)
class RoutineOffer:
    """A routine of the persona: after `cue` (at local time `at`, on ISO weekdays `days`), `action`."""

    key: str
    cue: str
    action: str
    days: str
    at: time


@dataclass(frozen=True)
class Subject:
    """One person in one project. `lead` is None where nobody leads by name.

    `sponsor` decided the project; `contact` is a human to turn to.

    `vision` and `place` are sentences; `task` ends "last time …"; `threshold` is the least group that a figure is of,
    `words` the least that is quoted;
    `anonymous` is what the campaign promises: nothing said stays linked to the person once the interview is over;
    `second_opinion` says that a language model of the organisation's choice reads typed answers too; `usage` ends the
    sentence "on which days …" where the tool tells of its use.
    """

    voice: Voice
    name: str
    tool: str
    vision: str
    place: str
    task: str
    ways: tuple[WayOffer, ...]
    routines: tuple[RoutineOffer, ...]
    lead: str | None
    sponsor: str
    contact: str
    ends_on: date | None
    threshold: int
    words: int
    anonymous: bool = False
    second_opinion: bool = False
    usage: str | None = None

    def way(self, key: str) -> WayOffer | None:
        return next((way for way in self.ways if way.key == key), None)

    def routine(self, key: str) -> RoutineOffer | None:
        return next((routine for routine in self.routines if routine.key == key), None)
