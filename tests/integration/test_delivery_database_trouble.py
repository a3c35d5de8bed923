"""A database that fails: nobody's message or event is blamed for it, and nothing goes on unsupervised."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.scene import Scene
from bot.together import every_one
from storage.errors import StorageUnavailable
from storage.inbox import Inbox
from storage.models import InboxState, OutboxState
from tests.support.delivery import ATTEMPTS, Delivery

pytestmark = pytest.mark.both_databases

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def fails(scene: Scene) -> None:
    """The connection breaks, or the disk is full, in the middle of a transaction."""
    connection = scene.work.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    else:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        try:
            connection.exec_driver_sql("CREATE TABLE full_up AS SELECT hex(randomblob(1000000)) AS x")
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


async def test_a_database_that_restarts_again_and_again_poisons_nothing(delivery: Delivery) -> None:
    delivery.memory.trouble = {"say 1": fails}
    await delivery.writes("karim", "say 1")
    await delivery.writes("emma", "say 2")
    for _ in range(ATTEMPTS + 2):
        await delivery.run(MINUTE)
    row = next(row for row in delivery.incoming() if row.state is not InboxState.DONE)
    assert (row.state, row.attempts) == (InboxState.NEW, 0)
    assert delivery.said_to("emma") == ["2"], "and holds nobody else up"
    delivery.memory.trouble = {}
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1"]


async def test_without_a_database_a_batch_is_tried_once_and_its_events_come_back_uncounted(
    delivery: Delivery,
) -> None:
    tried: list[str] = []

    def gone(scene: Scene) -> None:
        tried.append(scene.person.external_id)
        raise StorageUnavailable

    people = [f"u{number}" for number in range(8)]
    delivery.memory.trouble = {"say 1": gone}
    for user in people:
        await delivery.writes(user, "say 1")
    await delivery.run()
    assert len(tried) == 1, "the others would find it gone as well"
    assert {(row.state, row.attempts) for row in delivery.incoming()} == {(InboxState.NEW, 0)}
    delivery.memory.trouble = {}
    await delivery.run(MINUTE)
    assert [delivery.said_to(user) for user in people] == [["1"]] * 8


async def test_an_event_that_cannot_even_be_given_back_is_handled_once_the_database_is_there_again(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_arguments: object) -> None:
        raise StorageUnavailable

    delivery.memory.trouble = {"say 1": fails}
    await delivery.writes("karim", "say 1")
    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "give_back", gone)
        with pytest.raises(StorageUnavailable):
            await delivery.run()
    delivery.memory.trouble = {}
    await delivery.run()
    assert delivery.said_to("karim") == ["1"], "at once, not when the lease ends"


async def test_a_failure_that_cannot_be_counted_leaves_the_others_supervised(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_arguments: object) -> bool:
        raise StorageUnavailable

    delivery.memory.broken = {"say 1"}
    await delivery.writes("karim", "say 1")
    for number in range(5):
        await delivery.writes(f"u{number}", "say 2")
    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "failed", gone)
        with pytest.raises(StorageUnavailable):
            await delivery.run()
        states = [row.state for row in delivery.incoming()]
        assert states == [InboxState.NEW] + [InboxState.DONE] * 5, (
            "when the pass ends, everything it began has ended"
        )
    delivery.memory.broken = set()
    await delivery.run()
    assert delivery.said_to("karim") == ["1"]
    assert delivery.said_to("u4") == ["2"]


async def test_a_message_is_not_lost_because_it_could_not_be_read(delivery: Delivery) -> None:
    def unreadable(_scene: Scene) -> None:
        raise OperationalError("SELECT", {}, ConnectionError("server closed the connection"))

    delivery.memory.trouble = {"1": unreadable}
    await delivery.writes("karim", "say 1")
    await delivery.writes("karim", "say 2")
    for _ in range(3):
        await delivery.run(MINUTE)
    assert delivery.said_to("karim") == []
    delivery.memory.trouble = {}
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1", "2"]
    assert delivery.states() == [OutboxState.SENT, OutboxState.SENT]


async def test_after_one_could_not_be_recorded_nothing_more_is_sent_until_it_is(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_sent, first = delivery.outbox.mark_sent, True

    async def once_gone(*arguments: str) -> bool:
        nonlocal first
        if first:
            first = False
            raise StorageUnavailable
        return await mark_sent(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery.outbox, "mark_sent", once_gone)
    for number in range(20):
        await delivery.writes(f"u{number}", "say 1")
    with pytest.raises(StorageUnavailable):
        await delivery.run()
    assert len(delivery.platform.sent) < 20
    assert delivery.states().count(OutboxState.SENT) == len(delivery.platform.sent) - 1
    await delivery.run()
    assert delivery.states() == [OutboxState.SENT] * 20, "without waiting for a lease to end"
    assert len(delivery.platform.sent) == 20


async def test_every_one_waits_for_all_before_it_raises() -> None:
    ended = []

    async def fails_at_once() -> None:
        raise ValueError

    async def slow() -> None:
        await asyncio.sleep(0.01)
        ended.append(1)

    with pytest.raises(ValueError):
        await every_one([fails_at_once(), slow(), slow()])
    assert ended == [1, 1]
