"""The shipped packs: words for everybody whom they may reach, one thing at a time, in every voice."""

import re
from importlib.resources import files as package_files
from pathlib import Path

import pytest

from content.blockers import CAUSES, Blocker
from content.catalog import Address, Lang, Voice
from content.markup import placeholders
from nudges import wish
from nudges.content import options, packs, texts, variant
from nudges.eligibility import Facts
from nudges.files import check
from nudges.pack import AFTER_A_FIX, After, Tone, Variant
from nudges.plan import LEVERS, NO_NUDGE
from nudges.practice import COVERED
from nudges.sharing import Problem, Reaction
from storage import models

VOICES = [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]
NUDGED = [blocker for blocker in CAUSES if blocker not in NO_NUDGE]
SHIPPED = [(blocker, key, v) for blocker, pack in packs().items() for key, v in pack.variants.items()]

TU = re.compile(r"\b(tu|toi|ton|tes|te|t')\b", re.IGNORECASE)
VOUS = re.compile(r"\b(vous|votre|vos|vôtre)\b", re.IGNORECASE)

ELIDED = re.compile(r"\b(de|que|le|la|ce|se|ne|jusque|lorsque|puisque) \{(tool|lead|name)\}", re.IGNORECASE)
"""Words that a name with a vowel in front would shorten: "d'Asana"."""

EVER_SHIPPED = """
benefit: compare_once count_it annoying_bit serves_others
fear: nobody_watches first_goes_wrong play_space your_craft
habit: today_is_the_day on_the_old_cue leave_a_trace which_moment takes_weeks
imposed: your_version try_then_tell which_rule say_no_to
meaning: small_part one_line ask_why what_if_not
overload: instead_of just_this what_goes quiet
peers: with_one say_it one_rule a_pair
skills: one_task beside_you show_me nobody_knows_all
time: two_minutes small_slot fair_request smallest_task
trust: nothing_sensitive keep_both ask_in_writing never_for
"""


def names(blocker: Blocker, *, routine: bool, first: bool) -> list[str]:
    return [option.name for option in options(blocker, Facts(routine=routine, first=first))]


def test_every_obstacle_has_a_pack() -> None:
    assert set(packs()) == set(Blocker)
    folder = package_files("nudges") / "packs"
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{blocker}.yaml" for blocker in Blocker)


@pytest.mark.parametrize("blocker", Blocker)
def test_what_is_shipped_has_no_mistake(blocker: Blocker) -> None:
    assert check(Path(str(package_files("nudges") / "packs" / f"{blocker}.yaml"))) == []
    assert packs()[blocker].lacking() is None
    assert len(packs()[blocker].variants) >= (6 if blocker in NUDGED else 4)


@pytest.mark.parametrize("blocker", NUDGED)
def test_there_are_words_for_whoever_has_a_routine_or_has_none(blocker: Blocker) -> None:
    for routine, first in ((True, True), (True, False), (False, False)):
        found = names(blocker, routine=routine, first=first)
        assert len(found) >= 3
        for name in found:
            chosen = variant(name)
            assert isinstance(chosen, Variant)
            assert routine or not chosen.needs_routine
            assert chosen.needs_routine or not first
    assert any(After.MISS in v.after for v in packs()[blocker].variants.values())


@pytest.mark.parametrize(("blocker", "key", "chosen"), SHIPPED, ids=[f"{b}.{k}" for b, k, _ in SHIPPED])
def test_a_nudge_says_one_thing_gently_in_every_voice(blocker: Blocker, key: str, chosen: Variant) -> None:
    assert chosen.lever is LEVERS.get(blocker)
    assert {"tone", "rest_days"} <= chosen.model_fields_set
    assert re.search(r"\d{4}|METHOD", chosen.evidence)
    said = [chosen.template(voice) for voice in VOICES]
    assert len({placeholders(text) for text in said}) == 1
    for text in said:
        assert "\n" not in text
        assert "!" not in text
        assert text.count("**") % 2 == 0
        assert not re.search(r" [?;:!»]", text) or text == chosen.en
    assert not ELIDED.search(chosen.fr.tu + chosen.fr.vous)
    assert not VOUS.search(chosen.fr.tu)
    assert not TU.search(chosen.fr.vous)


def test_the_tones_are_mixed_and_most_are_not_playful() -> None:
    for blocker in NUDGED:
        tones = [v.tone for v in packs()[blocker].variants.values()]
        assert {Tone.WARM, Tone.PLAIN} <= set(tones)
        assert tones.count(Tone.PLAYFUL) <= 2


@pytest.mark.parametrize("blocker", sorted(AFTER_A_FIX))
def test_nothing_is_said_of_a_closed_door_before_it_was_opened(blocker: Blocker) -> None:
    for routine in (True, False):
        assert names(blocker, routine=routine, first=False) == []


def test_a_manager_reads_a_threshold_and_nobody_else_does() -> None:
    for blocker, _, chosen in SHIPPED:
        assert ("threshold" in chosen.placeholders) is (blocker is Blocker.MANAGEMENT)


@pytest.mark.parametrize(
    "folder", sorted(each.name for each in (package_files("nudges") / "texts").iterdir())
)
def test_what_is_said_around_nudges_exists_in_both_languages(folder: str) -> None:
    said = texts(folder)
    assert said.keys(Lang.ENGLISH) == said.keys(Lang.FRENCH)
    for key in said.keys(Lang.ENGLISH):
        assert said.placeholders(key, Lang.ENGLISH) == said.placeholders(key, Lang.FRENCH), key
        assert not any("!" in said.template(key, voice) for voice in VOICES)


def test_texts_that_are_found_by_a_name_exist() -> None:
    wanted = [f"refused.{problem}" for problem in Problem]
    wanted += [f"reviewed.{status.value}" for status in models.TestimonialStatus]
    wanted += [f"reacted.{reaction}" for reaction in Reaction]
    assert [key for key in wanted if not texts("testimonials").has(key)] == []
    wanted = [f"{answer.value}_button" for answer in models.CheckInAnswer]
    wanted += [f"answer.{answer}" for answer in ("done", "partly")]
    wanted += [key for ease in models.Ease for key in (f"{ease.value}_button", f"felt.{ease.value}")]
    wanted += [f"check_in.weeks_{weeks}" for weeks in range(1, COVERED + 1)]
    wanted += [f"refused.{problem}" for problem in wish.Problem]
    assert [key for key in wanted if not texts("routines").has(key)] == []


def test_a_name_that_was_written_down_before_still_leads_to_its_words() -> None:
    for line in EVER_SHIPPED.strip().splitlines():
        blocker, _, keys = line.partition(":")
        for key in keys.split():
            assert variant(f"{blocker}.{key}"), f"{blocker}.{key}"


def test_a_variant_that_has_left_the_packs_is_not_an_error() -> None:
    assert variant("habit.gone_since") is None
    assert variant("access.anything") is None
    assert variant("nonsense") is None
