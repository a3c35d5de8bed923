"""The board of ideas in chat: propose, read, support, add a word, change one's own or withdraw it."""

from bot.handlers import idea_answers as answers
from bot.handlers.idea_places import AGAIN, again, renew, show, stand_together
from bot.platforms.port import ButtonPressed, Command, FormSubmitted
from bot.presenters import idea_answers as answer_presenters
from bot.presenters import ideas as presenters
from bot.presenters.interview import PUT_ON_BOARD
from bot.scene import Args, Feature, Scene
from digests import board
from digests.board import Refused
from digests.ideas import Order, Problem
from storage.models import ON_BOARD, IdeaStatus, Project, Purpose, Role


def propose(scene: Scene, event: Command | ButtonPressed) -> None:
    """The form; a command may bring the words, a button the project."""
    projects = _projects(scene)
    if not projects:
        scene.post("idea.stranger")
    elif _wanted(scene):
        of = event.value if isinstance(event, ButtonPressed) else ""
        known = of if of in {project.id for project in projects} else ""
        context = known or (projects[0].id if len(projects) == 1 else "")
        text = event.argument.strip() if isinstance(event, Command) else ""
        scene.open_form(event, presenters.FORM, context, {"text": text} if text else None)


def from_interview(scene: Scene, pressed: ButtonPressed) -> None:
    """`interview_id`: the form begins with what was told there last, while that is kept. Nothing is kept before consent."""
    interview = scene.work.interviews.find(pressed.value)
    if interview is None or interview.person_id != scene.person.id:
        scene.post("help.unknown_button")
    elif _wanted(scene):
        project_id = scene.work.campaigns.get(interview.campaign_id).project_id
        context = f"{project_id}|{presenters.INTERVIEW}|{interview.id}"
        scene.open_form(pressed, presenters.FORM, context)


def submitted(scene: Scene, event: FormSubmitted) -> None:
    """Put it on the board, or change it there; the author is thanked, or told what was missing."""
    project_id, begins, ref = (*event.context.split("|"), "", "")[:3]
    values = event.values
    named, consent = values.get("naming") == presenters.NAMED, values.get("consent") == "yes"
    if not _wanted(scene):
        return
    try:
        if begins == presenters.CHANGE:
            idea = board.change(
                scene.work, ref, scene.person.id, values.get("text", ""), named=named, consent=consent
            )
            renew(scene, idea)
            _say(scene, event, "idea.changed")
            return
        project = project_id or values.get("project", "")
        board.propose(scene.work, project, scene.person, values.get("text", ""), named=named, consent=consent)
    except Refused as refused:
        _refuse(scene, refused, event.context if refused.problem is not Problem.ANSWERED else None)
        return
    _say(scene, event, "idea.thanks", {"project": project})
    if presenters.latest_alike(scene, project):
        show(scene, "idea.alike", {"project": project})


# ------------------------------------------------------------------ reading


def read(scene: Scene, _event: Command) -> None:
    """The board of each project that the person is in; a lead reads first what waits for an answer."""
    places = scene.work.projects.of_person(scene.person.id)
    if not places:
        scene.post("idea.stranger")
    for membership, project in places:
        waiting = membership.role is Role.LEAD and board.lines(scene.work, project.id, Order.OPEN)
        show(scene, presenters.BOARD, _board(project.id, Order.OPEN if waiting else Order.NEW))


def turn(scene: Scene, pressed: ButtonPressed) -> None:
    """`project|order|page`."""
    project_id, order, page = (*pressed.value.split("|"), "", "")[:3]
    known = order in set(Order) and page.isdecimal() and len(page) < 4
    if known and scene.work.projects.member(project_id, scene.person.id):
        show(scene, presenters.BOARD, _board(project_id, Order(order), page))
    else:
        scene.post("help.unknown_button")


