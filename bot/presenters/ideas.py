"""The board of ideas as messages and forms: whose an idea is shows only where its author signed it."""

from collections.abc import Sequence

from bot.platforms.port import (
    Block,
    Button,
    Buttons,
    Choice,
    FieldKind,
    Form,
    FormField,
    Message,
    Quote,
    Text,
)
from bot.presenters.idea_words import blocks, excerpt, placed
from bot.router import OPEN_FORM
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.days import in_words
from digests import board
from digests.content import ideas as texts
from digests.ideas import LONGEST, LONGEST_COMMENT, Line, Order
from nudges.schedule import local_date
from nudges.testimonials import signature
from projects.service import definition
from storage.models import ON_BOARD, Idea, IdeaComment, IdeaStatus, Purpose
from surveys import service as surveys

FORM, COMMENT = "idea", "idea.comment"
NAMED, UNNAMED = "named", "unnamed"
INTERVIEW, CHANGE = "interview", "change"
"""What the words of a form begin with; see `form`."""

BOARD, OPEN, MINE, PROPOSE = "idea.board", "idea.open", "idea.mine", "idea.propose"
SUPPORT, UNSUPPORT, ADD = "idea.support", "idea.unsupport", "idea.comment"
EDIT, WITHDRAW, SAME, OTHER, APART = "idea.change", "idea.withdraw", "idea.same", "idea.other", "idea.apart"
ANSWER, HIDE, HIDE_COMMENT, JOIN = "idea.answer", "idea.hide", "idea.hide_comment", "idea.join"

PAGE = 5
"""Ideas in one message."""

WORDS_SHOWN = 5
"""Of what people add to an idea, the last ones."""


def form(scene: Scene, context: str) -> Form:
    """`project_id|interview|interview_id`, `project_id|change|idea_id` or `project_id`: what the words begin with."""
    project_id, begins, ref = (*context.split("|"), "", "")[:3]
    person, voice = scene.person, scene.voice
    before = _own(scene, ref) if begins == CHANGE else None
    fields: list[FormField] = []
    if not project_id:
        projects = tuple((p.id, definition(p).name) for _, p in scene.work.projects.of_person(person.id))
        fields.append(FormField("project", FieldKind.CHOICE, _text(scene, "form.project"), options=projects))
    signatures = (
        (UNNAMED, texts().text("nobody", voice)),
        (NAMED, signature(person.name, person.team, full=False)),
    )
    initial = (
        board.text_of(scene.work, before) if before else _said(scene, ref) if begins == INTERVIEW else ""
    )
    chosen = (NAMED if before.named else UNNAMED) if before else ""
    fields += [
        FormField(
            "text",
            FieldKind.PARAGRAPH,
            _text(scene, "form.text"),
            _text(scene, "form.text_hint"),
            max_length=LONGEST,
            initial=initial[:LONGEST],
        ),
        FormField(
            "naming", FieldKind.CHOICE, _text(scene, "form.naming"), options=signatures, initial=chosen
        ),
        FormField("consent", FieldKind.CONSENT, _text(scene, "form.consent")),
    ]
    return Form(
        name=FORM,
        title=_text(scene, "form.title"),
        intro=texts().rich("form.intro", voice),
        fields=tuple(fields),
        submit=_text(scene, "form.submit"),
        context=context,
    )


def comment_form(scene: Scene, context: str) -> Form:
    """`idea_id`; what the person has added before may be changed, or emptied."""
    before = scene.work.ideas.comment_of(context, scene.person.id)
    words = board.comment_text(scene.work, before) if before and not before.hidden else ""
    field = FormField(
        "text",
        FieldKind.PARAGRAPH,
        _text(scene, "comment_form.text"),
        required=not words,
        max_length=LONGEST_COMMENT,
        initial=words,
    )
    return Form(
        name=COMMENT,
        title=_text(scene, "comment_form.title"),
        intro=texts().rich("comment_form.intro", scene.voice),
        fields=(field,),
        submit=_text(scene, "comment_form.submit"),
        context=context,
    )


