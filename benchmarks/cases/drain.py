"""Sending what is planned, with order, rates, leases and dedupe on, against peers that do less."""

import asyncio
import json
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, select, update

from benchmarks.cases.result import Result
from benchmarks.cases.scene import Instant, Place, analyze, courier, fsync_milliseconds, present
from bot.platforms.port import Address
from storage.models import OutboxMessage, OutboxState
from storage.repositories.outbox import Posting

PEERS = Path("benchmarks/peers")


def on_sqlite(place: Place, size: int) -> Result:
    """Messages a second, against a loop that selects the oldest, sends it and commits."""
    fsync = fsync_milliseconds()
    _plan(place, "loop", size // 4)
    theirs = asyncio.run(_loop(place))
    _plan(place, "ours", size)
    ours = _drained(place, size)
    name = f"drain {size:,} messages (sqlite, fsync {fsync:.1f} ms)"
    return Result(name, ours, "messages/s", "a loop that commits each", theirs, ">= 3")


def on_postgres(place: Place, size: int, python: Path) -> Result:
    """Messages a second, against procrastinate with one job a message, by batch deferred."""
    _plan(place, "ours", size)
    ours = _drained(place, size)
    ran = subprocess.run(
        [python, PEERS / "procrastinate_drain.py", place.url, str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    theirs = json.loads(ran.stdout.splitlines()[-1])
    name = f"drain {size:,} messages (postgresql)"
    return Result(
        name, ours, "messages/s", f"procrastinate, {theirs['concurrency']} at once", theirs["rate"], ">= 5"
    )


def _plan(place: Place, label: str, size: int) -> None:
    now = datetime.now(UTC)
    postings = [
        Posting(person, "bench", {"number": str(n)}, f"{label}:{n}", now, paced=True)
        for n, person in enumerate(place.people(size))
    ]
    with place.database.transaction(place.workspace_id) as work:
        work.outbox.put_many(postings)
    analyze(place.database)


def _drained(place: Place, size: int) -> float:
    platform = Instant()

    async def drain() -> None:
        sender = courier(place, platform)
        while await sender.run():
            pass

    started = time.perf_counter()
    asyncio.run(drain())
    took = time.perf_counter() - started
    assert platform.sent == size
    return size / took


async def _loop(place: Place) -> float:
    """The naive way, with what SQLite is best at: an index, WAL and full durability."""
    table, platform, sent = OutboxMessage.__table__, Instant(), 0
    engine = create_engine(place.url)
    oldest = (
        select(table.c.seq, table.c.person_id, table.c.args)
        .where(table.c.state == OutboxState.READY)
        .order_by(table.c.seq)
        .limit(1)
    )
    started = time.perf_counter()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        while row := connection.execute(oldest).first():
            receipt = await platform.send(
                Address("bench", row.person_id), present(None, json.loads(row.args)), ""
            )
            connection.execute(
                update(table)
                .where(table.c.seq == row.seq)
                .values(state=OutboxState.SENT, receipt_message=receipt.message, sent_at=datetime.now(UTC))
            )
            connection.commit()
            sent += 1
    engine.dispose()
    return sent / (time.perf_counter() - started)
