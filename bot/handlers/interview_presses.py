"""Presses on the messages of an interview. A button that was pressed before or belongs to somebody else changes nothing."""

from datetime import timedelta

from bot.handlers.interview_effects import carry_out, note, own, resume
from bot.platforms.port import ButtonPressed
from bot.presenters import interview as presenters
from bot.presenters.routine_choice import label
from bot.scene import Scene
from storage.models import Interview, InterviewStatus
from surveys import engine
from surveys import service as surveys
from surveys.script import Role
from surveys.state import Answered, Declined, Later, Phase, Skipped


def press_start(scene: Scene, event: ButtonPressed) -> None:
    interview = own(scene, event.value)
    if interview is None:
        scene.post("interview.no_question")
        return
    prompt = surveys.current(scene.work, interview)
    if interview.status is InterviewStatus.INVITED and prompt:
        _press(scene, event, interview, Answered(prompt=prompt.number, value=engine.YES), prompt.number)
    elif interview.started_at is None or scene.now - interview.started_at > timedelta(minutes=1):
        note(scene, interview, "stale" if interview.status is InterviewStatus.ACTIVE else "over")


def press_later(scene: Scene, event: ButtonPressed) -> None:
    _press_invitation(scene, event, Later())


def press_decline(scene: Scene, event: ButtonPressed) -> None:
    _press_invitation(scene, event, Declined())


def press_privacy(scene: Scene, event: ButtonPressed) -> None:
    interview = own(scene, event.value)
    if interview:
        scene.post("interview.privacy", {"interview": interview.id})
    else:
        scene.post("interview.no_question")


def press_resume(scene: Scene, _event: ButtonPressed) -> None:
    if not resume(scene):
        scene.post("interview.no_question")


def press_answer(scene: Scene, event: ButtonPressed) -> None:
    """`event.value` is `interview|prompt number|option`."""
    interview_id, _, rest = event.value.partition("|")
    number, _, value = rest.partition("|")
    interview = own(scene, interview_id)
    if interview is None or not number.isdecimal():
        scene.post("interview.no_question")
        return
    _press(scene, event, interview, Answered(prompt=int(number), value=value), int(number))


def press_idea(scene: Scene, event: ButtonPressed) -> None:
    """`event.value` is `interview|prompt number|routine`: as if the person had written it in these words."""
    interview_id, _, rest = event.value.partition("|")
    number, _, name = rest.partition("|")
    interview = own(scene, interview_id)
    subject = presenters.subject_of(scene, interview) if interview else None
    prompt = surveys.current(scene.work, interview) if interview else None
    if interview is None or subject is None or not number.isdecimal():
        scene.post("interview.no_question")
        return
    idea = presenters.ideas(scene, interview).get(name)
    if idea is None or prompt is None or prompt.number != int(number) or prompt.role is not Role.ROUTINE_CUE:
        note(scene, interview, "stale" if prompt else "over")
        return
    heard = surveys.hear(scene.work, interview, subject, label(idea))
    outcome = surveys.respond(scene.work, interview, heard) if heard else None
    if outcome and outcome.changed:
        scene.replace(event, "interview.answered", {"interview": interview.id, "number": number})
        carry_out(scene, interview, outcome)


def press_skip(scene: Scene, event: ButtonPressed) -> None:
    """`event.value` is `interview|prompt number`."""
    interview_id, _, number = event.value.partition("|")
    interview = own(scene, interview_id)
    if interview is None or not number.isdecimal():
        scene.post("interview.no_question")
        return
    _press(scene, event, interview, Skipped(prompt=int(number)), int(number))


def _press(
    scene: Scene, event: ButtonPressed, interview: Interview, answer: Answered | Skipped, number: int
) -> None:
    outcome = surveys.respond(scene.work, interview, answer)
    if outcome.changed:
        scene.replace(event, "interview.answered", {"interview": interview.id, "number": str(number)})
        carry_out(scene, interview, outcome)
        return
    given = outcome.state.answered(number)
    if given and scene.copy_of(event):
        scene.replace(event, "interview.answered", {"interview": interview.id, "number": str(number)})
        return
    skipped = isinstance(answer, Skipped)
    again = given and (given.skipped if skipped else given.value == getattr(answer, "value", None))
    if not again:
        note(scene, interview, "stale" if outcome.state.phase.open else "over")


def _press_invitation(scene: Scene, event: ButtonPressed, answer: Later | Declined) -> None:
    interview = own(scene, event.value)
    if interview is None:
        scene.post("interview.no_question")
        return
    outcome = surveys.respond(scene.work, interview, answer)
    if outcome.changed and isinstance(answer, Declined):
        scene.replace(event, "interview.answered", {"interview": interview.id, "number": "1"})
    carry_out(scene, interview, outcome)
    if not outcome.changed and outcome.state.phase is not Phase.DECLINED:
        note(scene, interview, "stale" if outcome.state.phase.open else "over")


BUTTONS = {
    presenters.START: press_start,
    presenters.LATER: press_later,
    presenters.DECLINE: press_decline,
    presenters.PRIVACY: press_privacy,
    presenters.ANSWER: press_answer,
    presenters.IDEA: press_idea,
    presenters.SKIP: press_skip,
    presenters.RESUME: press_resume,
}
