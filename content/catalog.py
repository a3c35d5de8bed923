"""Texts by language and register. A text is a string, or `{tu: …, vous: …}` where French changes with the address.

A folder holds one file per language, `en.yaml` and `fr.yaml`, with the same keys; groups nest, and a key is
written with dots (`help.body`). A list is a list of variants or of lines, read with `lines`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from content.loader import ContentError, Document, Source, load
from content.markup import RichText, placeholders, rich

_SPACE = re.compile(r" (?=[?!;:»])|(?<=«) ")


class Lang(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


class Address(StrEnum):
    """How French speaks to a person; chosen per workspace."""

    TU = "tu"
    VOUS = "vous"


@dataclass(frozen=True)
class Voice:
    """The language and register in which one person is written to."""

    lang: Lang
    address: Address = Address.VOUS

    @property
    def locale(self) -> str:
        """For dates and numbers. English without a region reads "24 November", which nobody takes for a month."""
        return {Lang.FRENCH: "fr_FR", Lang.ENGLISH: "en_GB"}[self.lang]


class UnknownText(KeyError):
    """No content file holds this text."""


@dataclass(frozen=True)
class Catalog:
    """Every text of one content folder, in every language."""

    name: str
    documents: dict[Lang, Document]

    @classmethod
    def load(cls, folder: Source) -> Self:
        """Read `en.yaml` and `fr.yaml`.

        Raises:
            ContentError: a file is missing or broken, or a register is incomplete.
        """
        documents = {lang: load(folder / f"{lang}.yaml") for lang in Lang}
        catalog = cls(str(folder), documents)
        for lang in Lang:
            catalog._flat[lang]
        return catalog

    @cached_property
    def _flat(self) -> dict[Lang, dict[str, Any]]:
        return {lang: dict(_leaves(document)) for lang, document in self.documents.items()}

    def keys(self, lang: Lang) -> frozenset[str]:
        return frozenset(self._flat[lang])

    def has(self, key: str) -> bool:
        return all(key in texts for texts in self._flat.values())

    def lines(self, key: str, voice: Voice) -> list[str]:
        """The raw templates under `key`: one for a text, all for a list.

        Raises:
            UnknownText: the key is not in the file of this language.
        """
        try:
            leaf = self._flat[voice.lang][key]
        except KeyError:
            raise UnknownText(f"{self.name} has no text {key!r} in {voice.lang}") from None
        told = [_register(item, voice.address) for item in (leaf if isinstance(leaf, list) else [leaf])]
        return [unbroken(text) for text in told] if voice.lang is Lang.FRENCH else told

    def template(self, key: str, voice: Voice) -> str:
        """The raw template; lines of a list are joined by line breaks."""
        return "\n".join(self.lines(key, voice))

    def rich(self, key: str, voice: Voice, **values: str) -> RichText:
        """The text with its placeholders filled, as spans; an unused value is allowed, a missing one is KeyError."""
        return rich(self.template(key, voice), values)

    def text(self, key: str, voice: Voice, **values: str) -> str:
        """The text with its placeholders filled and its markup dropped."""
        return "".join(span.text for span in self.rich(key, voice, **values))

    def placeholders(self, key: str, lang: Lang) -> frozenset[str]:
        """Every placeholder that the text names, in any register."""
        return frozenset().union(
            *(placeholders(self.template(key, Voice(lang, address))) for address in Address)
        )


def unbroken(text: str) -> str:
    """French text whose ? ! ; : and » never stand alone on a line, nor « at the end of one: their space does not break."""
    return _SPACE.sub("\u00a0", text)


def _register(item: Any, address: Address) -> str:
    return str(item[address.value] if isinstance(item, dict) else item)


def _leaves(document: Document, prefix: tuple[str, ...] = (), data: Any = None) -> list[tuple[str, Any]]:
    data = document.data if not prefix else data
    if isinstance(data, dict) and not _is_register(data):
        if set(data) & {"tu", "vous"}:
            raise ContentError(
                document.source, document.line(prefix), "give both 'tu' and 'vous', and nothing beside them"
            )
        return [leaf for key, child in data.items() for leaf in _leaves(document, (*prefix, key), child)]
    if not prefix:
        raise ContentError(document.source, document.line(prefix), "texts stand under keys, one a line")
    if not _is_text(data):
        raise ContentError(document.source, document.line(prefix), f"{'.'.join(prefix)} must be text")
    return [(".".join(prefix), data)]


def _is_register(data: Any) -> bool:
    return isinstance(data, dict) and set(data) == {"tu", "vous"}


def _is_text(data: Any) -> bool:
    if isinstance(data, list):
        return bool(data) and all(not isinstance(item, list) and _is_text(item) for item in data)
    if _is_register(data):
        return all(isinstance(text, str) for text in data.values())
    return isinstance(data, str)
