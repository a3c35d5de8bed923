"""What pushes is found in both languages, what only looks like it is not, and nothing that the product says does."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from content.catalog import Lang
from content.loader import load
from content.pushing import found

ROOT = Path(__file__).parents[2]
PLANTED = {lang: load(ROOT / "tests" / "fixtures" / "pushing" / f"{lang}.yaml").data for lang in Lang}
PUSHES = [
    (lang, group, sentence)
    for lang in Lang
    for group, sentences in PLANTED[lang]["pushes"].items()
    for sentence in sentences
]
FINE = [(lang, sentence) for lang in Lang for sentence in PLANTED[lang]["fine"]]

NOT_SAID = {"statements", "lexicons", "simulation"}
"""Folders of what people say to the product."""


@pytest.mark.parametrize(("lang", "group", "sentence"), PUSHES)
def test_what_pushes_is_found_with_its_reason(lang: Lang, group: str, sentence: str) -> None:
    told = found(sentence, lang)
    assert group in [each.group for each in told]
    assert all(each.reason and each.instead for each in told)


@pytest.mark.parametrize("lang", Lang)
def test_at_least_sixty_sentences_are_planted(lang: Lang) -> None:
    assert sum(planted is lang for planted, *_ in PUSHES) >= 60


@pytest.mark.parametrize(("lang", "sentence"), FINE)
def test_what_only_looks_like_it_is_let_through(lang: Lang, sentence: str) -> None:
    assert found(sentence, lang) == []


@pytest.mark.parametrize(("lang", "_group", "sentence"), PUSHES)
def test_accents_capitals_and_apostrophes_change_nothing(lang: Lang, _group: str, sentence: str) -> None:
    plain = [each.group for each in found(sentence, lang)]
    bare = "".join(c for c in unicodedata.normalize("NFD", sentence) if not unicodedata.combining(c))
    for variant in (
        sentence.upper(),
        bare,
        unicodedata.normalize("NFD", sentence),
        sentence.replace(" ?", "\u00a0?"),
    ):
        assert [each.group for each in found(variant, lang)] == plain


def test_the_words_are_told_as_they_stand_in_the_text() -> None:
    (told,) = found("Bien. Surtout, N’oublie PAS ta carte.", Lang.FRENCH)
    assert told.words == "N'oublie PAS"
    assert "'N'oublie PAS' pushes" in str(told).replace('"', "'")


def test_a_word_within_another_word_is_no_word() -> None:
    assert found("The frankly disinterested mustard shows.", Lang.ENGLISH) == []
    assert found("Un chapeautage, une honteuse affaire.", Lang.FRENCH) == []


def test_a_denial_holds_within_its_clause_only() -> None:
    assert found("No, you must.", Lang.ENGLISH) != []
    assert found("Pas de souci : c'est obligatoire.", Lang.FRENCH) != []


def test_nothing_that_the_product_says_pushes() -> None:
    told = [
        f"{file.relative_to(ROOT)} {'.'.join(place)}: {each}"
        for file, place, text, lang in _said()
        for each in found(text, lang)
    ]
    assert told == []


def _said() -> Iterator[tuple[Path, tuple[str, ...], str, Lang]]:
    """Every text under a language's name, in every file of the product that holds texts by language."""
    for folder in ("bot", "content", "digests", "docs", "nudges", "surveys"):
        for file in sorted((ROOT / folder).rglob("*.yaml")):
            if NOT_SAID & set(file.parts) or file.name == "pushing.yaml":
                continue
            for place, text in _leaves(load(file).data):
                for lang in Lang:
                    if lang.value in (file.stem, *place):
                        yield file, place, text, lang


def _leaves(data: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict | list):
        for key, child in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(child, (*place, str(key)))
