"""What follows from use: obstacles borne out, the digest's funnel, tests on a sample, what people read, what is deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.handlers.usage import follow
from content.blockers import Blocker
from content.stages import Stage
from digests.service import standing
from storage.database import Database
from storage.models import CheckInAnswer, Finding, FindingStatus, Routine, RoutineStatus, UsageDay, UsageEvent
from storage.purge import Purge
from storage.work import Work
from tests.support.chat import Chat, plain
from tests.support.clock import FixedClock
from tests.support.company import Company
from tests.support.usage import join, listening, used


def status_after(work: Work, lever: int, *days_ago: int, blocker: Blocker = Blocker.HABIT) -> FindingStatus:
    """What becomes of a confirmed obstacle with a nudge `lever` days ago and use on these days, listened to for long."""
    company = Company(work)
    anna = company.hire("Anna")
    company.hire("Early")
    company.found(anna, Blocker.HABIT)
    today = work.now.date()
    work.nudges.add(company.project.id, anna.id, f"{blocker.value}.cue", today - timedelta(days=lever), 0.5)
    used(work, "early", 100)
    taken = used(work, "anna", *days_ago)
    for project_id, people in taken.users.items():
        follow(work, project_id, people)
    return work.session.scalars(select(Finding)).one().status


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("lever", "days_ago", "validated"),
    [
        (10, [8, 1], True),
        (10, [8, 1, 60], True),
        (10, [8], False),
        (20, [10, 3], False),
        (10, [8, 1, 12], False),
        (10, [10], False),
        (10, [11], False),
    ],
)
def test_use_after_the_lever_and_none_before(
    work: Work, lever: int, days_ago: list[int], validated: bool
) -> None:
    expected = FindingStatus.VALIDATED if validated else FindingStatus.CONFIRMED
    assert status_after(work, lever, *days_ago) is expected


def test_a_lever_of_another_obstacle_shows_nothing(work: Work) -> None:
    assert status_after(work, 10, 8, blocker=Blocker.SKILLS) is FindingStatus.CONFIRMED


def test_use_in_an_earlier_routine_is_not_forgotten(work: Work) -> None:
    """What somebody did before a nudge cannot be what the nudge has changed, whichever routine they did it in."""
    company = Company(work)
    anna = company.hire("Anna")
    company.found(anna, Blocker.HABIT)
    today, project_id = work.now.date(), company.project.id
    for status, slot, answer in (
        (RoutineStatus.ENDED, 15, CheckInAnswer.DONE),
        (RoutineStatus.ACTIVE, 0, None),
    ):
        id_ = work.ids.new()
        routine = Routine(
            id=id_,
            workspace_id=work.workspace_id,
            project_id=project_id,
            person_id=anna.id,
            cue=work.seal("routines.cue", "After the stand-up", row=id_),
            action=work.seal("routines.action", "I add one", row=id_),
            days="12345",
            status=status,
            created_at=work.now - timedelta(days=slot),
        )
        work.routines.add(routine)
        asked = work.routines.add_check_in(routine.id, today - timedelta(days=slot))
        asked.answer = answer
    work.nudges.add(project_id, anna.id, "habit.cue", today - timedelta(days=5), 0.5)
    company.press_raw(anna, "routine.checkin", f"{asked.id}|done")
    assert work.session.scalars(select(Finding)).one().status is FindingStatus.CONFIRMED


def test_nothing_is_concluded_from_the_first_two_weeks_of_listening(work: Work) -> None:
    company = Company(work)
    anna = company.hire("Anna")
    company.found(anna, Blocker.HABIT)
    today = work.now.date()
    work.nudges.add(company.project.id, anna.id, "habit.cue", today - timedelta(days=5), 0.5)
    used(work, "anna", 3)
    follow(work, company.project.id, [anna.id])
    assert work.session.scalars(select(Finding)).one().status is FindingStatus.CONFIRMED


def test_the_funnel_counts_what_the_tool_and_what_people_tell(work: Work) -> None:
    project = listening(work, *(f"p{n}" for n in range(8)))
    for name, days_ago in {
        "p0": [300],
        "p1": [1, 2],
        "p2": [1, 8],
        "p3": [300, 1],
        "p4": [0, 7, 14],
        "p5": [2, 9, 16, 23, 30, 200],
    }.items():
        used(work, name, *days_ago)
    counted = standing(work, project, work.now.date()).stages
    assert counted[Stage.TRIED] == counted[Stage.AWARE] == 6
    assert counted[Stage.REPEAT] == 5 - (work.now.weekday() >= 2)
    assert counted[Stage.ROUTINE] == 2


def test_who_is_gone_from_the_project_counts_no_more(work: Work) -> None:
    project = listening(work, "anna", "emma")
    used(work, "anna", 1)
    membership = work.projects.member(project.id, join(work, project, "anna"))
    work.session.delete(membership)
    work.session.flush()
    assert standing(work, project, work.now.date()).stages[Stage.TRIED] == 0


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "Trello me dit aussi quels jours tu crées ou déplaces une carte"),
        ("en", "on which days you make or move"),
    ],
)
def test_people_read_that_the_tool_is_listened_to(work: Work, lang: str, said: str) -> None:
    anna = Chat(work, lang, "Anna")
    anna.invite()
    anna.read()
    assert said in plain(anna.press("Qui voit quoi ?" if lang == "fr" else "Who sees what?"))


async def test_days_and_events_are_deleted_when_their_time_is_over(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    def rows() -> tuple[int, int]:
        with database.reading(workspace_id) as work:
            count = [work.session.scalar(select(func.count()).select_from(t)) for t in (UsageDay, UsageEvent)]
            return count[0] or 0, count[1] or 0

    with database.transaction(workspace_id) as work:
        listening(work, "karim")
        used(work, "karim", 0, 390)
    purge = Purge(database, timedelta(days=30), timedelta(days=90), ())
    for days, left in ((9, (2, 2)), (12, (1, 2)), (80, (1, 0)), (300, (0, 0))):
        clock.advance(timedelta(days=days))
        await purge.run()
        assert rows() == left, f"after {days} days more"
