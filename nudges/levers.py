"""What people got for an obstacle, and what they did since: whether an obstacle was the right one shows in between."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from content.blockers import Blocker
from nudges import sharing, unsent
from nudges.schedule import local_date
from storage.models import CheckInAnswer
from storage.work import Work

LOOKED_BACK = timedelta(days=400)
"""How far back use is looked at."""

Pulled = dict[Blocker, list[date]]
"""The local dates on which somebody got something for each obstacle: a nudge, or somebody's story."""


def levers_pulled(work: Work, project_id: str, zones: Mapping[str, str]) -> dict[str, Pulled]:
    """By person, what they got in this project; `zones` has the time zone of each."""
    pulled: dict[str, Pulled] = {person_id: {} for person_id in zones}
    nudged, shared = work.nudges.of_people(zones.keys()), work.testimonials.shared_with(zones.keys())
    if not nudged and not shared:
        return pulled
    never_left = set(work.outbox.never_left(zones.keys()))
    for person_id, nudges in nudged.items():
        for nudge in nudges:
            blocker = nudge.variant.partition(".")[0]
            left = unsent.nudge_key(nudge.id) not in never_left
            if left and nudge.project_id == project_id and blocker in set(Blocker):
                pulled[person_id].setdefault(Blocker(blocker), []).append(nudge.slot)
    for person_id, shares in shared.items():
        for share in shares:
            story = work.testimonials.find(share.testimonial_id)
            left = sharing.share_key(share.id) not in never_left
            if left and story and share.project_id == project_id:
                day = local_date(share.decided_at, zones[person_id])
                pulled[person_id].setdefault(Blocker(story.blocker), []).append(day)
    return pulled


def uses(work: Work, project_id: str, person_ids: Collection[str]) -> dict[str, list[date]]:
    """By person, the local dates of use in this project: told by the tool, or in a check-in of any routine there."""
    found = work.usage.days(project_id, person_ids, work.now.date() - LOOKED_BACK)
    routines = work.routines.of_people(project_id, person_ids)
    here = {routine.id for kept in routines.values() for routine in kept}
    for person_id, asked in work.routines.asked(person_ids).items():
        found[person_id] = sorted(
            {
                *found[person_id],
                *(
                    each.slot
                    for each in asked
                    if each.routine_id in here and each.answer not in (None, CheckInAnswer.MISSED)
                ),
            }
        )
    return found
