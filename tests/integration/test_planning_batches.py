"""Planned together, people get what they would have got one by one."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import router
from bot.planner import Planner
from projects.service import definition, save
from storage.agenda import PAUSE, Agenda, DueItem, Handled
from storage.claims import in_state
from storage.database import Database
from storage.inbox import InboxWriter
from storage.models import AgendaItem, CheckIn, Nudge, OutboxMessage, OutboxState, Routine, Share
from storage.work import Work
from tests.support.due import found
from tests.support.population import PARIS, populate

pytestmark = pytest.mark.both_databases

Rows = dict[str, list[tuple[Any, ...]]]


class Numbered:
    """Ids that begin where nobody else's do."""

    def __init__(self) -> None:
        self._last = 1 << 100

    def new(self) -> str:
        self._last += 1
        return f"{self._last:032x}"


@contextmanager
def undone(work: Work) -> Iterator[Work]:
    """The same moment and the same ids each time, and nothing of it stays."""
    work.session.flush()
    with work.session.begin_nested() as savepoint:
        yield replace(work, ids=Numbered())
        savepoint.rollback()
    work.session.expire_all()


def rounds(work: Work) -> list[list[DueItem]]:
    """What is due, nobody twice in a round."""
    items = work.session.scalars(select(AgendaItem).order_by(AgendaItem.next_due_at, AgendaItem.id))
    due: list[dict[str, DueItem]] = []
    for item in map(found, items):
        for round_ in due:
            if item.person_id not in round_:
                round_[item.person_id] = item
                break
        else:
            due.append({item.person_id: item})
    return [list(round_.values()) for round_ in due]


def outcome(work: Work) -> Rows:
    """All that planning writes."""
    messages = select(OutboxMessage).order_by(OutboxMessage.seq)
    return {
        "messages": [
            (m.person_id, m.intent, m.args, m.dedupe, m.state, m.not_before, m.not_after, m.paced, m.replaces)
            for m in work.session.scalars(messages)
        ],
        "nudges": sorted(
            (n.id, n.project_id, n.person_id, n.variant, n.slot, n.propensity, n.decided_at)
            for n in work.session.scalars(select(Nudge))
        ),
        "check-ins": sorted((c.id, c.routine_id, c.slot) for c in work.session.scalars(select(CheckIn))),
        "shares": sorted((s.id, s.testimonial_id, s.person_id) for s in work.session.scalars(select(Share))),
        "routines": sorted((r.id, r.status) for r in work.session.scalars(select(Routine))),
        "agenda": sorted(
            (a.id, str(a.next_due_at), a.rule) for a in work.session.scalars(select(AgendaItem))
        ),
    }


@pytest.mark.parametrize(
    ("database_url", "seed"),
    [("sqlite", 0), ("sqlite", 1), pytest.param("postgres", 2, marks=pytest.mark.postgres)],
    indirect=["database_url"],
)
def test_a_batch_decides_what_one_by_one_would_have_decided(work: Work, seed: int) -> None:
    rng = Random(seed)
    people = populate(work, 240, rng, odd=0.3)
    in_two_projects(work, people[::7])
    due, features = rounds(work), router()
    assert len(due) == 2
    with undone(work) as alone:
        for round_ in due:
            for item in round_:
                moved = features.handle_due(alone, [item])
                alone.session.get_one(AgendaItem, item.id).next_due_at = moved[item.id].again
        one_by_one = outcome(alone)
    with undone(work) as together:
        for round_ in due:
            moved = features.handle_due(together, round_)
            for item in round_:
                together.session.get_one(AgendaItem, item.id).next_due_at = moved[item.id].again
        in_batches = outcome(together)
    assert in_batches == one_by_one
    planned = [row[0] for row in in_batches["messages"] if row[1] != "routine.nudge" or row[2] != "{}"]
    assert len(set(planned)) == len(planned) > 10, "nobody gets two"


def in_two_projects(work: Work, people: list[str]) -> None:
    """These people are coached in a second project too, and that is due as well."""
    (first,) = work.projects.all()
    second = save(work, definition(first).model_copy(update={"key": "second"}))
    for person in people:
        work.projects.join(second.id, person)
        work.agenda.set(person, "coaching", second.id, work.now)


async def test_two_processes_plan_everybody_once(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        populate(work, 60, Random(7), zones=PARIS)
    planners = [Planner(database, Agenda(database), router(), InboxWriter(database).calm) for _ in range(2)]
    while any(await asyncio.gather(*(planner.run() for planner in planners))):
        pass
    with database.reading(workspace_id) as work:
        planned = work.session.scalars(
            select(OutboxMessage.person_id).where(in_state(OutboxState.READY))
        ).all()
        left = [row for row in work.session.scalars(select(AgendaItem)) if row.next_due_at == work.now]
    assert len(set(planned)) == len(planned) > 10
    assert left == []


async def test_a_broken_item_holds_nobody_up_and_comes_again_later(
    database: Database, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        people = populate(work, 30, Random(7), zones=PARIS)
        (broken,) = work.agenda.of_person(people[17])
        broken.rule = "no rule at all"
    planner = Planner(database, Agenda(database), router(), InboxWriter(database).calm)
    assert await planner.run() == 30
    assert await planner.run() == 0
    with database.reading(workspace_id) as work:
        (item,) = work.agenda.of_person(people[17])
        assert item.next_due_at == work.now + PAUSE
        assert work.outbox.pending(people[17]) == []
        assert any(work.outbox.pending(person) for person in people)


async def test_a_batch_that_is_cut_off_before_its_commit_leaves_nothing_half_planned(
    database: Database, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        populate(work, 40, Random(3), zones=PARIS)
        before = outcome(work)
    due = await Agenda(database).due(100)
    features = router()

    def cut_off(work: Work, items: Sequence[DueItem]) -> Handled:
        features.handle_due(work, items)
        assert outcome(work) != before
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), database.transaction(workspace_id) as work:
        Agenda(database).handle(work, due, cut_off)
    with database.transaction(workspace_id) as work:
        assert outcome(work) == before
