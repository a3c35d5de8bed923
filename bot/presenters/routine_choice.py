"""The form of a routine, and the routine as its person sees it whenever they ask."""

from bot.platforms.port import Buttons, Choice, FieldKind, Fields, Form, FormField, Message, Text
from bot.presenters.routine_words import (
    about,
    button,
    clock,
    day,
    days,
    is_paused,
    own,
    shown_by,
    template_words,
    today,
)
from bot.presenters.routines import CHANGE, END, PAUSE
from bot.router import OPEN_FORM
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.blockers import Blocker
from nudges import service
from nudges.content import templates, texts
from nudges.plan import obstacle
from nudges.wish import OWN, PRESETS, Offer
from projects.service import definition, persona_of
from storage.models import Routine, RoutineStatus

FORM, PAUSE_FORM = "routine", "routine.pause"
GO_ON, LOOK, PAUSE_UNTIL = "routine.go_on", "routine.look", "routine.pause_until"


def offers(scene: Scene, project_id: str, blocker: Blocker | None = None) -> dict[str, Offer]:
    """The templates that fit this person, by name: of their project and persona, for an obstacle, for a habit.

    The obstacle is the one that their latest interview found, unless it is given.
    """
    membership = scene.member(project_id)
    if membership is None:
        return {}
    file = definition(scene.work.projects.get(project_id))
    persona = persona_of(file, membership)
    timed = {offer.key: (offer.days, offer.at) for offer in persona.routines}
    main = blocker or obstacle(scene.obstacles(project_id))
    for each in dict.fromkeys((main or Blocker.HABIT, Blocker.HABIT)):
        for key, template in templates().get(each, {}).items():
            timed[f"{each}.{key}"] = (template.days, template.at)
    found = {}
    for name, (weekdays, at) in timed.items():
        if worded := template_words(scene, project_id, name, file):
            found[name] = Offer(*worded, weekdays, at)
    return found


def label(offer: Offer) -> str:
    """A routine on a button or in a list."""
    return f"{offer.cue}, {offer.action}"


def form(scene: Scene, context: str) -> Form:
    """`project_id|routine_id`: for a routine to change it is filled in as the routine is."""
    project_id, _, routine_id = context.partition("|")
    routine = own(scene, routine_id) if routine_id else None
    offered = offers(scene, project_id)
    templated = routine is not None and routine.template in offered
    cue, action = service.words_of(scene.work, routine) if routine and not templated else ("", "")
    named = tuple((name, label(offer)) for name, offer in offered.items())
    presets = PRESETS if routine is None or routine.days in PRESETS else (*PRESETS, routine.days)
    return Form(
        name=FORM,
        title=_text(scene, "form.title"),
        intro=texts("routines").rich("form.intro", scene.voice),
        fields=(
            _field(
                scene,
                "template",
                FieldKind.CHOICE,
                options=(*named, (OWN, _text(scene, "form.own"))),
                initial=(routine.template or OWN) if routine and templated else OWN if routine else "",
            ),
            _field(scene, "cue", FieldKind.LINE, hint="form.cue_hint", initial=cue),
            _field(scene, "action", FieldKind.LINE, hint="form.action_hint", initial=action),
            _field(
                scene,
                "days",
                FieldKind.CHOICE,
                options=tuple((preset, days(scene, preset)) for preset in presets),
                initial=routine.days if routine else "",
            ),
            _field(scene, "at", FieldKind.LINE, hint="form.at_hint", initial=routine.at if routine else ""),
            _field(
                scene,
                "ends_on",
                FieldKind.DATE,
                initial=routine.ends_on.isoformat() if routine and routine.ends_on else "",
            ),
        ),
        submit=_text(scene, "form.submit"),
        context=context,
    )


def pause_form(scene: Scene, context: str) -> Form:
    """`routine_id`: until when."""
    until = FormField("until", FieldKind.DATE, _text(scene, "pause_form.until"))
    title, submit = _text(scene, "pause_form.title"), _text(scene, "pause_form.submit")
    return Form(name=PAUSE_FORM, title=title, fields=(until,), submit=submit, context=context)


