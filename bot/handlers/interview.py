"""The interview in chat: presses, typed answers, skip, back, pause, silence, and what follows from its end."""

from datetime import time, timedelta

from bot.platforms.port import ButtonPressed, Command, TextReceived
from bot.presenters import interview as presenters
from bot.presenters.interview import subject_for, subject_of
from bot.scene import Feature, Scene
from nudges import service as nudges
from nudges.schedule import fitting
from storage.models import AgendaItem, Campaign, Interview, InterviewStatus
from surveys import engine
from surveys import service as surveys
from surveys.service import Outcome
from surveys.state import (
    Answered,
    Ask,
    Back,
    Closed,
    Declined,
    Due,
    Ending,
    Event,
    Later,
    Note,
    Paused,
    Phase,
    Prompt,
    Remind,
    Resumed,
    Skipped,
    Stopped,
    TimePassed,
)

FIRST_CARE = timedelta(days=7)
"""After an interview without a routine: when the coaching first looks whether anything may help."""

OWN_ROUTINE_DAYS, OWN_ROUTINE_AT = "12345", time(9)
"""When a routine in own words is asked about: its cue is words, not a time."""


def invite(scene: Scene, campaign: Campaign) -> Interview | None:
    """Plan the invitation of the scene's person at a fitting time; once per person and campaign.

    None: they are not in the project, want no messages, or are at rest from an earlier interview.
    """
    work, person = scene.work, scene.person
    if existing := work.interviews.in_campaign(campaign.id, person.id):
        return existing
    subject = subject_for(scene, campaign)
    if subject is None or person.opted_out_at or surveys.resting_until(work, campaign, person):
        return None
    at = fitting(max(scene.now, person.snoozed_until or scene.now), scene.timezone)
    interview = surveys.invite(work, campaign, person, subject, at)
    scene.post(
        "interview.invite",
        {"interview": interview.id},
        key=f"interview.invite:{campaign.id}:{person.id}",
        not_before=at,
        paced=True,
    )
    silence = fitting(surveys.due(work, interview), scene.timezone)
    work.agenda.set(person.id, "interview", interview.id, silence)
    return interview


# ------------------------------------------------------------------ for stop, pause, resume


def stop(scene: Scene) -> bool:
    """End every interview of the person at once, keeping nothing said; whether there was one. Posts nothing."""
    running = scene.work.interviews.open_of(scene.person.id)
    for interview in running:
        _carry_out(scene, interview, surveys.respond(scene.work, interview, Stopped()))
    return bool(running)


def pause(scene: Scene) -> bool:
    """Let a running interview wait; whether there was one to wait or waiting."""
    interview = _current(scene)
    if interview is None or interview.status is InterviewStatus.INVITED:
        return False
    outcome = surveys.respond(scene.work, interview, Paused())
    _carry_out(scene, interview, outcome)
    if not outcome.changed:
        _note(scene, interview, "paused")
    return True


def resume(scene: Scene) -> bool:
    """Ask the open question again; whether there was one."""
    interview = _current(scene)
    if interview is None:
        return False
    _carry_out(scene, interview, surveys.respond(scene.work, interview, Resumed()))
    return True


def skip(scene: Scene) -> None:
    """Pass over the open question."""
    interview = _current(scene)
    prompt = surveys.current(scene.work, interview) if interview else None
    if interview is None or prompt is None:
        scene.post("interview.no_question")
        return
    outcome = surveys.respond(scene.work, interview, Skipped(prompt=prompt.number))
    _carry_out(scene, interview, outcome)
    if not outcome.changed:
        _note(scene, interview, "use_invite")


def back(scene: Scene) -> None:
    """One answer back."""
    interview = _current(scene)
    outcome = surveys.respond(scene.work, interview, Back()) if interview else None
    if interview is None or outcome is None or not outcome.changed:
        scene.post("interview.no_question")
        return
    _carry_out(scene, interview, outcome)


# ------------------------------------------------------------------ presses


def press_start(scene: Scene, event: ButtonPressed) -> None:
    interview = _own(scene, event.value)
    if interview is None:
        scene.post("interview.no_question")
        return
    prompt = surveys.current(scene.work, interview)
    if interview.status is InterviewStatus.INVITED and prompt:
        _press(scene, event, interview, Answered(prompt=prompt.number, value=engine.YES), prompt.number)
    elif interview.started_at is None or scene.now - interview.started_at > timedelta(minutes=1):
        _note(scene, interview, "stale" if interview.status is InterviewStatus.ACTIVE else "over")


def press_later(scene: Scene, event: ButtonPressed) -> None:
    _press_invitation(scene, event, Later())


def press_decline(scene: Scene, event: ButtonPressed) -> None:
    _press_invitation(scene, event, Declined())


def press_privacy(scene: Scene, event: ButtonPressed) -> None:
    interview = _own(scene, event.value)
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
    interview = _own(scene, interview_id)
    if interview is None or not number.isdecimal():
        scene.post("interview.no_question")
        return
    _press(scene, event, interview, Answered(prompt=int(number), value=value), int(number))


def press_skip(scene: Scene, event: ButtonPressed) -> None:
    """`event.value` is `interview|prompt number`."""
    interview_id, _, number = event.value.partition("|")
    interview = _own(scene, interview_id)
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
        _carry_out(scene, interview, outcome)
        return
    given = outcome.state.answered(number)
    skipped = isinstance(answer, Skipped)
    again = given and (given.skipped if skipped else given.value == getattr(answer, "value", None))
    if not again:
        _note(scene, interview, "stale" if outcome.state.phase.open else "over")


