"""The weekly digest: at the day and hour that each lead has chosen in their own zone, and when a lead asks."""

from collections.abc import Sequence

from bot.digest_week import DAY, KIND, at_slot, key_of, led, led_by, today, zone_of
from bot.folding import fold
from bot.handlers import actions, barriers
from bot.handlers.testimonial_recall import placed_digest
from bot.kinds import KINDS, Held
from bot.platforms.port import ButtonPressed, Command
from bot.presenters import digest as presenters
from bot.presenters import digest_several
from bot.scene import Feature, Scene
from digests import service
from digests.page import Tested
from digests.slot import Slot
from nudges import trials
from nudges.schedule import local_date
from storage.audit import Action, Actor
from storage.models import AgendaItem, Membership, Person, Project

ACTIONS = frozenset({"action", "actions"})
DIGEST = frozenset({"digest", "synthese"})
PLAN = frozenset({"plan", "calendar", "calendrier"})
SEVERAL = 3
"""From so many projects on, a lead gets one message with a line on each."""


def adoption(scene: Scene, event: Command) -> None:
    """`digest` shows a lead the page of each project they lead, `plan` what is to come, `actions` what is under way; else it
    says what there is.
    """
    projects = [project for _membership, project in led_by(scene)]
    if not projects:
        scene.post("digest.not_lead")
    elif fold(event.argument) in PLAN:
        for project in projects:
            week = publish(scene, project)
            scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="plan")
            scene.post("digest.outlook", {"project": project.id, "week": week})
    elif fold(event.argument) in ACTIONS:
        for project in projects:
            actions.running(scene, project.id)
    elif fold(event.argument) not in DIGEST:
        scene.post("digest.help")
    elif len(projects) >= SEVERAL:
        pages = _published(scene, projects, Action.REPORT_ASKED)
        scene.post("digest.several", {"project": projects[0].id, "pages": pages})
    else:
        for project in projects:
            _show(scene, project, publish(scene, project))


def show(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id|week`: the whole page of one of several projects."""
    project_id, _, week = pressed.value.partition("|")
    project = led(scene, project_id)
    if project and scene.work.digests.of_week(project.id, week):
        _show(scene, project, week)
    else:
        scene.post("help.unknown_button")


def schedule_digest(scene: Scene, membership: Membership) -> None:
    """Plan a lead's next page, at the day and hour that they have chosen: Monday 9:00 at first."""
    lead = scene.work.people.get(membership.person_id)
    item = scene.work.agenda.get(lead.id, KIND, membership.id)
    if item is None or item.next_due_at is None:
        slot = Slot.of(item.rule if item else "")
        due_at = at_slot(scene.now, scene.week_of(lead).timezone, slot)
        scene.work.agenda.set(lead.id, KIND, membership.id, due_at, rule=slot.rule)


def due(scene: Scene, item: AgendaItem) -> Held | None:
    """Publish the week's page, unless another lead's hour already has, and send it, unless it has been sent early.

    Who no longer leads the project gets nothing more. Who said stop or is away is left in peace until they are back.
    """
    all_led = led_by(scene)
    project = next((project for membership, project in all_led if membership.id == item.ref), None)
    if project is None:
        scene.work.agenda.set(scene.person.id, KIND, item.ref, None, rule=item.rule)
        return None
    barriers.look(scene, project.id)
    held = _at_rest(scene)
    if held is None and len(all_led) >= SEVERAL:
        _send_together(scene, [project for _membership, project in all_led])
    elif held is None:
        send(scene, scene.person, item.ref, project, publish(scene, project))
    following = at_slot(scene.now + DAY, scene.timezone, Slot.of(item.rule))
    scene.work.agenda.set(scene.person.id, KIND, item.ref, following, rule=item.rule)
    return held


def send(
    scene: Scene, lead: Person, membership_id: str, project: Project, week: str, *, asked: bool = False
) -> None:
    """A lead's page of the week, once: when they work, or at once if it is they who have `asked`."""
    key = key_of(membership_id, week)
    if scene.work.outbox.under(key):
        return
    placed_digest(scene, lead, project.id, week, key)
    scene.work.audit.record(Action.REPORT_SENT, Actor.person(lead.id), project.id, report="digest", week=week)
    scene.post(
        "digest.weekly",
        {"project": project.id, "week": week},
        to=lead,
        key=key,
        not_before=scene.now if asked else scene.week_of(lead).first_open(scene.now),
        not_after=scene.now + KINDS["digest.weekly"].useful,
        paced=not asked,
        replaces=f"digest:{membership_id}",
    )


def publish(scene: Scene, project: Project) -> str:
    """The ISO week of the project's page of today, which is made now if nobody's hour has come yet."""
    tested = [
        Tested(name=sample.key, kind=sample.kind, word=word)
        for sample, word in trials.verdicts(scene.work, project.id)
    ]
    zone = zone_of(scene, project)
    return service.publish(scene.work, project, today(scene, project), tested, zone).week


def _show(scene: Scene, project: Project, week: str) -> None:
    """The page that the person has asked for."""
    key = f"digest-asked:{scene.work.ids.new()}"
    placed_digest(scene, scene.person, project.id, week, key)
    scene.post("digest.weekly", {"project": project.id, "week": week}, key=key)
    scene.work.audit.record(Action.REPORT_ASKED, scene.actor, project.id, report="digest", week=week)


def _send_together(scene: Scene, projects: Sequence[Project]) -> None:
    """One message a week for all that the person leads, whichever of them is due first."""
    week = service.iso_week(local_date(scene.now, scene.timezone))
    key = f"digest-several:{scene.person.id}:{week}"
    if scene.work.outbox.under(key):
        return
    pages = _published(scene, projects, Action.REPORT_SENT)
    scene.post(
        "digest.several",
        {"project": projects[0].id, "pages": pages},
        key=key,
        not_before=scene.week.first_open(scene.now),
        not_after=scene.now + KINDS["digest.several"].useful,
        paced=True,
        replaces=f"digest-several:{scene.person.id}",
    )


def _published(scene: Scene, projects: Sequence[Project], action: Action) -> str:
    """The pages of several projects, as a message names them; in one order, so that two leads never wait for each other."""
    weeks = {}
    for project in sorted(projects, key=lambda each: each.id):
        weeks[project.id] = publish(scene, project)
        scene.work.audit.record(action, scene.actor, project.id, report="digest", week=weeks[project.id])
    return digest_several.named((project.id, weeks[project.id]) for project in projects)


def _at_rest(scene: Scene) -> Held | None:
    snoozed = scene.person.snoozed_until
    if scene.person.opted_out_at is not None:
        return Held.STOPPED
    return Held.PAUSED if snoozed is not None and snoozed > scene.now else None


FEATURE = Feature(
    name="digest",
    commands={"adoption": adoption},
    buttons={digest_several.SHOW: show},
    due={KIND: due},
    presenters={**presenters.PRESENTERS, "digest.several": digest_several.several},
)
