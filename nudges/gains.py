"""What somebody gained, read from their own line: "2 h → 40 min a week", "12 étapes au lieu de 4". Pure.

The line itself is what is shown; what is read from it only tells whether it was measured, and which way it went.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 80
"""Characters of the line."""

MOST_MINUTES = 60 * 24 * 31
MOST_STEPS = 1000


class Unit(StrEnum):
    MINUTES = "minutes"
    STEPS = "steps"


@dataclass(frozen=True)
class Change:
    """Before and after, in minutes or in steps."""

    unit: Unit
    before: int
    after: int

    @property
    def is_gain(self) -> bool:
        return self.after < self.before


@dataclass(frozen=True)
class Gain:
    """What was counted: time, steps, or both."""

    minutes: Change | None = None
    steps: Change | None = None

    @property
    def is_gain(self) -> bool:
        """Whether something became less and nothing became more."""
        counted = [change for change in (self.minutes, self.steps) if change]
        return all(change.is_gain for change in counted)


_NUMBER = r"(\d{1,5}(?:[.,]\d{1,2})?)"
_MINUTES = r"(?:minutes?|mins?|mn|')"
_STEPS = (
    r"(?:[ée]tapes?|steps?|clics?|clicks?|[ée]crans?|screens?|mails?|e-mails?|courriels?|appels?|calls?)\b"
)
_GOES_ON = (
    r"(?:to|then|and|instead|rather|down|a|per|every|each|à|a|puis|et|ou|or|au|contre|plut[oô]t|par|chaque)\b"
)
"""Words after a number that are no unit of it."""

_AMOUNT = re.compile(
    rf"(?P<hours>{_NUMBER})\s*h(?:(?:eures?|ours?|rs?)?\s*(?:et\s+|and\s+)?(?P<and>\d{{1,2}})(?![\d.,])(?:\s*{_MINUTES})?"
    rf"|(?:eures?|ours?|rs?)?\b)"
    rf"|(?P<minutes>{_NUMBER})\s*{_MINUTES}"
    rf"|(?P<steps>{_NUMBER})\s*{_STEPS}"
    rf"|(?P<other>{_NUMBER})\s*(?!{_GOES_ON})[^\W\d_%€$]*[a-zà-ÿ%€$]"
    rf"|(?P<bare>{_NUMBER})",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"au lieu d|plut[oô]t qu|contre|instead of|rather than|down from", re.IGNORECASE)
"""What stands between the two amounts where the later one comes first."""


@dataclass(frozen=True)
class _Amount:
    unit: Unit | None
    value: float
    hours: bool
    begins: int
    ends: int


def parse(line: str) -> Gain | None:
    """What the line counts; None where that cannot be told: then it is words, and no gain that was measured."""
    found = list(_AMOUNT.finditer(line))
    amounts = [_amount(each) for each in found]
    if len(amounts) not in (2, 4) or any(each["other"] for each in found):
        return None
    changes = [_change(line, *amounts[place : place + 2]) for place in range(0, len(amounts), 2)]
    by_unit = {change.unit: change for change in changes if change}
    if len(by_unit) != len(changes):
        return None
    return Gain(by_unit.get(Unit.MINUTES), by_unit.get(Unit.STEPS))


def _amount(found: "re.Match[str]") -> _Amount:
    def number(name: str) -> float | None:
        return float(found[name].replace(",", ".")) if found[name] else None

    hours, minutes, steps, bare = map(number, ("hours", "minutes", "steps", "bare"))
    if hours is not None:
        value, unit = hours * 60 + float(found["and"] or 0), Unit.MINUTES
    elif minutes is not None:
        value, unit = minutes, Unit.MINUTES
    elif steps is not None:
        value, unit = steps, Unit.STEPS
    else:
        return _Amount(None, bare or 0, False, found.start(), found.end())
    return _Amount(unit, value, hours is not None, found.start(), found.end())


def _change(line: str, first: _Amount, second: _Amount) -> Change | None:
    """A number without a unit has that of the other: "2 → 1 h"."""
    unit = first.unit or second.unit
    if unit is None or (first.unit and second.unit and first.unit is not second.unit):
        return None
    hours = first.hours or second.hours
    before, after = (
        round(amount.value * 60) if amount.unit is None and hours else round(amount.value)
        for amount in (first, second)
    )
    if max(before, after) > (MOST_MINUTES if unit is Unit.MINUTES else MOST_STEPS):
        return None
    if _INSTEAD.search(line[first.ends : second.begins]):
        before, after = after, before
    return Change(unit, before, after)