# ------------------------------------------------------------------ the board


def board_message(scene: Scene, args: Args) -> Message | None:
    """`project`, `order` and `page` (from 0). None for who is not in the project."""
    project_id, order = args["project"], Order(args["order"])
    if scene.work.projects.member(project_id, scene.person.id) is None:
        return None
    tool = definition(scene.work.projects.get(project_id)).tool
    listed = board.lines(scene.work, project_id, order)
    shown = placed(scene, args, page_of(listed, args))
    if not shown:
        empty = "board.none_open" if order is Order.OPEN else "board.empty"
        buttons = [_button(scene, PROPOSE, project_id, "propose_button")]
        if order is Order.OPEN:
            buttons.append(_order(scene, project_id, Order.NEW))
        return Message((Text(texts().rich(empty, scene.voice, tool=tool)), Buttons(tuple(buttons))))
    parts: list[Block] = [Text(texts().rich(f"board.{order}", scene.voice, tool=tool))]
    supports = scene.work.ideas.supports(project_id)
    ideas = [idea for line in shown if (idea := scene.work.ideas.find(line.id))]
    for idea in ideas:
        parts += blocks(scene, idea, supports.get(idea.id, 0))
    options = tuple((idea.id, excerpt(board.text_of(scene.work, idea))) for idea in ideas)
    parts.append(Choice(OPEN, _text(scene, "open_label"), options))
    buttons = [
        _button(scene, PROPOSE, project_id, "propose_button"),
        _button(scene, MINE, project_id, "mine_button"),
        _order(scene, project_id, Order.NEW if order is Order.TOP else Order.TOP),
    ]
    number = int(args["page"]) + 1
    if len(listed) > number * PAGE:
        buttons.append(_button(scene, BOARD, f"{project_id}|{order}|{number}", "more_button"))
    return Message((*parts, Buttons(tuple(buttons))))


def page_of(listed: Sequence[Line], args: Args) -> Sequence[Line]:
    """The ideas that the message of these `args` shows."""
    begins = int(args["page"]) * PAGE
    return listed[begins : begins + PAGE]


def look(scene: Scene, args: Args) -> Message | None:
    """`idea`: one idea, what is joined to it, what others add, and what this person may do."""
    idea = board.seen(scene.work, args["idea"], scene.person.id)
    if idea is None:
        return None
    work, lead = scene.work, board.leads(scene.work, idea.project_id, scene.person.id)
    top = board.root_of(work, idea).id
    group = placed(scene, args, work.ideas.group(top))
    if not group:
        return None
    root, ids = group[0], [each.id for each in group]
    supports = work.ideas.supports(root.project_id)
    parts: list[Block] = [*blocks(scene, root, supports.get(top, 0))]
    if root.changed_at:
        day = local_date(root.changed_at, scene.timezone)
        date = in_words(day, scene.voice)
        parts.append(Text(texts().rich("look.changed", scene.voice, date=date)))
    if len(group) > 1:
        parts.append(_say(scene, "look.joined"))
        parts += [Quote(board.text_of(work, each)) for each in group[1:]]
    added = [each for each in work.ideas.comments(ids) if not each.hidden]
    parts += _added(scene, added)
    if lead and added:
        parts.append(Choice(HIDE_COMMENT, _text(scene, "look.hide_comment"), _excerpts(scene, added)))
    if lead and len(group) > 1:
        joined = tuple((each.id, excerpt(board.text_of(work, each))) for each in group[1:])
        parts.append(Choice(APART, _text(scene, "look.separate"), joined))
    return Message((*parts, Buttons(tuple(_what_to_do(scene, root, group, lead=lead)))))


