"""The words around levers: there is one for everything that can be told, in every voice, and none of them is long."""

import pytest

from content.catalog import Address, Lang, Voice
from nudges.barriers import TOLD
from nudges.content import texts
from nudges.passing_on import BLOCKERS
from nudges.plan import BARRIERS
from projects.definition import Levers
from storage.models import BarrierStatus, PassedOn

VOICES = [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]


def test_everything_has_words() -> None:
    wanted = [f"{kind}.{lever}" for kind in ("tell", "missing") for lever in TOLD]
    wanted += [
        f"{kind}.{each}" for kind in ("ask", "exactly", "news", "item", "again", "about") for each in BARRIERS
    ]
    wanted += [f"state.{status}" for status in BarrierStatus] + [f"{said}_button" for said in PassedOn]
    assert [key for key in wanted if not texts("levers").has(key)] == []


def test_what_a_project_file_may_hold_are_the_levers_that_are_told() -> None:
    assert set(Levers.model_fields) == {lever.value for lever in TOLD}
    assert set(BLOCKERS) >= TOLD


@pytest.mark.parametrize("voice", VOICES)
def test_nothing_is_longer_than_a_thumb_likes_and_no_text_holds_a_figure_but_the_threshold(
    voice: Voice,
) -> None:
    catalog = texts("levers")
    for key in catalog.keys(voice.lang):
        text = catalog.template(key, voice)
        assert len(text) <= 330, key
        assert not any(each.isdecimal() for each in text), key
        assert "!" not in text, key
