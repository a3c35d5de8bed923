"""What the cases share: a durable database with people in it, and a delivery on it whose platform answers at once."""

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from bot.courier import Courier
from bot.metrics import Metrics
from bot.platforms.errors import PlatformError
from bot.platforms.port import Address, Capabilities, Form, Member, Message, Receipt, Text
from bot.router import Router
from bot.scene import Args, Feature, Scene
from content.markup import literal
from storage.budget import Limit
from storage.clock import Clock
from storage.database import Database
from storage.ids import TimeOrderedIds
from storage.models import Person, PersonStatus
from storage.outbox import Outbox
from tests.support.databases import SqliteTemplate, keyring, postgres_template
from tests.support.worker import MovedClock

PLATFORM = "bench"
NOT_MEASURED = "this platform only takes new messages"
CHUNK = 10_000
GENEROUS = (Limit(10**9, 1),)
"""Rates that are counted and never reached."""


@dataclass(frozen=True)
class Place:
    """A database, its address, and one workspace in it."""

    database: Database
    url: str
    workspace_id: str

    def people(self, count: int) -> list[str]:
        """So many people, each with a conversation; their ids."""
        now = self.database.clock.now()
        ids = [self.database.ids.new() for _ in range(count)]
        rows: Iterator[dict[str, object]] = (
            {
                "id": id,
                "workspace_id": self.workspace_id,
                "external_id": id,
                "name": "Somebody",
                "status": PersonStatus.ACTIVE,
                "conversation": f"D{id}",
                "created_at": now,
            }
            for id in ids
        )
        bulk(self.database, Person, rows)
        return ids


@contextmanager
def sqlite(clock: Clock | None = None) -> Iterator[Place]:
    """A file in a folder of its own, as in production: WAL, synchronous=FULL."""
    with TemporaryDirectory(prefix="entrain-bench-") as folder:
        yield from _place(SqliteTemplate(Path(folder)).clone(Path(folder)), clock)


@contextmanager
def postgres(clock: Clock | None = None) -> Iterator[Place]:
    """A server of its own that waits for its disk."""
    with postgres_template(durable=True) as server, server.clone() as url:
        yield from _place(url, clock)


def _place(url: str, clock: Clock | None) -> Iterator[Place]:
    """`clock`: by default real time from a working morning on; what nobody asked for leaves in working hours only."""
    clock = clock or MovedClock(datetime.now(UTC))
    database = Database(url, keyring(), clock, TimeOrderedIds(clock))
    try:
        with database.system() as system:
            workspace_id = system.workspaces.add(PLATFORM, "bench", "Bench").id
        yield Place(database, url, workspace_id)
    finally:
        database.dispose()


def bulk(database: Database, model: type[Any], rows: Iterable[dict[str, object]]) -> None:
    """A plain bulk insert, with nothing around it; a million rows need not be in memory together."""
    remaining = iter(rows)
    with database.system() as system:
        connection = system.session.connection()
        while chunk := list(islice(remaining, CHUNK)):
            connection.execute(insert(model.__table__), chunk)


def analyze(database: Database) -> None:
    """Let the database know its tables, as it does by itself after a while."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


class Instant:
    """A chat platform that answers at once."""

    name = PLATFORM
    capabilities = Capabilities(finds_sent=True, opens_forms=False, lists_members=False)

    def __init__(self) -> None:
        self.sent = 0

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        self.sent += 1
        return Receipt(key, to.conversation or to.user)

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        raise PlatformError(NOT_MEASURED)

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:
        raise PlatformError(NOT_MEASURED)

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:
        raise PlatformError(NOT_MEASURED)

    def list_members(self, workspace: str) -> AsyncIterator[Member]:
        raise PlatformError(NOT_MEASURED)


def present(_scene: Scene | None, args: Args) -> Message:
    return Message((Text(literal(f"Message {args['number']}")),))


def outbox(place: Place) -> Outbox:
    """With every rate counted."""
    rates = dict.fromkeys(("call", "send", "open", "update", "look_up", "conversation"), GENEROUS)
    return Outbox(place.database, "bench", rates={PLATFORM: rates})


def courier(place: Place, platform: Instant) -> Courier:
    """Order, rates, leases and dedupe are all on."""
    return courier_on(place.database, outbox(place), platform, place.database.clock)


def courier_on(database: Database, messages: Outbox, platform: Instant, clock: Clock) -> Courier:
    router = Router((Feature(name="bench", presenters={"bench": present}),))
    return Courier(database, messages, router, {PLATFORM: platform}, Metrics(), clock)


def fsync_milliseconds() -> float:
    """How long this disk takes to be sure of four kilobytes."""
    import os
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        started = time.perf_counter()
        for _ in range(20):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - started) / 20 * 1000


LATER = timedelta(days=2)
