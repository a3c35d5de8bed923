"""What an event makes happen: questions, notes, due times, and what follows from the end of an interview."""

from datetime import timedelta

from bot.handlers import champion_search
from bot.presenters.interview import subject_of
from bot.scene import Scene
from nudges import service as nudges
from nudges.cues import days_in, time_in
from nudges.schedule import WORKDAYS
from nudges.wish import USUAL_AT
from storage.models import Interview
from surveys import engine
from surveys import service as surveys
from surveys.advocates import would_tell
from surveys.findings import Sureness
from surveys.service import Outcome
from surveys.state import Ask, Closed, Due, Ending, Note, Phase, Prompt, Remind, Resumed

FIRST_CARE = timedelta(days=7)
"""After an interview without a routine: when the coaching first looks whether anything may help."""


def resume(scene: Scene) -> bool:
    """Ask the open question again; whether there was one."""
    interview = current(scene)
    if interview is None:
        return False
    carry_out(scene, interview, surveys.respond(scene.work, interview, Resumed()))
    return True


def carry_out(scene: Scene, interview: Interview, outcome: Outcome) -> None:
    for effect in outcome.effects:
        match effect:
            case Ask(prompt=prompt) if outcome.state.phase is Phase.INVITED:
                _ask(scene, interview, prompt, "interview.invite")
            case Ask(prompt=prompt):
                _ask(scene, interview, prompt, "interview.prompt")
            case Remind(prompt=prompt):
                _ask(scene, interview, prompt, "interview.reminder")
            case Note(key=key):
                note(scene, interview, _without_outcome(scene, interview, key))
            case Due(at=at):
                when = scene.week.first_open(at) if at else None
                scene.work.agenda.set(scene.person.id, "interview", interview.id, when)
            case Closed(ending=ending):
                _after(scene, interview, outcome, ending)


def _ask(scene: Scene, interview: Interview, prompt: Prompt, intent: str) -> None:
    project_id = scene.work.campaigns.get(interview.campaign_id).project_id
    scene.post(
        intent,
        {"interview": interview.id, "number": str(prompt.number), "project": project_id},
        paced=intent == "interview.reminder",
        replaces=f"interview:{interview.id}",
    )


def _without_outcome(scene: Scene, interview: Interview, key: str) -> str:
    """The note itself; of an anonymous interview, a thank-you that does not keep in the outbox how it ended."""
    telling = key.startswith("closed") and key != "closed_routine"
    return "closed_anonymous" if telling and _anonymous(scene, interview) else key


def _anonymous(scene: Scene, interview: Interview) -> bool:
    return scene.work.campaigns.get(interview.campaign_id).anonymous


def note(scene: Scene, interview: Interview, key: str) -> None:
    scene.post("interview.note", {"interview": interview.id, "key": key})


def _after(scene: Scene, interview: Interview, outcome: Outcome, ending: Ending) -> None:
    """A chosen routine begins; without one, what was found is still looked after, unless it is nobody's any more.

    So it is where only the last question, about a routine, was left open: it was clear by then what is in the way.
    Who would gladly tell others how they do it is asked whether they would like to help.
    """
    project_id = scene.work.campaigns.get(interview.campaign_id).project_id
    if ending is Ending.ADVOCATE and would_tell(outcome.state) and not _anonymous(scene, interview):
        champion_search.plan_offer(scene, project_id)
    confirmed = any(each.sureness is Sureness.CONFIRMED for each in engine.found(outcome.state))
    if ending not in {Ending.FOUND, Ending.UNCLEAR} and not (ending is Ending.SILENT and confirmed):
        return
    chosen = engine.routine(outcome.state)
    if chosen is not None and _start_routine(scene, interview, project_id, chosen):
        return
    if ending is not Ending.UNCLEAR and not _anonymous(scene, interview):
        nudges.plan_coaching(scene.work, scene.person.id, project_id, scene.week, days=FIRST_CARE.days)


def _start_routine(
    scene: Scene, interview: Interview, project_id: str, chosen: str | tuple[str, str]
) -> bool:
    subject = subject_of(scene, interview)
    if subject is None:
        return False
    if isinstance(chosen, tuple):
        template, (cue, action), lang = None, chosen, scene.voice.lang
        days, at = days_in(cue, lang) or WORKDAYS, time_in(cue, lang) or USUAL_AT
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
        week=scene.week,
    )
    return True


def current(scene: Scene) -> Interview | None:
    return next(iter(scene.work.interviews.open_of(scene.person.id)), None)


def own(scene: Scene, interview_id: str) -> Interview | None:
    interview = scene.work.interviews.find(interview_id)
    return interview if interview and interview.person_id == scene.person.id else None
