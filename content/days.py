"""Dates in words."""

import re
from datetime import date

from babel.dates import format_date

from content.catalog import Lang, Voice

_ONE = re.compile(r"\b1\b")

DAY_AND_MONTH, WITH_WEEKDAY = "d MMMM", "EEEE d MMMM"
"""Forms without a year."""


def in_words(day: date, voice: Voice, form: str = "long") -> str:
    """A date as `form` has it: "long", "full", or a pattern of the CLDR. French calls a month's first day "1er"."""
    written = format_date(day, form, locale=voice.locale)
    return _ONE.sub("1er", written, count=1) if day.day == 1 and voice.lang is Lang.FRENCH else written
