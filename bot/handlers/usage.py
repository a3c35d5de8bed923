"""What follows when people are known to have used the tool."""

from collections.abc import Collection

from bot.week import weeks_of
from nudges import levers
from storage.work import Work
from surveys import service as surveys
from surveys.findings import LEVER_WORKS


def follow(work: Work, project_id: str, person_ids: Collection[str]) -> None:
    """A confirmed obstacle of these people whose lever came just before is borne out by their use.

    What came before the tool was listened to for long enough shows nothing: use may have been there all the time.
    """
    begun = work.usage.since(project_id)
    unproven = surveys.unproven(work, project_id, person_ids)
    if begun is None or not unproven:
        return
    zones = zones_of(work, unproven)
    pulled = levers.levers_pulled(work, project_id, unproven, zones.__getitem__, begun + LEVER_WORKS)
    used = levers.uses(work, project_id, unproven, begun)
    for person_id, findings in unproven.items():
        surveys.validate(findings, pulled[person_id], used[person_id])


def zones_of(work: Work, person_ids: Collection[str]) -> dict[str, str]:
    """By person, the time zone in which their days are counted."""
    people = work.people.some(person_ids)
    workspace = work.workspaces.get(work.workspace_id)
    weeks = weeks_of(work, workspace, {person.id: person.timezone for person in people.values()})
    return {person_id: week.timezone for person_id, week in weeks.items()}
