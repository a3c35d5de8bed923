"""When people work, from what is known of them, of their project and of their workspace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from nudges.calendar import WorkWeek, country_of
from nudges.schedule import ENDS, STARTS, WORKDAYS, UnknownZone, zone
from projects.definition import ProjectFile
from projects.service import definition
from storage.models import Person, Workspace
from storage.work import Work

log = structlog.get_logger(__name__)


def week_of(work: Work, workspace: Workspace, person: Person) -> WorkWeek:
    """Days and hours of the person's latest project, in their own zone, else the project's, the workspace's, or UTC.

    Their absences are not working days.
    """
    return weeks_of(work, workspace, {person.id: person.timezone})[person.id]


def weeks_of(work: Work, workspace: Workspace, zones: Mapping[str, str | None]) -> dict[str, WorkWeek]:
    """`week_of` for many people: from each one's own zone, if known. Whoever shares zone and project shares a week."""
    places = work.projects.places(zones.keys())
    absences = work.absences.of_people(zones.keys(), work.now.date() - timedelta(days=1))
    weeks: dict[tuple[str | None, str | None], WorkWeek] = {}
    found = {}
    for person_id, timezone in zones.items():
        joined = next(iter(places[person_id]), None)
        if (timezone, joined) not in weeks:
            file = definition(work.projects.get(joined)) if joined else None
            weeks[timezone, joined] = _week(file, timezone, workspace, work.now)
        week = weeks[timezone, joined]
        found[person_id] = replace(week, away=absences[person_id]) if person_id in absences else week
    return found


def is_known(timezone: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        zone(timezone)
    except UnknownZone:
        return False
    return True


def _week(file: ProjectFile | None, own: str | None, workspace: Workspace, now: datetime) -> WorkWeek:
    timezone = _first_known(own, file.timezone if file else None, workspace.timezone)
    starts, ends = (file and file.hours) or (STARTS, ENDS)
    return WorkWeek(
        timezone=timezone,
        days=(file and file.days) or WORKDAYS,
        starts=starts,
        ends=ends,
        country=_country(file, timezone, workspace.timezone, now),
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
        if is_known(name):
            return name
        log.warning("unknown_zone", reason="the next one is used: of the project, of the workspace, or UTC")
    return "UTC"
