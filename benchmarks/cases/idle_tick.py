"""A tick with nothing due, over many people who all have something planned, against the same over few."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from statistics import median

from benchmarks.cases.result import Result
from benchmarks.cases.scene import LATER, Place, analyze, bulk, outbox
from storage.agenda import Agenda
from storage.inbox import Inbox
from storage.models import AgendaItem, OutboxMessage, OutboxState

TICKS = 200


def run(kind: str, opened: Callable[[], AbstractContextManager[Place]], few: int, many: int) -> Result:
    """Milliseconds a tick."""
    with opened() as place:
        peer = _measured(place, few)
    with opened() as place:
        ours = _measured(place, many)
    return Result(
        f"idle tick over {many:,} people ({kind})", ours, "ms", f"over {few:,} people", peer, "<= 2"
    )


def _measured(place: Place, count: int) -> float:
    _planned_for_later(place, count)
    analyze(place.database)
    return asyncio.run(_ticks(place))


def _planned_for_later(place: Place, count: int) -> None:
    now = place.database.clock.now()
    people = place.people(count)
    here = {"workspace_id": place.workspace_id}
    messages: Iterator[dict[str, object]] = (
        here
        | {
            "person_id": person,
            "intent": "bench",
            "args": "{}",
            "dedupe": person,
            "state": OutboxState.READY,
            "not_before": now + LATER,
            "not_after": now + 2 * LATER,
            "paced": True,
            "attempts": 0,
            "created_at": now,
        }
        for person in people
    )
    items: Iterator[dict[str, object]] = (
        here | {"id": person, "person_id": person, "kind": "bench", "ref": "", "next_due_at": now + LATER}
        for person in people
    )
    bulk(place.database, OutboxMessage, messages)
    bulk(place.database, AgendaItem, items)


async def _ticks(place: Place) -> float:
    """The median of what one pass and the question when to wake ask the database."""
    inbox, agenda, messages = Inbox(place.database, "bench"), Agenda(place.database), outbox(place)
    took = []
    for _ in range(TICKS):
        started = time.perf_counter()
        assert not await inbox.claim(100)
        assert not await agenda.due(100)
        assert not await messages.uncertain(50)
        assert not await messages.claim(50)
        await messages.next_due(place.database.clock.now())
        took.append((time.perf_counter() - started) * 1000)
    return median(took)
