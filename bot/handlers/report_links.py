"""`adoption page`, and the button under a digest: a lead's own link to the page. And the way to withdraw their links."""

from bot.digest_week import led, led_by
from bot.handlers.digest import publish
from bot.platforms.port import ButtonPressed, Command
from bot.presenters import report_links as presenters
from bot.scene import Feature, Scene
from bot.web import links
from storage.models import Project


def page(scene: Scene, _event: Command) -> None:
    """A link to the latest page of every project that the person leads; this week's is made where it is not there yet."""
    projects = [project for _membership, project in led_by(scene)]
    if not projects:
        scene.post("digest.not_lead")
    for project in sorted(projects, key=lambda each: each.id):
        if scene.public_url:
            publish(scene, project)
        _answer(scene, project, None)


def see(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id|week`: a link to that page. Nothing for who leads the project no longer."""
    project_id, _, week = pressed.value.partition("|")
    project = led(scene, project_id)
    if project and scene.work.digests.of_week(project.id, week):
        _answer(scene, project, week)
    else:
        scene.post("help.unknown_button")


def withdraw(scene: Scene, _pressed: ButtonPressed) -> None:
    links.revoke(scene.work, scene.person.id)
    scene.post("report_link.withdrawn")


def _answer(scene: Scene, project: Project, week: str | None) -> None:
    if not scene.public_url:
        scene.post("report_link.nowhere")
        return
    link = links.issue(scene.work, project.id, scene.person.id, week)
    scene.post("report_link.made", {"link": link.id})


FEATURE = Feature(
    name="report_links",
    commands={"page": page},
    buttons={presenters.SEE: see, presenters.WITHDRAW: withdraw},
    presenters=presenters.PRESENTERS,
)
