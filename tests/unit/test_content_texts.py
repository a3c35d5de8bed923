from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalog import Address, Catalog, Lang, UnknownText, Voice
from content.loader import ContentError
from content.markup import Span, Style, placeholders, plain, rich

TU = Voice(Lang.FRENCH, Address.TU)
VOUS = Voice(Lang.FRENCH, Address.VOUS)
ENGLISH = Voice(Lang.ENGLISH)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "en.yaml").write_text("hello:\n  name: 'Hello **{name}**'\nlines: [one, two]\n")
    (tmp_path / "fr.yaml").write_text(
        "hello:\n  name: {tu: 'Salut {name}', vous: 'Bonjour {name}'}\nlines: [un, deux]\n"
    )
    return Catalog.load(tmp_path)


def test_language_and_register_choose_the_text(catalog: Catalog) -> None:
    assert catalog.text("hello.name", TU, name="Karim") == "Salut Karim"
    assert catalog.text("hello.name", VOUS, name="Karim") == "Bonjour Karim"
    assert catalog.rich("hello.name", ENGLISH, name="Karim") == (Span("Hello "), Span("Karim", Style.STRONG))
    assert catalog.lines("lines", TU) == ["un", "deux"]
    assert catalog.placeholders("hello.name", Lang.FRENCH) == {"name"}


def test_french_signs_keep_to_their_word(tmp_path: Path) -> None:
    (tmp_path / "fr.yaml").write_text("ask: 'Il dit : « Où ? » ; {name} !'\n", encoding="utf-8")
    (tmp_path / "en.yaml").write_text("ask: 'He says : {name} !'\n", encoding="utf-8")
    shown = Catalog.load(tmp_path)
    assert shown.text("ask", TU, name="a ? b") == "Il dit\u00a0: «\u00a0Où\u00a0?\u00a0»\u00a0; a ? b\u00a0!"
    assert shown.text("ask", ENGLISH, name="x") == "He says : x !"


def test_an_unknown_text_says_where_it_was_looked_for(catalog: Catalog) -> None:
    with pytest.raises(UnknownText, match="no text 'nope' in fr"):
        catalog.text("nope", TU)


def test_half_a_register_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("a: b\n")
    (tmp_path / "fr.yaml").write_text("a:\n  tu: b\n")
    with pytest.raises(ContentError, match=r"fr\.yaml:1: give both 'tu' and 'vous'"):
        Catalog.load(tmp_path)


@given(st.text(max_size=80))
def test_a_value_is_never_read_as_markup(value: str) -> None:
    spans = rich("_{value}_ and **{value}**", {"value": value})
    assert plain(spans) == f"{value} and {value}"
    assert {span.style for span in spans if span.text == value} <= {Style.SOFT, Style.STRONG}


def test_snake_case_and_stars_in_words_are_plain() -> None:
    assert rich("a_b_c 2*3") == (Span("a_b_c 2*3"),)
    assert placeholders("{a} {B} {a1}") == {"a", "a1"}
