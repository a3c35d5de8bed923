"""Routines and coaching: what is decided, written down, and answered. Nothing is sent from here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from random import Random

from content.blockers import Blocker
from nudges import sharing
from nudges.calendar import WorkWeek
from nudges.choice import choose
from nudges.content import eligible
from nudges.pace import MOST, SLOWEST_DAYS, USUAL, History, allowed
from nudges.plan import (
    Answer,
    Decision,
    Found,
    Practice,
    Send,
    Situation,
    Why,
    decide,
    may_be_nudged,
    story_answers,
)
from nudges.rule import Rule
from nudges.schedule import local_date
from storage.models import CheckInAnswer, FindingStatus, Person, PersonStatus, Routine, RoutineStatus
from storage.work import Work

COACHING = "coaching"
"""Kind of the agenda item of one person in one project; its ref is the project's id, its rule a `nudges.rule.Rule`."""

HABIT_TAKES = timedelta(days=66)
"""How long a routine runs where no end was chosen (the median of Lally et al. 2010)."""

TOLD = 4
"""Weeks that progress is told over."""


@dataclass(frozen=True)
class Coaching:
    """A decision that was written down: `args` are the ids for its message, `key` names the message for good."""

    decision: Decision
    args: dict[str, str]
    key: str = ""


@dataclass(frozen=True)
class Progress:
    """Where a routine stands after an answer: kept in `kept` of the last `weeks` answered, four at most."""

    routine_id: str
    answer: CheckInAnswer
    kept: int
    weeks: int


def start_routine(
    work: Work,
    *,
    project_id: str,
    person: Person,
    template: str | None,
    cue: str,
    action: str,
    days: str,
    at: time,
    ends_on: date | None,
    week: WorkWeek,
) -> Routine:
    """Begin a routine instead of the one under way, and plan its first message for its first day.

    Raises:
        UnknownZone, ValueError: the week or `days` cannot be used.
    """
    if running := work.routines.current(project_id, person.id):
        running.status = RoutineStatus.ENDED
    today = local_date(work.now, week.timezone)
    routine = Routine(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        project_id=project_id,
        person_id=person.id,
        template=template,
        cue=work.seal("routines.cue", cue),
        action=work.seal("routines.action", action),
        days=days,
        ends_on=ends_on if ends_on and ends_on > today else today + HABIT_TAKES,
        status=RoutineStatus.ACTIVE,
        created_at=work.now,
    )
    work.routines.add(routine)
    rule = replace(_rule(work, person.id, project_id), at=at, days=days)
    work.agenda.set(person.id, COACHING, project_id, rule.next(work.now, week), str(rule))
    return routine


def words_of(work: Work, routine: Routine) -> tuple[str, str]:
    """The cue and the action as they were chosen or written."""
    return work.open("routines.cue", routine.cue), work.open("routines.action", routine.action)


def end_routine(work: Work, routine_id: str, person_id: str) -> Routine | None:
    """End a routine of this person, and their coaching with it; None if it is not theirs."""
    routine = work.routines.find(routine_id)
    if routine is None or routine.person_id != person_id:
        return None
    if routine.status is not RoutineStatus.ENDED:
        routine.status = RoutineStatus.ENDED
        rule = _rule(work, person_id, routine.project_id)
        work.agenda.set(person_id, COACHING, routine.project_id, None, str(rule))
    return routine


def plan_coaching(work: Work, person_id: str, project_id: str, week: WorkWeek, *, days: int = 1) -> None:
    """See to it that this person's coaching is looked at in `days` days, or earlier if that was planned."""
    item = work.agenda.get(person_id, COACHING, project_id)
    rule = Rule.parse(item.rule if item else "")
    due = rule.on(local_date(work.now, week.timezone) + timedelta(days=days), week)
    planned = item.next_due_at if item else None
    work.agenda.set(person_id, COACHING, project_id, min(planned, due) if planned else due, str(rule))


def write_less(work: Work, person_id: str, weeks: int) -> None:
    """From now on at most one message in `weeks` weeks, in every project of this person."""
    for item in work.agenda.of_person(person_id):
        if item.kind == COACHING:
            rule = Rule.parse(item.rule)
            slower = replace(rule, weeks=max(rule.weeks, weeks))
            work.agenda.set(person_id, COACHING, item.ref, item.next_due_at, str(slower))


def coach(work: Work, person: Person, project_id: str, *, week: WorkWeek, lang: str, rng: Random) -> Coaching:
    """Decide what this person gets now in this project, write it down, and say when to look again.

    `lang` is the language in which they are written to. Raises UnknownZone.
    """
    person = work.people.locked(person.id)
    timezone = week.timezone
    rule = _rule(work, person.id, project_id)
    routine = work.routines.current(project_id, person.id)
    if work.projects.member(project_id, person.id) is None:
        work.agenda.set(person.id, COACHING, project_id, None, str(rule))
        return Coaching(Decision(Send.NOTHING, Why.ENDED, ends_routine=routine is not None), {})
    found = findings(work, project_id, person.id)
    story = sharing.match(work, project_id, person, story_answers(found), lang=lang, timezone=timezone)
    past = tuple(_past(work, person.id, project_id, routine, timezone))
    history = _history(work, person, rule, timezone, per_week=MOST if routine and not past else USUAL)
    project = work.projects.get(project_id)
    decision = decide(
        Situation(
            now=work.now,
            week=week,
            rule=rule,
            verdict=allowed(history, work.now),
            findings=found,
            practice=_practice(work, routine) if routine else None,
            past=past,
            story=story is not None,
            left=routine is None and work.routines.any_ended(project_id, person.id),
            over=project.ends_on is not None and project.ends_on < local_date(work.now, timezone),
        )
    )
    work.agenda.set(person.id, COACHING, project_id, decision.again, str(rule))
    if routine and decision.ends_routine:
        routine.status = RoutineStatus.ENDED
    return _written(work, person, project_id, decision, routine, story, local_date(work.now, timezone), rng)


