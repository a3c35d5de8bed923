"""Leave in plain words, in both languages."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import AWAY, LONGEST, parse
from bot.leave import Leave, read
from content.catalog import Lang

TODAY = date(2026, 11, 25)
"""A Wednesday."""

FR, EN = Lang.FRENCH, Lang.ENGLISH


def understood(text: str, lang: Lang) -> Leave | None:
    parsed = parse(text)
    assert parsed
    assert parsed.command == AWAY
    return read(parsed.argument, TODAY, lang)


@pytest.mark.parametrize(
    ("text", "lang", "last"),
    [
        ("en congé jusqu'au 12 décembre", FR, date(2026, 12, 12)),
        ("Je suis en congés jusqu\u2019au samedi 12 décembre inclus.", FR, date(2026, 12, 12)),
        ("absente jusqu'à demain", FR, date(2026, 11, 26)),
        ("en vacances jusqu'au 3/1", FR, date(2027, 1, 3)),
        ("en vacances jusqu'au 03.01.27", FR, date(2027, 1, 3)),
        ("absent jusqu'au 1er mars", FR, date(2027, 3, 1)),
        ("pas là jusqu'à vendredi", FR, date(2026, 11, 27)),
        ("away until 12 December", EN, date(2026, 12, 12)),
        ("I'm away until December 12th, 2026", EN, date(2026, 12, 12)),
        ("on leave till the 3rd of January", EN, date(2027, 1, 3)),
        ("OOO until Wednesday", EN, date(2026, 12, 2)),
        ("on holiday until 24/12", EN, date(2026, 12, 24)),
        ("on vacation through 12/24", EN, date(2026, 12, 24)),
        ("away until 2027-02-28", EN, date(2027, 2, 28)),
    ],
)
def test_until_when_is_understood(text: str, lang: Lang, last: date) -> None:
    assert understood(text, lang) == Leave(TODAY, last)


@pytest.mark.parametrize(
    ("text", "lang", "first", "last"),
    [
        ("en congé du 3 au 12 décembre", FR, date(2026, 12, 3), date(2026, 12, 12)),
        ("en vacances du 28 au 3 janvier", FR, date(2026, 12, 28), date(2027, 1, 3)),
        ("away from 30 November to 4 December", EN, date(2026, 11, 30), date(2026, 12, 4)),
        ("on leave from 21 until 31 December 2026", EN, date(2026, 12, 21), date(2026, 12, 31)),
    ],
)
def test_from_when_to_when_is_understood(text: str, lang: Lang, first: date, last: date) -> None:
    assert understood(text, lang) == Leave(first, last)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("away until 4/5", EN),
        ("away until 31 February", EN),
        ("en congé jusqu'au 12", FR),
        ("en congé jusqu'au 12 décembre 2031", FR),
        ("away until 2026-11-24", EN),
        ("away from 12 December to 3 December 2026", EN),
    ],
)
def test_what_could_mean_several_days_or_none_is_asked_about(text: str, lang: Lang) -> None:
    assert understood(text, lang) is None


@pytest.mark.parametrize(
    "text",
    [
        "j'étais en congé jusqu'au 12 décembre",
        "my boss is away until Friday",
        "out until the printer works",
        "absent jusqu'à ce que ça marche",
        "away",
        "en congé",
    ],
)
def test_what_a_person_tells_of_their_work_is_no_leave(text: str) -> None:
    assert parse(text) is None


@given(st.dates(TODAY, TODAY + timedelta(days=364)), st.sampled_from(Lang), st.sampled_from(["long", "full"]))
def test_every_date_as_the_language_writes_it_is_understood(day: date, lang: Lang, width: str) -> None:
    phrase = "absent jusqu'au" if lang is FR else "away until"
    text = f"{phrase} {format_date(day, width, locale=lang.value)}"
    if len(text) <= LONGEST:
        assert understood(text, lang) == Leave(TODAY, day)


@given(st.text(max_size=LONGEST), st.sampled_from(Lang))
def test_any_words_can_be_read(words: str, lang: Lang) -> None:
    for text in (words, f"until {words}", f"du {words} au {words}"):
        told = read(text, TODAY, lang)
        assert told is None or told.last >= TODAY