def current(scene: Scene, args: Args) -> Message | None:
    """A routine under way: what, when, until when, how it goes, and what can be done about it."""
    routine = own(scene, args["routine"])
    if routine is None or routine.status is RoutineStatus.ENDED:
        return None
    paused = is_paused(scene, routine)
    rows = [(_text(scene, "when_label"), _when(scene, routine))]
    if paused:
        rows.append((_text(scene, "paused_label"), day(scene, routine.paused_until)))
    rows.append((_text(scene, "until_label"), day(scene, routine.ends_on)))
    told = service.progress(scene.work, routine, scene.timezone, today(scene), shown_by(scene, routine))
    if told.kept and told.weeks > 1:
        key = "lately_one" if told.kept == 1 else "lately"
        lately = texts("routines").text(key, scene.voice, kept=str(told.kept), weeks=str(told.weeks))
        rows.append((_text(scene, "lately_label"), lately))
    rest = (GO_ON, "go_on_button") if paused else (PAUSE, "pause_button")
    ways = ((CHANGE, "change_button"), rest, (END, "end_button"))
    buttons = Buttons(tuple(button(scene, action, routine.id, key) for action, key in ways))
    return Message((Text(about(scene, "current", routine)), Fields(tuple(rows)), buttons))


def begun(scene: Scene, args: Args) -> Message | None:
    """What was chosen, and what will come of it."""
    routine = own(scene, args["routine"])
    if routine is None:
        return None
    text = about(scene, "begun", routine, until=day(scene, routine.ends_on))
    return Message((Text(text), Buttons((button(scene, CHANGE, routine.id, "change_button"),))))


def changed(scene: Scene, args: Args) -> Message | None:
    routine = own(scene, args["routine"])
    if routine is None:
        return None
    values = {
        "days": days(scene, routine.days),
        "at": clock(scene, routine.at),
        "until": day(scene, routine.ends_on),
    }
    return Message((Text(about(scene, "changed", routine, **values)),))


def paused(scene: Scene, args: Args) -> Message | None:
    """Until when it is quiet, with a way back and another date."""
    routine = own(scene, args["routine"])
    if routine is None or not is_paused(scene, routine):
        return None
    ways = (
        button(scene, GO_ON, routine.id, "go_on_button"),
        button(scene, PAUSE_UNTIL, routine.id, "other_day_button"),
    )
    return Message(
        (Text(about(scene, "paused", routine, until=day(scene, routine.paused_until))), Buttons(ways))
    )


def which(scene: Scene, _args: Args) -> Message:
    """For whoever is in several projects."""
    projects = tuple((p.id, definition(p).name) for _, p in scene.work.projects.of_person(scene.person.id))
    return Message(
        (
            Text(texts("routines").rich("which", scene.voice)),
            Choice(LOOK, _text(scene, "which_label"), projects),
        )
    )


def refused(scene: Scene, args: Args) -> Message:
    """What is missing, and the form again."""
    text = Text(texts("routines").rich(f"refused.{args['problem']}", scene.voice))
    again = button(scene, OPEN_FORM, f"{args['form']}|{args['context']}", "again_button")
    return Message((text, Buttons((again,))))


def _when(scene: Scene, routine: Routine) -> str:
    at = clock(scene, routine.at)
    return texts("routines").text("when", scene.voice, days=days(scene, routine.days), at=at)


def _field(
    scene: Scene,
    key: str,
    kind: FieldKind,
    *,
    hint: str = "",
    options: tuple[tuple[str, str], ...] = (),
    initial: str = "",
) -> FormField:
    return FormField(
        key,
        kind,
        _text(scene, f"form.{key}"),
        hint=_text(scene, hint) if hint else "",
        required=key == "template",
        options=options,
        max_length=75,
        initial=initial,
    )


def _text(scene: Scene, key: str) -> str:
    return texts("routines").text(key, scene.voice)


PRESENTERS: dict[str, Presenter] = {
    "routine.current": current,
    "routine.begun": begun,
    "routine.changed": changed,
    "routine.paused": paused,
    "routine.which": which,
    "routine.refused": refused,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {FORM: form, PAUSE_FORM: pause_form}
