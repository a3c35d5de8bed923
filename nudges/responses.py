"""What came of a nudge, or of not sending it: whether the tool was used within a week. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

from nudges.practice import Answer, Told

PROMPTLY = 2
"""Days, that of the choice included, in which use is seen as its outcome: most of what a prompt does, it does within a day
(Bidargaddi et al. 2018), and what comes later would come anyway."""

AT_ANY_MOMENT = PROMPTLY + 1
"""The same for a choice of when: the latest moment is that of the next day, and has as many days as the others."""

ASKED = 14
"""Days within which the first check-in after a choice speaks of the week that followed it."""

WAITED = 28
"""Days after which what is not known will not be known."""


class Unknown(StrEnum):
    """Why nothing can be said of a choice."""

    YET = "yet"
    EVER = "ever"


def response(
    day: date,
    today: date,
    used: Collection[date],
    told: Sequence[Told],
    *,
    watched: bool,
    days: int = PROMPTLY,
) -> float | Unknown:
    """1 for use after the choice on `day`, 0 for none.

    `told` are the check-ins, oldest first. `days` are those in which use counts, that of the choice included.
    `watched`: there are usage data, so that `used` holds every day of use; else what the person says of their week counts.
    """
    if watched:
        last = day + timedelta(days=days - 1)
        return float(any(day <= each <= last for each in used)) if today > last else Unknown.YET
    after = next((each for each in told if day < each.on <= day + timedelta(days=ASKED)), None)
    if after and after.answer:
        return float(after.answer is not Answer.MISSED)
    return Unknown.YET if today <= day + timedelta(days=WAITED) else Unknown.EVER
