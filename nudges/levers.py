"""What a person got for an obstacle, and what they did since: whether an obstacle was the right one shows in between."""

from datetime import date

from content.blockers import Blocker
from nudges import sharing, unsent
from nudges.schedule import local_date
from storage.models import CheckInAnswer
from storage.work import Work


def levers_pulled(work: Work, project_id: str, person_id: str, timezone: str) -> dict[Blocker, list[date]]:
    """The local dates on which this person got something for each obstacle: a nudge, or somebody's story."""
    pulled: dict[Blocker, list[date]] = {}
    never_left = set(work.outbox.never_left([person_id]))
    for nudge in work.nudges.of_person(person_id):
        blocker = nudge.variant.partition(".")[0]
        left = unsent.nudge_key(nudge.id) not in never_left
        if left and nudge.project_id == project_id and blocker in set(Blocker):
            pulled.setdefault(Blocker(blocker), []).append(nudge.slot)
    for share in sharing.shares_in(work, project_id, person_id):
        story = work.testimonials.find(share.testimonial_id)
        if story and sharing.share_key(share.id) not in never_left:
            pulled.setdefault(Blocker(story.blocker), []).append(local_date(share.decided_at, timezone))
    return pulled


def uses(work: Work, project_id: str, person_id: str) -> list[date]:
    """The local dates of this person's check-ins in the project that say it happened, fully or partly."""
    running = work.routines.current(project_id, person_id)
    asked = work.routines.check_ins(running.id) if running else []
    return [each.slot for each in asked if each.answer and each.answer is not CheckInAnswer.MISSED]
