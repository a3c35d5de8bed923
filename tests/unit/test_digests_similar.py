"""Which ideas say the same: measured on pairs that were labelled by hand, in both languages."""

from pathlib import Path

import pytest

from content.loader import load
from digests.similar import THRESHOLD, likeness

PAIRS = Path(__file__).parents[1] / "fixtures" / "ideas"
MEASURED = {"fr": (29, 2), "en": (30, 5)}
"""Of 35 pairs that say the same, how many are found; of 30 that do not, how many are taken for it. In decision 33."""


def _alike(one: str, other: str) -> bool:
    return likeness(one, {"other": other})[0][1] >= THRESHOLD


@pytest.mark.parametrize("lang", sorted(MEASURED))
def test_the_labelled_pairs(lang: str) -> None:
    pairs = load(PAIRS / f"{lang}.yaml").data
    assert (len(pairs["same"]), len(pairs["different"])) == (35, 30)
    found = sum(_alike(*pair) for pair in pairs["same"])
    wrong = sum(_alike(*pair) for pair in pairs["different"])
    assert (found, wrong) == MEASURED[lang]


def test_accents_capitals_and_the_words_that_all_ideas_have_do_not_count() -> None:
    assert likeness("Réunion d'équipe", {"a": "REUNION D'EQUIPE"}) == [("a", pytest.approx(1.0))]
    board = {"a": "Trello sur le quai"}
    assert likeness("Trello au bureau", board)[0][1] > likeness("Trello au bureau", board, ["Trello"])[0][1]


def test_the_likest_comes_first_and_nothing_is_like_nothing() -> None:
    others = {"far": "Repeindre le quai", "near": "Une tablette au quai", "empty": ""}
    ranked = likeness("Avoir une tablette sur le quai", others)
    assert [key for key, _ in ranked] == ["near", "far", "empty"]
    assert ranked[-1][1] == 0.0
    assert likeness("quai", {}) == []
    assert likeness("", {"a": ""}) == [("a", 0.0)]
