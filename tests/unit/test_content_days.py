"""Dates in words."""

from datetime import date

import pytest

from content.catalog import Lang, Voice
from content.days import WITH_WEEKDAY, in_words

FRENCH, ENGLISH = Voice(Lang.FRENCH), Voice(Lang.ENGLISH)


@pytest.mark.parametrize(
    ("day", "form", "french", "english"),
    [
        (date(2026, 12, 1), "long", "1er décembre 2026", "1 December 2026"),
        (date(2026, 12, 1), "full", "mardi 1er décembre 2026", "Tuesday, 1 December 2026"),
        (date(2026, 12, 1), WITH_WEEKDAY, "mardi 1er décembre", "Tuesday 1 December"),
        (date(2001, 1, 11), "long", "11 janvier 2001", "11 January 2001"),
    ],
)
def test_a_months_first_day_has_a_name_of_its_own_in_french(
    day: date, form: str, french: str, english: str
) -> None:
    assert (in_words(day, FRENCH, form), in_words(day, ENGLISH, form)) == (french, english)
