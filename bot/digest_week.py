"""Whose week a page is of, and when it comes: what the digest's handlers and presenters agree on."""

from datetime import date, datetime, time, timedelta

from bot.scene import Scene
from digests.service import iso_week
from digests.slot import Slot
from nudges.schedule import fitting, local_date
from projects.service import definition
from storage.models import Membership, Person, Project, Role

KIND = "digest"
"""Of the agenda item of each membership of a lead; its rule is the `Slot` that the lead has chosen."""

DAY = timedelta(days=1)


def led_by(scene: Scene) -> list[tuple[Membership, Project]]:
    """What the person leads, the latest joined first."""
    return [
        (membership, project)
        for membership, project in scene.work.projects.of_person(scene.person.id)
        if membership.role is Role.LEAD
    ]


def led(scene: Scene, project_id: str) -> Project | None:
    """The project, if the person leads it."""
    return next((project for _membership, project in led_by(scene) if project.id == project_id), None)


def today(scene: Scene, project: Project) -> date:
    """The date where the project is: a page is of one week, wherever its leads are."""
    return local_date(scene.now, zone_of(scene, project))


def week_at(scene: Scene, project: Project, instant: datetime) -> str:
    """The ISO week of the page that is the project's at `instant`."""
    return iso_week(local_date(instant, zone_of(scene, project)))


def zone_of(scene: Scene, project: Project) -> str:
    return definition(project).timezone or scene.workspace.timezone


def at_slot(now: datetime, timezone: str, slot: Slot) -> datetime:
    """The slot's first instant from `now` on, in UTC, working day or not: delivery waits for the person."""
    return fitting(now, timezone, at=slot.at, days=str(slot.day), start=time(), end=time(23, 59))


def key_of(membership_id: str, week: str) -> str:
    """What a lead's page of a week is sent under."""
    return f"digest:{membership_id}:{week}"


def waiting(scene: Scene, project: Project, week: str) -> list[tuple[Membership, Person]]:
    """The project's leads who have not been sent the page of this week."""
    return [
        (membership, lead)
        for membership, lead in scene.work.projects.members(project.id, Role.LEAD)
        if scene.work.outbox.under(key_of(membership.id, week)) is None
    ]


def next_hour(scene: Scene, membership: Membership) -> datetime | None:
    """When the lead's page is due next; None where none is planned."""
    item = scene.work.agenda.get(membership.person_id, KIND, membership.id)
    return item.next_due_at if item else None
