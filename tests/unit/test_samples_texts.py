"""The words of tests on a sample: the same in both languages, and one for everything that can be told."""

from bot.commands import parse
from bot.presenters.samples import texts
from content.catalog import Lang
from nudges.samples import Unit
from nudges.verdict import Why
from storage.models import SampleKind


def test_french_and_english_say_the_same_things() -> None:
    assert texts().keys(Lang.FRENCH) == texts().keys(Lang.ENGLISH)
    for key in texts().keys(Lang.FRENCH):
        assert texts().placeholders(key, Lang.FRENCH) == texts().placeholders(key, Lang.ENGLISH), key


def test_everything_has_words() -> None:
    assert all(texts().has(f"verdict.{why}") for why in Why)
    assert all(texts().has(f"kind.{kind}") for kind in SampleKind)
    assert all(texts().has(f"units.{unit}") for unit in Unit)


def test_a_lead_asks_in_both_languages() -> None:
    for words in ("adoption pilot", "/adoption Pilote", "adoption échantillon", "Adoption echantillon."):
        found = parse(words)
        assert found
        assert found.command == "pilot", words
