"""In which language somebody's words are."""

import pytest

from content.catalog import Lang
from digests.tongue import tongue

SAID = (
    (
        "J'ai collé le lien sur mon carnet. Au bout de trois semaines, je n'ouvrais plus le carnet.",
        Lang.FRENCH,
    ),
    ("On m'a montré une seule chose, glisser une carte.", Lang.FRENCH),
    ("I put the link where my notebook was. By week three I no longer opened the notebook.", Lang.ENGLISH),
    ("My lead showed me who reads what, so I note everything.", Lang.ENGLISH),
    ("Trello 2 h → 40 min", None),
    ("", None),
)


@pytest.mark.parametrize(("text", "lang"), SAID)
def test_a_text_is_of_the_language_of_its_little_words(text: str, lang: Lang | None) -> None:
    assert tongue(text) is lang


def test_what_both_languages_have_says_nothing() -> None:
    assert tongue("on me, on me, on me") is None
