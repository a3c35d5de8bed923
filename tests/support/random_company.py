"""A company in which everybody did whatever a die says, and what is true of it, said row by row."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from content.blockers import CAUSES
from digests.standing import Standing
from storage.models import (
    CheckIn,
    CheckInAnswer,
    EndedFor,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Membership,
    Need,
    NeedLayer,
    Project,
    Role,
    Routine,
    RoutineStatus,
    Testimonial,
    TestimonialStatus,
    UsageDay,
)
from storage.repositories.counts import Answers
from storage.repositories.usage import Used
from tests.support.answering import Company

OUTCOMES = (None, None, "found", "found", "unclear", "advocate", "none", "declined", "stopped", "silent")
SURE = (FindingStatus.CONFIRMED, FindingStatus.VALIDATED)
RUN_ITS_COURSE = (None, EndedFor.GRADUATED, EndedFor.RAN_OUT)
"""None: it is not known why."""

WEEK = timedelta(days=7)


def fill(company: Company, people: int, rng: Random, *, by_tool: bool) -> None:
    """So many people, some of them leads or in no project at all; `by_tool`: the tool tells of use, too."""
    work = company.work
    other = Project(
        id="other", workspace_id=work.workspace_id, key="other", definition="{}", created_at=work.now
    )
    work.projects.add(other)
    for _ in range(people):
        company.team = rng.choice((None, "north", "south"))
        person_id = company.person(rng.choice((Role.EMPLOYEE, Role.EMPLOYEE, Role.CHAMPION, Role.LEAD)))
        member = work.projects.member(company.project.id, person_id)
        assert member
        member.persona = rng.choice((None, "planner", "seller"))
        _interview(company, person_id, rng)
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            _routine(company, rng.choice((company.project.id, company.project.id, other.id)), person_id, rng)
        if by_tool and rng.random() < 0.3:
            days = [_day(company, rng) for _ in range(rng.randint(1, 6))]
            work.usage.add(
                [Used(person_id, company.project.id, min(day, _today(company)), "x") for day in days]
            )
        if rng.random() < 0.3:
            status = rng.choice((TestimonialStatus.APPROVED, TestimonialStatus.WITHDRAWN))
            company.testimonial(person_id, status, days=rng.choice((-1, 0, 9)))
        if rng.random() < 0.1:
            work.session.delete(member)
    work.session.flush()


def _interview(company: Company, person_id: str, rng: Random) -> None:
    outcome = rng.choice(OUTCOMES)
    causes = rng.sample(CAUSES, rng.randint(0, 3))
    company.interview(person_id, outcome)
    interview = company.work.interviews.in_campaign(company.campaign.id, person_id)
    assert interview
    if outcome in {"declined", "stopped"}:
        interview.status, interview.started_at = InterviewStatus(outcome), None
    stated = rng.choice((None, *causes))
    company.work.interviews.add_findings(
        [
            Finding(
                id=company.work.ids.new(),
                workspace_id=company.work.workspace_id,
                interview_id=interview.id,
                blocker=cause,
                status=rng.choice(list(FindingStatus)),
                stated=cause == stated,
                belief=0.5,
                rank=rank,
            )
            for rank, cause in enumerate(causes, 1)
        ]
    )
    company.work.interviews.add_told(
        [
            Need(
                id=company.work.ids.new(),
                workspace_id=company.work.workspace_id,
                interview_id=interview.id,
                layer=layer,
                need="overview",
                served=rng.choice((None, 1, 2, 3, 5)),
            )
            for layer in NeedLayer
            if rng.random() < 0.5
        ],
        [],
    )


def _routine(company: Company, project_id: str, person_id: str, rng: Random) -> None:
    work = company.work
    ended = rng.choice((None, None, None, *EndedFor))
    status = rng.choice(list(RoutineStatus)) if ended is None else RoutineStatus.ENDED
    routine = Routine(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        project_id=project_id,
        person_id=person_id,
        cue="",
        action="",
        days="1",
        status=status,
        ended_for=ended,
        created_at=work.now,
    )
    work.routines.add(routine)
    for slot in {_day(company, rng) for _ in range(rng.choice((0, 1, 2, 6)))}:
        asked = work.routines.add_check_in(routine.id, slot)
        asked.weeks = rng.choice((1, 1, 2, 3, 4))
        if rng.random() < 0.7:
            work.routines.answer(asked, rng.choice(list(CheckInAnswer)))


def _day(company: Company, rng: Random) -> date:
    """Mostly lately; the day that it is elsewhere may be tomorrow's here."""
    return _today(company) - timedelta(days=rng.choice((rng.randint(-1, 30), rng.randint(0, 450))))