def answer_check_in(work: Work, check_in_id: str, person_id: str, answer: CheckInAnswer) -> Progress | None:
    """Keep the first answer to a check-in; None if it is not this person's."""
    check_in = work.routines.find_check_in(check_in_id)
    routine = work.routines.find(check_in.routine_id) if check_in else None
    if check_in is None or routine is None or routine.person_id != person_id:
        return None
    if check_in.answer is None:
        check_in.answer, check_in.answered_at = answer, work.now
    return progress(work, routine.id, check_in.answer)


def progress(work: Work, routine_id: str, answer: CheckInAnswer) -> Progress:
    """Where the routine stands, `answer` being the one just given."""
    answers = [check_in.answer for check_in in work.routines.check_ins(routine_id) if check_in.answer]
    recent = answers[-TOLD:]
    return Progress(routine_id, answer, sum(a is not CheckInAnswer.MISSED for a in recent), len(recent))


def findings(work: Work, project_id: str, person_id: str) -> tuple[Found, ...]:
    """The obstacles of this person that are probable or confirmed, the main one first."""
    return tuple(
        Found(Blocker(finding.blocker), confirmed=finding.status is not FindingStatus.PROBABLE)
        for finding in work.interviews.latest_findings(project_id, person_id)
        if finding.status is not FindingStatus.STATED
    )


def may_still_be_nudged(work: Work, project_id: str, person_id: str) -> bool:
    """Whether a nudge that was decided earlier still fits what is known of this person's obstacles."""
    return may_be_nudged(findings(work, project_id, person_id))


def _written(
    work: Work,
    person: Person,
    project_id: str,
    decision: Decision,
    routine: Routine | None,
    story: str | None,
    today: date,
    rng: Random,
) -> Coaching:
    if decision.send is Send.SHARE and story:
        share = work.testimonials.add_share(story, person.id)
        return Coaching(decision, {"share": share.id}, sharing.share_key(share.id))
    if decision.send is Send.CHECK_IN and routine:
        check_in = work.routines.add_check_in(routine.id, today)
        return Coaching(decision, {"check_in": check_in.id}, f"check_in:{check_in.id}")
    if decision.send is Send.GRADUATION and routine:
        return Coaching(decision, {"routine": routine.id}, f"graduation:{routine.id}")
    if decision.send is Send.NUDGE:
        earlier = work.nudges.of_person(person.id)
        first = routine is not None and not any(nudge.decided_at >= routine.created_at for nudge in earlier)
        variants = eligible(decision.blocker, routine=routine is not None, first=first)
        drawn = choose(variants, {nudge.variant: nudge.slot for nudge in earlier}, rng)
        nudge = work.nudges.add(project_id, person.id, drawn.variant, today, drawn.propensity)
        args = {"nudge": nudge.id, "routine": routine.id if routine else ""}
        return Coaching(decision, args, f"nudge:{nudge.id}")
    return Coaching(decision, {})


def _rule(work: Work, person_id: str, project_id: str) -> Rule:
    item = work.agenda.get(person_id, COACHING, project_id)
    return Rule.parse(item.rule if item else "")


def _practice(work: Work, routine: Routine) -> Practice:
    answers = (check_in.answer for check_in in work.routines.check_ins(routine.id))
    return Practice(routine.ends_on, tuple(Answer(answer.value) if answer else None for answer in answers))


def _history(work: Work, person: Person, rule: Rule, timezone: str, *, per_week: int) -> History:
    asked: list[tuple[date, bool]] = [
        (slot, answer is not None) for slot, answer in work.routines.asked(person.id)
    ]
    asked += [
        (local_date(share.decided_at, timezone), share.reaction is not None)
        for share in work.testimonials.shares_with(person.id)
    ]
    newest_first = (answered for _, answered in sorted(asked, reverse=True))
    return History(
        timezone=timezone,
        sent=tuple(work.outbox.paced_at(person.id, work.now - timedelta(days=SLOWEST_DAYS + 7))),
        ignored=sum(1 for _ in takewhile(lambda answered: not answered, newest_first)),
        weeks=rule.weeks,
        per_week=per_week,
        opted_out=person.opted_out_at is not None or person.status is PersonStatus.UNREACHABLE,
        snoozed_until=person.snoozed_until,
    )


def _past(
    work: Work, person_id: str, project_id: str, routine: Routine | None, timezone: str
) -> Iterator[Send]:
    """The kinds of message sent, oldest first: since the routine began, else ever in this project."""
    since = routine.created_at if routine else datetime.min.replace(tzinfo=work.now.tzinfo)
    sent: list[tuple[date, Send]] = [
        (nudge.slot, Send.NUDGE)
        for nudge in work.nudges.of_person(person_id)
        if nudge.project_id == project_id and nudge.decided_at >= since
    ]
    sent += [
        (local_date(share.decided_at, timezone), Send.SHARE)
        for share in sharing.shares_in(work, project_id, person_id)
        if share.decided_at >= since
    ]
    if routine:
        sent += [(check_in.slot, Send.CHECK_IN) for check_in in work.routines.check_ins(routine.id)]
    return (kind for _, kind in sorted(sent))
