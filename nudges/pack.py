"""A pack: the nudges for one obstacle, in several wordings, each with when it fits. Pure.

People are nudged for what they can lift themselves. What somebody else has to lift is either told to a manager
(`management`) or spoken of again once it was fixed (`access`, `fit`). Where nothing is in the way (`none`), the pack
invites to tell colleagues about it.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from content.blockers import Blocker
from content.keys import Key
from content.loader import ContentError, Document, Location
from content.stages import Stage
from nudges.plan import LEVERS, NO_NUDGE, Lever
from nudges.wording import Localised, Part

OF_ROUTINES = frozenset({"cue", "action"})
"""Placeholders that only a person with a routine can fill."""

PLACEHOLDERS = frozenset({"name", "tool", "vision", "lead"}) | OF_ROUTINES
OF_MANAGERS = frozenset({"name", "tool", "vision", "lead", "threshold"})
"""`threshold` is the number of people below which nothing is told: a manager only reads "at least five"."""

AFTER_A_FIX = NO_NUDGE - {Blocker.MANAGEMENT}
"""Obstacles of which nothing is said until somebody else has lifted them."""

ENOUGH = 2
"""Wordings, at least, for everybody who may get one."""


class Tone(StrEnum):
    WARM = "warm"
    PLAIN = "plain"
    PLAYFUL = "playful"


class Occasion(StrEnum):
    """Who is written to: at the first message of a routine, later with a routine, or without one."""

    FIRST = "first"
    ROUTINE = "routine"
    NO_ROUTINE = "no_routine"


class After(StrEnum):
    """What came just before: a missed week, a question left unanswered, or an obstacle fixed by somebody else."""

    MISS = "miss"
    SILENCE = "silence"
    FIX = "fix"


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Variant(Localised):
    """One wording, and when it fits.

    `evidence` says in one line why it should help, by author and year. `rest_days` are the days before the same person
    may read it again. Without `stage` it fits any stage, without `after` whatever came before.
    """

    evidence: str = Field(min_length=10, max_length=300)
    lever: Lever | None = None
    tone: Tone = Tone.PLAIN
    rest_days: int = Field(default=42, ge=14, le=365)
    for_: Annotated[frozenset[Occasion], BeforeValidator(_one_or_more)] = Field(frozenset(), alias="for")
    stage: Annotated[frozenset[Stage], BeforeValidator(_one_or_more)] = frozenset()
    after: Annotated[frozenset[After], BeforeValidator(_one_or_more)] = frozenset()

    @property
    def needs_routine(self) -> bool:
        return bool(self.placeholders & OF_ROUTINES)

    @cached_property
    def occasions(self) -> frozenset[Occasion]:
        """`for`, or what the words allow: the first message of a routine names its cue, and only a fix came before it."""
        if self.for_:
            return self.for_
        allowed = {Occasion.ROUTINE}
        if self.needs_routine and self.after <= {After.FIX}:
            allowed.add(Occasion.FIRST)
        if not self.needs_routine and After.MISS not in self.after:
            allowed.add(Occasion.NO_ROUTINE)
        return frozenset(allowed)

    @property
    def always_fits(self) -> bool:
        """Whether its occasion is all that it waits for; a fix goes without saying in a pack about fixes."""
        return not self.stage and self.after <= {After.FIX}


class Pack(Part):
    """The nudges for one obstacle, by key. `only_these`: an organisation's pack leaves out the shipped wordings."""

    blocker: Blocker
    only_these: bool = False
    variants: dict[Key, Variant] = Field(min_length=1)

    @property
    def for_managers(self) -> bool:
        return self.blocker is Blocker.MANAGEMENT

    def beside(self, shipped: "Pack | None") -> "Pack":
        """This pack with the shipped wordings that it does not replace."""
        if shipped is None or self.only_these:
            return self
        return self.model_copy(update={"variants": {**shipped.variants, **self.variants}})

    def lacking(self) -> str | None:
        """For whom there are too few wordings, and what to do; None if there are enough."""
        whom = {
            Occasion.FIRST: "the first message of a routine",
            Occasion.ROUTINE: "people with a routine",
            Occasion.NO_ROUTINE: "people without a routine",
        }
        if self.for_managers or self.blocker is Blocker.NONE:
            whom = {Occasion.NO_ROUTINE: "everybody"}
        for occasion, them in whom.items():
            fitting = [v for v in self.variants.values() if v.always_fits and occasion in v.occasions]
            if len(fitting) < ENOUGH:
                return f"give at least two variants for {them}, at any stage and whatever came before"
        return None


def mistakes_in(pack: Pack, document: Document) -> list[ContentError]:
    """What a schema cannot see, in the order of the lines."""
    return [
        ContentError(document.source, document.line(("variants", *place)), problem)
        for key, variant in pack.variants.items()
        for place, problem in _problems(pack, key, variant)
    ]


def _problems(pack: Pack, key: str, variant: Variant) -> Iterator[tuple[Location, str]]:
    named, known = variant.placeholders, OF_MANAGERS if pack.for_managers else PLACEHOLDERS
    if not variant.agrees:
        yield (key, "fr"), f"use the same placeholders in every language: {_listed(named)}"
    if unknown := named - known:
        yield (key, "en"), f"{_listed(unknown)} cannot be filled; use {_listed(known)}"
    elif len(named & OF_ROUTINES) == 1:
        yield (key, "en"), "name {cue} and {action} together: one without the other is half a plan"
    lever = LEVERS.get(pack.blocker)
    if variant.lever not in (None, lever):
        right = f"write '{lever}', or leave it out" if lever else "leave it out: nothing is in the way"
        yield (key, "lever"), f"'{variant.lever}' does not lift '{pack.blocker}'; {right}"
    yield from _unfit(pack, key, variant)


def _unfit(pack: Pack, key: str, variant: Variant) -> Iterator[tuple[Location, str]]:
    """Words that would reach somebody whom they do not fit."""
    if pack.for_managers and (variant.for_ or variant.stage or variant.after):
        yield (
            (key,),
            "goes to a manager, of whom nothing of this is known; leave out 'for', 'stage' and 'after'",
        )
        return
    if pack.blocker in AFTER_A_FIX and variant.after != {After.FIX}:
        yield (key,), f"nobody is nudged while '{pack.blocker}' is in the way; write 'after: fix'"
    elif After.FIX in variant.after and pack.blocker not in AFTER_A_FIX:
        yield (key, "after"), f"'{pack.blocker}' is not fixed by somebody else; leave out 'fix'"
    if Occasion.FIRST in variant.for_ and (not variant.needs_routine or variant.after - {After.FIX}):
        yield (
            (key, "for"),
            "the first message of a routine names {cue} and {action}, and comes after nothing but a fix",
        )
    if Occasion.NO_ROUTINE in variant.for_ and (variant.needs_routine or After.MISS in variant.after):
        yield (key, "for"), "without a routine there is no {cue}, no {action} and nothing to miss"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
