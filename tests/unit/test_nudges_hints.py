"""Hints point at what a story lacks, and leave a story alone that lacks nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalog import Lang
from nudges.hints import Hint, hints, tells_effort

GOOD_FR = "Au début j'oubliais une urgence sur deux. Maintenant je la note après le point de 9 h, et je pars à l'heure."
GOOD_EN = "The first week I kept forgetting. Now I note it after the 9:00 stand-up, and nobody has to ring me at night."


@pytest.mark.parametrize(("text", "lang"), [(GOOD_FR, Lang.FRENCH), (GOOD_EN, Lang.ENGLISH)])
def test_a_moment_and_what_it_took_need_no_hint(text: str, lang: Lang) -> None:
    assert hints(text, lang) == ()
    assert tells_effort(text)


@pytest.mark.parametrize(
    ("text", "lang", "hint"),
    [
        ("Le matin j'ai appris à le faire.", Lang.FRENCH, Hint.SHORT),
        (
            "J'ai eu du mal à m'y mettre, et je ne regrette pas du tout de m'être donné cette peine-là.",
            Lang.FRENCH,
            Hint.NO_MOMENT,
        ),
        (
            "Le vendredi soir, mes cartes sont rangées et je sais où en est chacune de mes urgences.",
            Lang.FRENCH,
            Hint.NO_EFFORT,
        ),
        (
            "On Friday evening my cards are sorted, and everybody can see where each order stands.",
            Lang.ENGLISH,
            Hint.NO_EFFORT,
        ),
        (
            "Au début j'hésitais. Depuis lundi, c'est une révolution incroyable dans ma journée de travail.",
            Lang.FRENCH,
            Hint.ADVERTISING,
        ),
        (
            "At first I struggled. Since Monday it is a game-changer, a real revolution for my whole day.",
            Lang.ENGLISH,
            Hint.ADVERTISING,
        ),
    ],
)
def test_one_thing_that_is_missing_is_one_hint(text: str, lang: Lang, hint: Hint) -> None:
    assert hints(text, lang) == (hint,)


def test_people_mix_languages_and_are_understood() -> None:
    assert (
        hints(
            "La first week j'ai struggled, puis le meeting de 9 h est devenu mon moment à moi.", Lang.FRENCH
        )
        == ()
    )


@pytest.mark.parametrize("text", ["J’ai galéré au début", "J’AI GALÉRÉ AU DÉBUT", "it took me three tries"])
def test_capitals_accents_and_apostrophes_do_not_matter(text: str) -> None:
    assert tells_effort(text)


@given(st.text(max_size=600))
def test_no_text_breaks_it(text: str) -> None:
    assert len(set(hints(text, Lang.FRENCH))) == len(hints(text, Lang.FRENCH))
