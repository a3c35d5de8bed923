"""`adoption who`: who leads and who reads what; `adoption audit`: what an auditor may know of that."""

from bot.platforms.port import Command
from bot.presenters import roles as presenters
from bot.scene import Feature, Scene
from storage.audit import Action
from storage.models import Project
from storage.roles import GrantedRole


def who(scene: Scene, _event: Command) -> None:
    """Whoever is in a project learns who leads it; who has a role of the whole workspace, that of all projects."""
    projects = _seen(scene)
    for project in projects:
        scene.post("roles.project", {"project": project.id})
    if _roles(scene):
        scene.post("roles.workspace")
    elif not projects:
        scene.post("help.not_understood")


def audit(scene: Scene, _event: Command) -> None:
    """To an auditor: the latest reads and changes. That they looked is one of them."""
    if GrantedRole.AUDITOR not in _roles(scene):
        scene.post("roles.not_auditor")
        return
    scene.work.audit.record(Action.AUDIT_READ, scene.actor)
    scene.post("roles.log")


def _seen(scene: Scene) -> list[Project]:
    if _roles(scene):
        return scene.work.projects.all()
    return [project for _membership, project in scene.work.projects.of_person(scene.person.id)]


def _roles(scene: Scene) -> frozenset[GrantedRole]:
    return scene.work.grants.of_workspace(scene.person.id)


FEATURE = Feature(name="roles", commands={"who": who, "audit": audit}, presenters=presenters.PRESENTERS)
