"""The digest's words: the same in both languages, and one for everything that a page can name."""

import pytest

from content.blockers import CAUSES
from content.catalog import Lang, Voice
from content.stages import Stage
from digests.content import actions, texts
from digests.page import Gaps
from nudges.verdict import Word


@pytest.mark.parametrize("catalog", [texts(), actions()], ids=["texts", "actions"])
def test_french_and_english_say_the_same_things(catalog) -> None:
    assert catalog.keys(Lang.FRENCH) == catalog.keys(Lang.ENGLISH)
    for key in catalog.keys(Lang.FRENCH):
        assert catalog.placeholders(key, Lang.FRENCH) == catalog.placeholders(key, Lang.ENGLISH), key


def test_everything_a_page_can_name_has_words() -> None:
    assert all(texts().has(f"said.{cause}") for cause in CAUSES)
    assert all(texts().has(f"{kind}.{stage}") for kind in ("stage", "funnel") for stage in Stage)
    assert all(texts().has(f"gap.{gap}") for gap in Gaps.model_fields)
    assert all(texts().has(f"tested.{word}") for word in Word)


def test_actions_name_only_the_tool() -> None:
    for key in actions().keys(Lang.FRENCH):
        assert actions().placeholders(key, Lang.FRENCH) <= {"tool"}


def test_labels_fit_a_chart() -> None:
    for lang in Lang:
        assert all(len(texts().text(f"stage.{stage}", Voice(lang))) <= 20 for stage in Stage)
