"""Packs and templates of routines from files: the shipped ones, and an organisation's own beside or instead of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from content.blockers import Blocker
from content.loader import ContentError, Document, Source, load, mistakes
from nudges import pack, template
from nudges.pack import Pack
from nudges.template import Templates

File = TypeVar("File", Pack, Templates)


@dataclass(frozen=True)
class _Kind(Generic[File]):
    """What lies in one folder; `lacking` says of a whole file what it has too little of."""

    folder: str
    schema: type[File]
    mistakes_in: Callable[[File, Document], list[ContentError]]
    lacking: Callable[[File], str | None]


_PACKS = _Kind("packs", Pack, pack.mistakes_in, Pack.lacking)
_ROUTINES = _Kind("routines", Templates, template.mistakes_in, lambda _: None)

FOLDERS = (_PACKS.folder, _ROUTINES.folder)
"""Folders of this package, and of an organisation's content folder."""


def packs(content: Path | None = None) -> tuple[dict[Blocker, Pack], list[ContentError]]:
    """The packs that hold with an organisation's `content`, and every mistake in its own; a broken file is left out."""
    return _gathered(_PACKS, _own(content, _PACKS.folder))


def templates(content: Path | None = None) -> tuple[dict[Blocker, Templates], list[ContentError]]:
    """As `packs`, the templates of routines."""
    return _gathered(_ROUTINES, _own(content, _ROUTINES.folder))


def check(file: Path) -> list[ContentError]:
    """Every mistake in one file of an organisation; the name of its folder says what it is."""
    if file.parent.name == _ROUTINES.folder:
        return _gathered(_ROUTINES, [file])[1]
    return _gathered(_PACKS, [file])[1]


def check_folder(content: Path) -> list[ContentError]:
    """Every mistake in the packs and templates of an organisation's content folder."""
    return [*packs(content)[1], *templates(content)[1]]


def _own(content: Path | None, folder: str) -> list[Path]:
    return sorted((content / folder).glob("*.yaml")) if content else []


def _gathered(kind: _Kind[File], own: Iterable[Path]) -> tuple[dict[Blocker, File], list[ContentError]]:
    held = dict(_shipped(kind))
    told: list[ContentError] = []
    first: dict[Blocker, str] = {}
    for source in own:
        file, wrong = _read(source, kind)
        if file:
            other = first.setdefault(file.blocker, source.name)
            file = file.beside(held.get(file.blocker))
            if other != source.name:
                problem: str | None = f"{other} is about '{file.blocker}' too; make one file of both"
            else:
                problem = kind.lacking(file)
            if problem and not wrong:
                wrong = [ContentError(str(source), 1, problem)]
            if not wrong:
                held[file.blocker] = file
        told += wrong
    return held, told


def _read(source: Source, kind: _Kind[File]) -> tuple[File | None, list[ContentError]]:
    """The file if it has the right form, and every mistake in it, in the order of its lines."""
    try:
        document = load(source)
    except ContentError as error:
        return None, [error]
    try:
        file = kind.schema.model_validate(document.data)
    except ValidationError as error:
        return None, sorted(mistakes(document, kind.schema, error), key=_line)
    return file, sorted(kind.mistakes_in(file, document), key=_line)


def _line(mistake: ContentError) -> int:
    return mistake.line or 0


@cache
def _shipped(kind: _Kind[File]) -> dict[Blocker, File]:
    """Raises ContentError, since nobody but us can mend it."""
    held = {}
    found = (source for source in (files("nudges") / kind.folder).iterdir() if source.name.endswith(".yaml"))
    for source in sorted(found, key=lambda source: source.name):
        file, wrong = _read(source, kind)
        for mistake in wrong:
            raise mistake
        if file:
            held[file.blocker] = file
    return held
