"""What would make a story easier to recognise oneself in: given once, after sending; the words stay as they are. Pure.

A story of effort moves people who struggle more than one of talent: whoever reads that somebody like them had to work
at it tries longer (Lin-Siegler et al., J. Educ. Psychol. 108 (2016), on scientists who struggled; a result alone did not).
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from content import pushing
from content.catalog import Lang
from content.loader import load, validate

SHORT = 60
"""Characters below which a colleague hardly sees the moment."""

_SOUNDS = frozenset({"advertising", "orders", "shouting"})
"""Groups of words that push (`content.pushing`) which make a story sound like an advertisement."""


class Hint(StrEnum):
    """In the order in which they are given."""

    SHORT = "short"
    NO_MOMENT = "no_moment"
    NO_EFFORT = "no_effort"
    ADVERTISING = "advertising"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Listed(_Part):
    en: tuple[str, ...]
    fr: tuple[str, ...]


class _Words(_Part):
    moment: _Listed
    effort: _Listed


def hints(text: str, lang: Lang) -> tuple[Hint, ...]:
    """What this story lacks; nothing where a colleague can recognise the moment and what it took."""
    found = {
        Hint.SHORT: len(text.strip()) < SHORT,
        Hint.NO_MOMENT: not _pattern("moment").search(_fold(text)),
        Hint.NO_EFFORT: not tells_effort(text),
        Hint.ADVERTISING: any(place.group in _SOUNDS for place in pushing.found(text, lang)),
    }
    return tuple(hint for hint, lacks in found.items() if lacks)


def tells_effort(text: str) -> bool:
    """Whether the story says what it took, and not only how well it goes."""
    return _pattern("effort").search(_fold(text)) is not None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    listed: _Listed = getattr(validate(load(files("nudges") / "hints.yaml"), _Words), key)
    entries = "|".join(
        re.escape(_fold(word.removesuffix("*"))) + (r"\w*" if word.endswith("*") else "")
        for word in (*listed.en, *listed.fr)
    )
    return re.compile(rf"(?<!\w)(?:{entries})(?!\w)")


def _fold(text: str) -> str:
    """Small letters without accents, one kind of apostrophe and of space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())
