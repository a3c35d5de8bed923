"""Routines and nudges as messages: one thing at a time, with a light way out of each."""

from bot.platforms.port import Button, Buttons, Message, Text
from bot.scene import Args, Presenter, Scene
from content.catalog import Voice
from content.markup import RichText, rich
from nudges import service
from nudges.content import texts, variant
from nudges.pace import slower as slower_than
from nudges.testimonials import first_name
from projects.definition import ProjectFile
from projects.service import definition, persona_of
from storage.models import CheckInAnswer, Routine, RoutineStatus

STOP = "membership.stop"
PAUSE = "membership.pause"
LESS = "nudge.less"


def at_rest(scene: Scene) -> bool:
    """Whether the person has asked not to be written to, for now or for good."""
    snoozed = scene.person.snoozed_until
    return scene.person.opted_out_at is not None or (snoozed is not None and snoozed > scene.now)


def ways_out(scene: Scene) -> tuple[Button, Button]:
    """Less often, and not at all: under everything that comes unasked."""
    return (
        Button(
            LESS,
            str(slower_than(scene.person.at_most_weeks)),
            texts("nudges").text("less_button", scene.voice),
        ),
        Button(STOP, "-", texts("nudges").text("stop_button", scene.voice)),
    )


def nudge(scene: Scene, args: Args) -> Message | None:
    """None where it no longer fits: another obstacle, no more routine, a person who asked for quiet."""
    row = scene.work.nudges.find(args["nudge"])
    chosen = variant(row.variant) if row else None
    routine = _running(scene, args["routine"]) if args["routine"] else None
    if row is None or chosen is None or at_rest(scene) or bool(args["routine"]) is not bool(routine):
        return None
    if not service.may_still_be_nudged(scene.work, row.project_id, scene.person.id):
        return None
    file = definition(scene.work.projects.get(row.project_id))
    values = {
        "name": first_name(scene.person.name),
        "tool": file.tool,
        "vision": file.vision.text(scene.voice),
        "lead": file.contact,
        **(_plan(scene, routine, file) if routine else {}),
    }
    text = rich(chosen.template(scene.voice), values)
    return Message((Text(text), Buttons(ways_out(scene))))


def check_in(scene: Scene, args: Args) -> Message | None:
    """Two taps: did it happen? None once answered, or once the routine has ended."""
    row = scene.work.routines.find_check_in(args["check_in"])
    routine = _running(scene, row.routine_id) if row else None
    if row is None or routine is None or row.answer is not None or at_rest(scene):
        return None
    answers = Buttons(
        (
            *(
                _button(scene, "routine.checkin", f"{row.id}|{answer.value}", f"{answer.value}_button")
                for answer in CheckInAnswer
            ),
            _button(scene, "routine.end", routine.id, "end_button"),
        )
    )
    return Message((Text(_about(scene, "check_in", routine)), answers))


def progress(scene: Scene, args: Args) -> Message | None:
    """After a week that was kept, wholly or in part: "3 weeks out of 4"."""
    row = scene.work.routines.find_check_in(args["check_in"])
    routine = _own(scene, row.routine_id) if row else None
    if row is None or routine is None or row.answer is None:
        return None
    told = service.progress(scene.work, routine.id, row.answer)
    key = "first" if told.weeks == 1 else "one_week" if told.kept == 1 else "some_weeks"
    counted = texts("routines").rich(key, scene.voice, kept=str(told.kept), weeks=str(told.weeks))
    return Message((_told(scene, row.answer), Text(counted)))


def recovery(scene: Scene, args: Args) -> Message | None:
    """After a week that was missed: no harm done, and three ways to go on."""
    row = scene.work.routines.find_check_in(args["check_in"])
    routine = _own(scene, row.routine_id) if row else None
    if routine is None:
        return None
    ways = (
        _button(scene, PAUSE, "-", "pause_button"),
        _button(scene, "routine.end", routine.id, "end_button"),
    )
    return Message((Text(_about(scene, "recovery", routine)), Buttons(ways)))


def graduation(scene: Scene, args: Args) -> Message | None:
    """A word of farewell at the end of a routine."""
    routine = _own(scene, args["routine"])
    if routine is None or at_rest(scene):
        return None
    return Message((Text(_about(scene, "graduation", routine)),))


def ended(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts("routines").rich("ended", scene.voice)),))


def slower(scene: Scene, args: Args) -> Message:
    return Message((Text(texts("nudges").rich("slower", scene.voice, weeks=args["weeks"])),))


def _told(scene: Scene, answer: CheckInAnswer) -> Text:
    return Text(texts("routines").rich(f"answer.{answer.value}", scene.voice))


def _button(scene: Scene, action: str, value: str, key: str) -> Button:
    return Button(action, value, texts("routines").text(key, scene.voice))


def _about(scene: Scene, key: str, routine: Routine) -> RichText:
    file = definition(scene.work.projects.get(routine.project_id))
    plan = _plan(scene, routine, file)
    return texts("routines").rich(key, scene.voice, name=first_name(scene.person.name), **plan)


def _plan(scene: Scene, routine: Routine, file: ProjectFile) -> dict[str, str]:
    """Cue and action: a template's words in the person's language, else their own."""
    voice: Voice = scene.voice
    membership = scene.work.projects.member(routine.project_id, scene.person.id)
    if routine.template and membership:
        for template in persona_of(file, membership).routines:
            if template.key == routine.template:
                return {"cue": template.cue.text(voice), "action": template.action.text(voice)}
    cue, action = service.words_of(scene.work, routine)
    return {"cue": cue, "action": action}


def _own(scene: Scene, routine_id: str) -> Routine | None:
    routine = scene.work.routines.find(routine_id)
    return routine if routine and routine.person_id == scene.person.id else None


def _running(scene: Scene, routine_id: str) -> Routine | None:
    routine = _own(scene, routine_id)
    return routine if routine and routine.status is not RoutineStatus.ENDED else None


PRESENTERS: dict[str, Presenter] = {
    "routine.nudge": nudge,
    "routine.check_in": check_in,
    "routine.progress": progress,
    "routine.recovery": recovery,
    "routine.graduation": graduation,
    "routine.ended": ended,
    "nudge.slower": slower,
}
