"""A text of a nudge or routine in every voice, none of which pushes. Pure."""

from functools import cached_property, partial
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from content.catalog import Address, Lang, Voice, unbroken
from content.markup import placeholders
from content.pushing import gentle

LONGEST = 220
"""Characters of a text before its placeholders are filled: two lines on a telephone."""


def _registers(value: object) -> object:
    return {"tu": value, "vous": value} if isinstance(value, str) else value


_Text = Annotated[str, Field(min_length=3, max_length=LONGEST)]
English = Annotated[_Text, AfterValidator(partial(gentle, lang=Lang.ENGLISH))]
French = Annotated[_Text, AfterValidator(partial(gentle, lang=Lang.FRENCH))]


class Part(BaseModel):
    """A piece of a content file: nothing unknown in it, nothing changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Registers(Part):
    """A French text in both ways of addressing a person."""

    tu: French
    vous: French


class Localised(Part):
    """A text in every language. In a file `fr` may be one text, where "tu" and "vous" say the same."""

    en: English
    fr: Annotated[Registers, BeforeValidator(_registers)]

    @property
    def forms(self) -> tuple[str, str, str]:
        return self.en, self.fr.tu, self.fr.vous

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """What the English text names."""
        return placeholders(self.en)

    @property
    def agrees(self) -> bool:
        """Whether every form names the same placeholders."""
        return all(placeholders(form) == self.placeholders for form in self.forms)

    def template(self, voice: Voice) -> str:
        """The text as this person is spoken to, its placeholders unfilled."""
        if voice.lang is Lang.ENGLISH:
            return self.en
        return unbroken(self.fr.tu if voice.address is Address.TU else self.fr.vous)
