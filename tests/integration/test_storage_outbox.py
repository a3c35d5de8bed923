"""Messages leave once, in each person's order, and never unnoticed twice."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from storage.database import Database
from storage.errors import UnscopedAccess
from storage.models import OutboxState, WorkspaceStatus
from storage.outbox import Outbox
from storage.repositories.outbox import Posting
from storage.scope import check_insert
from tests.support.clock import TUESDAY, FixedClock
from tests.support.outbox import DAY, SECOND, People, keys

pytestmark = pytest.mark.both_databases

# -------------------------------------------------------------------- planning


def test_a_second_message_of_the_same_key_does_not_exist(people: People) -> None:
    assert people.plan("a")
    assert not people.plan("a")
    assert not people.plan("a", people.aude)


def test_a_newer_message_replaces_unsent_ones_of_the_same_slot(people: People) -> None:
    people.plan("a", replaces="question")
    people.plan("other", people.aude, replaces="question")
    people.plan("b", replaces="question")
    assert not people.plan("a", replaces="question")
    states = [people.state(key) for key in ("a", "b", "other")]
    assert states == [OutboxState.SUPERSEDED, OutboxState.READY, OutboxState.READY]


def many(people: People, database: Database, workspace_id: str, *planned: tuple[str, str | None]) -> int:
    """Plan (key, slot) pairs for Karim at once; how many were new."""
    with database.transaction(workspace_id) as work:
        return work.outbox.put_many(
            [Posting(people.karim, "nudge", {}, key, TUESDAY, replaces=slot) for key, slot in planned]
        )


def test_many_messages_are_planned_at_once_in_order_and_none_twice(
    people: People, database: Database, workspace_id: str
) -> None:
    people.plan("b")
    assert many(people, database, workspace_id, ("a", None), ("b", None), ("c", None), ("a", None)) == 2
    with database.reading(workspace_id) as work:
        assert [row.dedupe for row in work.outbox.pending(people.karim)] == ["b", "a", "c"]


def test_of_many_messages_of_one_slot_the_newest_is_left(
    people: People, database: Database, workspace_id: str
) -> None:
    people.plan("old", replaces="x")
    people.plan("hers", people.aude, replaces="x")
    many(people, database, workspace_id, ("1", "x"), ("2", "y"), ("3", "x"), ("4", None))
    with database.reading(workspace_id) as work:
        assert [row.dedupe for row in work.outbox.pending(people.karim)] == ["2", "3", "4"]
    assert people.state("hers") is OutboxState.READY


def test_planning_many_stays_behind_the_wall(database: Database, workspace_id: str) -> None:
    with database.system() as system:
        elsewhere = system.workspaces.add("slack", "T2", "Two").id
    with database.transaction(elsewhere) as work, pytest.raises(UnscopedAccess):
        check_insert(work.session, [{"workspace_id": workspace_id}])


async def test_what_is_being_sent_is_not_replaced(people: People, outbox: Outbox) -> None:
    people.plan("a", replaces="question")
    await outbox.claim(1)
    people.plan("b", replaces="question")
    assert people.state("a") is OutboxState.SENDING


def test_cancelling_reaches_what_has_not_left(people: People, database: Database, workspace_id: str) -> None:
    for number, intent in enumerate(("nudge.check", "nudge_x", "interview.ask")):
        people.plan(f"{number}", intent=intent)
    people.plan("hers", people.aude)
    with database.transaction(workspace_id) as work:
        assert work.outbox.cancel(people.karim, intents_prefix="nudge.") == 1
        assert [row.intent for row in work.outbox.pending(people.karim)] == ["nudge_x", "interview.ask"]
        assert work.outbox.cancel(people.karim) == 2
        assert work.outbox.cancel(people.karim) == 0
        assert len(work.outbox.pending(people.aude)) == 1


def test_the_weekly_budget_counts_what_was_or_will_be_sent(
    people: People, database: Database, workspace_id: str, clock: FixedClock
) -> None:
    people.plan("last week", paced=True)
    clock.advance(7 * DAY)
    people.plan("planned", paced=True, not_before=clock.now() + DAY)
    people.plan("answer")
    people.plan("hers", people.aude, paced=True)
    people.plan("cancelled", paced=True, intent="x")
    with database.transaction(workspace_id) as work:
        work.outbox.cancel(people.karim, intents_prefix="x")
        assert len(work.outbox.paced_at([people.karim], TUESDAY + DAY)[people.karim]) == 1
        assert len(work.outbox.paced_at([people.karim], TUESDAY)[people.karim]) == 2
        assert len(work.outbox.paced_at([people.karim], TUESDAY + 9 * DAY)[people.karim]) == 0


# -------------------------------------------------------------------- claiming


async def test_a_claim_holds_all_that_sending_needs(people: People, outbox: Outbox) -> None:
    people.plan("a", args={"b": "2", "a": "é"}, updates='["m1", "D1"]', paced=True)
    (outgoing,) = await outbox.claim(10)
    assert (outgoing.platform, outgoing.workspace, outgoing.person) == ("playground", "demo", "karim")
    assert (outgoing.intent, outgoing.args, outgoing.updates) == (
        "nudge",
        {"a": "é", "b": "2"},
        ("m1", "D1"),
    )
    assert (outgoing.paced, outgoing.attempts, outgoing.conversation) == (True, 0, None)
    assert people.state("a") is OutboxState.SENDING


async def test_one_message_per_person_in_order(people: People, outbox: Outbox, other: Outbox) -> None:
    for key, person in (("k1", people.karim), ("k2", people.karim), ("a1", people.aude)):
        people.plan(key, person)
    first = await outbox.claim(10)
    assert keys(first) == ["k1", "a1"]
    assert await other.claim(10) == []
    assert await outbox.mark_sent(first[0].seq, "m", "D1")
    assert keys(await other.claim(10)) == ["k2"]


async def test_a_message_for_later_waits_and_holds_nothing_up(
    people: People, outbox: Outbox, clock: FixedClock
) -> None:
    people.plan("tomorrow", not_before=TUESDAY + DAY)
    people.plan("now")
    (now,) = await outbox.claim(10)
    assert now.dedupe == "now"
    await outbox.mark_sent(now.seq, "m", "D1")
    clock.advance(DAY)
    assert keys(await outbox.claim(10)) == ["tomorrow"]


async def test_a_message_that_is_retried_keeps_its_place(
    people: People, outbox: Outbox, clock: FixedClock
) -> None:
    people.plan("first")
    people.plan("second")
    (first,) = await outbox.claim(10)
    await outbox.retry(first.seq, clock.now() + timedelta(seconds=30), "RateLimited")
    assert await outbox.claim(10) == []
    clock.advance(timedelta(seconds=30))
    (again,) = await outbox.claim(10)
    assert (again.dedupe, again.attempts, again.key) == ("first", 1, first.key)


async def test_what_is_too_late_is_not_sent(people: People, outbox: Outbox, clock: FixedClock) -> None:
    people.plan("a", not_after=TUESDAY + DAY)
    clock.advance(DAY + SECOND)
    assert await outbox.claim(10) == []
    assert (people.state("a"), people.row("a").error) == (OutboxState.CANCELLED, "too_late")


async def test_a_workspace_that_left_is_not_written_to(
    people: People, outbox: Outbox, database: Database, workspace_id: str
) -> None:
    people.plan("a")
    with database.system() as system:
        system.workspaces.get(workspace_id).status = WorkspaceStatus.REVOKED
    assert await outbox.claim(10) == []
    with database.system() as system:
        system.workspaces.get(workspace_id).status = WorkspaceStatus.ACTIVE
    assert keys(await outbox.claim(10)) == ["a"]


async def test_two_workers_never_hold_the_same_message_nor_the_same_person(
    database: Database, workspace_id: str, outbox: Outbox, other: Outbox
) -> None:
    with database.transaction(workspace_id) as work:
        for n in range(30):
            person = work.people.ensure(f"U{n}", f"U{n}")
            for m in range(2):
                work.outbox.put(Posting(person.id, "nudge", {}, f"{n}.{m}", work.now))
    claims = await asyncio.gather(*(worker.claim(5) for _ in range(6) for worker in (outbox, other)))
    claimed = [outgoing for claim in claims for outgoing in claim]
    while more := await outbox.claim(5):
        claimed += more
    assert sorted(keys(claimed)) == sorted(f"{n}.0" for n in range(30))


async def test_an_answer_overtakes_coaching_that_waits_its_turn(people: People, outbox: Outbox) -> None:
    people.plan("coaching", paced=True)
    people.plan("hers", people.aude, paced=True)
    people.plan("answer")
    assert keys(await outbox.claim(1)) == ["answer"]
    assert keys(await outbox.claim(10)) == ["hers"], "one at a time to the same person"


async def test_coaching_that_was_planned_first_waits_for_an_answer_that_is_retried(
    people: People, outbox: Outbox, clock: FixedClock
) -> None:
    people.plan("answer")
    (answer,) = await outbox.claim(1)
    people.plan("coaching", paced=True)
    await outbox.retry(answer.seq, clock.now() + SECOND, "down")
    assert await outbox.claim(10) == []
    clock.advance(SECOND)
    assert keys(await outbox.claim(10)) == ["answer"]


async def test_each_workspace_has_its_turn(
    people: People, outbox: Outbox, database: Database, workspace_id: str
) -> None:
    with database.system() as system:
        elsewhere = system.workspaces.add("slack", "T2", "Two").id
    for workspace, size in ((workspace_id, 40), (elsewhere, 3)):
        with database.transaction(workspace) as work:
            persons = [work.people.ensure(f"U{n}", f"U{n}").id for n in range(size)]
            work.outbox.put_many(
                [Posting(person, "nudge", {}, f"{workspace}{person}", TUESDAY) for person in persons]
            )
    first = await outbox.claim(16)
    assert len([outgoing for outgoing in first if outgoing.workspace_id == elsewhere]) == 3
    assert len(first) == 11
    assert len(await outbox.claim(16)) == 16


@pytest.mark.parametrize("planned", [10, 5000])
async def test_what_is_planned_for_later_costs_a_claim_nothing(
    people: People, outbox: Outbox, database: Database, workspace_id: str, planned: int
) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("counts SQLite's own steps")
    later = [
        Posting(people.karim, "nudge", {}, f"{n}", TUESDAY + DAY, TUESDAY + 2 * DAY, paced=n % 2 == 0)
        for n in range(planned)
    ]
    with database.transaction(workspace_id) as work:
        work.outbox.put_many(later)
    people.plan("hers", people.aude)
    steps = count(1)
    with database.system() as system:
        raw = system.session.connection().connection.driver_connection
        assert raw
    raw.set_progress_handler(lambda: next(steps) < 0, 10)
    assert keys(await outbox.claim(50)) == ["hers"]
    assert await outbox.claim(50) == []
    assert await outbox.uncertain(50) == []
    raw.set_progress_handler(None, 0)
    assert next(steps) < 300, "tens of steps of SQLite's machine"


# -------------------------------------------------------------------- rates


# -------------------------------------------------------------------- what became of it
