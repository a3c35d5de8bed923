"""Routines and nudges as messages: one thing at a time, with a light way out of each."""

from bot.platforms.port import Button, Buttons, Message, Scale, Text
from bot.presenters.routine_words import about, button, day, filled, own, plan, running, shown_by
from bot.presenters.ways import at_rest, ways_out
from bot.scene import Args, Presenter, Scene
from content.markup import rich
from nudges import automaticity, service
from nudges.content import texts, variant
from nudges.known import RECOVERY
from nudges.plan import may_be_nudged
from nudges.testimonials import first_name
from projects.service import definition
from storage.models import Automaticity, CheckInAnswer, Ease, EndedFor, Routine, RoutineStatus

CHANGE, CHOOSE, END, KEEP, PAUSE = (
    "routine.change",
    "routine.choose",
    "routine.end",
    "routine.keep",
    "routine.pause",
)
EASE, SCALE = "routine.ease", "routine.scale"


def nudge(scene: Scene, args: Args) -> Message | None:
    """None where it no longer fits: another obstacle, no more routine, a person who asked for quiet."""
    row = scene.work.nudges.find(args["nudge"])
    chosen = variant(row.variant) if row else None
    routine = running(scene, args["routine"]) if args["routine"] else None
    if row is None or chosen is None or at_rest(scene) or bool(args["routine"]) is not bool(routine):
        return None
    if not may_be_nudged(scene.obstacles(row.project_id)):
        return None
    file = definition(scene.work.projects.get(row.project_id))
    values = {
        "name": first_name(scene.person.name),
        "tool": file.tool,
        "vision": file.vision.text(scene.voice),
        "lead": file.contact,
        **(plan(scene, routine, file) if routine else {}),
    }
    text = rich(chosen.template(scene.voice), values)
    ways = ways_out(scene, row.project_id, "routine.nudge", f"{row.id}|{args['routine']}")
    return Message((Text(text), Buttons(ways)))


def check_in(scene: Scene, args: Args) -> Message | None:
    """Did it happen? None once answered, or once the routine has ended or rests."""
    found = service.own_check_in(scene.work, args["check_in"], scene.person.id)
    if found is None or found[0].answer is not None or at_rest(scene):
        return None
    row, routine = found[0], running(scene, found[0].routine_id)
    if routine is None:
        return None
    answers = tuple(
        button(scene, "routine.checkin", f"{row.id}|{answer.value}", f"{answer.value}_button")
        for answer in CheckInAnswer
    )
    ways = ways_out(scene, routine.project_id, "routine.check_in", routine.id)
    return Message((Text(about(scene, f"check_in.weeks_{row.weeks}", routine)), Buttons((*answers, *ways))))


def progress(scene: Scene, args: Args) -> Message | None:
    """After weeks that were kept, wholly or in part: "3 weeks out of 4", and how they felt in a second tap."""
    found = service.own_check_in(scene.work, args["check_in"], scene.person.id)
    row, routine = found or (None, None)
    if row is None or routine is None or row.answer is None:
        return None
    told = scene.known.progress.get(row.id) or service.progress(
        scene.work, routine, scene.timezone, row.slot, shown_by(scene, routine)
    )
    key = "first" if told.weeks == 1 else ("no_week", "one_week", "some_weeks")[min(told.kept, 2)]
    counted = texts("routines").rich(key, scene.voice, kept=str(told.kept), weeks=str(told.weeks))
    said = Text(texts("routines").rich(f"answer.{row.answer.value}", scene.voice))
    if row.ease:
        felt = Text(texts("routines").rich(f"felt.{row.ease.value}", scene.voice))
        ways = (button(scene, CHANGE, routine.id, "change_button"),) if row.ease is Ease.HEAVY else ()
        return Message((said, Text(counted), felt, *((Buttons(ways),) if ways else ())))
    eases = tuple(button(scene, EASE, f"{row.id}|{ease.value}", f"{ease.value}_button") for ease in Ease)
    return Message((said, Text(counted), Buttons(eases)))


def recovery(scene: Scene, args: Args) -> Message | None:
    """After a week that was said to be missed: no harm done, and three ways to go on."""
    found = service.own_check_in(scene.work, args["check_in"], scene.person.id)
    return _recovered(scene, "missed", found[1]) if found else None


