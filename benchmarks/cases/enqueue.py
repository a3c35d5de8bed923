"""Planning messages, against a plain bulk insert of the same rows."""

import time

from benchmarks.cases.result import Result
from benchmarks.cases.scene import Place, bulk
from storage.models import OutboxMessage, OutboxState
from storage.repositories.outbox import Posting


def run(kind: str, place: Place, size: int) -> Result:
    """Microseconds a message. Half of each side first, so that neither has the empty table."""
    people = place.people(min(size, 10_000))
    ours = theirs = 0.0
    for half in ("first", "second"):
        theirs += _plain(place, people, half, size // 2)
        ours += _planned(place, people, half, size // 2)
    return Result(
        f"enqueue {size:,} messages ({kind})",
        ours / size * 1e6,
        "µs a message",
        "plain bulk insert",
        theirs / size * 1e6,
        "<= 2",
    )


def _planned(place: Place, people: list[str], half: str, size: int) -> float:
    now = place.database.clock.now()
    postings = [
        Posting(people[n % len(people)], "bench", {"number": str(n)}, f"ours:{half}:{n}", now, paced=True)
        for n in range(size)
    ]
    started = time.perf_counter()
    with place.database.transaction(place.workspace_id) as work:
        work.outbox.put_many(postings)
    return time.perf_counter() - started


def _plain(place: Place, people: list[str], half: str, size: int) -> float:
    now = place.database.clock.now()
    rows: list[dict[str, object]] = [
        {
            "workspace_id": place.workspace_id,
            "person_id": people[n % len(people)],
            "intent": "bench",
            "args": f'{{"number": "{n}"}}',
            "dedupe": f"plain:{half}:{n}",
            "state": OutboxState.READY,
            "not_before": now,
            "paced": True,
            "attempts": 0,
            "created_at": now,
        }
        for n in range(size)
    ]
    started = time.perf_counter()
    bulk(place.database, OutboxMessage, rows)
    return time.perf_counter() - started
