"""The interview as messages. A prompt that is no longer open renders as None, so it is never sent late."""

from datetime import date

from bot.platforms.port import Block, Button, Buttons, Choice, Message, Scale, Text
from bot.presenters.membership import MORE
from bot.presenters.routine_choice import label as routine_label
from bot.presenters.routine_choice import offers
from bot.presenters.ways import ways_out
from bot.presenters.why import sentence
from bot.scene import Args, Presenter, Scene
from content.blockers import Blocker
from content.markup import RichText
from digests.content import ideas as board_texts
from nudges.content import texts as nudge_texts
from nudges.wish import Offer
from projects import service as projects
from projects.definition import Persona, ProjectFile
from storage.models import Campaign, Interview, Purpose
from surveys import service as surveys
from surveys import wording
from surveys.script import Role
from surveys.state import Phase, Prompt, State
from surveys.subject import RoutineOffer, Subject, WayOffer
from surveys.wording import texts

MOST_BUTTONS = 4

START, LATER, DECLINE, PRIVACY = (
    "interview.start",
    "interview.later",
    "interview.decline",
    "interview.privacy",
)
ANSWER, SKIP, RESUME = "interview.answer", "interview.skip", "interview.resume"
IDEA = "interview.idea"
PUT_ON_BOARD = "idea.from_interview"
WITH_IDEA = frozenset({"closed", "closed_advocate", "closed_anonymous", "closed_routine"})
"""Notes at the end under which an idea may be proposed."""


def invite(scene: Scene, args: Args) -> Message | None:
    """Why, this person's place, who sees what, and an easy no."""
    found = _open(scene, args)
    if found is None or found[2].phase is not Phase.INVITED:
        return None
    interview, subject, _state = found
    lines = wording.invitation(surveys.script_of(scene.work, interview), subject)
    return _message(lines, _invitation_buttons(scene, interview, START, LATER, DECLINE, PRIVACY))


def privacy(scene: Scene, args: Args) -> Message | None:
    """Why they were asked, and who sees what; while the invitation stands, with its buttons."""
    interview = _interview(scene, args)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None:
        return None
    waiting = surveys.state_of(scene.work, interview).phase is Phase.INVITED
    buttons = (_invitation_buttons(scene, interview, START, LATER, DECLINE),) if waiting else ()
    project_id = scene.work.campaigns.get(interview.campaign_id).project_id
    return _message((sentence(scene, "interview.invite", project_id), *wording.privacy(subject)), *buttons)


def prompt(scene: Scene, args: Args) -> Message | None:
    """The open question; None if the interview has moved on."""
    return _question(scene, args)


def reminder(scene: Scene, args: Args) -> Message | None:
    """The open question once more, after silence."""
    return _question(scene, args, "reminder")


def answered(scene: Scene, args: Args) -> Message | None:
    """What takes the place of a pressed question: the same words, the answer, nothing to press."""
    interview = _interview(scene, args)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None:
        return None
    state = surveys.state_of(scene.work, interview)
    script = surveys.script_of(scene.work, interview)
    if state.phase is Phase.DECLINED:
        label = texts().text("buttons.decline", scene.voice)
        return _message(
            (*wording.invitation(script, subject), texts().rich("answered", scene.voice, label=label))
        )
    answer = state.answered(int(args["number"]))
    if answer is None and subject.anonymous and state.phase is Phase.CLOSED:
        return _message((texts().rich("answered_anonymous", scene.voice),))
    if answer is None:
        return None
    asked = wording.question(script, answer.prompt, subject).lines[: 1 if answer.prompt.number > 1 else None]
    return _message((*asked, wording.label(script, answer.prompt, answer, subject)))


def note(scene: Scene, args: Args) -> Message | None:
    """Something said that asks nothing; a pause can be ended from where it is said."""
    interview = _interview(scene, args)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None:
        return None
    if args["key"] == "paused":
        return _message((wording.note("paused", subject),), _one(scene, RESUME, interview.id, "resume"))
    if args["key"] == "use_invite":
        return _message(
            (wording.note("use_invite", subject),),
            _invitation_buttons(scene, interview, START, LATER, DECLINE),
        )
    return _message((wording.note(args["key"], subject),), *_idea(scene, interview, args["key"]))


def _idea(scene: Scene, interview: Interview, key: str) -> tuple[Buttons, ...]:
    """What was told may become an idea on the board, where the person says so in a form of its own."""
    told = key == "closed_anonymous" or surveys.last_words(scene.work, interview)
    wanted = scene.work.consents.allows(scene.person.id, Purpose.IDEAS)
    if key not in WITH_IDEA or not told or not wanted:
        return ()
    label = board_texts().text("from_interview_button", scene.voice)
    return (Buttons((Button(PUT_ON_BOARD, interview.id, label),)),)


def no_question(scene: Scene, _args: Args) -> Message:
    """Skip or back with nothing open."""
    return Message((Text(texts().rich("notes.no_question", scene.voice)),))


def subject_of(scene: Scene, interview: Interview) -> Subject | None:
    """Whom this interview talks to and about what; None if the person has left the project."""
    return subject_for(scene, scene.work.campaigns.get(interview.campaign_id))


def subject_for(scene: Scene, campaign: Campaign) -> Subject | None:
    """The scene's person as a subject of `campaign`; None if they are not in its project."""
    membership = scene.work.projects.member(campaign.project_id, scene.person.id)
    if membership is None:
        return None
    file = projects.definition(scene.work.projects.get(campaign.project_id))
    leads = scene.work.projects.leads(campaign.project_id)
    lead = leads[0].name if len(leads) == 1 else None
    return _subject(scene, file, projects.persona_of(file, membership), lead, campaign)


