"""Routines: how they begin, what is answered, how they end. What is sent when is decided in `nudges.coaching`."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from nudges.calendar import WorkWeek
from nudges.known import found_in
from nudges.plan import Found, may_be_nudged
from nudges.rule import Rule
from nudges.schedule import local_date
from storage.models import CheckInAnswer, Person, Routine, RoutineStatus
from storage.work import Work

COACHING = "coaching"
"""Kind of the agenda item of one person in one project; its ref is the project's id, its rule a `nudges.rule.Rule`."""

HABIT_TAKES = timedelta(days=66)
"""How long a routine runs where no end was chosen (the median of Lally et al. 2010)."""

TOLD = 4
"""Weeks that progress is told over."""


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
    rule = Rule(at, days)
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


def write_less(person: Person, weeks: int) -> None:
    """From now on at most one message in `weeks` weeks, in every project, those they join later included."""
    person.at_most_weeks = max(person.at_most_weeks, weeks)


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
    return found_in(work.interviews.latest_findings_of(project_id, [person_id])[person_id])


def may_still_be_nudged(work: Work, project_id: str, person_id: str) -> bool:
    """Whether a nudge that was decided earlier still fits what is known of this person's obstacles."""
    return may_be_nudged(findings(work, project_id, person_id))


def _rule(work: Work, person_id: str, project_id: str) -> Rule:
    item = work.agenda.get(person_id, COACHING, project_id)
    return Rule.parse(item.rule if item else "")