def _press_invitation(scene: Scene, event: ButtonPressed, answer: Later | Declined) -> None:
    interview = _own(scene, event.value)
    if interview is None:
        scene.post("interview.no_question")
        return
    outcome = surveys.respond(scene.work, interview, answer)
    if outcome.changed and isinstance(answer, Declined):
        scene.replace(event, "interview.answered", {"interview": interview.id, "number": "1"})
    _carry_out(scene, interview, outcome)
    if not outcome.changed and outcome.state.phase is not Phase.DECLINED:
        _note(scene, interview, "stale" if outcome.state.phase.open else "over")


# ------------------------------------------------------------------ typed text, silence


def text(scene: Scene, event: TextReceived) -> bool:
    """Take typed text as an answer; False if no question is open."""
    interview = _current(scene)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None:
        return False
    heard = surveys.hear(scene.work, interview, subject, event.text)
    outcome = surveys.respond(scene.work, interview, heard) if heard else None
    if outcome and outcome.changed:
        _carry_out(scene, interview, outcome)
    else:
        invited = interview.status is InterviewStatus.INVITED
        _note(scene, interview, "use_invite" if invited else "use_buttons")
    return True


def start(scene: Scene, _event: Command) -> None:
    """ "Let's go", typed: begin the interview one is invited to, or show the open question again."""
    interview = _current(scene)
    prompt = surveys.current(scene.work, interview) if interview else None
    if interview is None or prompt is None:
        scene.post("help")
    elif interview.status is InterviewStatus.INVITED:
        event = Answered(prompt=prompt.number, value=engine.YES)
        _carry_out(scene, interview, surveys.respond(scene.work, interview, event))
    else:
        resume(scene)


def due(scene: Scene, item: AgendaItem) -> None:
    """Silence: one reminder, then the end. A person at rest is left in peace until they are back."""
    interview = scene.work.interviews.find(item.ref)
    item.next_due_at = None
    if interview is None:
        return
    resting = scene.person.snoozed_until
    if resting and resting > scene.now:
        item.next_due_at = fitting(resting, scene.timezone)
        return
    event: Event = Stopped() if scene.person.opted_out_at else TimePassed()
    _carry_out(scene, interview, surveys.respond(scene.work, interview, event))


# ------------------------------------------------------------------ what follows


def _carry_out(scene: Scene, interview: Interview, outcome: Outcome) -> None:
    for effect in outcome.effects:
        match effect:
            case Ask(prompt=prompt) if outcome.state.phase is Phase.INVITED:
                _ask(scene, interview, prompt, "interview.invite")
            case Ask(prompt=prompt):
                _ask(scene, interview, prompt, "interview.prompt")
            case Remind(prompt=prompt):
                _ask(scene, interview, prompt, "interview.reminder")
            case Note(key=key):
                _note(scene, interview, key)
            case Due(at=at):
                when = fitting(at, scene.timezone) if at else None
                scene.work.agenda.set(scene.person.id, "interview", interview.id, when)
            case Closed(ending=ending):
                _after(scene, interview, outcome, ending)


def _ask(scene: Scene, interview: Interview, prompt: Prompt, intent: str) -> None:
    scene.post(
        intent,
        {"interview": interview.id, "number": str(prompt.number)},
        paced=intent == "interview.reminder",
        replaces=f"interview:{interview.id}",
    )


def _note(scene: Scene, interview: Interview, key: str) -> None:
    scene.post("interview.note", {"interview": interview.id, "key": key})


def _after(scene: Scene, interview: Interview, outcome: Outcome, ending: Ending) -> None:
    """A chosen routine begins; without one, what was found is still looked after."""
    if ending not in {Ending.FOUND, Ending.UNCLEAR}:
        return
    project_id = scene.work.campaigns.get(interview.campaign_id).project_id
    chosen = engine.routine(outcome.state)
    if chosen is not None and _start_routine(scene, interview, project_id, chosen):
        return
    if ending is Ending.FOUND:
        nudges.plan_coaching(scene.work, scene.person.id, project_id, scene.timezone, days=FIRST_CARE.days)


def _start_routine(
    scene: Scene, interview: Interview, project_id: str, chosen: str | tuple[str, str]
) -> bool:
    subject = subject_of(scene, interview)
    if subject is None:
        return False
    if isinstance(chosen, tuple):
        template, days, at = None, OWN_ROUTINE_DAYS, OWN_ROUTINE_AT
        cue, action = chosen
    elif offer := subject.routine(chosen):
        template, days, at = offer.key, offer.days, offer.at
        cue, action = offer.cue, offer.action
    else:
        return False
    nudges.start_routine(
        scene.work,
        project_id=project_id,
        person=scene.person,
        template=template,
        cue=cue,
        action=action,
        days=days,
        at=at,
        ends_on=subject.ends_on,
        timezone=scene.timezone,
    )
    return True


def _current(scene: Scene) -> Interview | None:
    return next(iter(scene.work.interviews.open_of(scene.person.id)), None)


def _own(scene: Scene, interview_id: str) -> Interview | None:
    interview = scene.work.interviews.find(interview_id)
    return interview if interview and interview.person_id == scene.person.id else None


FEATURE = Feature(
    name="interview",
    commands={
        "start": start,
        "skip": lambda scene, _event: skip(scene),
        "back": lambda scene, _event: back(scene),
    },
    buttons={
        presenters.START: press_start,
        presenters.LATER: press_later,
        presenters.DECLINE: press_decline,
        presenters.PRIVACY: press_privacy,
        presenters.ANSWER: press_answer,
        presenters.SKIP: press_skip,
        presenters.RESUME: press_resume,
    },
    texts=text,
    due={"interview": due},
    presenters=presenters.PRESENTERS,
)
