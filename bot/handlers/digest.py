"""The weekly digest: on Monday morning in each lead's own zone, and when a lead asks."""

from datetime import date, time, timedelta

from bot.folding import fold
from bot.handlers import barriers
from bot.handlers.testimonial_recall import placed_digest
from bot.kinds import KINDS, Held
from bot.platforms.port import Command
from bot.presenters import digest as presenters
from bot.scene import Feature, Scene
from digests import service
from digests.page import Tested
from nudges import trials
from nudges.schedule import fitting, local_date
from projects.service import definition
from storage.audit import Action
from storage.models import AgendaItem, Membership, Person, Project, Role

KIND = "digest"
AT = time(9)
MONDAY = "1"
PLAN = frozenset({"plan", "calendar", "calendrier"})


def adoption(scene: Scene, event: Command) -> None:
    """`digest` shows a lead the page of each project they lead, `plan` what is to come; else it says what there is."""
    projects = [project for _membership, project in _led_by(scene, scene.person)]
    if not projects:
        scene.post("digest.not_lead")
    elif fold(event.argument) in PLAN:
        for project in projects:
            scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="plan")
            scene.post("digest.outlook", {"project": project.id})
    elif fold(event.argument) != "digest":
        scene.post("digest.help")
    else:
        for project in projects:
            week = _published(scene, project)
            key = f"digest-asked:{scene.work.ids.new()}"
            placed_digest(scene, scene.person, project.id, week, key)
            scene.post("digest.weekly", {"project": project.id, "week": week}, key=key)
            scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="digest", week=week)


def schedule_digest(scene: Scene, membership: Membership) -> None:
    """Plan the next Monday 9:00 for a lead, in their own zone."""
    lead = scene.work.people.get(membership.person_id)
    due = fitting(scene.now, scene.week_of(lead).timezone, at=AT, days=MONDAY)
    scene.work.agenda.set(lead.id, KIND, membership.id, due, rule="monday 09:00")


def due(scene: Scene, item: AgendaItem) -> Held | None:
    """It is Monday: publish the week's page, unless another lead's Monday already has, and send it.

    Who no longer leads the project gets nothing more. Who said stop or is away is left in peace until they are back.
    """
    led = {membership.id: project for membership, project in _led_by(scene, scene.person)}
    project = led.get(item.ref)
    if project is None:
        scene.work.agenda.set(scene.person.id, KIND, item.ref, None)
        return None
    barriers.look(scene, project.id)
    held = _at_rest(scene)
    if held is None:
        week = _published(scene, project)
        key = f"digest:{item.ref}:{week}"
        placed_digest(scene, scene.person, project.id, week, key)
        scene.work.audit.record(Action.REPORT_SENT, scene.actor, project.id, report="digest", week=week)
        scene.post(
            "digest.weekly",
            {"project": project.id, "week": week},
            key=key,
            not_before=scene.week.first_open(scene.now),
            not_after=scene.now + KINDS["digest.weekly"].useful,
            paced=True,
            replaces=f"digest:{item.ref}",
        )
    following = fitting(scene.now + timedelta(days=1), scene.timezone, at=AT, days=MONDAY)
    scene.work.agenda.set(scene.person.id, KIND, item.ref, following, rule=item.rule)
    return held


def _led_by(scene: Scene, person: Person) -> list[tuple[Membership, Project]]:
    return [
        (membership, project)
        for membership, project in scene.work.projects.of_person(person.id)
        if membership.role is Role.LEAD
    ]


def _at_rest(scene: Scene) -> Held | None:
    snoozed = scene.person.snoozed_until
    if scene.person.opted_out_at is not None:
        return Held.STOPPED
    return Held.PAUSED if snoozed is not None and snoozed > scene.now else None


def _published(scene: Scene, project: Project) -> str:
    """The week of the project's page, which is made now if nobody has asked for it yet."""
    tested = [
        Tested(name=sample.key, kind=sample.kind, word=word)
        for sample, word in trials.verdicts(scene.work, project.id)
    ]
    return service.publish(scene.work, project, _today(scene, project), tested).week


def _today(scene: Scene, project: Project) -> date:
    """The date where the project is: a page is of one week, wherever its leads are."""
    return local_date(scene.now, definition(project).timezone or scene.workspace.timezone)


FEATURE = Feature(
    name="digest",
    commands={"adoption": adoption},
    due={KIND: due},
    presenters=presenters.PRESENTERS,
)
