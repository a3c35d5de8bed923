"""Whom a typed name means, among the people of a project. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

MOST = 3
"""Names that one person may give."""

SHOWN = 8
"""People to choose from where a name may mean several; of more the person is asked for the whole name."""

ALIKE = 0.75
"""How much of two spellings has to agree, 0–1 (`difflib.SequenceMatcher.ratio`)."""

Words = tuple[str, ...]

_BETWEEN = re.compile(r"[,;/&\n]|\s+(?:et|and|ou|or)\s+", re.IGNORECASE)
_TITLES = frozenset({"m", "mr", "mme", "mlle", "mrs", "ms", "dr"})


@dataclass(frozen=True)
class Member:
    """Somebody who can be named."""

    person_id: str
    name: str
    email: str | None = None


@dataclass(frozen=True)
class Resolved:
    """Who a name may mean: one for sure, some to choose from, or nobody."""

    people: tuple[str, ...] = ()
    sure: bool = False

    @property
    def one(self) -> str | None:
        """The person meant, where there is no doubt."""
        return self.people[0] if self.sure else None


def names_in(text: str) -> list[str]:
    """The names in one line, as typed, without doubles; `MOST` at most."""
    typed = (part.strip().lstrip("@") for part in _BETWEEN.split(text))
    return list({" ".join(words(name)): name for name in typed if words(name)}.values())[:MOST]


def resolve(typed: str, members: Sequence[Member]) -> Resolved:
    """Whom `typed` means: an address, a whole name in any order, a part of one, or one that is spelt nearly so.

    A misspelt name is never sure, since it would count for somebody else.
    """
    if "@" in typed:
        address = typed.strip().casefold()
        known = _those(member for member in members if (member.email or "").casefold() == address)
        return Resolved(known, sure=len(known) == 1)
    wanted = words(typed)
    if not wanted:
        return Resolved()
    for fits in (_whole, _begun, _near):
        if people := _those(member for member in members if fits(wanted, words(member.name))):
            return Resolved(
                people if len(people) <= SHOWN else (), sure=len(people) == 1 and fits is not _near
            )
    return Resolved()


@lru_cache(maxsize=1 << 16)
def words(name: str) -> tuple[str, ...]:
    """A name in its parts, as they are compared: lower case, no accents, no title."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )
    parts = re.findall(r"\w+", bare)
    return tuple([part for part in parts if part not in _TITLES] or parts)


def _those(members: Iterable[Member]) -> tuple[str, ...]:
    return tuple(member.person_id for member in members)


def _whole(wanted: Words, name: Words) -> bool:
    return sorted(wanted) == sorted(name)


def _begun(wanted: Words, name: Words) -> bool:
    """A lone initial is nobody's name."""
    return len(max(wanted, key=len)) > 1 and _each(wanted, name, lambda part, whole: whole.startswith(part))


def _near(wanted: Words, name: Words) -> bool:
    return _each(wanted, name, _alike)


def _alike(part: str, whole: str) -> bool:
    """The bounds of the ratio come first: they are much cheaper, and almost always enough."""
    pair = SequenceMatcher(None, part, whole)
    return all(ratio() >= ALIKE for ratio in (pair.real_quick_ratio, pair.quick_ratio, pair.ratio))


def _each(wanted: Words, name: Words, fits: Callable[[str, str], bool]) -> bool:
    """Whether every wanted part fits a part of the name of its own."""
    left = list(name)
    for part in wanted:
        match = next((whole for whole in left if fits(part, whole)), None)
        if match is None:
            return False
        left.remove(match)
    return bool(wanted)
