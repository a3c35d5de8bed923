"""Routines: how they begin, change, pause, what is answered, how they end. What is sent when is decided in `coaching`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from nudges import automaticity
from nudges.calendar import WorkWeek
from nudges.known import blocked, found_in, weeks
from nudges.plan import Found
from nudges.practice import COVERED, REMEMBERED, WEEK
from nudges.rule import Rule
from nudges.schedule import local_date
from storage.models import (
    Automaticity,
    CheckIn,
    CheckInAnswer,
    Ease,
    EndedFor,
    Person,
    Routine,
    RoutineStatus,
)
from storage.repositories.routines import Asked as Question
from storage.work import Work

COACHING = "coaching"
"""Kind of the agenda item of one person in one project; its ref is the project's id, its rule a `nudges.rule.Rule`."""

HABIT_TAKES = timedelta(weeks=13)
"""How long a routine runs where no end was chosen: 66 working days, the median of Lally et al. 2010, whose people did it
every day."""

MORE = timedelta(weeks=2)
"""By how much a routine goes on that its person wants to keep."""


@dataclass(frozen=True)
class Progress:
    """Where a routine stands: kept in `kept` of the last `weeks` weeks, four at most."""

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
        running.status, running.ended_for = RoutineStatus.ENDED, EndedFor.CHANGED
    today = local_date(work.now, week.timezone)
    routine_id = work.ids.new()
    routine = Routine(
        id=routine_id,
        workspace_id=work.workspace_id,
        project_id=project_id,
        person_id=person.id,
        template=template,
        cue=work.seal("routines.cue", cue, row=routine_id),
        action=work.seal("routines.action", action, row=routine_id),
        days=days,
        at=f"{at:%H:%M}",
        ends_on=ends_on if ends_on and ends_on > today else today + HABIT_TAKES,
        paused_from=None,
        paused_until=None,
        status=RoutineStatus.ACTIVE,
        ended_for=None,
        created_at=work.now,
    )
    work.routines.add(routine)
    _look(work, routine, week)
    return routine


def change_routine(
    work: Work, routine: Routine, *, days: str, at: time, ends_on: date | None, week: WorkWeek
) -> None:
    """Other days, another time or another end for a routine that stays the same; it is no longer paused."""
    routine.days, routine.at, routine.paused_until = days, f"{at:%H:%M}", None
    if ends_on and ends_on > local_date(work.now, week.timezone):
        routine.ends_on = ends_on
    _look(work, routine, week)


def pause_routine(work: Work, routine: Routine, until: date, week: WorkWeek) -> None:
    """Say nothing about this routine before the local date `until`; its end moves by as many days."""
    today = local_date(work.now, week.timezone)
    before = routine.paused_until if routine.paused_until and routine.paused_until > today else today
    if routine.ends_on:
        routine.ends_on += until - before
    if before == today:
        routine.paused_from = today
    routine.paused_until = until


def go_on(work: Work, routine: Routine, week: WorkWeek) -> None:
    """End a pause now."""
    today = local_date(work.now, week.timezone)
    if routine.paused_until and routine.paused_until > today:
        pause_routine(work, routine, today, week)
        _look(work, routine, week)


def keep_routine(work: Work, routine: Routine, week: WorkWeek) -> bool:
    """Let a routine that ran out go on for `MORE`; False if it did not run out, or if another one began since."""
    if routine.ended_for is not EndedFor.RAN_OUT:
        return False
    if work.routines.current(routine.project_id, routine.person_id):
        return False
    routine.status, routine.ended_for = RoutineStatus.ACTIVE, None
    routine.ends_on = local_date(work.now, week.timezone) + MORE
    plan_coaching(work, routine.person_id, routine.project_id, week)
    return True


def words_of(work: Work, routine: Routine) -> tuple[str, str]:
    """The cue and the action as they were chosen or written."""
    cue = work.open("routines.cue", routine.cue, row=routine.id)
    return cue, work.open("routines.action", routine.action, row=routine.id)


def own_routine(work: Work, routine_id: str, person_id: str) -> Routine | None:
    """This routine, if it is this person's."""
    routine = work.routines.find(routine_id)
    return routine if routine and routine.person_id == person_id else None


def end_routine(work: Work, routine: Routine) -> None:
    """The person lets a routine go, and their coaching with it."""
    if routine.status is not RoutineStatus.ENDED:
        routine.status, routine.ended_for = RoutineStatus.ENDED, EndedFor.LET_GO
        rule = _rule(work, routine.person_id, routine.project_id)
        work.agenda.set(routine.person_id, COACHING, routine.project_id, None, str(rule))
    elif routine.ended_for is EndedFor.RAN_OUT:
        routine.ended_for = EndedFor.LET_GO


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


