"""A week of 1,000,000 people over 2,000 workspaces, half Slack and half Teams, with the platforms' documented rates.

The worst week there is: everywhere a first contact on Monday at the same instant, after which everybody takes the
interview at once; a message to everybody on Wednesday; one on Friday. What is compared is the time until the last message
of each has left, added up, with the time that the rates alone impose.
"""

import asyncio
import time
from datetime import timedelta
from math import ceil

from benchmarks.cases.result import Result
from benchmarks.cases.scene import PLATFORM, Instant, Place, analyze, bulk, courier, courier_on
from benchmarks.cases.week_core import Burst, imposed, run
from bot.rates import rates as settings_rates
from bot.settings import Settings
from storage.budget import Rates
from storage.database import Database
from storage.models import Person, PersonStatus
from storage.outbox import Outbox
from storage.repositories.outbox import Posting
from tests.support.clock import FixedClock

INTERVIEW = 7
"""Messages that answer somebody in an interview of six questions."""

FIRST = Burst("first contact", first=True)
WEEK = (
    Burst("first contact and interview", first=True, answers=INTERVIEW),
    Burst("nudge"),
    Burst("check-in"),
)

REAL_WORKSPACES = 4
COST_WORKSPACES, COST_MESSAGES = 20, 2000


def documented() -> dict[str, Rates]:
    """The rates that are kept unless somebody sets others."""
    return settings_rates(Settings(_env_file=None))


def claims(place: Place, each: int) -> Result:
    """A first contact with `each` people a workspace: claims on `place`, against the core."""
    rates = documented()["slack"]
    took = asyncio.run(_real(place, each, rates))
    core = run(FIRST, each, [rates] * REAL_WORKSPACES, 1, 0.0).seconds
    name = f"first contact with {each} people in {REAL_WORKSPACES} workspaces, simulated time"
    return Result(name, took / 60, "minutes", "the core without a database", core / 60, "<= 1.02")


def week(place: Place, each: int, workspaces: int) -> Result:
    """The week, with as many workers as its messages keep busy; what a message costs them is measured on `place`."""
    platforms = documented()
    cost = asyncio.run(_cost(place))
    here = [platforms["slack" if number % 2 else "teams"] for number in range(workspaces)]
    alone = [max(imposed(burst, each, rates) for rates in platforms.values()) for burst in WEEK]
    work = [burst.messages(each * workspaces) * cost for burst in WEEK]
    workers = max(ceil(seconds / bound) for seconds, bound in zip(work, alone, strict=True))
    took = [run(burst, each, here, workers, cost) for burst in WEEK]
    busy = sum(burst.busy for burst in took)
    name = (
        f"week of {each * workspaces:,} people in {workspaces:,} workspaces, simulated time "
        f"({workers} workers, {busy:,.0f} CPU s each, {cost * 1e3:.2f} ms a message)"
    )
    ours = sum(burst.seconds for burst in took)
    return Result(name, ours / 60, "minutes", "the rates alone", sum(alone) / 60, "<= 1.1")


async def _real(place: Place, people: int, rates: Rates) -> float:
    """Simulated seconds until a first contact with `people` a workspace had left, with real claims."""
    clock, platform = FixedClock(), Instant()
    database = Database(place.url, place.database.keyring, clock, place.database.ids)
    for number in range(REAL_WORKSPACES):
        _plan(database, f"T{number}", people)
    messages = Outbox(database, "bench", rates={PLATFORM: rates}, elapsed=clock.elapsed)
    sender, began = courier_on(database, messages, platform, clock), clock.now()
    last = began
    while platform.sent < REAL_WORKSPACES * people:
        if await sender.run():
            last = clock.now()
            continue
        due = await messages.next_due(clock.now())
        assert due is not None
        clock.advance(max(due - clock.now(), timedelta(microseconds=1)))
    database.dispose()
    return (last - began).total_seconds()


async def _cost(place: Place) -> float:
    """CPU seconds that a message costs a worker where a claim is full; those of the database server are not among them."""
    for number in range(COST_WORKSPACES):
        _plan(place.database, f"C{number}", COST_MESSAGES // COST_WORKSPACES)
    analyze(place.database)
    platform = Instant()
    sender = courier(place, platform)
    await sender.run()
    warm, used = platform.sent, time.process_time()
    while platform.sent < COST_MESSAGES:
        await sender.run()
    return (time.process_time() - used) / (platform.sent - warm)


def _plan(database: Database, name: str, people: int) -> None:
    with database.system() as system:
        workspace_id = system.workspaces.add(PLATFORM, name, name).id
        now = system.now
    ids = [database.ids.new() for _ in range(people)]
    here = {
        "workspace_id": workspace_id,
        "status": PersonStatus.ACTIVE,
        "created_at": now,
        "name": "Somebody",
    }
    bulk(database, Person, [here | {"id": id, "external_id": id} for id in ids])
    with database.transaction(workspace_id) as work:
        work.outbox.put_many([Posting(id, "bench", {"number": "1"}, id, now, paced=True) for id in ids])