def look(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`."""
    _look(scene, pressed.value)


def mine(scene: Scene, pressed: ButtonPressed) -> None:
    """`project`."""
    if scene.work.projects.member(pressed.value, scene.person.id):
        scene.post(presenters.MINE, {"project": pressed.value})
    else:
        scene.post("help.unknown_button")


# ------------------------------------------------------------------ everybody


def support(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`: once per person, whatever is pressed twice."""
    _after(scene, pressed, board.support(scene.work, pressed.value, scene.person.id))


def unsupport(scene: Scene, pressed: ButtonPressed) -> None:
    _after(scene, pressed, board.unsupport(scene.work, pressed.value, scene.person.id))


def open_comment(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`."""
    if board.seen(scene.work, pressed.value, scene.person.id) is None:
        _refuse(scene, Refused(Problem.GONE))
    else:
        scene.open_form(pressed, presenters.COMMENT, pressed.value)


def comment(scene: Scene, event: FormSubmitted) -> None:
    try:
        added = board.comment(scene.work, event.context, scene.person.id, event.values.get("text", ""))
    except Refused as refused:
        _refuse(scene, refused)
        return
    _say(scene, event, "idea.commented" if added else "idea.uncommented")
    idea = scene.work.ideas.find(event.context)
    if idea and added is None:
        renew(scene, idea)


# ------------------------------------------------------------------ the author


def open_change(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`, of the person's own."""
    idea = scene.work.ideas.find(pressed.value)
    if idea is None or idea.author_id != scene.person.id or idea.status not in ON_BOARD:
        _refuse(scene, Refused(Problem.GONE))
    elif idea.status is not IdeaStatus.OPEN:
        _refuse(scene, Refused(Problem.ANSWERED))
    elif _wanted(scene):
        context = f"{idea.project_id}|{presenters.CHANGE}|{idea.id}"
        scene.open_form(pressed, presenters.FORM, context)


def withdraw(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`: its words are gone, here and wherever they were shown."""
    idea = board.withdraw(scene.work, pressed.value, scene.person.id)
    scene.replace(pressed, "idea.withdrawn" if idea else "idea.gone")
    if idea:
        renew(scene, idea)


def same(scene: Scene, pressed: ButtonPressed) -> None:
    """`own|other`: the author says that theirs is the other one."""
    own_id, _, other_id = pressed.value.partition("|")
    own = scene.work.ideas.find(own_id)
    joined = board.join(scene.work, own_id, other_id) if own and own.author_id == scene.person.id else None
    if own and joined:
        stand_together(scene, joined)
        scene.replace(pressed, "idea.joined", {"project": own.project_id})
    else:
        scene.replace(pressed, "idea.gone")


def other(scene: Scene, pressed: ButtonPressed) -> None:
    scene.replace(pressed, "idea.not_alike")


def apart(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`: its author, or a lead, takes it apart again."""
    idea = scene.work.ideas.find(pressed.value)
    if idea and idea.author_id == scene.person.id:
        board.separate(scene.work, idea.id)
        scene.replace(pressed, "idea.apart")
    else:
        answers.apart(scene, pressed)


def leave_all(scene: Scene) -> None:
    """What the person has on boards stays there, with nobody's name where theirs was shown."""
    for idea in board.leave_behind(scene.work, scene.person.id):
        renew(scene, idea)


def take_all_back(scene: Scene) -> None:
    """All that the person ever put on a board, or added there, is gone from where it was shown."""
    work, person_id = scene.work, scene.person.id
    for idea in work.ideas.of_author(person_id):
        board.withdraw(work, idea.id, person_id)
        renew(scene, idea)
    for added in work.ideas.comments_by(person_id):
        about = work.ideas.find(added.idea_id)
        work.ideas.remove_comment(added)
        if about:
            renew(scene, about)
    work.ideas.unsupport(work.ideas.supported_by(person_id), person_id)


def _projects(scene: Scene) -> list[Project]:
    return [project for _, project in scene.work.projects.of_person(scene.person.id)]


def _wanted(scene: Scene) -> bool:
    """Whether the person lets ideas be taken; who said no is told how to say yes."""
    wanted = scene.work.consents.allows(scene.person.id, Purpose.IDEAS)
    if not wanted:
        scene.post("idea.off")
    return wanted


def _board(project_id: str, order: Order, page: str = "0") -> Args:
    return {"project": project_id, "order": order.value, "page": page}


def _look(scene: Scene, idea_id: str) -> None:
    if board.seen(scene.work, idea_id, scene.person.id) is None:
        _refuse(scene, Refused(Problem.GONE))
    else:
        show(scene, "idea.look", {"idea": idea_id})


def _after(scene: Scene, pressed: ButtonPressed, done: bool) -> None:
    if done:
        scene.replace(pressed, "idea.look", {"idea": pressed.value})
    else:
        scene.replace(pressed, "idea.gone")


def _say(scene: Scene, event: FormSubmitted, intent: str, args: Args | None = None) -> None:
    if event.message:
        scene.replace(event, intent, args)
    else:
        scene.post(intent, args)


def _refuse(scene: Scene, refused: Refused, context: str | None = None) -> None:
    args = {"problem": refused.problem.value}
    scene.post("idea.refused", args if context is None else {**args, "context": context})


FEATURE = Feature(
    name="ideas",
    commands={"idea": propose, "ideas": read},
    buttons={
        presenters.PROPOSE: propose,
        PUT_ON_BOARD: from_interview,
        presenters.BOARD: turn,
        presenters.OPEN: look,
        presenters.MINE: mine,
        presenters.SUPPORT: support,
        presenters.UNSUPPORT: unsupport,
        presenters.ADD: open_comment,
        presenters.EDIT: open_change,
        presenters.WITHDRAW: withdraw,
        presenters.SAME: same,
        presenters.OTHER: other,
        presenters.APART: apart,
        **answers.BUTTONS,
    },
    forms={presenters.FORM: submitted, presenters.COMMENT: comment, **answers.FORMS},
    due={AGAIN: again},
    presenters=presenters.PRESENTERS | answer_presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS | answer_presenters.FORM_PRESENTERS,
)
