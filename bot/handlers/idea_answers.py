"""What leads do with ideas: answer, hide, join. All of it is noted in the log; nobody learns whose an idea is."""

from bot.handlers import action_cards
from bot.handlers.idea_places import place, renew, show, stand_together
from bot.platforms.port import ButtonPressed, FormSubmitted
from bot.presenters import idea_answers as presenters
from bot.presenters.ideas import ANSWER, HIDE, HIDE_COMMENT, JOIN
from bot.scene import Args, Scene
from digests import board
from digests.board import Refused
from digests.ideas import Problem
from storage.audit import Action
from storage.models import Idea, Purpose


def open_answer(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`."""
    if _led(scene, pressed.value):
        scene.open_form(pressed, ANSWER, pressed.value)


def answer(scene: Scene, event: FormSubmitted) -> None:
    """Everybody concerned hears of another answer than before, once."""
    status, reason = event.values.get("status", ""), event.values.get("reason", "")
    try:
        new = board.answer(scene.work, event.context, scene.person.id, status, reason)
    except Refused as refused:
        _refuse(scene, refused, event)
        return
    idea = scene.work.ideas.find(event.context)
    assert idea is not None
    _said(scene, event, "idea.answered_lead", {"idea": idea.id})
    if new:
        action_cards.renew_of(scene, idea)
        _tell(scene, idea)
    scene.work.audit.record(Action.IDEA_ANSWERED, scene.actor, idea.id, project=idea.project_id)


def carried_out(scene: Scene, idea_id: str, said: str) -> None:
    """What was planned of an idea is done: that is its answer now, and everybody concerned hears of it."""
    if idea := board.carry_out(scene.work, idea_id, said):
        _tell(scene, idea)
        scene.work.audit.record(Action.IDEA_ANSWERED, scene.actor, idea.id, project=idea.project_id)


def open_hide(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`."""
    if _led(scene, pressed.value):
        scene.open_form(pressed, HIDE, pressed.value)


def hide(scene: Scene, event: FormSubmitted) -> None:
    """The idea goes from wherever it was shown; its author is told why, under a key that does not say which."""
    try:
        idea = board.hide(scene.work, event.context, scene.person.id, event.values.get("reason", ""))
    except Refused as refused:
        _refuse(scene, refused, event)
        return
    _said(scene, event, "idea.hidden_lead")
    renew(scene, idea)
    if idea.author_id:
        scene.post_unasked(
            "idea.hidden",
            {"project": idea.project_id},
            to=scene.work.people.get(idea.author_id),
            key=f"idea-hidden:{scene.work.ids.new()}",
        )
    scene.work.audit.record(Action.IDEA_HIDDEN, scene.actor, idea.id, project=idea.project_id)


def hide_comment(scene: Scene, pressed: ButtonPressed) -> None:
    """`comment_id`."""
    idea = board.hide_comment(scene.work, pressed.value, scene.person.id)
    if idea is None:
        _refuse(scene, Refused(Problem.GONE))
        return
    scene.post("idea.comment_hidden")
    renew(scene, idea)
    scene.work.audit.record(Action.IDEA_HIDDEN, scene.actor, pressed.value, project=idea.project_id)


def open_join(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`: which other one says the same."""
    if _led(scene, pressed.value):
        show(scene, "idea.join_pick", {"idea": pressed.value})


def join(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id|other_id`."""
    idea_id, _, other_id = pressed.value.partition("|")
    if not _led(scene, idea_id):
        return
    root = board.join(scene.work, idea_id, other_id)
    if root is None:
        _refuse(scene, Refused(Problem.GONE))
        return
    stand_together(scene, root)
    scene.replace(pressed, "idea.merged", {"idea": idea_id})
    scene.work.audit.record(Action.IDEA_JOINED, scene.actor, idea_id, project=root.project_id)


def apart(scene: Scene, pressed: ButtonPressed) -> None:
    """`idea_id`: it stands by itself again."""
    idea = _led(scene, pressed.value)
    if idea and board.separate(scene.work, idea.id):
        scene.replace(pressed, "idea.apart")
        scene.work.audit.record(Action.IDEA_SEPARATED, scene.actor, idea.id, project=idea.project_id)
    elif idea:
        scene.replace(pressed, "idea.apart")


def _tell(scene: Scene, idea: Idea) -> None:
    people = board.concerned(scene.work, idea) - {scene.person.id}
    refused = scene.work.consents.withdrawn(people)[Purpose.IDEAS]
    for person in scene.work.people.several(sorted(people - refused)).values():
        args = {"idea": idea.id, "project": idea.project_id}
        key = f"idea-answered:{idea.id}:{idea.status}:{person.id}"
        place(scene, person, "idea.answered", args, key)
        scene.post_unasked(
            "idea.answered",
            {"project": idea.project_id, "idea": idea.id},
            to=person,
            key=key,
        )


def _led(scene: Scene, idea_id: str) -> Idea | None:
    """The idea, if the scene's person leads its project; else they are told that there is nothing to decide."""
    idea = board.seen(scene.work, idea_id, scene.person.id)
    if idea and board.leads(scene.work, idea.project_id, scene.person.id):
        return idea
    _refuse(scene, Refused(Problem.GONE))
    return None


def _said(scene: Scene, event: FormSubmitted, intent: str, args: Args | None = None) -> None:
    if event.message:
        scene.replace(event, intent, args)
    else:
        scene.post(intent, args)


def _refuse(scene: Scene, refused: Refused, event: FormSubmitted | None = None) -> None:
    """With the form again, where the idea is still there."""
    args = {"problem": refused.problem.value}
    if event and refused.problem is not Problem.GONE:
        args |= {"form": event.form, "idea": event.context}
    scene.post("idea.refused", args)


BUTTONS = {
    ANSWER: open_answer,
    HIDE: open_hide,
    HIDE_COMMENT: hide_comment,
    JOIN: open_join,
    presenters.JOIN_WITH: join,
    presenters.UNDO: apart,
}

FORMS = {ANSWER: answer, HIDE: hide}
