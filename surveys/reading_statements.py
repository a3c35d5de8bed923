"""The statements that the reading is trained and measured on: `statements/<lang>/<voice>.yaml`, one voice a file.

`lexicons/phrases/<lang>.yaml` adds short turns of phrase, for training only.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)

from content.blockers import Blocker
from content.catalog import Lang
from content.loader import ContentError, load, validate
from surveys.words import fold

Kind = Literal["plain", "hard", "phrase"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Written(_Part):
    """One statement. `also` are real second causes, `not` are causes that the text denies."""

    text: Text
    also: Annotated[tuple[Blocker, ...], BeforeValidator(_listed)] = ()
    denied: Annotated[tuple[Blocker, ...], BeforeValidator(_listed)] = Field(default=(), alias="not")


def _written(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Line = Annotated[Written, BeforeValidator(_written)]


class Kinds(_Part):
    plain: tuple[Line, ...] = Field(min_length=4)
    hard: tuple[Line, ...] = Field(min_length=6)


class VoiceFile(_Part):
    """One person's statements. `group` names the author who wrote the voice, so that validation can leave out all of
    an author's voices."""

    voice: Text
    group: Text | None = None
    statements: dict[Blocker, Kinds]

    @model_validator(mode="after")
    def _covers_every_label(self) -> Self:
        missing = [label.value for label in Blocker if label not in self.statements]
        if missing:
            raise ValueError(f"no statements for {', '.join(missing)}")
        return self


class PhraseFile(RootModel[dict[Blocker, str]]):
    """Phrases by cause, one a line."""


@dataclass(frozen=True)
class Statement:
    """`voice` is the file's name, `author` its group or, without one, the voice itself."""

    text: str
    lang: Lang
    label: Blocker
    kind: Kind
    voice: str
    author: str
    also: tuple[Blocker, ...] = ()
    denied: tuple[Blocker, ...] = ()


def voice_files() -> list[tuple[Lang, Traversable]]:
    """Every voice's file, in a fixed order."""
    folder = files("surveys") / "statements"
    return [
        (lang, source)
        for lang in Lang
        for source in sorted((folder / lang).iterdir(), key=lambda item: item.name)
        if source.name.endswith(".yaml")
    ]


def voice(lang: Lang, source: Traversable) -> list[Statement]:
    """The statements of one file.

    Raises:
        ContentError: the file is broken, incomplete, or says the same thing twice.
    """
    document = load(source)
    written = validate(document, VoiceFile)
    name = source.name.removesuffix(".yaml")
    seen: set[str] = set()
    statements: list[Statement] = []
    for label, kinds in written.statements.items():
        by_kind: tuple[tuple[Literal["plain", "hard"], tuple[Written, ...]], ...] = (
            ("plain", kinds.plain),
            ("hard", kinds.hard),
        )
        for kind, lines in by_kind:
            for index, line in enumerate(lines):
                if (key := fold(line.text).text) in seen:
                    raise ContentError(
                        document.source,
                        document.line(("statements", label.value, kind, index)),
                        f"{line.text!r} stands twice; write another",
                    )
                seen.add(key)
                statements.append(
                    Statement(
                        line.text, lang, label, kind, name, written.group or name, line.also, line.denied
                    )
                )
    return statements


@cache
def statements() -> tuple[Statement, ...]:
    """Every statement of every voice. Raises `ContentError` for the first broken file."""
    return tuple(statement for lang, source in voice_files() for statement in voice(lang, source))


@cache
def phrases() -> tuple[Statement, ...]:
    """The phrases for training. Raises `ContentError` if a file is broken."""
    found: list[Statement] = []
    for lang in Lang:
        listed = validate(load(files("surveys") / "lexicons" / "phrases" / f"{lang}.yaml"), PhraseFile)
        found += [
            Statement(line, lang, label, "phrase", "", "")
            for label, lines in listed.root.items()
            for line in lines.splitlines()
            if line.strip()
        ]
    return tuple(found)