def own_check_in(work: Work, check_in_id: str, person_id: str) -> tuple[CheckIn, Routine] | None:
    """A check-in and its routine, if they are this person's."""
    check_in = work.routines.find_check_in(check_in_id)
    routine = own_routine(work, check_in.routine_id, person_id) if check_in else None
    return (check_in, routine) if check_in and routine else None


def answer_check_in(work: Work, check_in: CheckIn, answer: CheckInAnswer) -> None:
    """Keep the first answer to a check-in."""
    if check_in.answer is None:
        work.routines.answer(check_in, answer)


def felt(check_in: CheckIn, ease: Ease) -> None:
    """Keep the first word of how a week that was kept felt."""
    if check_in.ease is None and check_in.answer not in (None, CheckInAnswer.MISSED):
        check_in.ease = ease


@dataclass(frozen=True)
class Asked:
    """Where a routine stood is asked: in its person's time zone, on a local date.

    `event` is the one that shows that it was done; None: any use does.
    """

    routine: Routine
    timezone: str
    on: date
    event: str | None = None


def progress(work: Work, routine: Routine, timezone: str, on: date, event: str | None = None) -> Progress:
    """Where the routine stood on the local date `on`, as far as anything is known; the rest is as in `Asked`."""
    return progress_of(work, routine.project_id, [Asked(routine, timezone, on, event)])[0]


def progress_of(work: Work, project_id: str, asked: Sequence[Asked]) -> list[Progress]:
    """`progress` of several routines of a project, in their order."""
    people = {each.routine.person_id for each in asked}
    since = min(each.on for each in asked) - REMEMBERED * WEEK
    used = {event: work.usage.days(project_id, people, since, event) for event in {a.event for a in asked}}
    latest = work.interviews.latest_heard(project_id, people)
    away = work.absences.of_people(people, since)
    questions = work.routines.asked(people)
    return [
        _progress(
            each,
            [question for question in questions[person_id] if question.routine_id == each.routine.id],
            used[each.event][person_id],
            away.get(person_id, ()),
            blocked(latest.get(person_id), each.timezone),
        )
        for each in asked
        for person_id in [each.routine.person_id]
    ]


def _progress(
    asked: Asked,
    questions: Sequence[Question],
    used: Sequence[date],
    away: Sequence[tuple[date, date]],
    barred: Sequence[tuple[date, date]],
) -> Progress:
    """Days off that end before what is remembered are none, nor is use before."""
    since = asked.on - REMEMBERED * WEEK
    told = weeks(
        asked.routine,
        questions,
        [day for day in used if day >= since],
        asked.timezone,
        asked.on,
        away,
        barred,
    )
    last = max((n for n, week in enumerate(told, 1) if week.known), default=0)
    recent = told[:last][-COVERED:]
    return Progress(sum(week.kept for week in recent), len(recent))


def own_scale(work: Work, scale_id: str, person_id: str) -> tuple[Automaticity, Routine] | None:
    """An automaticity scale and its routine, if they are this person's."""
    scale = work.routines.find_scale(scale_id)
    routine = own_routine(work, scale.routine_id, person_id) if scale else None
    return (scale, routine) if scale and routine else None


def answer_scale(scale: Automaticity, item: int, value: int) -> None:
    """Keep the first answer to one of the four items, counted from 0.

    Raises:
        ValueError: there is no such item, or the value lies outside the scale.
    """
    values = list(automaticity.read(scale.answers))
    if not 0 <= item < len(values) or not automaticity.LOWEST <= value <= automaticity.HIGHEST:
        raise ValueError("give an item from 0 to 3 and a value from 1 to 7")
    if values[item] is None:
        values[item] = value
        scale.answers = automaticity.kept(tuple(values))


def findings(work: Work, project_id: str, person_ids: Collection[str]) -> dict[str, tuple[Found, ...]]:
    """By person, their obstacles that are probable or confirmed, the main one first."""
    latest = work.interviews.latest_heard(project_id, person_ids)
    routines = work.routines.of_people(project_id, person_ids)
    chosen = {
        person_id: next(
            (routine.created_at for routine in theirs if routine.status is not RoutineStatus.ENDED), None
        )
        for person_id, theirs in routines.items()
    }
    return {
        person_id: found_in(latest.get(person_id), work.now, chosen.get(person_id))
        for person_id in person_ids
    }


def _rule(work: Work, person_id: str, project_id: str) -> Rule:
    item = work.agenda.get(person_id, COACHING, project_id)
    return Rule.parse(item.rule if item else "")


def _look(work: Work, routine: Routine, week: WorkWeek) -> None:
    """Plan the coaching of a routine for the first moment of its rule."""
    rule = Rule(time.fromisoformat(routine.at), routine.days)
    due = rule.next(work.now, week)
    work.agenda.set(routine.person_id, COACHING, routine.project_id, due, str(rule))
