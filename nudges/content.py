"""The words of nudges that hold in this process: packs, templates of routines, and what is said around them.

They are set once by whoever puts the process together (`use`), before anything is asked for; read from files once.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files as package_files
from pathlib import Path

from content.blockers import Blocker
from content.catalog import Catalog
from nudges import files
from nudges.eligibility import Facts, Option, fitting
from nudges.pack import Pack, Variant
from nudges.template import Template


@dataclass(frozen=True)
class Library:
    """The shipped words, and beside or instead of them those of an organisation's `content` folder."""

    content: Path | None = None

    @cached_property
    def packs(self) -> dict[Blocker, Pack]:
        """Raises `content.loader.ContentError` for the first file that is broken."""
        packs, mistakes = files.packs(self.content)
        for mistake in mistakes:
            raise mistake
        return packs

    @cached_property
    def templates(self) -> dict[Blocker, dict[str, Template]]:
        """Raises `content.loader.ContentError` for the first file that is broken."""
        found, mistakes = files.templates(self.content)
        for mistake in mistakes:
            raise mistake
        return {blocker: file.routines for blocker, file in found.items()}


_shipped = Library()
_current = [_shipped]


def use(content: Path | None) -> None:
    """From now on this process reads an organisation's `content` folder beside the shipped files."""
    _current[0] = Library(content) if content else _shipped


def load() -> None:
    """Read everything now, so that a mistake is met at the start. Raises ContentError for the first."""
    _ = packs(), templates()


def packs() -> dict[Blocker, Pack]:
    """Every pack. Raises ContentError."""
    return _current[0].packs


def templates() -> dict[Blocker, dict[str, Template]]:
    """The templates of routines for each obstacle, by key. Raises ContentError."""
    return _current[0].templates


def variant(name: str) -> Variant | None:
    """The variant of a full name, `habit.first_cue`; None if it has left the packs since.

    A shipped wording that an organisation leaves out can still be named: it may have been decided before.
    """
    blocker, _, key = name.partition(".")
    if blocker not in {label.value for label in Blocker}:
        return None
    for library in (_current[0], _shipped):
        pack = library.packs.get(Blocker(blocker))
        if pack and key in pack.variants:
            return pack.variants[key]
    return None


def options(blocker: Blocker, facts: Facts) -> list[Option]:
    """The wordings for this obstacle that can be said now, in the order of the pack; empty if there is none."""
    return fitting(packs()[blocker], facts)


@cache
def texts(name: str) -> Catalog:
    """What is said in one of the folders of `texts`, such as "routines". Raises ContentError."""
    return Catalog.load(package_files("nudges") / "texts" / name)
