"""Words that push people: urgency, guilt, orders, comparison, praise that rates, threats, advertising, shouting. Pure.

The words stand in `pushing.yaml`, by group and language, each group with its reason and what to write instead.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from content.catalog import Lang
from content.keys import Key
from content.loader import load, validate

NEAR = 3
"""Words before, in the same clause, among which a negation turns an entry into its contrary."""

_MARKUP = re.compile(r"\*\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
_CLAUSE_ENDS = re.compile(r"[.,:;!?…()«»“”\n]|\s[–—-]\s")


@dataclass(frozen=True)
class Pushing:
    """A place that pushes: `words` as they stand in the text, why that does harm, and what to write instead."""

    words: str
    group: str
    reason: str
    instead: str

    def __str__(self) -> str:
        return f"{self.words!r} pushes ({self.group}). {self.reason}; {self.instead}"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Words(_Part):
    en: tuple[str, ...]
    fr: tuple[str, ...]

    def of(self, lang: Lang) -> tuple[str, ...]:
        return self.en if lang is Lang.ENGLISH else self.fr


class _Group(_Words):
    reason: str
    instead: str
    deniable: bool = False
    fine: _Words


class _Rules(_Part):
    negations: _Words
    groups: dict[Key, _Group] = Field(min_length=1)


def found(text: str, lang: Lang) -> list[Pushing]:
    """Every place of `text` that pushes, in its order; a place counts once, under the first group that names it."""
    whole = unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("\u00a0", " ")
    bare = _MARKUP.sub("", whole)
    folded = _fold(bare)
    taken: dict[tuple[int, int], str] = {}
    for key, group in _rules().groups.items():
        pushing, fine = _patterns(key, lang)
        allowed = [match.span() for match in fine.finditer(folded)]
        for match in pushing.finditer(folded):
            start, end = match.span()
            within = any(first <= start and end <= last for first, last in (*allowed, *taken))
            if not within and not (group.deniable and _denied(folded[:start], lang)):
                taken[start, end] = key
    return [_told(bare[start:end], key) for (start, end), key in sorted(taken.items())]


def gentle(text: str, lang: Lang) -> str:
    """`text` itself, for schemas of content files. Raises ValueError at its first place that pushes."""
    for pushing in found(text, lang):
        raise ValueError(str(pushing))
    return text


def _told(words: str, key: str) -> Pushing:
    group = _rules().groups[key]
    return Pushing(words, key, group.reason, group.instead)


def _denied(before: str, lang: Lang) -> bool:
    clause = _CLAUSE_ENDS.split(before)[-1]
    near = re.findall(r"\w+(?:'t\b)?", clause)[-NEAR:]
    return not _negations(lang).isdisjoint(near)


def _fold(text: str) -> str:
    """Small letters without accents, each at the place of its original."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


@cache
def _rules() -> _Rules:
    return validate(load(files("content") / "pushing.yaml"), _Rules)


@cache
def _negations(lang: Lang) -> frozenset[str]:
    return frozenset(_rules().negations.of(lang))


@cache
def _patterns(key: str, lang: Lang) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What pushes, and what only looks like it."""
    group = _rules().groups[key]
    return _any_of(group.of(lang)), _any_of(group.fine.of(lang))


def _any_of(entries: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(entries, key=len, reverse=True)
    return re.compile("|".join(_pattern(_fold(entry)) for entry in longest_first) or r"(?!)")


def _pattern(entry: str) -> str:
    if not re.search(r"\w", entry):
        return re.escape(entry)
    words = ["|".join(map(_word, word.split("|"))) for word in entry.split(" ")]
    return r"(?<!\w)" + r"\s+".join(f"(?:{word})" for word in words) + r"(?!\w)"


def _word(written: str) -> str:
    if written == "*":
        return r"[\w'-]+"
    return re.escape(written.removesuffix("*")) + (r"\w*" if written.endswith("*") else "")