def _what_to_do(scene: Scene, root: Idea, group: Sequence[Idea], *, lead: bool) -> list[Button]:
    mine = next((each for each in group if each.author_id == scene.person.id), None)
    if mine:
        buttons = [_button(scene, WITHDRAW, mine.id, "withdraw_button")]
        if mine.status is IdeaStatus.OPEN:
            buttons.insert(0, _button(scene, EDIT, mine.id, "change_button"))
    elif scene.person.id in scene.work.ideas.supporters([each.id for each in group]):
        buttons = [_button(scene, UNSUPPORT, root.id, "unsupport_button")]
    else:
        buttons = [_button(scene, SUPPORT, root.id, "support_button")]
    if lead:
        for action, key in ((ANSWER, "answer_button"), (HIDE, "hide_button"), (JOIN, "join_button")):
            buttons.append(_button(scene, action, root.id, key))
        return buttons[-4:]
    buttons.append(_button(scene, ADD, root.id, "comment_button"))
    return [*buttons, _button(scene, BOARD, f"{root.project_id}|{Order.NEW}|0", "board_button")]


def _added(scene: Scene, added: Sequence[IdeaComment]) -> list[Block]:
    if not added:
        return []
    key = "look.comments" if len(added) <= WORDS_SHOWN else "look.earlier_comments"
    quotes = [Quote(board.comment_text(scene.work, each)) for each in added[-WORDS_SHOWN:]]
    return [_say(scene, key, count=str(WORDS_SHOWN)), *quotes]


def _excerpts(scene: Scene, added: Sequence[IdeaComment]) -> tuple[tuple[str, str], ...]:
    return tuple((each.id, excerpt(board.comment_text(scene.work, each))) for each in added[-WORDS_SHOWN:])


# ------------------------------------------------------------------ the author


def mine(scene: Scene, args: Args) -> Message | None:
    """`project`: what this person has proposed there, hidden ones with the reason."""
    project_id = args["project"]
    if scene.work.projects.member(project_id, scene.person.id) is None:
        return None
    listed = [
        idea
        for idea in scene.work.ideas.of_author(scene.person.id)
        if idea.project_id == project_id and idea.status is not IdeaStatus.WITHDRAWN
    ]
    propose = Buttons((_button(scene, PROPOSE, project_id, "propose_button"),))
    if not listed:
        return Message((_say(scene, "mine.empty"), propose))
    parts: list[Block] = [_say(scene, "mine.title")]
    supports = scene.work.ideas.supports(project_id)
    for idea in listed[:PAGE]:
        if idea.status in ON_BOARD:
            root = board.root_of(scene.work, idea)
            parts += blocks(scene, idea, supports.get(root.id, 0))
        else:
            parts.append(Quote(board.text_of(scene.work, idea), _text(scene, "mine.hidden")))
            parts.append(Quote(board.reason_of(scene.work, idea), _text(scene, "answer_of")))
    open_ = [idea for idea in listed[:PAGE] if idea.status in ON_BOARD]
    if open_:
        options = tuple((idea.id, excerpt(board.text_of(scene.work, idea))) for idea in open_)
        parts.append(Choice(OPEN, _text(scene, "mine.label"), options))
    return Message((*parts, propose))


def thanks(scene: Scene, args: Args) -> Message:
    project_id = args["project"]
    buttons = (
        _button(scene, MINE, project_id, "mine_button"),
        _button(scene, BOARD, f"{project_id}|{Order.NEW}|0", "board_button"),
    )
    return Message((_say(scene, "thanks"), Buttons(buttons)))


def alike(scene: Scene, args: Args) -> Message:
    """`project`: the author's latest idea beside the one that sounds like it; which ones is in no row."""
    pair = latest_alike(scene, args["project"])
    if pair is None or len(placed(scene, args, pair)) < len(pair):
        return Message((_say(scene, "alike_over"),))
    own, other = pair
    quotes = (Quote(board.text_of(scene.work, other)), Quote(board.text_of(scene.work, own)))
    buttons = (
        _button(scene, SAME, f"{own.id}|{other.id}", "alike_yes_button"),
        _button(scene, OTHER, "-", "alike_no_button"),
    )
    return Message((_say(scene, "alike"), *quotes, Buttons(buttons)))


