"""Interviews as the bot sees them: invite, respond, what is asked now. Nothing is sent from here.

The engine's state is sealed in the interview's row, since it holds the person's words. Findings are written once, when
the interview closes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hmac import compare_digest

from content.blockers import Blocker
from content.promises import LEAST_FIGURES, LEAST_WORDS
from storage.models import (
    Campaign,
    CampaignPrivacy,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Person,
    Role,
)
from storage.work import Work
from surveys import engine, hearing, library
from surveys.calibration import Case
from surveys.closing import close
from surveys.explanation import Explanation, explain
from surveys.findings import Found, Sureness, validated
from surveys.opinion import Advised, Opinion
from surveys.reading import Reader
from surveys.reading_model import reader as trained
from surveys.script import Role as AnswerRole
from surveys.script import Script
from surveys.state import Answered, Effect, Event, Invited, Phase, Prompt, State
from surveys.subject import Subject

STATE = "interviews.state"

CODE_LASTS = timedelta(minutes=10)

ROUTINES = frozenset({AnswerRole.ROUTINE, AnswerRole.ROUTINE_CUE, AnswerRole.ROUTINE_ACTION})


@dataclass(frozen=True)
class Outcome:
    """What an event did. No effects: nothing has changed."""

    state: State
    effects: tuple[Effect, ...]

    @property
    def changed(self) -> bool:
        return bool(self.effects)


def start_campaign(
    work: Work,
    project_id: str,
    script: str,
    *,
    anonymous: bool = False,
    figures: int = LEAST_FIGURES,
    words: int = LEAST_WORDS,
) -> Campaign:
    """Begin a round of interviews now; what it promises cannot be changed any more.

    `figures` and `words` are the fewest people that a figure, and a quotation, may be of.

    Raises:
        UnknownScript: there is no script of this key.
        ThresholdTooLow
    """
    chosen = library.script(script)
    return work.campaigns.add(
        project_id,
        chosen.key,
        figure_threshold=figures,
        word_threshold=words,
        privacy=CampaignPrivacy.ANONYMOUS if anonymous else CampaignPrivacy.CONFIDENTIAL,
        seeks_blockers=chosen.seeks_blockers,
    )


def campaign_for(work: Work, project_id: str, role: Role) -> Campaign | None:
    """The last started round that runs now and is meant for people in this role."""
    audience = "leads" if role is Role.LEAD else "employees"
    running = work.campaigns.running(project_id)
    return next(
        (campaign for campaign in running if library.script(campaign.script).audience == audience), None
    )


def resting_until(work: Work, campaign: Campaign, person: Person) -> datetime | None:
    """Until when this person is left in peace after an earlier interview; None if they may be invited."""
    closed = work.interviews.last_closed_at(person.id)
    if closed is None:
        return None
    until = closed + timedelta(weeks=library.script(campaign.script).rest_weeks)
    return until if until > work.now else None


def invite(work: Work, campaign: Campaign, person: Person, subject: Subject, at: datetime) -> Interview:
    """This person's interview of this campaign, made if it does not exist; `at` is when the invitation goes out."""
    existing = work.interviews.in_campaign(campaign.id, person.id)
    if existing:
        return existing
    interview_id = work.ids.new()
    script = library.script(campaign.script)
    state = engine.begin(
        script,
        seed=int(interview_id[-8:], 16),
        ways={way.key: way.kind for way in subject.ways},
        routines=tuple(routine.key for routine in subject.routines),
        now=at,
    )
    state, _ = engine.advance(script, state, Invited(), at)
    interview = Interview(
        id=interview_id,
        workspace_id=work.workspace_id,
        campaign_id=campaign.id,
        person_id=person.id,
        status=InterviewStatus.INVITED,
        state=work.seal(STATE, state.model_dump_json(), row=interview_id),
        invited_at=at,
    )
    work.interviews.add(interview)
    return interview


def respond(work: Work, interview: Interview, event: Event) -> Outcome:
    """Carry out one event: the new state is saved, and at the close what was found.

    The outcome holds the whole last state, also where nothing of it is kept: what follows at once may need it.
    """
    before = state_of(work, interview)
    state, effects = engine.advance(script_of(work, interview), before, event, work.now)
    if state == before:
        return Outcome(state, effects)
    interview.status = InterviewStatus(state.phase.value)
    if before.phase is Phase.INVITED and state.phase is Phase.ACTIVE:
        interview.started_at = work.now
    kept = state
    if state.ending:
        anonymous = work.campaigns.get(interview.campaign_id).anonymous
        kept = close(work, interview, script_of(work, interview), state, anonymous=anonymous)
    interview.state = work.seal(STATE, kept.model_dump_json(), row=interview.id)
    return Outcome(state, effects)


