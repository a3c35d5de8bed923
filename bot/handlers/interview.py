"""The interview in chat: invitation, typed answers, skip, back, pause, silence. Presses are in `interview_presses`."""

from dataclasses import replace
from datetime import timedelta

from bot import moment
from bot.handlers.interview_effects import carry_out, current, note, resume
from bot.handlers.interview_presses import BUTTONS
from bot.kinds import KINDS, Held
from bot.platforms.port import Command, TextReceived
from bot.presenters import interview as presenters
from bot.presenters.interview import subject_for, subject_of
from bot.scene import Feature, Scene
from content.arms import Arms
from nudges.compared import offered
from storage.models import AgendaItem, Campaign, Interview, InterviewStatus, PersonStatus, Purpose
from storage.repositories.outbox import TOO_LATE, UNREACHABLE
from surveys import engine
from surveys import service as surveys
from surveys.state import (
    Answered,
    Back,
    Event,
    Paused,
    Skipped,
    Stopped,
    TimePassed,
)
from surveys.subject import Subject

__all__ = ["FEATURE", "back", "invite", "pause", "resume", "skip", "stop"]

INVITATION = "interview.turn"
"""Kind of the agenda item of somebody who is invited as soon as a test allows it; ref is the campaign's id."""

LOOK_AGAIN = timedelta(weeks=1)
"""At the interview of somebody who cannot be reached; when they are back it is looked at at once."""


def plan_invitation(scene: Scene, campaign: Campaign) -> bool:
    """Invite the scene's person, or see to it that they are when a test that runs allows it; whether that is new."""
    arms = scene.arms(campaign.project_id)
    if not arms.silent:
        return invite(scene, campaign) is not None
    item = scene.work.agenda.get(scene.person.id, INVITATION, campaign.id)
    if (item and item.next_due_at) or scene.work.interviews.in_campaign(campaign.id, scene.person.id):
        return False
    scene.work.agenda.set(scene.person.id, INVITATION, campaign.id, moment.turn(scene, arms))
    return True


def turn(scene: Scene, item: AgendaItem) -> Held | None:
    """A test that held an invitation back has ended, or it is their turn in it."""
    item.next_due_at = None
    campaign = scene.work.campaigns.get(item.ref)
    place = scene.work.projects.member(campaign.project_id, scene.person.id)
    running = surveys.campaign_for(scene.work, campaign.project_id, place.role) if place else None
    planned = running is not None and running.id == campaign.id and plan_invitation(scene, campaign)
    return None if planned else Held.NOTHING


def invite(scene: Scene, campaign: Campaign) -> Interview | None:
    """Plan the invitation of the scene's person at a fitting time; once per person and campaign.

    None: they are not in the project, want no messages or no interviews, are at rest from an earlier one, or a test asks
    for silence.
    """
    work, person, arms = scene.work, scene.person, scene.arms(campaign.project_id)
    if existing := work.interviews.in_campaign(campaign.id, person.id):
        return existing
    subject = subject_for(scene, campaign)
    busy = work.interviews.open_of(person.id) or surveys.resting_until(work, campaign, person)
    if subject is None or person.opted_out_at or busy or arms.silent:
        return None
    if not work.consents.allows(person.id, Purpose.INTERVIEW):
        return None
    at = scene.week.first_open(max(scene.now, person.snoozed_until or scene.now))
    interview = surveys.invite(work, campaign, person, _with_their_routines(subject, arms), at)
    scene.post(
        "interview.invite",
        {"interview": interview.id, "project": campaign.project_id},
        key=_key(campaign.id, person.id),
        not_before=at,
        paced=True,
        replaces=f"interview:{interview.id}",
    )
    silence = scene.week.first_open(surveys.due(work, interview))
    work.agenda.set(person.id, "interview", interview.id, silence)
    return interview


def _with_their_routines(subject: Subject, arms: Arms) -> Subject:
    """The routines that are offered, where a test compares two."""
    kept = offered([routine.key for routine in subject.routines], arms)
    return replace(subject, routines=tuple(each for each in subject.routines if each.key in kept))


def _invite_after_all(scene: Scene, interview: Interview) -> bool:
    """Plan an invitation again that never left; whether there was one."""
    invitation = scene.work.outbox.under(_key(interview.campaign_id, interview.person_id))
    if interview.status is not InterviewStatus.INVITED or invitation is None:
        return False
    if invitation.error not in {UNREACHABLE, TOO_LATE} or invitation.sent_at:
        return False
    at = scene.week.first_open(scene.now)
    scene.work.outbox.plan_again(invitation, at, at + KINDS[invitation.intent].useful)
    silence = at + surveys.patience(scene.work, interview)
    scene.work.agenda.set(scene.person.id, "interview", interview.id, scene.week.first_open(silence))
    return True


