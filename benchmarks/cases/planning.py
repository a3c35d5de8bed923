"""Planning what is due: the whole coaching decision with everything it reads and writes, and the machinery alone."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.cases.result import Result
from benchmarks.cases.scene import Place, analyze, bulk
from bot.app import router
from bot.planner import Planner
from bot.router import Router
from bot.scene import Feature
from storage.agenda import Agenda, DueItem, Handled, Planned
from storage.clock import Clock
from storage.inbox import InboxWriter
from storage.models import AgendaItem
from storage.work import Work
from tests.support.population import PARIS, populate

TARGET = 10_000
"""Items a second."""


class Standing(Clock):
    """Ten in the morning of a Tuesday in Paris, all the time."""

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


Opened = Callable[[Clock], AbstractContextManager[Place]]


def coaching(kind: str, opened: Opened, sizes: Sequence[int]) -> Result:
    """Items a second over the whole of the largest size; the name tells the rate at each size."""
    return _result("coaching", kind, {size: _coached(opened, size) for size in sizes})


def machinery(kind: str, opened: Opened, sizes: Sequence[int]) -> Result:
    """The same for items whose decision is to be due again tomorrow."""
    return _result("next day", kind, {size: _put_off(opened, size) for size in sizes})


def _result(what: str, kind: str, rates: dict[int, float]) -> Result:
    told = ", ".join(f"{size:,}: {rate:,.0f}/s" for size, rate in rates.items())
    return Result(
        f"plan {what} ({kind}; {told})", rates[max(rates)], "items/s", "target", float(TARGET), ">= 1"
    )


def _coached(opened: Opened, size: int) -> float:
    with opened(Standing()) as place:
        with place.database.transaction(place.workspace_id) as work:
            populate(work, size, Random(1), zones=PARIS)
        return _planned(place, router(), size)


def _put_off(opened: Opened, size: int) -> float:
    def tomorrow(work: Work, items: Sequence[DueItem]) -> Handled:
        return {item.id: Planned(work.now + timedelta(days=1)) for item in items}

    with opened(Standing()) as place:
        items: list[dict[str, object]] = [
            {
                "id": person,
                "workspace_id": place.workspace_id,
                "person_id": person,
                "kind": "bench",
                "ref": "",
                "next_due_at": place.database.clock.now(),
            }
            for person in place.people(size)
        ]
        bulk(place.database, AgendaItem, items)
        return _planned(place, Router((Feature(name="bench", due_together={"bench": tomorrow}),)), size)


def _planned(place: Place, features: Router, size: int) -> float:
    analyze(place.database)
    planner = Planner(place.database, Agenda(place.database), features, InboxWriter(place.database).calm)

    async def plan() -> int:
        planned = 0
        while dealt_with := await planner.run():
            planned += dealt_with
        return planned

    started = time.perf_counter()
    planned = asyncio.run(plan())
    took = time.perf_counter() - started
    assert planned == size
    return size / took