def hear(
    work: Work,
    interview: Interview,
    subject: Subject,
    text: str,
    reader: Reader | None = None,
    opinion: Opinion | None = None,
) -> Event | None:
    """The event that typed text makes of the open question; None if it cannot be read as an answer to it.

    A second `opinion` weighs beside the reader's, and may point at other words worth quoting.
    """
    prompt = current(work, interview)
    if prompt is None:
        return None
    script = script_of(work, interview)
    own: Reader = reader or trained()
    used = Advised(own, text, opinion) if opinion else own
    heard = hearing.hear(script, prompt, subject, text, used, library.model().excuse_prone)
    if isinstance(heard, Answered) and heard.reading and opinion and opinion.quote:
        return heard.model_copy(update={"quote": opinion.quote})
    return heard


def current(work: Work, interview: Interview) -> Prompt | None:
    """The prompt that is open; None once the interview is over."""
    return state_of(work, interview).prompt


def due(work: Work, interview: Interview) -> datetime:
    """When silence after the invitation is to be looked at."""
    return state_of(work, interview).heard_at + patience(work, interview)


def patience(work: Work, interview: Interview) -> timedelta:
    """How long an invitation may stay unanswered before that is looked at."""
    return timedelta(hours=script_of(work, interview).patience_hours)


def state_of(work: Work, interview: Interview) -> State:
    return State.model_validate_json(work.open(STATE, interview.state, row=interview.id))


def last_words(work: Work, interview: Interview) -> str:
    """What the person told last in their own words, but for a routine; empty once that is not kept any more."""
    told = [answer.text for answer in state_of(work, interview).answers if answer.prompt.role not in ROUTINES]
    return next((text for text in reversed(told) if text), "")


def script_of(work: Work, interview: Interview) -> Script:
    return library.script(work.campaigns.get(interview.campaign_id).script)


def unproven(work: Work, project_id: str, person_ids: Collection[str]) -> dict[str, list[Finding]]:
    """By person, the confirmed causes of their latest interview that no use has borne out yet; only who has any."""
    latest = work.interviews.latest_heard(project_id, person_ids)
    whose = {
        heard.interview_id: person_id
        for person_id, heard in latest.items()
        if any(cause.status is FindingStatus.CONFIRMED for cause in heard.findings)
    }
    found: dict[str, list[Finding]] = {}
    for finding in work.interviews.confirmed_in(whose) if whose else ():
        found.setdefault(whose[finding.interview_id], []).append(finding)
    return found


def validate(
    findings: Iterable[Finding], levers: Mapping[Blocker, Sequence[date]], uses: Sequence[date]
) -> None:
    """Mark those of one person's unproven causes whose lever was followed by a change in usage; all dates are local ones."""
    for finding in findings:
        if validated(levers.get(Blocker(finding.blocker), ()), uses):
            finding.status = FindingStatus.VALIDATED


def cases(work: Work) -> list[Case]:
    """This workspace's interviews with a confirmed cause, for calibrating; none of an anonymous round."""
    return [
        Case(Blocker(found.blocker), found.status is FindingStatus.VALIDATED, state_of(work, taken).answers)
        for taken, found in work.interviews.confirmed()
    ]


# ------------------------------------------------------------------ the explanation


def explanation(work: Work, interview: Interview, subject: Subject) -> Explanation | None:
    """What a finished interview understood, and why; None if it is not over, or nothing of it is the person's any more."""
    state = state_of(work, interview)
    if state.phase.open or not state.answers:
        return None
    found = tuple(
        Found(Blocker(row.blocker), Sureness(row.status.value), row.stated, row.belief, row.rank)
        for row in work.interviews.findings(interview.id)
    )
    return explain(script_of(work, interview), state, found, subject, library.model())


def issue_code(work: Work, interview: Interview) -> None:
    """From now on, for `CODE_LASTS`, the explanation may be read elsewhere, once."""
    interview.code_until = work.now + CODE_LASTS


def code(work: Work, interview: Interview) -> str | None:
    """The code that is good now; it is derived when needed and kept nowhere."""
    until = interview.code_until
    if until is None or until <= work.now:
        return None
    return work.keyring.code(work.workspace_id, "interviews.explain", f"{interview.id}|{until.isoformat()}")


def redeem(work: Work, interview_id: str, given: str) -> Interview | None:
    """The interview that this code opens, which it then does no more; None for a wrong, late or used one."""
    interview = work.interviews.find(interview_id)
    good = code(work, interview) if interview else None
    if interview is None or good is None or not compare_digest(_bare(good), _bare(given)):
        return None
    interview.code_until = None
    return interview


def _bare(code: str) -> bytes:
    return code.upper().replace("-", "").replace(" ", "").encode()
