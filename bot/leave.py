"""Leave, said in plain words: "en congé jusqu'au 12 décembre", "away from 3 to 12 December". Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from babel import Locale
from pydantic import BaseModel, ConfigDict

from bot.folding import fold
from content.catalog import Lang
from content.loader import load, validate

LONGEST = timedelta(days=731)
"""How far ahead a date may lie."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    before: list[str]
    phrases: list[str]
    until: list[str]
    since: list[str]
    to: list[str]
    fillers: list[str]
    tomorrow: list[str]


@dataclass(frozen=True)
class Leave:
    """The first and the last day away, both included."""

    first: date
    last: date


def said(folded: str) -> str | None:
    """What a message that tells of leave says about when, if it is one; `folded` by `bot.folding.fold`.

    "Out until the printer works" names no day, so it is none.
    """
    found = _patterns().said.fullmatch(folded)
    return found["when"] if found and any(map(_dates, _tokens(found["when"]))) else None


def read(when: str, today: date, lang: Lang) -> Leave | None:
    """The days that are meant, as seen from the local date `today`; None if no dates can be made of it.

    Of `4/5` nobody knows in English which is the month.
    """
    folded = fold(when)
    first: date | None = today
    if until := _patterns().until.fullmatch(folded):
        last = _day(until["day"], today, lang)
    elif between := _patterns().between.fullmatch(folded):
        last = _day(between["last"], today, lang)
        first = _first(between["first"], last, today, lang)
    else:
        return None
    if first is None or last is None or not today <= last <= today + LONGEST or first > last:
        return None
    return Leave(first, last)


def _first(words: str, last: date | None, today: date, lang: Lang) -> date | None:
    """The first day: of "3 to 12 December" it is the 3rd before the 12th."""
    number = re.fullmatch(r"(?:le |the )?(\d{1,2})(?:er|st|nd|rd|th)?", words)
    if number is None or last is None:
        return _day(words, today, lang)
    return next(
        (day for back in range(31) if (day := last - timedelta(days=back)).day == int(number[1])), None
    )


def _day(words: str, today: date, lang: Lang) -> date | None:
    try:
        if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if numbers := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2}|\d{4}))?\.?", words):
            return _numbers(int(numbers[1]), int(numbers[2]), numbers[3], today, lang)
        return _named(words, today)
    except ValueError:
        return None


def _numbers(one: int, two: int, year: str | None, today: date, lang: Lang) -> date | None:
    day, month = (one, two) if two <= 12 else (two, one)
    if lang is Lang.ENGLISH and one <= 12 and two <= 12 and one != two:
        return None
    return _dated(day, month, int(year) + 2000 * (len(year) == 2) if year else None, today)


def _named(words: str, today: date) -> date | None:
    """A day with the name of its month, or a weekday of the coming week, or tomorrow."""
    tokens = _tokens(words)
    if len(tokens) == 1 and tokens[0] in _patterns().tomorrow:
        return today + timedelta(days=1)
    weekdays = [_weekdays()[token] for token in tokens if token in _weekdays()]
    rest = [token for token in tokens if token not in _weekdays()]
    if weekdays and not rest:
        return today + timedelta(days=(weekdays[0] - today.weekday() - 1) % 7 + 1)
    months = [_months()[token] for token in rest if token in _months()]
    numbers = [int(token) for token in rest if token.isdecimal()]
    if len(months) != 1 or len(months) + len(numbers) != len(rest) or len(numbers) not in {1, 2}:
        return None
    return _dated(numbers[0], months[0], numbers[1] if len(numbers) == 2 else None, today)


def _tokens(words: str) -> list[str]:
    return [token for token in re.findall(r"[a-z]+|\d+", words) if token not in _patterns().fillers]


def _dates(token: str) -> bool:
    """Whether a word is part of a date."""
    return token.isdecimal() or token in {*_months(), *_weekdays(), *_patterns().tomorrow}


def _dated(day: int, month: int, year: int | None, today: date) -> date:
    """The next such day where no year is named. Raises ValueError: there is no such day."""
    if year is not None:
        return date(year, month, day)
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


@dataclass(frozen=True)
class _Patterns:
    said: re.Pattern[str]
    until: re.Pattern[str]
    between: re.Pattern[str]
    fillers: frozenset[str]
    tomorrow: frozenset[str]


@cache
def _patterns() -> _Patterns:
    words = validate(load(files("bot") / "away.yaml"), _Words)
    before, until = _any(words.before), _any(words.until)
    phrase = _any(words.phrases)
    when = rf"(?:{until}|{_any(words.since)}) .+"
    return _Patterns(
        said=re.compile(rf"(?:{before} )?{phrase} (?P<when>{when})"),
        until=re.compile(rf"{until} (?P<day>.+)"),
        between=re.compile(rf"{_any(words.since)} (?P<first>.+?) {_any(words.to)} (?P<last>.+)"),
        fillers=frozenset(map(fold, words.fillers)),
        tomorrow=frozenset(map(fold, words.tomorrow)),
    )


def _any(words: Sequence[str]) -> str:
    longest_first = sorted({fold(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


@cache
def _months() -> dict[str, int]:
    """Names and short names of the months in every language, folded."""
    return {
        name: n for lang in Lang for n, name in _names(Locale.parse(lang.value).months, "wide", "abbreviated")
    }


@cache
def _weekdays() -> dict[str, int]:
    """Names of the weekdays in every language, folded; Monday is 0."""
    return {name: n for lang in Lang for n, name in _names(Locale.parse(lang.value).days, "wide")}


def _names(kinds: Mapping[str, Mapping[str, Mapping[int, str]]], *widths: str) -> list[tuple[int, str]]:
    return [
        (number, fold(name))
        for forms in kinds.values()
        for width in widths
        for number, name in forms.get(width, {}).items()
    ]
