import re
from importlib.resources import files
from pathlib import Path

import pytest

from content.blockers import CAUSES, Blocker
from content.catalog import Address, Lang, Voice
from content.loader import ContentError
from content.markup import placeholders
from nudges.content import OF_ROUTINES, Variant, eligible, packs, read_pack, texts, variant
from nudges.plan import LEVERS, NO_NUDGE, Lever
from nudges.sharing import Problem, Reaction
from storage import models

VOICES = [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]
NUDGED = [blocker for blocker in CAUSES if blocker not in NO_NUDGE]
SHIPPED = [(blocker, key, v) for blocker, pack in packs().items() for key, v in pack.variants.items()]

PUSHING = re.compile(
    r"\b(you (must|should|have to|need to)|don't forget|hurry|now or never|last chance|il faut|tu dois|vous devez|"
    r"n'oublie[sz]? pas|dépêche|dernière chance|obligatoire|indispensable|mandatory|just do)\b",
    re.IGNORECASE,
)
TU = re.compile(r"\b(tu|toi|ton|tes|te|t')\b", re.IGNORECASE)
VOUS = re.compile(r"\b(vous|votre|vos|vôtre)\b", re.IGNORECASE)


def test_every_obstacle_that_a_person_can_lift_has_a_pack_and_no_other() -> None:
    assert set(packs()) == set(NUDGED)
    shipped = [f.name for f in (files("nudges") / "packs").iterdir() if f.name.endswith(".yaml")]
    assert sorted(shipped) == sorted(f"{blocker}.yaml" for blocker in NUDGED)


@pytest.mark.parametrize("blocker", NUDGED)
def test_there_are_words_for_whoever_has_a_routine_or_has_none(blocker: Blocker) -> None:
    for routine, first in ((True, True), (True, False), (False, False)):
        names = eligible(blocker, routine=routine, first=first)
        assert len(names) >= 2
        for name in names:
            chosen = variant(name)
            assert isinstance(chosen, Variant)
            assert routine or not chosen.needs_routine
            assert chosen.needs_routine or not first


@pytest.mark.parametrize(("blocker", "key", "chosen"), SHIPPED, ids=[f"{b}.{k}" for b, k, _ in SHIPPED])
def test_a_nudge_says_one_thing_gently_in_every_voice(blocker: Blocker, key: str, chosen: Variant) -> None:
    assert chosen.lever is LEVERS[blocker]
    said = [chosen.template(voice) for voice in VOICES]
    assert len({placeholders(text) for text in said}) == 1
    for text in said:
        assert "\n" not in text
        assert "!" not in text
        assert not PUSHING.search(text)
        assert text.count("**") % 2 == 0
    assert not VOUS.search(chosen.fr.tu)
    assert not TU.search(chosen.fr.vous)


def test_what_is_said_around_nudges_exists_in_both_languages() -> None:
    assert texts().keys(Lang.ENGLISH) == texts().keys(Lang.FRENCH)
    for key in texts().keys(Lang.ENGLISH):
        assert texts().placeholders(key, Lang.ENGLISH) == texts().placeholders(key, Lang.FRENCH), key
        for voice in VOICES:
            text = texts().template(key, voice)
            assert not PUSHING.search(text)
            assert "!" not in text


def test_texts_that_are_found_by_a_name_exist() -> None:
    wanted = [f"testimonial.refused.{problem}" for problem in Problem]
    wanted += [f"testimonial.reviewed.{status.value}" for status in models.TestimonialStatus]
    wanted += [f"testimonial.reacted.{reaction}" for reaction in Reaction]
    wanted += [f"routine.{answer.value}_button" for answer in models.CheckInAnswer]
    wanted += [f"routine.answer.{answer}" for answer in ("done", "partly")]
    assert [key for key in wanted if not texts().has(key)] == []


def test_a_variant_that_has_left_the_packs_is_not_an_error() -> None:
    assert variant("habit.gone_since") is None
    assert variant("access.anything") is None
    assert variant("nonsense") is None


GOOD = """
blocker: habit
variants:
  a: {lever: if_then_plan, evidence: "As measured once.", en: "{cue}, {action} today", fr: "{cue}, {action} ce jour"}
  b: {lever: if_then_plan, evidence: "As measured once.", en: "{cue}, {action} again", fr: "{cue}, {action} encore"}
  c: {lever: if_then_plan, evidence: "As measured once.", en: "Try {tool} today", fr: "Essayer {tool} ce jour"}
  d: {lever: if_then_plan, evidence: "As measured once.", en: "Try {tool} again", fr: "Essayer {tool} encore"}
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Essayer {tool} ce jour", "Essayer ce jour-là", "same placeholders in every language"),
        ("{tool}", "{password}", "cannot be filled"),
        ("{cue}, {action}", "{cue} alone", "half a plan"),
        ("blocker: habit", "blocker: access", "nobody is nudged"),
        ("lever: if_then_plan", "lever: bribe", "lever"),
        ("Try {tool} again", "{cue}, {action} more", "same placeholders"),
        ("As measured once.", "", "evidence"),
        ("  d:", "  d e:", "variants"),
        ("blocker: habit", "blocker: habit\ncolour: red", "colour"),
    ],
)
def test_a_mistake_in_a_pack_is_told_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = tmp_path / "habit.yaml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=problem) as told:
        read_pack(file)
    assert "habit.yaml:" in str(told.value)


def test_a_pack_with_one_wording_for_somebody_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "habit.yaml"
    file.write_text(
        GOOD.replace("{cue}, {action} again", "Try {tool} x").replace("{cue}, {action} encore", "Un {tool} x")
    )
    with pytest.raises(ContentError, match="two variants for people with a routine"):
        read_pack(file)
    file.write_text(GOOD)
    assert read_pack(file).variants["a"].lever is Lever.IF_THEN_PLAN
    assert frozenset({"cue", "action"}) == OF_ROUTINES
