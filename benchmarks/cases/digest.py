"""A digest of a year: the whole page against one plain scan of the rows it is made from, and a Monday of many projects."""

import resource
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from benchmarks.cases.result import Result
from benchmarks.cases.scene import Place, analyze, bulk
from content.blockers import CAUSES
from digests.page import Headline, Page
from digests.service import publish
from storage.models import (
    Campaign,
    CheckIn,
    CheckInAnswer,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    Membership,
    Person,
    PersonStatus,
    Project,
    Role,
    Routine,
)

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
WEEKS = 52
ANSWER, SPEAK = 0.8, 0.7
MEMORY = 300.0
"""Megabytes that the digest may take."""

AS_WRITTEN = (
    """UPDATE interviews SET
        stated = (SELECT blocker FROM findings WHERE interview_id = interviews.id AND stated),
        confirmed = (SELECT blocker FROM findings WHERE interview_id = interviews.id AND status = 'confirmed')
    WHERE campaign_id = :project || '-c'""",
    """UPDATE routines SET
        kept_first = (SELECT CAST(julianday(min(slot)) AS INTEGER) - 1721424 FROM check_ins
            WHERE routine_id = routines.id AND answer IN ('done', 'partly')),
        kept_last = (SELECT CAST(julianday(max(slot)) AS INTEGER) - 1721424 FROM check_ins
            WHERE routine_id = routines.id AND answer IN ('done', 'partly'))
    WHERE project_id = :project""",
    """UPDATE routines SET
        kept_days = (SELECT coalesce(sum(1 << (kept_last + 1721424 - CAST(julianday(slot) AS INTEGER))), 0)
            FROM check_ins WHERE routine_id = routines.id AND answer IN ('done', 'partly')
            AND kept_last + 1721424 - CAST(julianday(slot) AS INTEGER) < 63)
    WHERE project_id = :project""",
)
"""What is kept on interviews and routines when they are answered; here rows are put in as they are."""

Row = dict[str, object]


def year(place: Place, people: int) -> list[Result]:
    """One project of so many people with `WEEKS` weeks of check-ins: its first page."""
    _fill(place, "p", people, Random(1))
    analyze(place.database)
    scanned = min(_scan(place) for _ in range(3))
    before = _resident()
    took, page = _published(place, "p")
    assert page.headline is not Headline.TOO_FEW
    name = f"digest of {people:,} people × {WEEKS} weeks (sqlite)"
    return [
        Result(name, took, "s", "a plain scan of the rows", scanned, "<= 3"),
        Result(f"{name}, memory", max(_resident() - before, 0.1), "MB", "target", MEMORY, "<= 1"),
    ]


def monday(place: Place, projects: int, people: int = 40) -> Result:
    """The pages of many small projects, one after another on one core."""
    for number in range(projects):
        _fill(place, f"p{number}", people, Random(number), weeks=12)
    analyze(place.database)
    started = time.perf_counter()
    for number in range(projects):
        _published(place, f"p{number}")
    minutes = (time.perf_counter() - started) / 60
    name = f"Monday of {projects:,} projects of {people} people (sqlite)"
    return Result(name, projects / minutes, "digests/min", "a thousand in a minute", 1000.0, ">= 1")


def _published(place: Place, project_id: str) -> tuple[float, Page]:
    started = time.perf_counter()
    with place.database.transaction(place.workspace_id) as work:
        page = Page.from_json(publish(work, work.projects.get(project_id), TODAY).page)
    return time.perf_counter() - started, page


def _scan(place: Place) -> float:
    """Every row once, by the plainest of statements."""
    started = time.perf_counter()
    with place.database.engine.connect() as connection:
        for table, column in (("interviews", "outcome"), ("findings", "blocker"), ("check_ins", "answer")):
            connection.exec_driver_sql(f"SELECT count(*), count({column}) FROM {table}").all()
    return time.perf_counter() - started


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(place: Place, project_id: str, people: int, rng: Random, weeks: int = WEEKS) -> None:
    ids = [f"{project_id}-{number:06d}" for number in range(people)]
    common: Row = {"workspace_id": place.workspace_id}
    database = place.database
    began = NOW - timedelta(weeks=weeks)
    bulk(
        database,
        Project,
        [common | {"id": project_id, "key": project_id, "definition": "{}", "created_at": began}],
    )
    campaign = {"id": f"{project_id}-c", "project_id": project_id, "script": "adoption", "started_at": began}
    bulk(database, Campaign, [common | campaign])
    bulk(
        database,
        Person,
        (
            common
            | {
                "id": person,
                "external_id": person,
                "name": "Somebody",
                "team": f"team {number % 12}",
                "status": PersonStatus.ACTIVE,
                "created_at": began,
            }
            for number, person in enumerate(ids)
        ),
    )
    bulk(
        database,
        Membership,
        (
            common
            | {
                "id": person,
                "project_id": project_id,
                "person_id": person,
                "role": Role.EMPLOYEE,
                "persona": ("planner", "seller", "driver")[number % 3],
                "joined_at": began,
            }
            for number, person in enumerate(ids)
        ),
    )
    answering = [person for person in ids if rng.random() < ANSWER]
    bulk(
        database,
        Interview,
        (
            common
            | {
                "id": person,
                "campaign_id": f"{project_id}-c",
                "person_id": person,
                "status": InterviewStatus.CLOSED,
                "state": "x" * 400,
                "outcome": "found",
                "invited_at": began,
                "started_at": began,
                "closed_at": began + timedelta(days=1),
            }
            for person in answering
        ),
    )
    bulk(database, Finding, (common | row for row in _findings(answering, rng)))
    bulk(
        database,
        Routine,
        (
            common
            | {
                "id": person,
                "project_id": project_id,
                "person_id": person,
                "cue": "x" * 80,
                "action": "x" * 80,
                "days": "1",
                "created_at": began,
            }
            for person in ids
        ),
    )
    bulk(database, CheckIn, (common | row for row in _check_ins(ids, rng, weeks)))
    with database.engine.begin() as connection:
        for statement in AS_WRITTEN:
            connection.exec_driver_sql(statement, {"project": project_id})


def _findings(people: list[str], rng: Random) -> Iterator[Row]:
    weights = [1 / (rank + 1) for rank in range(len(CAUSES))]
    for person in people:
        stated, confirmed = rng.choices(CAUSES, weights, k=2)
        for rank, cause in enumerate(dict.fromkeys((confirmed, stated)), start=1):
            yield {
                "id": f"{person}-{rank}",
                "interview_id": person,
                "blocker": cause,
                "status": FindingStatus.CONFIRMED if cause is confirmed else FindingStatus.STATED,
                "stated": cause is stated,
                "belief": 0.9,
                "rank": rank,
            }


def _check_ins(people: list[str], rng: Random, weeks: int) -> Iterator[Row]:
    """As they come to be: week by week, everybody's."""
    answers = (CheckInAnswer.DONE, CheckInAnswer.PARTLY, CheckInAnswer.MISSED, None)
    for week in range(weeks, 0, -1):
        slot: date = TODAY - timedelta(weeks=week)
        for person in people:
            answer = rng.choice(answers) if rng.random() < SPEAK else None
            yield {"id": f"{person}-{week}", "routine_id": person, "slot": slot, "answer": answer}
