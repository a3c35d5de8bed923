"""The question whom people ask for help. Names are shown to nobody but their writer, and only where they are unclear."""

from bot.platforms.port import Buttons, Choice, FieldKind, Form, FormField, Message, Text
from bot.presenters.champions import pressing, say
from bot.presenters.ways import at_rest, ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from nudges import champions
from nudges.content import texts
from projects.service import definition

FORM = "champion.names"
NAME, NOBODY, WHICH = "nomination.name", "nomination.nobody", "nomination.which"
LONGEST = 200


def question(scene: Scene, args: Args) -> Message | None:
    """None for who has left the project, or asked for quiet."""
    project_id = args["project"]
    if at_rest(scene) or scene.member(project_id) is None:
        return None
    tool = definition(scene.work.projects.get(project_id)).tool
    answers = (
        pressing(scene, NAME, project_id, "name_button"),
        pressing(scene, NOBODY, "-", "nobody_button"),
    )
    text = Text(texts("champions").rich("question", scene.voice, tool=tool))
    ways = ways_out(scene, project_id, "champion.question")
    return Message((text, Buttons((*answers, *ways))))


def form(scene: Scene, context: str) -> Form:
    """`project_id`."""
    names = FormField(
        "names",
        FieldKind.LINE,
        texts("champions").text("form.names", scene.voice),
        hint=texts("champions").text("form.hint", scene.voice),
        max_length=LONGEST,
    )
    return Form(
        name=FORM,
        title=texts("champions").text("form.title", scene.voice),
        fields=(names,),
        submit=texts("champions").text("form.submit", scene.voice),
        context=context,
    )


def which(scene: Scene, args: Args) -> Message | None:
    """Whom an unclear name means: some to choose from, or another spelling. None once that is settled."""
    nomination = scene.work.champions.unclear(args["nomination"], scene.person.id)
    if nomination is None:
        return None
    typed = champions.typed_in(scene.work, nomination)
    found = champions.resolve(scene.work, nomination.project_id, scene.person.id, typed)
    if not found.people:
        again = pressing(scene, NAME, nomination.project_id, "again_button")
        return Message(
            (Text(texts("champions").rich("unknown", scene.voice, typed=typed)), Buttons((again,)))
        )
    people = scene.work.people.several(list(found.people))
    shown = [people[person_id] for person_id in found.people]
    options = [
        (f"{nomination.id}|{person.id}", f"{person.name}, {person.team}" if person.team else person.name)
        for person in shown
    ]
    options.append((f"{nomination.id}|", texts("champions").text("none_of_them", scene.voice)))
    return Message(
        (
            Text(texts("champions").rich("which", scene.voice, typed=typed)),
            Choice(WHICH, texts("champions").text("which_label", scene.voice), tuple(options)),
        )
    )


def noted(scene: Scene, _args: Args) -> Message:
    return say(scene, "noted")


def nobody(scene: Scene, _args: Args) -> Message:
    return say(scene, "nobody")


PRESENTERS: dict[str, Presenter] = {
    "champion.question": question,
    "champion.which": which,
    "champion.noted": noted,
    "champion.nobody": nobody,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {FORM: form}