def latest_alike(scene: Scene, project_id: str) -> tuple[Idea, Idea] | None:
    """The person's latest idea of a project, and the one on the board that says nearly the same."""
    own = latest_of(scene, project_id)
    if own is None or own.status not in ON_BOARD or own.joined_to:
        return None
    other = board.alike(scene.work, own, common_words(scene, project_id))
    return (own, other) if other else None


def latest_of(scene: Scene, project_id: str) -> Idea | None:
    """What this person proposed last; a row of the outbox need not say which that is."""
    mine = scene.work.ideas.of_author(scene.person.id)
    return next((each for each in mine if each.project_id == project_id), None)


def common_words(scene: Scene, project_id: str) -> tuple[str, ...]:
    """What every idea of this project may be about."""
    file = definition(scene.work.projects.get(project_id))
    return file.tool, file.name


def joined(scene: Scene, args: Args) -> Message:
    """`project`: the author's latest idea counts with another one now, and may be taken apart again."""
    own = latest_of(scene, args["project"])
    if own is None or own.joined_to is None:
        return Message((_say(scene, "apart"),))
    return Message((_say(scene, "joined"), Buttons((_button(scene, APART, own.id, "apart_button"),))))


def off(scene: Scene, _args: Args) -> Message:
    """In place of taking an idea from somebody who said no to them."""
    yes = Button("my_data.change", f"{Purpose.IDEAS}|yes", _text(scene, "accept_button"))
    return Message((_say(scene, "declined_use"), Buttons((yes,))))


def refused(scene: Scene, args: Args) -> Message:
    """Why something was not taken; with a `context`, the form again: one's own, or what a lead says of `idea` (`form`)."""
    said = _say(scene, f"refused.{args['problem']}")
    if "idea" in args:
        again = _button(scene, args["form"], args["idea"], "again_button")
    elif "context" in args:
        again = _button(scene, OPEN_FORM, f"{FORM}|{args['context']}", "again_button")
    else:
        return Message((said,))
    return Message((said, Buttons((again,))))


def _said_once(key: str) -> Presenter:
    return lambda scene, _args: Message((_say(scene, key),))


def _said(scene: Scene, interview_id: str) -> str:
    """The last words of the person's own interview, while they are kept."""
    interview = scene.work.interviews.find(interview_id)
    return (
        surveys.last_words(scene.work, interview)
        if interview and interview.person_id == scene.person.id
        else ""
    )


def _own(scene: Scene, idea_id: str) -> Idea | None:
    idea = scene.work.ideas.find(idea_id)
    return idea if idea and idea.author_id == scene.person.id else None


def _order(scene: Scene, project_id: str, order: Order) -> Button:
    return _button(scene, BOARD, f"{project_id}|{order}|0", f"{order}_button")


def _button(scene: Scene, action: str, value: str, key: str) -> Button:
    return Button(action, value, _text(scene, key))


def _text(scene: Scene, key: str) -> str:
    return texts().text(key, scene.voice)


def _say(scene: Scene, key: str, **values: str) -> Text:
    return Text(texts().rich(key, scene.voice, **values))


PRESENTERS: dict[str, Presenter] = {
    "idea.alike": alike,
    "idea.apart": _said_once("apart"),
    "idea.board": board_message,
    "idea.changed": _said_once("changed"),
    "idea.commented": _said_once("commented"),
    "idea.gone": _said_once("gone"),
    "idea.joined": joined,
    "idea.look": look,
    "idea.mine": mine,
    "idea.not_alike": _said_once("alike_no"),
    "idea.off": off,
    "idea.refused": refused,
    "idea.stranger": _said_once("stranger"),
    "idea.thanks": thanks,
    "idea.uncommented": _said_once("uncommented"),
    "idea.withdrawn": _said_once("withdrawn"),
}

FORM_PRESENTERS: dict[str, FormPresenter] = {FORM: form, COMMENT: comment_form}
