"""How far people have come with a tool."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

RECENT = timedelta(weeks=4)


class Stage(StrEnum):
    """How far people have come, widest first.

    Aware: answered the invitation in any way. Tried: says so, or the tool does. Repeat: use in two distinct weeks.
    Routine: in three of the last four weeks. Advocate: an approved testimonial; its author has tried the tool, no more is
    known.
    """

    AWARE = "aware"
    TRIED = "tried"
    REPEAT = "repeat"
    ROUTINE = "routine"
    ADVOCATE = "advocate"


def stage(
    days: Collection[date], today: date, *, aware: bool = False, advocate: bool = False
) -> Stage | None:
    """The furthest that one person has come, from the local dates of their use; None: nothing is known of them.

    Weeks are ISO weeks; the last four are those of the 28 days that end `today`. What lies ahead does not count.
    """
    past = [day for day in days if day <= today]
    if advocate:
        return Stage.ADVOCATE
    if len({(today - day).days // 7 for day in past if today - day < RECENT}) >= 3:
        return Stage.ROUTINE
    if len({day.isocalendar()[:2] for day in past}) >= 2:
        return Stage.REPEAT
    if past:
        return Stage.TRIED
    return Stage.AWARE if aware else None
