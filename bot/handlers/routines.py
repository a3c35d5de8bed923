"""Coaching: what is due for a person in a project, and what they answer."""

from random import Random

from bot.platforms.port import ButtonPressed
from bot.presenters import routines as presenters
from bot.scene import Feature, Scene
from nudges import levers, service
from nudges.plan import Send
from nudges.rule import SLOWEST
from storage.models import AgendaItem, CheckInAnswer, Person
from surveys import service as surveys

INTENTS = {
    Send.NUDGE: "routine.nudge",
    Send.CHECK_IN: "routine.check_in",
    Send.SHARE: "testimonial.share",
    Send.GRADUATION: "routine.graduation",
}


def schedule_coaching(scene: Scene, project_id: str, person: Person | None = None) -> None:
    """See to it that somebody's coaching in the project is looked at from tomorrow on: the scene's person if None."""
    whom = person or scene.person
    service.plan_coaching(scene.work, whom.id, project_id, scene.week_of(whom))


def due(scene: Scene, item: AgendaItem) -> None:
    """The moment of this person's rule has come: one message or none, and the next moment."""
    coaching = service.coach(
        scene.work,
        scene.person,
        item.ref,
        week=scene.week,
        lang=scene.voice.lang.value,
        rng=Random(scene.work.ids.new()),  # noqa: S311
    )
    if intent := INTENTS.get(coaching.decision.send):
        scene.post(
            intent,
            coaching.args,
            key=coaching.key,
            not_after=scene.week.closing(scene.now),
            paced=True,
            replaces=f"coaching:{item.ref}",
        )


def check_in(scene: Scene, pressed: ButtonPressed) -> None:
    """`check_in_id|done`: the first answer is kept, and the question makes way for what it means."""
    check_in_id, _, value = pressed.value.partition("|")
    told = None
    if value in {answer.value for answer in CheckInAnswer}:
        told = service.answer_check_in(scene.work, check_in_id, scene.person.id, CheckInAnswer(value))
    if told is None:
        scene.post("help.unknown_button")
        return
    missed = told.answer is CheckInAnswer.MISSED
    if not missed:
        _validate(scene, told.routine_id)
    scene.replace(pressed, "routine.recovery" if missed else "routine.progress", {"check_in": check_in_id})


def _validate(scene: Scene, routine_id: str) -> None:
    """The tool was used: a confirmed obstacle whose lever came just before is borne out by that."""
    routine = scene.work.routines.find(routine_id)
    if routine is None:
        return
    pulled = levers.levers_pulled(scene.work, routine.project_id, scene.person.id, scene.timezone)
    used = levers.uses(scene.work, routine.project_id, scene.person.id)
    surveys.validate(scene.work, routine.project_id, scene.person.id, pulled, used)


def end(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: the person no longer wants this routine."""
    if service.end_routine(scene.work, pressed.value, scene.person.id) is None:
        scene.post("help.unknown_button")
    else:
        scene.replace(pressed, "routine.ended")


def less(scene: Scene, pressed: ButtonPressed) -> None:
    """`weeks`: at most one message in that many weeks from now on; a second press changes nothing."""
    if not pressed.value.isdecimal() or not 1 <= int(pressed.value) <= SLOWEST:
        scene.post("help.unknown_button")
        return
    service.write_less(scene.work, scene.person.id, int(pressed.value))
    scene.post("nudge.slower", {"weeks": pressed.value}, key=f"slower:{scene.person.id}:{pressed.message}")


FEATURE = Feature(
    name="routines",
    buttons={"routine.checkin": check_in, "routine.end": end, "nudge.less": less},
    due={service.COACHING: due},
    presenters=presenters.PRESENTERS,
)
