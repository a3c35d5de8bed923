"""What a person asks for in the form of a routine. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from content.catalog import Lang
from nudges.cues import clock, days_in, time_in
from nudges.schedule import WORKDAYS

OWN = "own"
"""Instead of a template: the person's own words."""

PRESETS = (WORKDAYS, "1", "2", "3", "4", "5", "135")
"""Weekdays to choose from."""

USUAL_AT = time(9)
"""When to be reminded of a cue in own words that names no time."""

LONGEST = timedelta(days=366)
"""From today to the end of a routine or of a pause."""


class Problem(StrEnum):
    """Why a form was not taken."""

    WORDS = "words"
    TIME = "time"
    DATE = "date"
    GONE = "gone"


@dataclass(frozen=True)
class Offer:
    """A template in the person's language."""

    cue: str
    action: str
    days: str
    at: time


@dataclass(frozen=True)
class Wish:
    """A routine to begin, or to become; without `template` in own words. `ends_on` is None where no end was chosen."""

    template: str | None
    cue: str
    action: str
    days: str
    at: time
    ends_on: date | None


def read(values: Mapping[str, str], offers: Mapping[str, Offer], lang: Lang, today: date) -> Wish | Problem:
    """The wish in the values of a form. What is left empty comes from the template, or out of the own words."""
    name = values.get("template", OWN)
    if name in offers:
        template, offer = name, offers[name]
    else:
        cue, action = (" ".join(values.get(key, "").split()).rstrip(",") for key in ("cue", "action"))
        if len(cue) < 2 or len(action) < 2:
            return Problem.WORDS
        template = None
        offer = Offer(cue, action, days_in(cue, lang) or WORKDAYS, time_in(cue, lang) or USUAL_AT)
    at: time | None = offer.at
    if typed := values.get("at", "").strip():
        at = clock(typed)
    if at is None:
        return Problem.TIME
    ends_on = None
    if until := values.get("ends_on", "").strip():
        ends_on = ahead(until, today)
        if ends_on is None:
            return Problem.DATE
    days = values.get("days", "")
    chosen = days if days and not set(days) - set("1234567") else offer.days
    return Wish(template, offer.cue, offer.action, chosen, at, ends_on)


def ahead(text: str, today: date) -> date | None:
    """A date from tomorrow to a year from now, in ISO form; None if it is another, or none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today < day <= today + LONGEST else None
