"""The words of tests on a sample: there is one for everything that can be told."""

from bot.commands import parse
from nudges.content import texts
from nudges.samples import Unit
from nudges.verdict import Why
from storage.models import SampleKind


def test_everything_has_words() -> None:
    assert all(texts("samples").has(f"verdict.{why}") for why in Why)
    assert all(texts("samples").has(f"kind.{kind}") for kind in SampleKind)
    assert all(texts("samples").has(f"units.{unit}") for unit in Unit)


def test_a_lead_asks_in_both_languages() -> None:
    for words in ("adoption pilot", "/adoption Pilote", "adoption échantillon", "Adoption echantillon."):
        found = parse(words)
        assert found
        assert found.command == "pilot", words
