"""What leads and owners read of an action, and what those whom it concerns are told and asked."""

from bot.platforms.port import Block, Button, Buttons, FieldKind, Form, FormField, Message, Quote, Text
from bot.presenters.action_words import day, name_of, stands, what
from bot.presenters.digest_words import Words
from bot.presenters.ideas import OPEN
from bot.presenters.ways import at_rest, ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.actions import Answer, State
from content.markup import literal
from content.texts import texts as names
from digests import acting, board
from digests.content import follow_up
from projects.service import definition
from storage.models import Action, Role

TAKE, OTHER, NOT_NOW = "action.take", "action.other", "action.not_now"
DONE, CHANGE, DROP, LATER = "action.done", "action.change", "action.drop", "action.later"
ANSWER = "action.answer"
OF_IDEA = "action.idea"
CHANGE_FORM, DONE_FORM = "action_change", "action_done"
TEXT_LENGTH = 400
OWNER_LENGTH = 80


# ------------------------------------------------------------------ who may


def leads(scene: Scene, project_id: str) -> bool:
    """Whether the scene's person leads the project."""
    membership = scene.work.projects.member(project_id, scene.person.id)
    return membership is not None and membership.role is Role.LEAD


def in_hand(scene: Scene, action: Action | None) -> Action | None:
    """The action, if the person leads its project or looks after it."""
    if action is None or not (action.owner_id == scene.person.id or leads(scene, action.project_id)):
        return None
    return action


# ------------------------------------------------------------------ on the page


def of_page(scene: Scene, project_id: str, words: Words) -> tuple[tuple[Block, ...], bool]:
    """What the page's message says of its action as it stands now, and whether there is something to press."""
    action = scene.work.actions.of_week(project_id, words.page.week)
    if action is None:
        return (Text(words.action()),), False
    proposed = Text(follow_up().rich("proposed", scene.voice, action=_what(scene, action)))
    return (proposed, *_standing(scene, action)), action.state in {State.PROPOSED, State.TAKEN}


def _standing(scene: Scene, action: Action) -> tuple[Block, ...]:
    """Where it stands, and what can be done about it."""
    said = stands(scene.work, action, scene.voice, _tool(scene, action))
    lines = (Text(said),) if said else ()
    if action.state is State.PROPOSED:
        return *lines, _buttons(scene, action, (TAKE, "take"), (OTHER, "other"), (NOT_NOW, "not_now"))
    if action.state is not State.TAKEN:
        return lines
    changes = ((CHANGE, "change"),) if leads(scene, action.project_id) else ()
    return *lines, _buttons(scene, action, (DONE, "done"), *changes, (DROP, "drop"))


# ------------------------------------------------------------------ on its own


def state(scene: Scene, args: Args) -> Message | None:
    """Where an action stands. None for whom it is not for."""
    action = in_hand(scene, scene.work.actions.find(args["action"]))
    if action is None or action.state is State.PROPOSED:
        return None
    what_it_says = Text(literal(_what(scene, action)))
    return Message((what_it_says, *_see_idea(scene, action), *_standing(scene, action)))


def none_running(scene: Scene, _args: Args) -> Message:
    return Message((Text(follow_up().rich("none_running", scene.voice)),))


def yours(scene: Scene, args: Args) -> Message | None:
    """It was put into somebody's hands. None where it no longer is in theirs."""
    action = scene.work.actions.find(args["action"])
    if action is None or action.state is not State.TAKEN or action.owner_id != scene.person.id:
        return None
    intro = follow_up().rich(
        "yours",
        scene.voice,
        lead=name_of(scene.work, scene.work.actions.mover(action.id), scene.voice),
        tool=_tool(scene, action),
        date=day(action.due_on, scene.voice),
    )
    choices = _buttons(scene, action, (DONE, "done"), (DROP, "not_mine"))
    ways = ways_out(scene, action.project_id, "action.yours")
    below = (*_see_idea(scene, action), Buttons((*choices.buttons, *ways)))
    return Message((Text(intro), Quote(_what(scene, action)), *below))


def reminder(scene: Scene, args: Args) -> Message | None:
    """The owner's day has come. None where that is no longer so."""
    action = scene.work.actions.find(args["action"])
    if (
        action is None
        or action.state is not State.TAKEN
        or action.owner_id != scene.person.id
        or at_rest(scene)
    ):
        return None
    choices = _buttons(scene, action, (DONE, "done"), (LATER, "later"), (DROP, "drop"))
    ways = ways_out(scene, action.project_id, "action.reminder")
    return Message(
        (
            Text(follow_up().rich("reminder", scene.voice)),
            Quote(_what(scene, action)),
            *_see_idea(scene, action),
            Text(follow_up().rich("reminder_asked", scene.voice)),
            Buttons((*choices.buttons, *ways)),
        )
    )


def not_yours(scene: Scene, _args: Args) -> Message:
    return Message((Text(follow_up().rich("not_yours", scene.voice)),))


def unknown_owner(scene: Scene, _args: Args) -> Message:
    return Message((Text(follow_up().rich("unknown_owner", scene.voice)),))


# ------------------------------------------------------------------ forms


