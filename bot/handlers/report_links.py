"""`adoption page`, and the button under a digest: a lead's own link to the page. And the way to withdraw their links."""

from bot.platforms.port import ButtonPressed, Command
from bot.presenters import report_links as presenters
from bot.scene import Feature, Scene
from bot.web import links
from digests import service
from nudges.schedule import local_date
from projects.service import definition
from storage.models import Project, Role


def page(scene: Scene, _event: Command) -> None:
    """A link to the latest page of every project that the person leads."""
    led = [
        project
        for membership, project in scene.work.projects.of_person(scene.person.id)
        if membership.role is Role.LEAD
    ]
    if not led:
        scene.post("digest.not_lead")
    for project in led:
        _answer(scene, project, None)


def see(scene: Scene, pressed: ButtonPressed) -> None:
    """`project|week`: a link to that page. Nothing for who leads the project no longer."""
    project_id, _, week = pressed.value.partition("|")
    membership = scene.work.projects.member(project_id, scene.person.id)
    if membership is None or membership.role is not Role.LEAD:
        scene.post("digest.not_lead")
    else:
        _answer(scene, scene.work.projects.get(project_id), week)


def withdraw(scene: Scene, _pressed: ButtonPressed) -> None:
    links.revoke(scene.work, scene.person.id)
    scene.post("report_link.withdrawn")


def _answer(scene: Scene, project: Project, week: str | None) -> None:
    if not scene.public_url:
        scene.post("report_link.nowhere")
        return
    if week is None:
        today = local_date(scene.now, definition(project).timezone or scene.workspace.timezone)
        service.publish(scene.work, project, today)
    link = links.issue(scene.work, project.id, scene.person.id, week)
    scene.post("report_link.made", {"link": link.id})


FEATURE = Feature(
    name="report_links",
    commands={"page": page},
    buttons={presenters.SEE: see, presenters.WITHDRAW: withdraw},
    presenters=presenters.PRESENTERS,
)
