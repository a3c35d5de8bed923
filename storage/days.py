"""Days as numbers and days of use as bits, so that a digest asks one row what many rows tell. Pure.

A day's number is `date.toordinal()`; its ISO week is that of the Monday before, `(number - 1) // 7`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

REMEMBERED = 63
"""Days, the last one included, of which it is known whether there was use: what a signed 64-bit number holds."""


class Days(NamedTuple):
    """Days with use. `first` and `last` are numbers of days; bit n of `bits` is the day n days before the last one."""

    first: int | None = None
    last: int | None = None
    bits: int = 0

    def and_also(self, days: Iterable[date]) -> "Days":
        """These and some more, whatever their order."""
        first, last, bits = self
        for number in (day.toordinal() for day in days):
            if first is None or last is None:
                first, last, bits = number, number, 1
                continue
            first = min(first, number)
            if number > last:
                bits = (bits << min(number - last, REMEMBERED) | 1) & (1 << REMEMBERED) - 1
                last = number
            elif last - number < REMEMBERED:
                bits |= 1 << last - number
        return Days(first, last, bits)


def weekly(day: date, weeks: int) -> list[date]:
    """The day, and the same day of the weeks before, in so many weeks."""
    return [day - timedelta(weeks=ago) for ago in range(weeks)]
