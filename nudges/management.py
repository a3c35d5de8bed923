"""Which managers are told that people of theirs would like more backing from above. Pure.

A manager reads "at least five", never who and never how many, and again at the earliest four weeks later.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from content.blockers import Blocker
from nudges.barriers import Given, may_look, shared

AT_MOST_EVERY = timedelta(weeks=4)

WAITS = timedelta(weeks=8)
"""How long after an interview somebody is left to their manager; nobody waits for ever for what may never come."""

Group = str | None
"""A manager's id; None for the people whose manager is not known, of whom the leads are told."""


def groups(answers: Collection[Given], managers: Mapping[str, Group]) -> dict[Group, list[Given]]:
    """The answers by the manager of who gave them. Nobody is in two groups, so no two can be subtracted."""
    found: dict[Group, list[Given]] = {}
    for given in answers:
        found.setdefault(managers.get(given.person_id), []).append(given)
    return found


def ripe(
    by_manager: Mapping[Group, Collection[Given]], looked: Mapping[Group, datetime], threshold: int
) -> list[Group]:
    """The groups that may be looked at anew."""
    return [group for group, given in by_manager.items() if may_look(given, looked.get(group), threshold)]


def to_tell(
    by_manager: Mapping[Group, Collection[Given]],
    told: Mapping[Group, datetime],
    now: datetime,
    threshold: int,
) -> list[Group]:
    """Whom to tell now, of the groups that may be looked at."""
    return [
        group
        for group, given in by_manager.items()
        if Blocker.MANAGEMENT in shared(given, threshold, {})
        and (group not in told or told[group] + AT_MOST_EVERY <= now)
    ]
