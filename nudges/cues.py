"""The local time and the weekdays that a cue in somebody's own words speaks of. Pure.

A rule of thumb for a first reminder, which the person can change: where the words name no moment, nothing is guessed.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from unicodedata import combining, normalize

from content.catalog import Lang

MARGIN = timedelta(minutes=15)
"""How long after a cue, or before what it precedes, the reminder comes."""

_CLOCKS: Mapping[Lang, re.Pattern[str]] = {
    Lang.FRENCH: re.compile(
        r"\b(?P<hour>\d{1,2})\s*(?:h(?:eures?)?(?![a-z])|:)\s*(?P<minute>[0-5]\d)?(?!\d)"
    ),
    Lang.ENGLISH: re.compile(
        r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap]\.?m\b\.?|o'clock)"
        r"|\b(?P<hour_>\d{1,2}):(?P<minute_>[0-5]\d)"
        r"|\b(?:at|before|after|by)\s+(?P<hour__>\d{1,2})\b(?![.:]\d|\s*(?:[ap]\.?m|o'clock|min|hour|day|week|card|mail|e-?mail|%))"
    ),
}
_DURATION = {
    Lang.FRENCH: re.compile(r"(?:pendant|dans|toutes les|chaque|bout de|durant|depuis|environ)\s*$"),
    Lang.ENGLISH: re.compile(r"(?:for|every|within|in)\s*$"),
}
_AFTER = {
    Lang.FRENCH: re.compile(r"\b(?:apres|de retour|une fois|des|sortie|sortant|fini)\b"),
    Lang.ENGLISH: re.compile(
        r"\b(?:after|once (?!a\b)|back from|coming out|leaving the|when .* (?:ends|is over))\b"
    ),
}
_BEFORE = {
    Lang.FRENCH: re.compile(r"\bavant\b"),
    Lang.ENGLISH: re.compile(r"\b(?:before|ahead of)\b"),
}


class _Moment(NamedTuple):
    """A moment of a working day by the words for it; when it is, when it is just ahead, and when it is over."""

    words: str
    at: time
    before: time
    after: time


_MOMENTS: Mapping[Lang, tuple[_Moment, ...]] = {
    Lang.FRENCH: (
        _Moment(r"apres[- ]midi", time(14), time(13, 45), time(17)),
        _Moment(r"petit[- ]dej", time(8, 30), time(8, 15), time(8, 45)),
        _Moment(r"dejeuner|\bdej\b|midi|cantine|\bmanger\b|repas", time(12), time(11, 45), time(13, 30)),
        _Moment(
            r"fin de (?:la |ma )?journee|\bpartir\b|en partant|depart\b|\bsoir\b|eteindre",
            time(17),
            time(17),
            time(17),
        ),
        _Moment(r"\bcafe|\bpause", time(10), time(9, 45), time(10, 15)),
        _Moment(
            r"\bmatin|\barriv|debut de (?:la |ma )?journee|\ballum|m'install",
            time(9),
            time(9),
            time(9, 15),
        ),
    ),
    Lang.ENGLISH: (
        _Moment(r"afternoon", time(14), time(13, 45), time(17)),
        _Moment(r"breakfast", time(8, 30), time(8, 15), time(8, 45)),
        _Moment(r"lunch|\bnoon|midday", time(12), time(11, 45), time(13, 30)),
        _Moment(
            r"end of (?:the|my) (?:work)?day|\b(?:leave|leaving)\b|go(?:ing)? home|evening|log(?:ging)? off",
            time(17),
            time(17),
            time(17),
        ),
        _Moment(r"coffee|\btea\b|\bbreak\b", time(10), time(9, 45), time(10, 15)),
        _Moment(
            r"morning|\barriv|start of (?:the|my) day|\bget in\b|log(?:ging)? (?:on|in)\b|sit down",
            time(9),
            time(9),
            time(9, 15),
        ),
    ),
}

_DAYS: Mapping[Lang, tuple[str, ...]] = {
    Lang.FRENCH: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    Lang.ENGLISH: ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}


def time_in(text: str, lang: Lang) -> time | None:
    """The local time at which to be reminded of a cue; None if it names no moment.

    "After the 9:00 stand-up" is 09:15, "before lunch" 11:45, "at 16:30" 16:30. Small hours are read as the afternoon's.
    """
    told = _plain(text)
    for clock in _CLOCKS[lang].finditer(told):
        before = told[: clock.start()]
        at = None if _DURATION[lang].search(before) else _read(clock)
        if at and not (lang is Lang.FRENCH and at[1] and before.rstrip().endswith(" de")):
            return _moved(at[0], told[: clock.end()], lang)
    for moment in _MOMENTS[lang]:
        if found := re.search(moment.words, told):
            until = told[: found.start()]
            if _BEFORE[lang].search(until):
                return moment.before
            return moment.after if _AFTER[lang].search(until) else moment.at
    return None


def clock(text: str) -> time | None:
    """A time of day that was asked for, like "9:15", "9 h 15", "14h" or "2 pm"; None if it cannot be read as one."""
    told = re.fullmatch(
        r"(?P<hour>\d{1,2})\s*(?:[:h.]\s*(?P<minute>[0-5]\d)?)?\s*(?P<half>[ap]\.?m\.?)?",
        _plain(text).strip(),
    )
    if told is None:
        return None
    hour, half = int(told["hour"]), (told["half"] or "")[:1]
    if half:
        hour = hour % 12 + 12 * (half == "p") if 1 <= hour <= 12 else 24
    return time(hour, int(told["minute"] or 0)) if hour <= 23 else None


def days_in(text: str, lang: Lang) -> str | None:
    """The ISO weekdays that a cue names, as "15" for Monday and Friday; None if it names none."""
    told = _plain(text)
    named = [str(number) for number, day in enumerate(_DAYS[lang], 1) if re.search(rf"\b{day}s?\b", told)]
    return "".join(named) or None


def _plain(text: str) -> str:
    """Small letters without accents, and one kind of apostrophe."""
    letters = normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(letter for letter in letters if not combining(letter))


def _read(clock: re.Match[str]) -> tuple[time, bool] | None:
    """The time, and whether it was a small hour taken for the afternoon's; None if there is no such time."""
    groups = clock.groupdict()
    hour = int(next(value for key, value in groups.items() if key.startswith("hour") and value))
    minute = int(groups.get("minute") or groups.get("minute_") or 0)
    half = (groups.get("half") or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        return time(hour % 12 + 12 * (half == "pm"), minute), False
    small = 1 <= hour <= 6
    hour += 12 * small
    return (time(hour, minute), small) if hour <= 23 else None


def _moved(at: time, until: str, lang: Lang) -> time:
    """Later where the words up to it say "after", earlier where they say "before"; never over midnight."""
    after, before = _AFTER[lang].search(until), _BEFORE[lang].search(until)
    if not after and not before:
        return at
    moment = datetime.combine(date(2000, 1, 2), at)
    moved = moment - MARGIN if before else moment + MARGIN
    return moved.time() if moved.date() == moment.date() else at
