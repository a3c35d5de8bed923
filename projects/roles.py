"""Roles are given and taken here alone, so that who gave which role to whom and when is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.audit import Action, Actor
from storage.models import Grant, Membership, Person, Project, Role
from storage.roles import OF_WORKSPACE, GrantedRole
from storage.work import Work

NAMED = {Role.CHAMPION: GrantedRole.CHAMPION, Role.LEAD: GrantedRole.LEAD}
"""The places in a project that are roles; an employee's is the one that is left without any."""

PLACES = {granted: role for role, granted in NAMED.items()}


class RoleRefused(Exception):
    """This role cannot be given or taken like that."""


@dataclass(frozen=True)
class Placed:
    """Somebody's place in a project, and what was noted because it is another one than before."""

    membership: Membership
    grants: tuple[Grant, ...]


def place(work: Work, project: Project, person: Person, role: Role, persona: str | None, by: Actor) -> Placed:
    """Give a person this place in a project instead of the one they may have had. `record` what it returns."""
    before = work.projects.member(project.id, person.id)
    had = before.role if before else None
    grants = [
        work.grants.add(person.id, NAMED[changed], project.id, by, given=given)
        for changed, given in ((had, False), (role, True))
        if changed in NAMED and had is not role
    ]
    return Placed(work.projects.join(project.id, person.id, role, persona), tuple(grants))


def record(work: Work, grants: Iterable[Grant], by: Actor) -> None:
    """Put roles that were given and taken into the audit log."""
    for grant in grants:
        action = Action.ROLE_GIVEN if grant.given else Action.ROLE_TAKEN
        where = {"project": grant.project_id} if grant.project_id else {}
        work.audit.record(action, by, grant.person_id, role=grant.role.value, **where)


def give(work: Work, person: Person, role: GrantedRole, project: Project | None, by: Actor) -> bool:
    """Give somebody a role; whether they did not have it.

    Raises:
        RoleRefused: the role is of the workspace and a project was named, or the other way round; or they are not in it.
    """
    if _is_of_workspace(role, project):
        return _change(work, person, role, by, given=True)
    assert project is not None
    member = _member(work, project, person)
    placed = place(work, project, person, PLACES[role], member.persona, by)
    record(work, placed.grants, by)
    return bool(placed.grants)


def take(work: Work, person: Person, role: GrantedRole, project: Project | None, by: Actor) -> bool:
    """Take a role from somebody, who is an employee of the project from then on; whether they had it.

    Raises:
        RoleRefused: as for `give`.
    """
    if _is_of_workspace(role, project):
        return _change(work, person, role, by, given=False)
    assert project is not None
    member = _member(work, project, person)
    if member.role is not PLACES[role]:
        return False
    record(work, place(work, project, person, Role.EMPLOYEE, member.persona, by).grants, by)
    return True


def _change(work: Work, person: Person, role: GrantedRole, by: Actor, *, given: bool) -> bool:
    if (role in work.grants.of_workspace(person.id)) is given:
        return False
    record(work, [work.grants.add(person.id, role, None, by, given=given)], by)
    return True


def _is_of_workspace(role: GrantedRole, project: Project | None) -> bool:
    """Raises RoleRefused."""
    everywhere = role in OF_WORKSPACE
    if everywhere and project:
        raise RoleRefused(f"{role.value} is a role of the whole workspace; leave the project out")
    if not everywhere and project is None:
        raise RoleRefused(f"{role.value} is a role in a project; say which with --project")
    return everywhere


def _member(work: Work, project: Project, person: Person) -> Membership:
    member = work.projects.member(project.id, person.id)
    if member is None:
        raise RoleRefused(f"they are not in {project.key}; import them first")
    return member
