"""What leads do about obstacles that people cannot lift themselves, and the Monday look that brings them up."""

from datetime import datetime, timedelta

from bot.handlers.levers import ask_leads
from bot.kinds import Held
from bot.platforms.port import ButtonPressed, FormSubmitted, Receipt
from bot.presenters import barriers as presenters
from bot.presenters.levers import material
from bot.presenters.ways import at_rest
from bot.scene import Feature, Scene
from nudges import mending, passing_on
from nudges.barriers import TWO_WEEKS
from nudges.schedule import local_date
from storage.audit import Action, Actor
from storage.models import AgendaItem, Barrier, BarrierStatus, Person

KIND = "barrier"
"""The day has come until which somebody looks after an item; ref is its id."""


def look(scene: Scene, project_id: str) -> None:
    """Bring up what enough people share, once enough of them have answered since the last look.

    Nothing is looked at while no lead can be told: it would be counted as told.
    """
    leads = [lead for lead in scene.work.projects.leads(project_id) if lead.opted_out_at is None]
    if not leads:
        return
    looked = mending.look(scene.work, project_id, material(scene.work, project_id), leads)
    for barrier in looked.items:
        ask_leads(scene, barrier)
        for lead in leads:
            _sent(scene, lead, project_id, "barriers")
    for lever in looked.texts:
        for lead in leads:
            scene.post_unasked(
                "lever.missing",
                {"lever": lever.value, "project": project_id},
                to=lead,
                key=f"missing:{project_id}:{lever}:{lead.id}",
            )
    people = scene.work.people.several([nudge.person_id for nudge in looked.managers])
    for nudge in looked.managers:
        manager = people[nudge.person_id]
        scene.post_unasked(
            "manager.nudge",
            {"nudge": nudge.id, "project": project_id},
            to=manager,
            key=f"manager:{nudge.id}",
        )
        _sent(scene, manager, project_id, "management")


def _sent(scene: Scene, reader: Person, project_id: str, report: str) -> None:
    scene.work.audit.record(Action.REPORT_SENT, Actor.person(reader.id), project_id, report=report)


def take(scene: Scene, pressed: ButtonPressed) -> None:
    if barrier := _open(scene, pressed):
        _give(scene, barrier, scene.person.name, scene.now + TWO_WEEKS)
        _shown(scene, pressed, barrier)


def other(scene: Scene, pressed: ButtonPressed) -> None:
    if barrier := _open(scene, pressed):
        scene.open_form(pressed, presenters.FORM, barrier.id)


def given(scene: Scene, event: FormSubmitted) -> None:
    """Somebody else looks after it; the lead who said so is reminded."""
    barrier = _locked(scene, event.context)
    owner = " ".join(event.values.get("owner", "").split())[: presenters.OWNER_LENGTH]
    days = event.values.get("due", "")
    if barrier is None or barrier.status is not BarrierStatus.OPEN or not owner:
        scene.post("help.unknown_button" if barrier else "barrier.not_yours")
        return
    weeks = timedelta(days=int(days)) if days in presenters.DUE_DAYS else TWO_WEEKS
    _give(scene, barrier, owner, scene.now + weeks)
    _shown(scene, event, barrier)


def fixed(scene: Scene, pressed: ButtonPressed) -> None:
    """Those concerned are told, and asked whether it works for them."""
    barrier = _led(scene, pressed)
    if barrier is None:
        return
    if barrier.closed_at is None:
        passing_on.fix(scene.work, barrier)
        people = scene.work.people.several(passing_on.concerned(scene.work, barrier))
        for person in people.values():
            key = f"news:{barrier.id}:{person.id}:{barrier.opened_at.isoformat()}"
            scene.post_unasked(
                "lever.news",
                {"barrier": barrier.id, "project": barrier.project_id},
                to=person,
                key=key,
            )
    _shown(scene, pressed, barrier)


def decline(scene: Scene, pressed: ButtonPressed) -> None:
    """Put aside for now."""
    barrier = _led(scene, pressed)
    if barrier is None:
        return
    if barrier.closed_at is None:
        barrier.status, barrier.closed_at = BarrierStatus.DECLINED, scene.now
    _shown(scene, pressed, barrier)


def later(scene: Scene, pressed: ButtonPressed) -> None:
    barrier = _led(scene, pressed)
    if barrier is None:
        return
    if barrier.status is BarrierStatus.TAKEN:
        _give(scene, barrier, barrier.owner or scene.person.name, scene.now + TWO_WEEKS)
    _shown(scene, pressed, barrier)


def due(scene: Scene, item: AgendaItem) -> Held | None:
    """Ask the lead where it stands, once."""
    scene.work.agenda.set(scene.person.id, KIND, item.ref, None)
    barrier = presenters.led(scene, item.ref)
    if barrier is None or barrier.status is not BarrierStatus.TAKEN:
        return None
    if at_rest(scene):
        return Held.PAUSED
    scene.post_unasked(
        "barrier.reminder",
        {"barrier": barrier.id, "project": barrier.project_id},
        key=f"reminder:{barrier.id}:{local_date(scene.now, scene.timezone)}",
    )
    return None


def _led(scene: Scene, pressed: ButtonPressed) -> Barrier | None:
    """The item that was pressed, locked, if this person leads its project; else they are told."""
    barrier = _locked(scene, pressed.value)
    if barrier is None:
        scene.post("barrier.not_yours")
    return barrier


def _locked(scene: Scene, barrier_id: str) -> Barrier | None:
    """What is decided about it holds until the transaction ends. Only who leads its project may keep it from others."""
    return scene.work.barriers.locked(barrier_id) if presenters.led(scene, barrier_id) else None


def _open(scene: Scene, pressed: ButtonPressed) -> Barrier | None:
    """The item, if it is this person's to give and nobody has it yet; else the message says where it stands."""
    barrier = _led(scene, pressed)
    if barrier and barrier.status is not BarrierStatus.OPEN:
        scene.replace(pressed, "barrier.state", {"barrier": barrier.id})
        return None
    return barrier


def _give(scene: Scene, barrier: Barrier, owner: str, until: datetime) -> None:
    due_on = local_date(until, scene.timezone)
    barrier.status, barrier.owner, barrier.due_on = BarrierStatus.TAKEN, owner, due_on
    scene.work.agenda.set(scene.person.id, KIND, barrier.id, scene.week.first_open_on(due_on))


def _shown(scene: Scene, event: ButtonPressed | FormSubmitted, barrier: Barrier) -> None:
    """Where it stands takes the place of the question, for every lead."""
    args = {"barrier": barrier.id}
    if event.message:
        scene.replace(event, "barrier.state", args)
    else:
        scene.post("barrier.state", args)
    for lead in scene.work.projects.leads(barrier.project_id):
        asked = scene.work.outbox.under(presenters.item_key(barrier, lead.id))
        if lead.id != scene.person.id and asked and asked.receipt_message and asked.receipt_conversation:
            receipt = Receipt(asked.receipt_message, asked.receipt_conversation)
            scene.post("barrier.state", args, to=lead, updates=receipt)


FEATURE = Feature(
    name="barriers",
    buttons={
        presenters.TAKE: take,
        presenters.OTHER: other,
        presenters.FIXED: fixed,
        presenters.DECLINE: decline,
        presenters.LATER: later,
    },
    forms={presenters.FORM: given},
    due={KIND: due},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