def _today(company: Company) -> date:
    return company.work.now.date()


# ------------------------------------------------------------------ what is true of it


def days_of_use(company: Company, person_id: str) -> Iterator[date]:
    """As check-ins and the tool tell, one by one."""
    session, mine = company.work.session, (Routine.person_id == person_id,)
    rows = session.scalars(
        select(CheckIn)
        .join(Routine, Routine.id == CheckIn.routine_id)
        .where(*mine, Routine.project_id == company.project.id, CheckIn.answer.is_not(None))
    )
    for row in rows:
        weeks = {CheckInAnswer.DONE: row.weeks, CheckInAnswer.PARTLY: -(-row.weeks // 2)}
        assert row.answer
        yield from (row.slot - ago * WEEK for ago in range(weeks.get(row.answer, 0)))
    yield from session.scalars(
        select(UsageDay.day).where(UsageDay.person_id == person_id, UsageDay.project_id == company.project.id)
    )


def members(company: Company) -> list[Membership]:
    session = company.work.session
    rows = session.scalars(select(Membership).where(Membership.project_id == company.project.id))
    return [row for row in rows if row.role is not Role.LEAD]


def in_stages(company: Company) -> dict[str, int]:
    """By the name of a stage or a figure of `Standing`, how many members."""
    session, today = company.work.session, _today(company)
    counted = Counter[str]()
    for member in members(company):
        who = member.person_id
        days = {*days_of_use(company, who)}
        heard = session.scalars(select(Interview).where(Interview.person_id == who)).one()
        stories = session.scalars(select(Testimonial).where(Testimonial.author_id == who)).all()
        author = any(
            story.status is TestimonialStatus.APPROVED and story.expires_on >= today for story in stories
        )
        tried = bool(days) or heard.outcome == "advocate" or author
        lately = {(today - day).days // 7 for day in days if 0 <= (today - day).days < 28}
        mine = session.scalars(select(Routine).where(Routine.person_id == who)).all()
        routines = [row for row in mine if row.project_id == company.project.id]
        running = any(row.status is RoutineStatus.ACTIVE for row in routines)
        over = any(row.ended_for in RUN_ITS_COURSE for row in routines)
        counted["aware"] += tried or heard.started_at is not None or heard.outcome == "declined"
        counted["tried"] += tried
        counted["repeat"] += len({day.isocalendar()[:2] for day in days}) > 1
        counted["routine"] += len(lately) >= 3
        counted["advocate"] += author
        counted["running"] += running
        counted["ended"] += over and not running
    return dict(counted)


def as_told(standing: Standing) -> dict[str, int]:
    """The same figures as they were counted."""
    figures = {stage.value: people for stage, people in standing.stages.items()}
    return {**figures, "running": standing.running, "ended": standing.ended}


def answered(company: Company) -> Counter[Answers]:
    """What those answered who count, each with `people` 1."""
    session = company.work.session
    counted = Counter[Answers]()
    for member in members(company):
        heard = session.scalars(select(Interview).where(Interview.person_id == member.person_id)).one()
        rows = select(Finding).where(Finding.interview_id == heard.id).order_by(Finding.rank)
        found = session.scalars(rows).all()
        needs = session.scalars(select(Need).where(Need.interview_id == heard.id)).all()
        closed = heard.status is InterviewStatus.CLOSED and bool(found)
        if heard.outcome not in {"found", "unclear", "advocate", "none"} and not closed:
            continue
        answers = Answers(
            next((row.blocker for row in found if row.stated), None),
            next((row.blocker for row in found if row.status in SURE), None),
            member.persona,
            company.work.people.get(member.person_id).team,
            any(need.layer is NeedLayer.REAL and (need.served or 9) <= 2 for need in needs),
            1,
        )
        counted[answers] += 1
    return counted
