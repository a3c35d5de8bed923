"""What a lead asks of tests on a sample: `adoption pilot`."""

from bot.platforms.port import Command
from bot.presenters import samples as presenters
from bot.scene import Feature, Scene
from storage.audit import Action
from storage.models import Role


def pilot(scene: Scene, _event: Command) -> None:
    """The tests of each project that this person leads."""
    led = [
        project
        for membership, project in scene.work.projects.of_person(scene.person.id)
        if membership.role is Role.LEAD
    ]
    for project in led:
        scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="sample")
        scene.post("samples.page", {"project": project.id})
    if not led:
        scene.post("samples.not_lead")


FEATURE = Feature(name="samples", commands={"pilot": pilot}, presenters=presenters.PRESENTERS)
