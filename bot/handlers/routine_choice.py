"""A routine is the person's own: chosen, looked at, changed, paused, kept or let go, at any time."""

from datetime import timedelta

from bot.platforms.port import ButtonPressed, Command, FormSubmitted
from bot.presenters import routine_choice as presenters
from bot.presenters import routines as buttons
from bot.presenters.routine_words import today
from bot.scene import Feature, Scene
from nudges import service, wish
from nudges.wish import Problem, Wish
from projects.service import definition
from storage.models import Routine, RoutineStatus

PAUSE = timedelta(weeks=2)


def show(scene: Scene, event: Command) -> None:
    """The routines under way; without one, the form for a new one."""
    under_way = scene.work.routines.under_way(scene.person.id)
    for routine in under_way:
        scene.post("routine.current", {"routine": routine.id})
    if under_way:
        return
    projects = [project.id for _, project in scene.work.projects.of_person(scene.person.id)]
    if len(projects) == 1:
        scene.open_form(event, presenters.FORM, f"{projects[0]}|")
    else:
        scene.post("routine.which" if projects else "help.not_understood")


def look(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id`: the routine under way in it, or the form for a new one."""
    routine = scene.work.routines.current(pressed.value, scene.person.id)
    if routine:
        scene.post("routine.current", {"routine": routine.id})
    else:
        choose(scene, pressed)


def choose(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id`: the form for a new routine."""
    if scene.work.projects.member(pressed.value, scene.person.id) is None:
        scene.post("help.unknown_button")
    else:
        scene.open_form(pressed, presenters.FORM, f"{pressed.value}|")


def change(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: the form, filled in as the routine is."""
    if routine := _under_way(scene, pressed):
        scene.open_form(pressed, presenters.FORM, f"{routine.project_id}|{routine.id}")


def chosen(scene: Scene, form: FormSubmitted) -> None:
    """`project_id|routine_id or nothing`: begin a routine, or change this one."""
    project_id, _, routine_id = form.context.partition("|")
    if scene.work.projects.member(project_id, scene.person.id) is None:
        scene.post("help.unknown_button")
        return
    changed = service.own_routine(scene.work, routine_id, scene.person.id) if routine_id else None
    if routine_id and (changed is None or changed.status is RoutineStatus.ENDED):
        _refuse(scene, Problem.GONE, project_id)
        return
    offers = presenters.offers(scene, project_id)
    asked = wish.read(form.values, offers, scene.voice.lang, today(scene))
    if isinstance(asked, Problem):
        _refuse(scene, asked, project_id, routine_id)
    elif changed and _is_same(scene, changed, asked):
        service.change_routine(
            scene.work, changed, days=asked.days, at=asked.at, ends_on=asked.ends_on, week=scene.week
        )
        _answer(scene, form, "routine.changed", changed)
    else:
        _answer(scene, form, "routine.begun", _begin(scene, project_id, asked))


def _is_same(scene: Scene, routine: Routine, asked: Wish) -> bool:
    """Whether only days, time or end are to change: with another cue or action it is another routine."""
    if asked.template or routine.template:
        return asked.template == routine.template
    return (asked.cue, asked.action) == service.words_of(scene.work, routine)


def _begin(scene: Scene, project_id: str, asked: Wish) -> Routine:
    """Without an end of its own it ends with the project, if that is before a habit has formed."""
    project_ends, usual = (
        definition(scene.work.projects.get(project_id)).ends_on,
        today(scene) + service.HABIT_TAKES,
    )
    ends_on = asked.ends_on or (min(project_ends, usual) if project_ends else usual)
    return service.start_routine(
        scene.work,
        project_id=project_id,
        person=scene.person,
        template=asked.template,
        cue=asked.cue,
        action=asked.action,
        days=asked.days,
        at=asked.at,
        ends_on=ends_on,
        week=scene.week,
    )


def pause(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: two weeks of silence about it; a second press changes nothing."""
    routine = _under_way(scene, pressed)
    if routine is None:
        return
    if routine.paused_until is None or routine.paused_until <= today(scene):
        service.pause_routine(scene.work, routine, today(scene) + PAUSE, scene.week)
    scene.replace(pressed, "routine.paused", {"routine": routine.id})


def pause_until(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: the form for another date."""
    if routine := _under_way(scene, pressed):
        scene.open_form(pressed, presenters.PAUSE_FORM, routine.id)


def paused(scene: Scene, form: FormSubmitted) -> None:
    """`routine_id`: silence about it until a date."""
    routine = service.own_routine(scene.work, form.context, scene.person.id)
    if routine is None or routine.status is RoutineStatus.ENDED:
        scene.post("help.unknown_button")
        return
    until = wish.ahead(form.values.get("until", ""), today(scene))
    if until is None:
        scene.post(
            "routine.refused", {"problem": Problem.DATE, "form": presenters.PAUSE_FORM, "context": routine.id}
        )
        return
    service.pause_routine(scene.work, routine, until, scene.week)
    _answer(scene, form, "routine.paused", routine)


def go_on(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: the pause ends now."""
    if routine := _under_way(scene, pressed):
        service.go_on(scene.work, routine, scene.week)
        scene.replace(pressed, "routine.current", {"routine": routine.id})


def keep(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: two more weeks for a routine that ran out; a second press changes nothing."""
    routine = service.own_routine(scene.work, pressed.value, scene.person.id)
    if routine is None:
        scene.post("help.unknown_button")
        return
    service.keep_routine(scene.work, routine, scene.week)
    if routine.status is RoutineStatus.ENDED:
        _refuse(scene, Problem.GONE, routine.project_id)
    else:
        scene.replace(pressed, "routine.kept", {"routine": routine.id})


def end(scene: Scene, pressed: ButtonPressed) -> None:
    """`routine_id`: the person no longer wants this routine."""
    routine = service.own_routine(scene.work, pressed.value, scene.person.id)
    if routine is None:
        scene.post("help.unknown_button")
        return
    service.end_routine(scene.work, routine)
    scene.replace(pressed, "routine.ended", {"project": routine.project_id})


def _under_way(scene: Scene, pressed: ButtonPressed) -> Routine | None:
    """The routine that a button is about, while it is under way; else the person is told that it is not."""
    routine = service.own_routine(scene.work, pressed.value, scene.person.id)
    if routine is None:
        scene.post("help.unknown_button")
    elif routine.status is RoutineStatus.ENDED:
        _refuse(scene, Problem.GONE, routine.project_id)
        return None
    return routine


def _refuse(scene: Scene, problem: Problem, project_id: str, routine_id: str = "") -> None:
    context = f"{project_id}|{routine_id}"
    scene.post("routine.refused", {"problem": problem, "form": presenters.FORM, "context": context})


def _answer(scene: Scene, form: FormSubmitted, intent: str, routine: Routine) -> None:
    if form.message:
        scene.replace(form, intent, {"routine": routine.id})
    else:
        scene.post(intent, {"routine": routine.id})


FEATURE = Feature(
    name="routine_choice",
    commands={"routine": show},
    buttons={
        buttons.CHANGE: change,
        buttons.CHOOSE: choose,
        buttons.END: end,
        buttons.KEEP: keep,
        buttons.PAUSE: pause,
        presenters.GO_ON: go_on,
        presenters.LOOK: look,
        presenters.PAUSE_UNTIL: pause_until,
    },
    forms={presenters.FORM: chosen, presenters.PAUSE_FORM: paused},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
