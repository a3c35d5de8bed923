"""A year of one person's life, of a team and of a company, through the real code: what holds on every day of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.week import weeks_of
from content.blockers import Blocker
from nudges.calendar import WorkWeek
from nudges.content import variant
from nudges.pace import MOST, WEEK
from nudges.plan import BARRIERS
from nudges.schedule import local_date
from storage.models import (
    FindingStatus,
    InboxEvent,
    InboxState,
    Nudge,
    OutboxMessage,
    OutboxState,
    Project,
    Share,
    Testimonial,
)
from storage.work import Work
from tests.support.databases import SqliteTemplate
from tests.support.lives import Lives, found, invite, settle
from tests.support.lives_people import Temper

YEAR = 364


@dataclass(frozen=True)
class Arrived:
    """Something that nobody asked for, as it reached somebody."""

    person_id: str
    intent: str
    args: dict[str, str]
    at: datetime
    day: date


@contextmanager
def lives(folder: Path, template: SqliteTemplate, seed: int, temper: Temper) -> Iterator[Lives]:
    running = Lives(template.clone(folder), seed=seed, temper=temper)
    try:
        yield running
    finally:
        running.close()


async def year(running: Lives, begin: Callable[[Work, Project], None], days: int = YEAR) -> None:
    with running.database.transaction(running.workspace_id) as work:
        begin(work, found(work))
    await running.live(days)
    with running.database.reading(running.workspace_id) as work:
        holds(work)


def holds(work: Work) -> None:
    """Every promise that is about all days."""
    people = {person.id: person for person in work.people.all()}
    workspace = work.workspaces.get(work.workspace_id)
    weeks = weeks_of(work, workspace, {person.id: person.timezone for person in people.values()})
    absences = work.absences.of_people(people.keys(), date(2000, 1, 1))
    arrived = unasked(work, weeks)
    by_person: dict[str, list[Arrived]] = defaultdict(list)
    for each in arrived:
        by_person[each.person_id].append(each)
        week = weeks[each.person_id]
        assert week.is_open(each.at), f"{each.intent} at {each.at}, when nobody works"
        away = absences.get(each.person_id, ())
        assert not any(first <= each.day <= last for first, last in away), f"{each.intent} on leave"
        opted_out = people[each.person_id].opted_out_at
        assert opted_out is None or each.at <= opted_out, f"{each.intent} after stop"
    for theirs in by_person.values():
        days = sorted(each.day for each in theirs)
        for first, later in zip(days, days[MOST:], strict=False):
            assert later - first >= WEEK, f"more than {MOST} in the week from {first}"
    no_story_twice(work, arrived)
    no_nudge_while_others_act(work, arrived)
    assert not list(work.session.scalars(select(InboxEvent).where(InboxEvent.state != InboxState.DONE)))
    failed = select(OutboxMessage.error).where(OutboxMessage.state == OutboxState.FAILED)
    assert not list(work.session.scalars(failed)), "nothing broke on the way"


def unasked(work: Work, weeks: dict[str, WorkWeek]) -> list[Arrived]:
    rows = select(OutboxMessage).where(
        OutboxMessage.state == OutboxState.SENT, OutboxMessage.paced, OutboxMessage.updates.is_(None)
    )
    return [
        Arrived(
            row.person_id,
            row.intent,
            json.loads(row.args),
            row.sent_at,
            local_date(row.sent_at, weeks[row.person_id].timezone),
        )
        for row in work.session.scalars(rows.order_by(OutboxMessage.seq))
        if row.sent_at
    ]


def no_story_twice(work: Work, arrived: list[Arrived]) -> None:
    shares = {share.id: share for share in work.session.scalars(select(Share))}
    stories = {story.id: story for story in work.session.scalars(select(Testimonial))}
    heard = Counter[tuple[str, str]]()
    for each in arrived:
        if each.intent == "testimonial.share":
            story = stories[shares[each.args["share"]].testimonial_id]
            assert story.author_id != each.person_id, "one's own story"
            heard[each.person_id, work.open("testimonials.text", story.text, row=story.id)] += 1
    assert set(heard.values()) <= {1}, "the same story twice"


def no_nudge_while_others_act(work: Work, arrived: list[Arrived]) -> None:
    """Nobody whose every interview has found what only others can lift is nudged."""
    (project,) = work.projects.all()
    nudged = [each.person_id for each in arrived if each.intent == "routine.nudge"]
    latest = work.interviews.latest_heard(project.id, nudged)
    sure = (FindingStatus.CONFIRMED, FindingStatus.PROBABLE)
    for person_id in nudged:
        still = [cause for cause in latest[person_id].findings if cause.resolved_at is None]
        stuck = {Blocker(cause.blocker) for cause in still if cause.status in sure} & set(BARRIERS)
        assert not stuck, f"nudged while {stuck} is open"


def too_soon(work: Work, arrived: list[Arrived]) -> list[str]:
    """Wordings that reached the same person again before they had rested."""
    nudges = {nudge.id: nudge.variant for nudge in work.session.scalars(select(Nudge))}
    last: dict[tuple[str, str], date] = {}
    found = []
    for each in arrived:
        if each.intent == "routine.nudge":
            wording = nudges[each.args["nudge"]]
            told = variant(wording)
            before = last.get((each.person_id, wording))
            if before and told and (each.day - before).days < told.rest_days:
                found.append(wording)
            last[each.person_id, wording] = each.day
    return found


def kinds(work: Work) -> Counter[str]:
    rows = select(OutboxMessage.intent).where(OutboxMessage.state == OutboxState.SENT, OutboxMessage.paced)
    return Counter(work.session.scalars(rows))


@pytest.mark.parametrize("seed", range(2))
async def test_a_year_of_one_person(tmp_path: Path, sqlite_template: SqliteTemplate, seed: int) -> None:
    with lives(
        tmp_path, sqlite_template, seed, Temper(answers=1.0, stops=0.0, slows=0.0, odd=0.0)
    ) as running:
        await year(running, lambda work, project: invite(work, project, 1))
        with running.database.reading(running.workspace_id) as work:
            sent = kinds(work)
        assert sent["interview.invite"] == 1
        assert sent["routine.check_in"] + sent["routine.nudge"] > 2, "there was a life"


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_one_person_presses(
    tmp_path: Path, sqlite_template: SqliteTemplate, seed: int
) -> None:
    with lives(tmp_path, sqlite_template, seed, Temper(odd=0.5)) as running:
        await year(running, lambda work, project: invite(work, project, 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_a_year_of_a_team(tmp_path: Path, sqlite_template: SqliteTemplate, seed: int) -> None:
    temper = Temper(answers=0.9, stops=0.01, odd=0.1 if seed == 2 else 0.01)
    with lives(tmp_path, sqlite_template, seed, temper) as running:
        await year(running, lambda work, project: invite(work, project, 12))
        with running.database.reading(running.workspace_id) as work:
            sent = kinds(work)
        assert sent["interview.invite"] == 12
        assert sent["routine.check_in"] > 12
        assert sent["routine.nudge"] > 12


async def test_three_months_of_sixty_people(tmp_path: Path, sqlite_template: SqliteTemplate) -> None:
    with lives(tmp_path, sqlite_template, 3, Temper(stops=0.02, odd=0.05)) as running:
        await year(running, lambda work, project: settle(work, project, 60), days=91)
        with running.database.reading(running.workspace_id) as work:
            sent = kinds(work)
        assert min(sent["routine.check_in"], sent["routine.nudge"], sent["testimonial.share"]) > 0


@pytest.mark.slow
async def test_wordings_rest(tmp_path: Path, sqlite_template: SqliteTemplate) -> None:
    with lives(tmp_path, sqlite_template, 5, Temper(keeps=0.2, stops=0.0, odd=0.0)) as running:
        await year(running, lambda work, project: settle(work, project, 60), days=180)
        with running.database.reading(running.workspace_id) as work:
            people = {person.id: person.timezone for person in work.people.all()}
            weeks = weeks_of(work, work.workspaces.get(work.workspace_id), people)
            assert too_soon(work, unasked(work, weeks)) == []


def test_the_promises_can_be_broken(tmp_path: Path, sqlite_template: SqliteTemplate) -> None:
    """What is checked is told when it does not hold."""
    with lives(tmp_path, sqlite_template, 1, Temper()) as running:
        with running.database.transaction(running.workspace_id) as work:
            project = found(work)
            settle(work, project, 1)
            (person,) = work.people.all()
            noon = work.now.replace(hour=12)
            for number, at in enumerate((noon, noon + timedelta(days=1), noon + timedelta(days=2))):
                sent(work, person.id, number, at)
        with (
            running.database.reading(running.workspace_id) as work,
            pytest.raises(AssertionError, match="more than 2"),
        ):
            holds(work)
        with running.database.transaction(running.workspace_id) as work:
            sent(work, person.id, 4, noon.replace(hour=3) + timedelta(days=30))
        with (
            running.database.reading(running.workspace_id) as work,
            pytest.raises(AssertionError, match="nobody works"),
        ):
            holds(work)


def sent(work: Work, person_id: str, number: int, at: datetime) -> None:
    work.session.add(
        OutboxMessage(
            workspace_id=work.workspace_id,
            person_id=person_id,
            intent="routine.nudge",
            args="{}",
            dedupe=f"sent{number}",
            state=OutboxState.SENT,
            paced=True,
            sent_at=at,
            created_at=at,
            not_before=at,
        )
    )
