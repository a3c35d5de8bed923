"""The counts behind one digest: everything a page is made from, and nothing about any one person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from content.blockers import Blocker
from digests.suppression import THRESHOLD


class Stage(StrEnum):
    """How far people have come, widest first; whoever reached a stage counts in those before it."""

    AWARE = "aware"
    TRIED = "tried"
    REPEAT = "repeat"
    ROUTINE = "routine"
    ADVOCATE = "advocate"


@dataclass(frozen=True)
class Snapshot:
    """One project at one moment, in people.

    `eligible` are its employees and champions, whether or not they take part: leaving out who said stop would show
    leads that somebody did. `answered` have ended an interview that holds an answer. `confirmed` and `stated` count
    each of them once at most, by main cause. `compared` have both a stated and a confirmed cause, `shifted` of them
    not the same one. `story` is the id of an approved testimonial whose author agreed to exactly that text.
    """

    eligible: int
    invited: int
    answered: int
    funnel: Mapping[Stage, int]
    confirmed: Mapping[Blocker, int] = field(default_factory=dict)
    stated: Mapping[Blocker, int] = field(default_factory=dict)
    compared: int = 0
    shifted: int = 0
    story: str | None = None
    threshold: int = THRESHOLD
