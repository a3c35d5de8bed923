"""The words of nudges: one pack per obstacle, several variants each, in both languages and registers."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from content.blockers import Blocker
from content.catalog import Address, Catalog, Lang, Voice
from content.keys import Key
from content.loader import Source, load, validate
from content.markup import placeholders
from nudges.plan import LEVERS, NO_NUDGE, Lever

LONGEST = 220
"""Characters of a nudge before its placeholders are filled: two lines on a telephone."""

PLACEHOLDERS = frozenset({"name", "tool", "vision", "lead", "cue", "action"})
OF_ROUTINES = frozenset({"cue", "action"})
"""Placeholders that only a person with a routine can fill."""


def _problem(what_to_do: str) -> PydanticCustomError:
    return PydanticCustomError("pack", "{what_to_do}", {"what_to_do": what_to_do})


def _registers(value: object) -> object:
    return {"tu": value, "vous": value} if isinstance(value, str) else value


Words = Annotated[str, Field(min_length=10, max_length=LONGEST)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Registers(_Part):
    tu: Words
    vous: Words


class Variant(_Part):
    """One wording. `evidence` says in one line why it should help, with its source where there is one."""

    lever: Lever
    evidence: str = Field(min_length=10, max_length=300)
    en: Words
    fr: Annotated[Registers, BeforeValidator(_registers)]

    @model_validator(mode="after")
    def _placeholders_agree(self) -> Self:
        wanted = placeholders(self.en)
        for text in (self.fr.tu, self.fr.vous):
            if placeholders(text) != wanted:
                raise _problem(f"use the same placeholders in every language: {_listed(wanted)}")
        if unknown := wanted - PLACEHOLDERS:
            raise _problem(f"{_listed(unknown)} cannot be filled; use {_listed(PLACEHOLDERS)}")
        if len(wanted & OF_ROUTINES) == 1:
            raise _problem("name {cue} and {action} together: one without the other is half a plan")
        return self

    @property
    def needs_routine(self) -> bool:
        return bool(placeholders(self.en) & OF_ROUTINES)

    def template(self, voice: Voice) -> str:
        """The wording as this person is spoken to, its placeholders unfilled."""
        if voice.lang is Lang.ENGLISH:
            return self.en
        return self.fr.tu if voice.address is Address.TU else self.fr.vous


class Pack(_Part):
    """The nudges for one obstacle, by key."""

    blocker: Blocker
    variants: dict[Key, Variant] = Field(min_length=2)

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        if self.blocker not in LEVERS or self.blocker in NO_NUDGE:
            raise _problem(f"nobody is nudged for {self.blocker!s}; remove this file")
        for needed, whom in ((True, "people with a routine"), (False, "people without a routine")):
            if sum(variant.needs_routine is needed for variant in self.variants.values()) < 2:
                raise _problem(f"give at least two variants for {whom}")
        return self


def read_pack(source: Source) -> Pack:
    """Raises `content.loader.ContentError`, with the line and what to do."""
    return validate(load(source), Pack)


@cache
def packs() -> dict[Blocker, Pack]:
    """Every shipped pack. Raises ContentError."""
    folder = files("nudges") / "packs"
    found = [read_pack(file) for file in sorted(folder.iterdir(), key=str) if file.name.endswith(".yaml")]
    return {pack.blocker: pack for pack in found}


def variant(name: str) -> Variant | None:
    """The variant of a full name, `habit.first_cue`; None if it has left the packs since."""
    blocker, _, key = name.partition(".")
    pack = packs().get(Blocker(blocker)) if blocker in {label.value for label in Blocker} else None
    return pack.variants.get(key) if pack else None


@cache
def eligible(blocker: Blocker, *, routine: bool, first: bool) -> tuple[str, ...]:
    """Full names of the variants that can be said now; the `first` nudge of a routine names its cue."""
    return tuple(
        f"{blocker}.{key}"
        for key, candidate in packs()[blocker].variants.items()
        if (routine or not candidate.needs_routine) and (candidate.needs_routine or not (routine and first))
    )


@cache
def texts() -> Catalog:
    """What is said around nudges: questions, answers, buttons, testimonials. Raises ContentError."""
    return Catalog.load(files("nudges") / "texts")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
