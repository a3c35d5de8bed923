"""The time and the days that a cue in own words speaks of."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalog import Lang
from nudges.content import templates
from nudges.cues import days_in, time_in


@pytest.mark.parametrize(
    ("cue", "at"),
    [
        ("Après le point de 9 h", "09:15"),
        ("après le point de 9h", "09:15"),
        ("APRES LA REUNION DE 10H30", "10:45"),
        ("avant la réunion de 14 h 30", "14:15"),
        ("à 16h45", "16:45"),
        ("À 16:45", "16:45"),
        ("vers 11 heures", "11:00"),
        ("Dès que le point de 9h est fini", "09:15"),
        ("Après l’appel de 15 h", "15:15"),
        ("à 2 h", "14:00"),
        ("après une réunion de 2 h", None),
        ("toutes les 2 h", None),
        ("pendant 3 h", None),
        ("Avant d'aller manger", "11:45"),
        ("Après le déjeuner", "13:30"),
        ("En début d'après-midi", "14:00"),
        ("au petit-déjeuner", "08:30"),
        ("Le matin, en m'installant", "09:00"),
        ("Après mon café", "10:15"),
        ("Avant de partir", "17:00"),
        ("en fin de journée", "17:00"),
        ("après 23 h 50", "23:50"),
        ("avant 0 h 10", "00:10"),
        ("à 25 h", None),
        ("quand une urgence tombe", None),
        ("Dès qu'un client appelle", None),
        ("9 cartes", None),
        ("", None),
    ],
)
def test_french_cues(cue: str, at: str | None) -> None:
    assert time_in(cue, Lang.FRENCH) == (time.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    ("cue", "at"),
    [
        ("After the 9:00 stand-up", "09:15"),
        ("before the 2:30 pm call", "14:15"),
        ("at 4.30pm", "16:30"),
        ("at 9", "09:00"),
        ("After 5 o'clock", "17:15"),
        ("at 2", "14:00"),
        ("12 am", "00:00"),
        ("12pm", "12:00"),
        ("after 3 emails", None),
        ("after 10 minutes", None),
        ("13 pm", None),
        ("Before lunch", "11:45"),
        ("When I get back from lunch", "13:30"),
        ("After lunch", "13:30"),
        ("When I sit down in the morning", "09:00"),
        ("with my coffee", "10:00"),
        ("Before I leave", "17:00"),
        ("at the end of the day", "17:00"),
        ("once a week at 10:00", "10:00"),
        ("Once the 10:00 call is over", "10:15"),
        ("when an urgent order comes in", None),
    ],
)
def test_english_cues(cue: str, at: str | None) -> None:
    assert time_in(cue, Lang.ENGLISH) == (time.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    ("cue", "lang", "days"),
    [
        ("Le vendredi après le point", Lang.FRENCH, "5"),
        ("les mardis et JEUDIS", Lang.FRENCH, "24"),
        ("On Mondays", Lang.ENGLISH, "1"),
        ("friday, then monday", Lang.ENGLISH, "15"),
        ("every day", Lang.ENGLISH, None),
        ("le vendredi", Lang.ENGLISH, None),
    ],
)
def test_days_are_those_that_are_named(cue: str, lang: Lang, days: str | None) -> None:
    assert days_in(cue, lang) == days


@given(hour=st.integers(7, 23), minute=st.integers(0, 59), word=st.sampled_from(["avant", "après", "à"]))
def test_a_clock_is_read_to_the_quarter_of_an_hour(hour: int, minute: int, word: str) -> None:
    at = time_in(f"{word} {hour} h {minute:02}", Lang.FRENCH)
    assert at is not None
    told = hour * 60 + minute
    moved = told + {"avant": -15, "après": 15, "à": 0}[word]
    assert at.hour * 60 + at.minute == (moved if moved < 24 * 60 else told)


@given(st.text(max_size=80), st.sampled_from(Lang))
def test_whatever_is_written_it_is_a_time_or_nothing(text: str, lang: Lang) -> None:
    at = time_in(text, lang)
    assert at is None or at.second == 0
    assert (days_in(text, lang) or "1").isdecimal()


def test_the_cues_that_we_ship_are_read_as_they_were_meant_where_they_name_a_moment() -> None:
    off = [
        (template.cue.en, read, template.at)
        for routines in templates().values()
        for template in routines.values()
        if (read := time_in(template.cue.en, Lang.ENGLISH))
        and abs((read.hour - template.at.hour) * 60 + read.minute - template.at.minute) > 60
    ]
    assert off == []
