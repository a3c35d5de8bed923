"""What a person answers to what is said once of their obstacle, and to the news that it was fixed."""

from bot.handlers.routines import schedule_coaching
from bot.platforms.port import ButtonPressed
from bot.presenters import barriers as items
from bot.presenters import levers as presenters
from bot.scene import Feature, Scene
from content.blockers import Blocker
from nudges import passing_on
from storage.models import Barrier, PassedOn


def read(scene: Scene, pressed: ButtonPressed) -> None:
    """`step_id`: the data sheet takes the place of its announcement."""
    if passing_on.own_step(scene.work, pressed.value, scene.person.id):
        scene.replace(pressed, "lever.sheet", {"step": pressed.value})
    else:
        scene.post("help.unknown_button")


def answer(scene: Scene, pressed: ButtonPressed) -> None:
    """`step_id|yes`: whether it may be passed on with the person's name, or is mended."""
    step_id, _, value = pressed.value.partition("|")
    row = passing_on.own_step(scene.work, step_id, scene.person.id)
    if row is None or value not in {said.value for said in PassedOn}:
        scene.post("help.unknown_button")
        return
    opened = passing_on.answer(scene.work, row, PassedOn(value), presenters.sentence(scene, row))
    if opened:
        ask_leads(scene, opened)
    if row.answer is PassedOn.MENDED:
        schedule_coaching(scene, row.project_id)
    scene.replace(pressed, "lever.answered", {"step": row.id})


def works(scene: Scene, pressed: ButtonPressed) -> None:
    """`barrier_id|works` or `|not_yet`: what was fixed, seen by whom it concerned."""
    barrier_id, _, value = pressed.value.partition("|")
    barrier = scene.work.barriers.find(barrier_id)
    mine = barrier and passing_on.concerns(scene.work, barrier, scene.person.id)
    if mine and value == "not_yet":
        barrier = scene.work.barriers.locked(barrier_id)
    if barrier is None or not mine or value not in {"works", "not_yet"}:
        scene.post("help.unknown_button")
        return
    if value == "works":
        passing_on.mended(scene.work, barrier.project_id, scene.person.id, Blocker(barrier.blocker))
        schedule_coaching(scene, barrier.project_id)
    elif passing_on.not_yet(scene.work, barrier):
        ask_leads(scene, barrier)
    scene.replace(pressed, "lever.heard", {"barrier": barrier.id})


def ask_leads(scene: Scene, barrier: Barrier) -> None:
    """Every lead of the project who has not said stop is asked who looks after it."""
    for lead in scene.work.projects.leads(barrier.project_id):
        if lead.opted_out_at is not None:
            continue
        scene.post_unasked(
            "barrier.item",
            {"barrier": barrier.id, "project": barrier.project_id},
            to=lead,
            key=items.item_key(barrier, lead.id),
        )


FEATURE = Feature(
    name="levers",
    buttons={presenters.READ: read, presenters.ANSWER: answer, presenters.WORKS: works},
    presenters=presenters.PRESENTERS,
)
