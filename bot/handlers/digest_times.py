"""When the leads' page comes: a look before it does, sending it early, and choosing day and hour."""

from bot.digest_week import DAY, KIND, at_slot, key_of, led, led_by, waiting, week_at
from bot.handlers.digest import publish, send
from bot.handlers.testimonial_recall import placed_digest
from bot.platforms.port import ButtonPressed, Command, FormSubmitted
from bot.presenters import digest_times as presenters
from bot.scene import Feature, Scene
from digests.slot import Slot
from storage.audit import Action
from storage.models import Project


def preview(scene: Scene, _event: Command) -> None:
    """The page as every lead gets it; before it is published what will be on it and when, and no figure."""
    projects = [project for _membership, project in led_by(scene)]
    for project in projects:
        week = week_at(scene, project, scene.now)
        scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="digest", week=week)
        if scene.work.digests.of_week(project.id, week):
            key = f"digest-asked:{scene.work.ids.new()}"
            placed_digest(scene, scene.person, project.id, week, key)
            scene.post("digest.preview", {"project": project.id, "week": week}, key=key)
        else:
            scene.post("digest.coming", {"project": project.id})
    if not projects:
        scene.post("digest.not_lead")


def send_now(scene: Scene, _event: Command) -> None:
    """Ask, for each project, whether this week's page goes to everybody now."""
    projects = [project for _membership, project in led_by(scene)]
    for project in projects:
        _ask(scene, project)
    if not projects:
        scene.post("digest.not_lead")


def ask(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id`: the same, for one."""
    if project := led(scene, pressed.value):
        _ask(scene, project)
    else:
        scene.post("help.unknown_button")


def confirm(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id|week`: publish the page, and send it to every lead who has not been sent it.

    A second press, whoever's, waits for one in the same moment and sends nothing: each lead's page of a week is one
    message. One that comes in another week than the question is asked again.
    """
    project_id, _, week = pressed.value.partition("|")
    project = led(scene, project_id)
    if project is None:
        scene.post("help.unknown_button")
        return
    if week != week_at(scene, project, scene.now):
        scene.replace(pressed, "digest.send", {"project": project.id})
        return
    publish(scene, project)
    scene.work.projects.hold(project.id)
    for membership, lead in waiting(scene, project, week):
        send(scene, lead, membership.id, project, week, asked=lead.id == scene.person.id)
    scene.replace(pressed, "digest.sent", {"project": project.id, "week": week})


def decline(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id|week`: nothing leaves before its time."""
    project_id, _, _week = pressed.value.partition("|")
    if led(scene, project_id):
        scene.replace(pressed, "digest.not_sent", {"project": project_id})


def schedule(scene: Scene, event: Command) -> None:
    """The form for the day and the hour."""
    if led_by(scene):
        scene.open_form(event, presenters.FORM)
    else:
        scene.post("digest.not_lead")


def open_schedule(scene: Scene, pressed: ButtonPressed) -> None:
    if led_by(scene):
        scene.open_form(pressed, presenters.FORM)
    else:
        scene.post("help.unknown_button")


def scheduled(scene: Scene, form: FormSubmitted) -> None:
    """From now on the pages of all that the person leads come then; what was sent for a week is not sent again."""
    days, hours = presenters.offered(scene)
    day, at = form.values.get("day", ""), form.values.get("at", "")
    places = led_by(scene)
    if not places or day not in days or at not in hours:
        scene.post("help.unknown_button")
        return
    slot = Slot.of(f"{day} {at}")
    for membership, project in places:
        due_at = at_slot(scene.now, scene.timezone, slot)
        if scene.work.outbox.under(key_of(membership.id, week_at(scene, project, due_at))):
            due_at = at_slot(due_at + DAY, scene.timezone, slot)
        scene.work.agenda.set(scene.person.id, KIND, membership.id, due_at, rule=slot.rule)
    if form.message:
        scene.replace(form, "digest.scheduled")
    else:
        scene.post("digest.scheduled")


def _ask(scene: Scene, project: Project) -> None:
    scene.post("digest.send", {"project": project.id})


FEATURE = Feature(
    name="digest times",
    commands={"preview": preview, "send_now": send_now, "schedule": schedule},
    buttons={
        presenters.ASK: ask,
        presenters.CONFIRM: confirm,
        presenters.DECLINE: decline,
        presenters.CHANGE: open_schedule,
    },
    forms={presenters.FORM: scheduled},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