def comeback(scene: Scene, args: Args) -> Message | None:
    """After silence, or a week without use: nothing is lost. None once the routine has ended or rests."""
    row, routine = scene.work.nudges.find(args["nudge"]), running(scene, args["routine"])
    if row is None or routine is None or at_rest(scene):
        return None
    wordings = texts("routines").lines("recovery", scene.voice)
    wording = wordings[int(row.variant.removeprefix(RECOVERY)) % len(wordings)]
    ways = (
        *_ways_on(scene, routine),
        *ways_out(scene, routine.project_id, "routine.comeback", routine.id),
    )
    return Message((Text(filled(scene, wording, routine)), Buttons(ways)))


def scale(scene: Scene, args: Args) -> Message | None:
    """The first item of the automaticity scale that has no answer; a thank-you in its place when all four have one."""
    found = service.own_scale(scene.work, args["scale"], scene.person.id)
    if found is None or at_rest(scene):
        return None
    row, routine = found
    item = next((n for n, value in enumerate(automaticity.read(row.answers)) if value is None), None)
    if item is None:
        return Message((Text(texts("routines").rich("scale.done", scene.voice)),))
    if running(scene, routine.id) is None:
        return None
    return _item(scene, row, routine, item)


def graduation(scene: Scene, args: Args) -> Message | None:
    """A small celebration at the end of what has become a routine."""
    routine = own(scene, args["routine"])
    if routine is None or at_rest(scene):
        return None
    ways = ways_out(scene, routine.project_id, "routine.graduation", routine.id)
    return Message((Text(about(scene, "graduation", routine)), Buttons(ways)))


def close(scene: Scene, args: Args) -> Message | None:
    """The end of what has not: go on, choose another, or let it go. None if that was decided since."""
    routine = own(scene, args["routine"])
    if routine is None or routine.ended_for is not EndedFor.RAN_OUT or at_rest(scene):
        return None
    ways = (
        button(scene, KEEP, routine.id, "keep_button"),
        button(scene, CHOOSE, routine.project_id, "other_button"),
        button(scene, END, routine.id, "let_go_button"),
        *ways_out(scene, routine.project_id, "routine.close", routine.id),
    )
    return Message((Text(about(scene, "close", routine)), Buttons(ways)))


def kept(scene: Scene, args: Args) -> Message | None:
    """In the place of `close`: it goes on."""
    routine = running(scene, args["routine"])
    if routine is None:
        return None
    return Message((Text(about(scene, "kept", routine, until=day(scene, routine.ends_on))),))


def ended(scene: Scene, args: Args) -> Message:
    """It is over because the person said so; another one is theirs to ask for."""
    other = button(scene, CHOOSE, args.get("project", ""), "other_button")
    return Message((Text(texts("routines").rich("ended", scene.voice)), Buttons((other,))))


def slower(scene: Scene, args: Args) -> Message:
    return Message((Text(texts("nudges").rich("slower", scene.voice, weeks=args["weeks"])),))


def _recovered(scene: Scene, key: str, routine: Routine) -> Message:
    text = Text(about(scene, key, routine))
    if routine.status is RoutineStatus.ENDED:
        return Message((text,))
    return Message((text, Buttons(_ways_on(scene, routine))))


def _ways_on(scene: Scene, routine: Routine) -> tuple[Button, ...]:
    """What can become of a routine that does not go by itself."""
    return (
        button(scene, CHANGE, routine.id, "change_button"),
        button(scene, PAUSE, routine.id, "pause_button"),
        button(scene, END, routine.id, "end_button"),
    )


def _item(scene: Scene, row: Automaticity, routine: Routine, item: int) -> Message:
    words, voice = texts("routines"), scene.voice
    return Message(
        (
            Text(about(scene, "scale.intro", routine, number=str(item + 1))),
            Text(rich(words.lines("scale.items", voice)[item], {})),
            Scale(
                SCALE,
                f"{row.id}|{item}",
                automaticity.LOWEST,
                automaticity.HIGHEST,
                words.text("scale.low", voice),
                words.text("scale.high", voice),
            ),
            Buttons(ways_out(scene, routine.project_id, "routine.scale", routine.id)),
        )
    )


PRESENTERS: dict[str, Presenter] = {
    "routine.nudge": nudge,
    "routine.check_in": check_in,
    "routine.progress": progress,
    "routine.recovery": recovery,
    "routine.comeback": comeback,
    "routine.scale": scale,
    "routine.graduation": graduation,
    "routine.close": close,
    "routine.kept": kept,
    "routine.ended": ended,
    "nudge.slower": slower,
}