def _subject(
    scene: Scene, file: ProjectFile, persona: Persona, lead: str | None, campaign: Campaign
) -> Subject:
    voice = scene.voice
    return Subject(
        voice=voice,
        name=(scene.person.name.split() or [scene.person.name])[0],
        tool=file.tool,
        vision=file.vision.text(voice),
        place=persona.place.text(voice),
        task=persona.task.text(voice),
        ways=tuple(WayOffer(way.key, way.label.text(voice), way.kind.value) for way in persona.ways),
        routines=tuple(
            RoutineOffer(offer.key, offer.cue.text(voice), offer.action.text(voice), offer.days, offer.at)
            for offer in persona.routines
        ),
        lead=lead,
        sponsor=file.sponsor,
        contact=file.contact,
        ends_on=_ahead(file.ends_on, scene.now.date()),
        threshold=campaign.figure_threshold,
        words=campaign.word_threshold,
        anonymous=campaign.anonymous,
        second_opinion=scene.workspace.second_opinion,
        usage=file.usage.what.text(voice) if file.usage else None,
    )


def _ahead(day: date | None, today: date) -> date | None:
    return day if day and day > today else None


def _interview(scene: Scene, args: Args) -> Interview | None:
    interview = scene.work.interviews.find(args["interview"])
    return interview if interview and interview.person_id == scene.person.id else None


def _open(scene: Scene, args: Args) -> tuple[Interview, Subject, State] | None:
    interview = _interview(scene, args)
    subject = subject_of(scene, interview) if interview else None
    if interview is None or subject is None or scene.person.opted_out_at:
        return None
    state = surveys.state_of(scene.work, interview)
    return (interview, subject, state) if state.phase.open else None


def _question(scene: Scene, args: Args, preface: str | None = None) -> Message | None:
    found = _open(scene, args)
    if found is None:
        return None
    interview, subject, state = found
    if state.prompt is None or state.number != int(args["number"]):
        return None
    before = (wording.note(preface, subject),) if preface else ()
    if state.phase is Phase.INVITED:
        lines = wording.invitation(surveys.script_of(scene.work, interview), subject)
        return _message(
            (*before, *lines), _invitation_buttons(scene, interview, START, LATER, DECLINE, PRIVACY)
        )
    asked = wording.question(surveys.script_of(scene.work, interview), state.prompt, subject)
    controls = _controls(scene, interview, state.prompt, asked)
    if state.prompt.role is Role.ROUTINE_CUE:
        controls = (_ideas(scene, interview, state.number), *controls)
    if preface:
        project_id = scene.work.campaigns.get(interview.campaign_id).project_id
        controls = (*controls, Buttons(ways_out(scene, project_id, "interview.reminder")))
    return _message((*before, *asked.lines), *controls)


def _controls(
    scene: Scene, interview: Interview, open_prompt: Prompt, asked: wording.Question
) -> tuple[Block, ...]:
    value = f"{interview.id}|{open_prompt.number}"
    controls: list[Block] = []
    if asked.ends:
        controls.append(
            Scale(ANSWER, value, int(open_prompt.options[0]), int(open_prompt.options[-1]), *asked.ends)
        )
    elif len(asked.options) > MOST_BUTTONS:
        options = tuple((f"{value}|{key}", label) for key, label in asked.options)
        controls.append(Choice(ANSWER, "", options))
    elif asked.options:
        controls.append(
            Buttons(tuple(Button(ANSWER, f"{value}|{key}", label) for key, label in asked.options))
        )
    more = Button(MORE, "-", texts().text("buttons.more", scene.voice))
    skip = Button(SKIP, value, texts().text("buttons.skip", scene.voice))
    controls.append(Buttons((skip, more) if asked.skippable else (more,)))
    return tuple(controls)


def ideas(scene: Scene, interview: Interview) -> dict[str, Offer]:
    """Whole routines to pick from, for whoever has no words for one: for what weighs most, and for a habit.

    In an anonymous round only the latter, since a routine stays with the person's name.
    """
    campaign = scene.work.campaigns.get(interview.campaign_id)
    belief = surveys.state_of(scene.work, interview).belief
    weighs = max(belief, key=lambda blocker: belief[blocker], default=Blocker.HABIT)
    offered = offers(scene, campaign.project_id, Blocker.HABIT if campaign.anonymous else weighs)
    return {name: offer for name, offer in offered.items() if "." in name}


def _ideas(scene: Scene, interview: Interview, number: int) -> Choice:
    options = tuple(
        (f"{interview.id}|{number}|{name}", routine_label(offer))
        for name, offer in ideas(scene, interview).items()
    )
    return Choice(IDEA, nudge_texts("routines").text("ideas", scene.voice), options)


def _invitation_buttons(scene: Scene, interview: Interview, *actions: str) -> Buttons:
    return Buttons(
        tuple(
            Button(
                action,
                interview.id,
                texts().text(f"buttons.{action.partition('.')[2]}", scene.voice),
                primary=action == START,
            )
            for action in actions
        )
    )


def _one(scene: Scene, action: str, value: str, key: str) -> Buttons:
    return Buttons((Button(action, value, texts().text(f"buttons.{key}", scene.voice)),))


def _message(lines: tuple[RichText, ...], *controls: Block) -> Message:
    return Message((*(Text(line) for line in lines if line), *controls))


PRESENTERS: dict[str, Presenter] = {
    "interview.invite": invite,
    "interview.privacy": privacy,
    "interview.prompt": prompt,
    "interview.reminder": reminder,
    "interview.answered": answered,
    "interview.note": note,
    "interview.no_question": no_question,
}
