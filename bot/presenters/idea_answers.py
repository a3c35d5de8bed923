"""What leads say of ideas, and how those whom it concerns hear of it. A lead never sees whose an unnamed idea is."""

from bot.platforms.port import Button, Buttons, Choice, FieldKind, Form, FormField, Message, Quote, Text
from bot.presenters.actions import OF_IDEA
from bot.presenters.idea_words import excerpt, placed, signed
from bot.presenters.ideas import ANSWER, BOARD, HIDE, common_words
from bot.presenters.ways import ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from digests import acting, board
from digests.content import ideas as texts
from digests.ideas import LONGEST_REASON, Order
from storage.models import ANSWERS, IdeaStatus

JOIN_WITH, UNDO = "idea.join_with", "idea.undo"

NEAREST = 10
"""Ideas among which a lead chooses the one that says the same."""


def answer_form(scene: Scene, context: str) -> Form:
    """`idea_id`, with the answer as it stands."""
    idea = scene.work.ideas.find(context)
    options = tuple((status.value, _text(scene, f"status.{status}")) for status in ANSWERS)
    answered = idea is not None and idea.status in ANSWERS
    reason = board.reason_of(scene.work, idea) if idea and answered else ""
    status = FormField(
        "status",
        FieldKind.CHOICE,
        _text(scene, "answer_form.status"),
        options=options,
        initial=idea.status.value if idea and answered else "",
    )
    return _form(scene, ANSWER, context, status, _reason(scene, ANSWER, reason, required=False))


def hide_form(scene: Scene, context: str) -> Form:
    """`idea_id`."""
    return _form(scene, HIDE, context, _reason(scene, HIDE, "", required=True))


def answered(scene: Scene, args: Args) -> Message:
    """`idea`, to the lead who has answered it: of what is planned, they may say that they look after it."""
    said = Text(texts().rich("answered_lead", scene.voice))
    idea = scene.work.ideas.find(args.get("idea", ""))
    if idea is None or idea.status is not IdeaStatus.PLANNED or acting.of_idea(scene.work, idea):
        return Message((said,))
    return Message((said, Buttons((Button(OF_IDEA, idea.id, _text(scene, "look_after_button")),))))


def told(scene: Scene, args: Args) -> Message | None:
    """`idea` and `project`, to whoever proposed, supported or commented. None once it is gone, or for anybody else."""
    idea = board.seen(scene.work, args["idea"], scene.person.id)
    if idea is None or idea.status not in ANSWERS or scene.person.opted_out_at:
        return None
    if scene.person.id not in board.concerned(scene.work, idea):
        return None
    parts: list[Text | Quote] = [
        Text(texts().rich(f"told.{idea.status}", scene.voice)),
        Quote(board.text_of(scene.work, idea), signed(scene.work, scene.voice, idea)),
    ]
    if reason := board.reason_of(scene.work, idea):
        parts.append(Quote(reason, _text(scene, "answer_of")))
    see = Button(BOARD, f"{idea.project_id}|{Order.NEW}|0", _text(scene, "board_button"))
    ways = ways_out(scene, idea.project_id, "idea.answered")
    return Message((*parts, Buttons((see, *ways))))


def hidden(scene: Scene, args: Args) -> Message | None:
    """`project`, to the author: their idea that was hidden last, and why. Which one is in no row."""
    mine = scene.work.ideas.of_author(scene.person.id)
    found = [each for each in mine if each.project_id == args["project"] and each.status is IdeaStatus.HIDDEN]
    if not found or scene.person.opted_out_at:
        return None
    idea = max(found, key=lambda each: (str(each.decided_at), each.id))
    words = Quote(board.text_of(scene.work, idea))
    reason = Quote(board.reason_of(scene.work, idea), _text(scene, "answer_of"))
    told_why = Text(texts().rich("hidden", scene.voice))
    return Message((words, told_why, reason, Buttons(ways_out(scene, idea.project_id, "idea.hidden"))))


def join_pick(scene: Scene, args: Args) -> Message | None:
    """`idea`: with which other one it counts; the nearest first."""
    idea = board.seen(scene.work, args["idea"], scene.person.id)
    if idea is None or not board.leads(scene.work, idea.project_id, scene.person.id):
        return None
    near = [other for other, _ in board.nearest(scene.work, idea, common_words(scene, idea.project_id))]
    near = list(placed(scene, args, near[:NEAREST]))
    quote = Quote(board.text_of(scene.work, idea), signed(scene.work, scene.voice, idea))
    if not near:
        return Message((quote, Text(texts().rich("join_none", scene.voice))))
    options = tuple((f"{idea.id}|{other.id}", excerpt(board.text_of(scene.work, other))) for other in near)
    pick = Text(texts().rich("join_pick", scene.voice))
    return Message((quote, pick, Choice(JOIN_WITH, _text(scene, "join_label"), options)))


def merged(scene: Scene, args: Args) -> Message:
    """`idea`: what was joined, and may be taken apart again."""
    undo = Buttons((Button(UNDO, args["idea"], _text(scene, "undo_button")),))
    return Message((Text(texts().rich("merged", scene.voice)), undo))


def _said(key: str) -> Presenter:
    return lambda scene, _args: Message((Text(texts().rich(key, scene.voice)),))


def _reason(scene: Scene, form: str, initial: str, *, required: bool) -> FormField:
    label = _text(scene, "answer_form.reason" if form == ANSWER else "hide_form.reason")
    return FormField(
        "reason",
        FieldKind.PARAGRAPH,
        label,
        hint=_text(scene, "answer_form.reason_hint") if form == ANSWER else "",
        required=required,
        max_length=LONGEST_REASON,
        initial=initial,
    )


def _form(scene: Scene, name: str, context: str, *fields: FormField) -> Form:
    key = "answer_form" if name == ANSWER else "hide_form"
    return Form(
        name=name,
        title=_text(scene, f"{key}.title"),
        intro=texts().rich(f"{key}.intro", scene.voice),
        fields=fields,
        submit=_text(scene, f"{key}.submit"),
        context=context,
    )


def _text(scene: Scene, key: str) -> str:
    return texts().text(key, scene.voice)


PRESENTERS: dict[str, Presenter] = {
    "idea.answered": told,
    "idea.answered_lead": answered,
    "idea.comment_hidden": _said("comment_hidden"),
    "idea.hidden": hidden,
    "idea.hidden_lead": _said("hidden_lead"),
    "idea.join_pick": join_pick,
    "idea.merged": merged,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {ANSWER: answer_form, HIDE: hide_form}