def change_form(scene: Scene, context: str) -> Form:
    """What the action `context` says, who looks after it, until when."""
    action = in_hand(scene, scene.work.actions.find(context))
    owner = name_of(scene.work, action.owner_id, scene.voice) if action and action.owner_id else ""
    due = action.due_on.isoformat() if action and action.due_on else ""
    return Form(
        name=CHANGE_FORM,
        title=_text(scene, "change.title"),
        fields=(
            FormField(
                "text",
                FieldKind.PARAGRAPH,
                _text(scene, "change.text"),
                max_length=TEXT_LENGTH,
                initial=_what(scene, action) if action else "",
            ),
            FormField(
                "owner",
                FieldKind.LINE,
                _text(scene, "change.owner"),
                hint=_text(scene, "change.owner_hint"),
                max_length=OWNER_LENGTH,
                initial=owner,
            ),
            FormField("due", FieldKind.DATE, _text(scene, "change.due"), initial=due),
        ),
        submit=_text(scene, "change.submit"),
        context=context,
    )


def done_form(scene: Scene, context: str) -> Form:
    """What was done, as those concerned read it; what was to be done stands above."""
    action = in_hand(scene, scene.work.actions.find(context))
    said = FormField(
        "said",
        FieldKind.PARAGRAPH,
        _text(scene, "done.said"),
        hint=_hint(scene, action) if action else "",
        max_length=TEXT_LENGTH,
    )
    return Form(
        name=DONE_FORM,
        title=_text(scene, "done.title"),
        fields=(said,),
        submit=_text(scene, "done.submit"),
        context=context,
        intro=literal(_what(scene, action)) if action else (),
    )


def _hint(scene: Scene, action: Action) -> str:
    """Who reads what was done; nothing where nobody is told."""
    if action.subject == acting.IDEA:
        return _text(scene, "done.said_hint_idea")
    return _text(scene, "done.said_hint") if acting.blockers(action.subject) else ""


# ------------------------------------------------------------------ those concerned


def told(scene: Scene, args: Args) -> Message | None:
    """You said, we did. None for whom it does not concern, or who asked for quiet."""
    return _concerned(scene, args, "told", question=False)


def ask(scene: Scene, args: Args) -> Message | None:
    """What became of it. None for whom it does not concern, who asked for quiet or has answered, or once all is counted."""
    action = scene.work.actions.find(args["action"])
    if (
        action is None
        or action.settled_at
        or scene.work.actions.has_answered(args["action"], scene.person.id)
    ):
        return None
    return _concerned(scene, args, "asked", question=True)


def _concerned(scene: Scene, args: Args, moment: str, *, question: bool) -> Message | None:
    action = scene.work.actions.find(args["action"])
    concern = acting.concern(scene.work, action, scene.person) if action and action.said else None
    if action is None or concern is None or at_rest(scene):
        return None
    kind = "named" if concern.blocker else "nameless"
    values = {
        "tool": _tool(scene, action),
        "blocker": names().text(f"blocker.{concern.blocker}", scene.voice) if concern.blocker else "",
        "threshold": str(acting.threshold(scene.work, action.project_id)),
    }

    def say(part: str) -> Text:
        return Text(follow_up().rich(f"{moment}.{part}", scene.voice, **values))

    owner = name_of(scene.work, action.owner_id, scene.voice) if action.owner_id else ""
    blocks: list[Block] = [say(kind), Quote(acting.said_of(scene.work, action), owner)]
    answers: tuple[Button, ...] = ()
    if question:
        blocks.append(say(f"{kind}_question"))
        answers = tuple(
            Button(ANSWER, f"{action.id}|{answer}", _text(scene, f"{answer}_button")) for answer in Answer
        )
    ways = ways_out(scene, action.project_id, f"action.{'ask' if question else 'told'}")
    return Message((*blocks, say(f"{kind}_private"), Buttons((*answers, *ways))))


def thanks(scene: Scene, _args: Args) -> Message:
    """The same for every answer: what it was stands nowhere."""
    return Message((Text(follow_up().rich("thanks", scene.voice)),))


# ------------------------------------------------------------------ words


def _buttons(scene: Scene, action: Action, *choices: tuple[str, str]) -> Buttons:
    return Buttons(tuple(Button(name, action.id, _text(scene, f"{key}_button")) for name, key in choices))


def _see_idea(scene: Scene, action: Action) -> tuple[Block, ...]:
    """The way to the idea's words, which stand nowhere but there; nothing once it is gone."""
    idea = board.seen(scene.work, action.proposal, scene.person.id) if action.subject == acting.IDEA else None
    return (Buttons((Button(OPEN, idea.id, _text(scene, "see_idea_button")),)),) if idea else ()


def _what(scene: Scene, action: Action) -> str:
    return what(scene.work, action, scene.voice, _tool(scene, action))


def _tool(scene: Scene, action: Action) -> str:
    return definition(scene.work.projects.get(action.project_id)).tool


def _text(scene: Scene, key: str) -> str:
    return follow_up().text(key, scene.voice)


PRESENTERS: dict[str, Presenter] = {
    "action.state": state,
    "action.none_running": none_running,
    "action.yours": yours,
    "action.reminder": reminder,
    "action.not_yours": not_yours,
    "action.unknown_owner": unknown_owner,
    "action.told": told,
    "action.ask": ask,
    "action.thanks": thanks,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {CHANGE_FORM: change_form, DONE_FORM: done_form}
