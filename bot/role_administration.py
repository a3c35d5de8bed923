"""Roles as the command line gives, takes and lists them."""

from collections.abc import Callable

from bot.administration import Report, UnknownPlace, begin, project_of
from bot.audit_administration import in_workspace
from bot.console import cell, operator
from bot.settings import Settings
from projects import roles
from projects.roles import RoleRefused
from storage.audit import ActorKind
from storage.errors import StorageError
from storage.models import Grant, Person, Project
from storage.roles import GrantedRole
from storage.work import Work


def grant(
    settings: Settings,
    platform: str | None,
    workspace: str | None,
    person: str,
    role: GrantedRole,
    project: str | None,
) -> Report:
    """Give a role; a new lead's Monday page is planned."""

    def given(work: Work, who: Person, where: Project | None) -> str:
        if not roles.give(work, who, role, where, operator()):
            return f"they are {role.value} already; nothing has changed"
        if where and (member := work.projects.member(where.id, who.id)):
            begin(work, where, who, member, invite=False)
        return f"{who.name} is {role.value} from now on"

    return _about(settings, platform, workspace, person, project, given)


def take(
    settings: Settings,
    platform: str | None,
    workspace: str | None,
    person: str,
    role: GrantedRole,
    project: str | None,
) -> Report:
    """Take a role."""

    def taken(work: Work, who: Person, where: Project | None) -> str:
        if not roles.take(work, who, role, where, operator()):
            return f"they are not {role.value}; nothing has changed"
        return f"{who.name} is no longer {role.value}"

    return _about(settings, platform, workspace, person, project, taken)


def listed(settings: Settings, platform: str | None, workspace: str | None) -> Report:
    """A line for everything that was given or taken, oldest first."""
    try:
        with in_workspace(settings, platform, workspace) as work:
            people = {person.id: person for person in work.people.all()}
            keys = {project.id: project.key for project in work.projects.all()}
            lines = [_line(grant, people, keys) for grant in work.grants.all()]
    except (StorageError, UnknownPlace) as error:
        return [], [str(error)]
    return lines or ["no role has been given or taken since this is kept"], []


def _line(grant: Grant, people: dict[str, Person], keys: dict[str, str]) -> str:
    by = people[grant.by].name if grant.by in people else grant.by
    by = {ActorKind.COMMAND: f"the command line {by}", ActorKind.SYSTEM: "Entrain"}.get(grant.by_kind, by)
    where = f" of {keys[grant.project_id]}" if grant.project_id else ""
    verb = "given to" if grant.given else "taken from"
    return (
        f"{cell(grant.at)}  {grant.role.value}{where} {verb} {people[grant.person_id].name} by {by.strip()}"
    )


def _person(work: Work, name: str) -> Person:
    """Raises UnknownPlace."""
    found = work.people.by_external(name) or work.people.by_email(name)
    if found is None:
        raise UnknownPlace(f"nobody here is known as {name!r}; import them first")
    return work.people.locked(found.id)


def _about(
    settings: Settings,
    platform: str | None,
    workspace: str | None,
    person: str,
    project: str | None,
    act: Callable[[Work, Person, Project | None], str],
) -> Report:
    try:
        with in_workspace(settings, platform, workspace) as work:
            who = _person(work, person)
            where = project_of(work, project) if project else None
            return [act(work, who, where)], []
    except (RoleRefused, StorageError, UnknownPlace) as error:
        return [], [str(error)]
