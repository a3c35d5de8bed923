"""What people got for an obstacle, and what they did since: whether an obstacle was the right one shows in between."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta

from content.blockers import Blocker
from nudges import sharing, unsent
from nudges.schedule import local_date
from storage.work import Work

ANY_ZONE = timedelta(days=1)
"""What makes a day of UTC begin before the local date does, in whatever zone."""

Pulled = dict[Blocker, list[date]]
"""The local dates on which somebody got something for each obstacle: a nudge, or somebody's story."""


def levers_pulled(
    work: Work, project_id: str, person_ids: Collection[str], zone_of: Callable[[str], str], since: date
) -> dict[str, Pulled]:
    """By person, what they got in this project from the local date `since` on; `zone_of` tells the time zone of each."""
    pulled: dict[str, Pulled] = {person_id: {} for person_id in person_ids}
    nudged = work.nudges.of_people(person_ids, since)
    shared = work.testimonials.shared_with(person_ids, datetime.combine(since - ANY_ZONE, time(), UTC))
    if not nudged and not shared:
        return pulled
    never_left = set(work.outbox.never_left(person_ids))
    for person_id, nudges in nudged.items():
        for nudge in nudges:
            blocker = nudge.variant.partition(".")[0]
            left = unsent.nudge_key(nudge.id) not in never_left
            if left and nudge.project_id == project_id and blocker in set(Blocker):
                pulled[person_id].setdefault(Blocker(blocker), []).append(nudge.slot)
    for person_id, shares in shared.items():
        for share in shares:
            left = sharing.share_key(share.id) not in never_left
            day = local_date(share.decided_at, zone_of(person_id))
            if left and share.project_id == project_id and day >= since:
                pulled[person_id].setdefault(Blocker(share.blocker), []).append(day)
    return pulled


def uses(work: Work, project_id: str, person_ids: Collection[str], since: date) -> dict[str, list[date]]:
    """By person, the local dates of use in this project from `since` on: told by the tool, or in a check-in there."""
    found = work.usage.days(project_id, person_ids, since)
    for person_id, kept in work.routines.kept_on(project_id, person_ids, since).items():
        found[person_id] = sorted({*found[person_id], *kept})
    return found
