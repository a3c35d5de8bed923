"""What may be sent now is claimed, and no more: budgets of a workspace and of one conversation."""

from datetime import timedelta

import pytest

from storage.budget import Limit
from storage.database import Database
from storage.outbox import Outbox
from tests.support.clock import FixedClock
from tests.support.outbox import LEASE, SECOND, SETTLE, People, keys

pytestmark = pytest.mark.both_databases


def limited(database: Database, owner: str, **rates: tuple[Limit, ...]) -> Outbox:
    return Outbox(database, owner, LEASE.total_seconds(), SETTLE.total_seconds(), {"playground": rates})


async def test_only_what_may_be_sent_now_is_claimed_by_whichever_worker(
    people: People, database: Database, clock: FixedClock, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        persons = [work.people.ensure(f"U{n}", f"U{n}").id for n in range(5)]
    for person in persons:
        people.plan(person, person)
    one, two = (limited(database, owner, send=(Limit(2, 60),)) for owner in ("one", "two"))
    assert len(await one.claim(10)) == 1
    assert await two.claim(10) == []
    assert await two.next_due(clock.now()) == clock.now() + timedelta(seconds=30)
    clock.advance(timedelta(seconds=30))
    assert len(await two.claim(10)) == 1
    assert await one.claim(10) == []


async def test_a_first_contact_that_must_wait_holds_up_nobody_who_is_known(
    people: People, database: Database, clock: FixedClock, workspace_id: str
) -> None:
    outbox = limited(database, "one", open=(Limit(1, 60),))
    with database.transaction(workspace_id) as work:
        newcomers = [work.people.ensure(f"U{n}", f"U{n}").id for n in range(20)]
        work.people.get(people.karim).conversation = "D1"
    for person in newcomers:
        people.plan(person, person)
    people.plan("known")
    assert len(await outbox.claim(5)) == 1
    assert keys(await outbox.claim(5)) == ["known"]


async def test_one_person_is_not_written_to_faster_than_allowed_and_others_go_on(
    people: People, database: Database, clock: FixedClock
) -> None:
    outbox = limited(database, "one", conversation=(Limit(1, 1),))
    for key in ("k1", "k2"):
        people.plan(key)
    (first,) = await outbox.claim(10)
    await outbox.mark_sent(first.seq, "m", "D1")
    people.plan("a", people.aude)
    assert keys(await outbox.claim(10)) == ["a"]
    assert await outbox.next_due(clock.now()) == clock.now() + SECOND
    clock.advance(SECOND)
    assert keys(await outbox.claim(10)) == ["k2"]


async def test_look_ups_have_a_rate_of_their_own(
    people: People, database: Database, clock: FixedClock
) -> None:
    outbox = limited(database, "one", look_up=(Limit(1, 60),))
    people.plan("k")
    people.plan("a", people.aude)
    for outgoing in await outbox.claim(10):
        await outbox.mark_uncertain(outgoing.seq)
    clock.advance(SETTLE)
    assert keys(await outbox.uncertain(10)) == ["k"]
    assert await outbox.uncertain(10) == []
    clock.advance(timedelta(seconds=60))
    assert len(await outbox.uncertain(10)) == 1
