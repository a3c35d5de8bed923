"""Sending what is planned, with order, rates, leases and dedupe on, against peers that do less."""

import asyncio
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, select, update

from benchmarks.cases.result import Result
from benchmarks.cases.scene import Instant, Place, analyze, courier, fsync_milliseconds, present
from bot.platforms.port import Address
from storage.models import OutboxMessage, OutboxState
from storage.repositories.outbox import Posting

PEERS = Path("benchmarks/peers")


PEERS_SHARE = 4
"""A peer drains a part of what we do: its rate does not depend on how many there are, and it takes its time."""


@dataclass(frozen=True)
class Rate:
    """Messages a second, and seconds of the process's CPU a thousand messages."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.cpu:.2f} s CPU a thousand"


def on_sqlite(place: Place, size: int) -> Result:
    """Messages a second, against a loop that selects the oldest, sends it and commits."""
    fsync = fsync_milliseconds()
    _plan(place, "loop", size // PEERS_SHARE)
    theirs = asyncio.run(_loop(place))
    _plan(place, "ours", size)
    ours = _drained(place, size)
    name = f"drain {size:,} messages (sqlite, fsync {fsync:.1f} ms, {ours})"
    return Result(name, ours.rate, "messages/s", f"a loop that commits each, {theirs}", theirs.rate, ">= 3")


def against_procrastinate(place: Place, size: int, python: Path) -> Result:
    """Messages a second, against procrastinate with one job a message, by batch deferred."""
    return _on_postgres(place, size, "procrastinate", python, ">= 5")


def against_dbos(place: Place, size: int, python: Path) -> Result:
    """Messages a second, against a queue of DBOS with one workflow a message."""
    return _on_postgres(place, size, "DBOS", python, ">= 20")


def _on_postgres(place: Place, size: int, peer: str, python: Path, target: str) -> Result:
    _plan(place, "ours", size)
    ours = _drained(place, size)
    script = PEERS / f"{peer.lower()}_drain.py"
    ran = subprocess.run(
        [python, script, place.url, str(size // PEERS_SHARE)], check=True, capture_output=True, text=True
    )
    told = json.loads(ran.stdout.splitlines()[-1])
    theirs = Rate(told["rate"], told["cpu"])
    name = f"drain {size:,} messages (postgresql, {ours})"
    peer = f"{peer}, {told['concurrency']} at once, {theirs}"
    return Result(name, ours.rate, "messages/s", peer, theirs.rate, target)


def _plan(place: Place, label: str, size: int) -> None:
    now = place.database.clock.now()
    postings = [
        Posting(person, "bench", {"number": str(n)}, f"{label}:{n}", now, paced=True)
        for n, person in enumerate(place.people(size))
    ]
    with place.database.transaction(place.workspace_id) as work:
        work.outbox.put_many(postings)
    analyze(place.database)


def _drained(place: Place, size: int) -> Rate:
    platform = Instant()

    async def drain() -> None:
        sender = courier(place, platform)
        while await sender.run():
            pass

    started, cpu = time.perf_counter(), time.process_time()
    asyncio.run(drain())
    rate = _rate(size, started, cpu)
    assert platform.sent == size
    return rate


def _rate(count: int, started: float, cpu: float) -> Rate:
    return Rate(count / (time.perf_counter() - started), (time.process_time() - cpu) / count * 1000)


async def _loop(place: Place) -> Rate:
    """The naive way, with what SQLite is best at: an index, WAL and full durability."""
    table, platform, sent = OutboxMessage.__table__, Instant(), 0
    engine = create_engine(place.url)
    oldest = (
        select(table.c.seq, table.c.person_id, table.c.args)
        .where(table.c.state == OutboxState.READY)
        .order_by(table.c.seq)
        .limit(1)
    )
    started, cpu = time.perf_counter(), time.process_time()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        while row := connection.execute(oldest).first():
            receipt = await platform.send(
                Address("bench", row.person_id), present(None, json.loads(row.args)), ""
            )
            connection.execute(
                update(table)
                .where(table.c.seq == row.seq)
                .values(
                    state=OutboxState.SENT,
                    receipt_message=receipt.message,
                    sent_at=place.database.clock.now(),
                )
            )
            connection.commit()
            sent += 1
    rate = _rate(sent, started, cpu)
    engine.dispose()
    return rate
