"""What follows when people are known to have used the tool."""

from collections.abc import Collection

from bot.week import weeks_of
from nudges import levers
from storage.models import FindingStatus
from storage.work import Work
from surveys import service as surveys
from surveys.findings import LEVER_WORKS


def follow(work: Work, project_id: str, person_ids: Collection[str]) -> None:
    """A confirmed obstacle of these people whose lever came just before is borne out by their use.

    What came before the tool was listened to for long enough shows nothing: use may have been there all the time.
    """
    begun = work.usage.since(project_id)
    confirmed = confirmed_of(work, project_id, person_ids)
    if begun is None or not confirmed:
        return
    pulled = levers.levers_pulled(work, project_id, confirmed, zones_of(work, confirmed).__getitem__)
    used = levers.uses(work, project_id, confirmed)
    for person_id in confirmed:
        watched = {
            blocker: [day for day in days if day >= begun + LEVER_WORKS]
            for blocker, days in pulled[person_id].items()
        }
        if any(watched.values()):
            surveys.validate(surveys.unproven(work, project_id, person_id), watched, used[person_id])


def confirmed_of(work: Work, project_id: str, person_ids: Collection[str]) -> list[str]:
    """Those whose latest interview has a confirmed cause that no use has borne out yet."""
    return [
        person_id
        for person_id, heard in work.interviews.latest_heard(project_id, person_ids).items()
        if any(cause.status is FindingStatus.CONFIRMED for cause in heard.findings)
    ]


def zones_of(work: Work, person_ids: Collection[str]) -> dict[str, str]:
    """By person, the time zone in which their days are counted."""
    people = work.people.some(person_ids)
    workspace = work.workspaces.get(work.workspace_id)
    weeks = weeks_of(work, workspace, {person.id: person.timezone for person in people.values()})
    return {person_id: week.timezone for person_id, week in weeks.items()}
