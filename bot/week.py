"""When somebody works, from what is known of them, of their project and of their workspace."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from nudges.calendar import WorkWeek, country_of
from nudges.schedule import ENDS, STARTS, WORKDAYS, UnknownZone, zone
from projects.definition import ProjectFile
from projects.service import definition
from storage.models import Person, Project, Workspace
from storage.work import Work

log = structlog.get_logger(__name__)


def week_of(work: Work, workspace: Workspace, person: Person) -> WorkWeek:
    """Days and hours of the person's latest project, in their own zone, else the project's, the workspace's, or UTC."""
    return weeks_of(work, workspace, [person])[person.id]


def weeks_of(work: Work, workspace: Workspace, people: Sequence[Person]) -> dict[str, WorkWeek]:
    """`week_of` each of these people, by their ids, in two queries."""
    joined = work.projects.latest_of([person.id for person in people]) if people else {}
    return {person.id: _week(work, workspace, person, joined.get(person.id)) for person in people}


def _week(work: Work, workspace: Workspace, person: Person, project: Project | None) -> WorkWeek:
    file = definition(project) if project else None
    timezone = _first_known(person.timezone, file.timezone if file else None, workspace.timezone)
    starts, ends = (file and file.hours) or (STARTS, ENDS)
    return WorkWeek(
        timezone=timezone,
        days=(file and file.days) or WORKDAYS,
        starts=starts,
        ends=ends,
        country=_country(file, timezone, workspace.timezone, work.now),
    )


def _country(file: ProjectFile | None, timezone: str, workspace_zone: str, now: datetime) -> str | None:
    """The project's country for whoever's clock agrees with the project's, else the one that their zone lies in.

    Platforms name a zone of the right time, and not always of the right country.
    """
    if file and file.country:
        at_project = _first_known(file.timezone, workspace_zone)
        if now.astimezone(zone(timezone)).utcoffset() == now.astimezone(zone(at_project)).utcoffset():
            return file.country
    return country_of(timezone)


def _first_known(*names: str | None) -> str:
    for name in filter(None, names):
        try:
            zone(name)
        except UnknownZone:
            log.warning(
                "unknown_zone", reason="the next one is used: of the project, of the workspace, or UTC"
            )
        else:
            return name
    return "UTC"
