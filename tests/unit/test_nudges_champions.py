"""What is told of a story, what is asked of a champion, and the words for both."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.commands import parse
from content.catalog import Address, Catalog, Lang, Voice
from content.pushing import found as pushing
from nudges.cards import CARDS, WEEKLY_MINUTES, following, kit
from nudges.content import texts
from nudges.reach import STEP, reach, step_taken
from projects.adopters import Sign
from storage.models import ChampionStatus

VOICES = [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]
REACTIONS = st.lists(st.sampled_from(["me", "not_me", None]), max_size=60)


@given(REACTIONS)
def test_reach_is_never_under_five_and_never_moves_by_less(reactions: list[str | None]) -> None:
    told = [reach(reactions[:n]) or 0 for n in range(len(reactions) + 1)]
    for before, after in pairwise(told):
        assert after - before in {0, STEP}
    assert told[-1] <= reactions.count("me") < told[-1] + STEP


def test_four_are_too_few_to_tell() -> None:
    assert reach(["me"] * 4 + ["not_me"] * 9) is None
    assert reach(["me"] * 5) == 5
    assert reach(["me"] * 9) == 5
    assert reach([]) is None


def test_a_card_at_a_time_and_two_hours_a_week_at_most() -> None:
    assert len(CARDS) == 8
    assert all(card.minutes <= WEEKLY_MINUTES for card in CARDS)
    gaps = [following(sent) for sent in range(1, len(CARDS) + 1)]
    assert gaps[-1] is None
    assert all(gap and gap >= timedelta(weeks=1) for gap in gaps[:-1])
    assert [gap for gap in gaps if gap] == sorted(gap for gap in gaps if gap)


def test_both_languages_say_the_same_things_and_push_nobody() -> None:
    for catalog in (texts("champions"), kit()):
        assert catalog.keys(Lang.FRENCH) == catalog.keys(Lang.ENGLISH)
        for key in catalog.keys(Lang.FRENCH):
            assert catalog.placeholders(key, Lang.FRENCH) == catalog.placeholders(key, Lang.ENGLISH), key
            for voice in VOICES:
                said = catalog.template(key, voice)
                assert "!" not in said
                assert pushing(said, voice.lang) == []


def test_every_card_sign_and_turn_has_words() -> None:
    assert all(kit().has(f"{card.key}.{part}") for card in CARDS for part in ("title", "when", "say"))
    assert all(texts("champions").has(f"{who}.{sign}") for who in ("you", "they") for sign in Sign)
    assert all(texts("champions").has(f"decided.{status}") for status in ChampionStatus)


def test_signs_are_told_without_a_figure() -> None:
    catalog: Catalog = texts("champions")
    for sign in Sign:
        for who in ("you", "they"):
            for voice in VOICES:
                assert not any(letter.isdigit() for letter in catalog.template(f"{who}.{sign}", voice))


def test_leads_and_champions_ask_in_both_languages() -> None:
    for words in ("adoption champions", "/adoption relais", "Adoption champions."):
        found = parse(words)
        assert found
        assert found.command == "champions", words
    for words in ("champion", "relais", "/relais"):
        found = parse(words)
        assert found
        assert found.command == "champion", words


@given(before=st.integers(0, 30), more=st.integers(1, 12))
def test_a_step_is_taken_when_the_figure_has_grown(before: int, more: int) -> None:
    figure = reach(["me"] * before), reach(["me"] * (before + more))
    taken = step_taken(["me"] * (before + more) + ["not_me", None], more)
    assert taken == (figure[1] if figure[0] != figure[1] else None)