def _key(campaign_id: str, person_id: str) -> str:
    return f"interview.invite:{campaign_id}:{person_id}"


# ------------------------------------------------------------------ for stop, pause, resume


def stop(scene: Scene) -> bool:
    """End every interview of the person at once, keeping nothing said; whether there was one. Posts nothing."""
    running = scene.work.interviews.open_of(scene.person.id)
    for interview in running:
        carry_out(scene, interview, surveys.respond(scene.work, interview, Stopped()))
    return bool(running)


def pause(scene: Scene) -> bool:
    """Let a running interview wait; whether there was one to wait or waiting."""
    interview = current(scene)
    if interview is None or interview.status is InterviewStatus.INVITED:
        return False
    outcome = surveys.respond(scene.work, interview, Paused())
    carry_out(scene, interview, outcome)
    if not outcome.changed:
        note(scene, interview, "paused")
    return True


def skip(scene: Scene) -> None:
    """Pass over the open question."""
    interview = current(scene)
    prompt = surveys.current(scene.work, interview) if interview else None
    if interview is None or prompt is None:
        scene.post("interview.no_question")
        return
    outcome = surveys.respond(scene.work, interview, Skipped(prompt=prompt.number))
    carry_out(scene, interview, outcome)
    if not outcome.changed:
        note(scene, interview, "use_invite")


def back(scene: Scene) -> None:
    """One answer back."""
    interview = current(scene)
    outcome = surveys.respond(scene.work, interview, Back()) if interview else None
    if interview is None or outcome is None or not outcome.changed:
        scene.post("interview.no_question")
        return
    carry_out(scene, interview, outcome)


# ------------------------------------------------------------------ typed text, silence


def text(scene: Scene, event: TextReceived) -> bool:
    """Take typed text as an answer; False if no question is open."""
    interview = current(scene)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None:
        return False
    heard = surveys.hear(scene.work, interview, subject, event.text, opinion=scene.opinion)
    outcome = surveys.respond(scene.work, interview, heard) if heard else None
    if outcome and outcome.changed:
        carry_out(scene, interview, outcome)
    else:
        invited = interview.status is InterviewStatus.INVITED
        note(scene, interview, "use_invite" if invited else "use_buttons")
    return True


def start(scene: Scene, _event: Command) -> None:
    """ "Let's go", typed: begin the interview one is invited to, or show the open question again."""
    interview = current(scene)
    prompt = surveys.current(scene.work, interview) if interview else None
    if interview is None or prompt is None:
        scene.post("help")
    elif interview.status is InterviewStatus.INVITED:
        event = Answered(prompt=prompt.number, value=engine.YES)
        carry_out(scene, interview, surveys.respond(scene.work, interview, event))
    else:
        resume(scene)


def due(scene: Scene, item: AgendaItem) -> Held | None:
    """Silence: one reminder, then the end; an invitation that never left takes the place of the reminder.

    A person at rest is left in peace until they are back, and so is one who cannot be reached, or whom a test holds out.
    """
    interview = scene.work.interviews.find(item.ref)
    item.next_due_at = None
    if interview is None:
        return None
    resting = scene.person.snoozed_until
    if (resting and resting > scene.now) or scene.week.is_away(scene.now):
        item.next_due_at = scene.week.first_open(max(scene.now, resting or scene.now))
        return Held.PAUSED
    if scene.person.status is PersonStatus.UNREACHABLE:
        item.next_due_at = scene.now + LOOK_AGAIN
        return Held.STOPPED
    arms = scene.arms(scene.work.campaigns.get(interview.campaign_id).project_id)
    if arms.silent and not scene.person.opted_out_at:
        item.next_due_at = moment.turn(scene, arms)
        return Held.NOTHING
    if _invite_after_all(scene, interview):
        return None
    event: Event = Stopped() if scene.person.opted_out_at else TimePassed()
    carry_out(scene, interview, surveys.respond(scene.work, interview, event))
    return Held.STOPPED if scene.person.opted_out_at else None


FEATURE = Feature(
    name="interview",
    commands={
        "start": start,
        "skip": lambda scene, _event: skip(scene),
        "back": lambda scene, _event: back(scene),
    },
    buttons=BUTTONS,
    texts=text,
    due={"interview": due, INVITATION: turn},
    presenters=presenters.PRESENTERS,
)
