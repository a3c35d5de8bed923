"""The ticks: what is due is planned, what is planned is sent. One in-memory ticker per process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.courier import Courier
from bot.intake import Intake
from bot.learning import Learning
from bot.log import where
from bot.metrics import Metrics
from bot.planner import Planner
from storage.clock import WatchedClock
from storage.errors import StorageUnavailable
from storage.outbox import Outbox
from storage.purge import Purge

log = structlog.get_logger(__name__)

UPKEEP_SECONDS = 600.0
"""How often it is looked at whether the hour's upkeep has been begun by anybody."""

COUNTED = timedelta(hours=2)
"""How long counts of rows are shown: by then another process has newer ones."""

DRIFT = timedelta(seconds=1)
"""How far a clock may go back unnoticed: machines are corrected, and differ, by less all the time."""


class Jobs:
    """Everything that happens by itself, in one order: events, due items, sends. Passes never overlap.

    `calm` returns when it may go on: those who wait for an acknowledgement go first.
    """

    def __init__(
        self,
        *,
        intake: Intake,
        planner: Planner,
        courier: Courier,
        outbox: Outbox,
        metrics: Metrics,
        clock: WatchedClock,
        tick_seconds: float,
        calm: Callable[[], Awaitable[None]],
        purge: Purge | None = None,
        learning: Learning | None = None,
    ) -> None:
        self._intake, self._planner, self._courier = intake, planner, courier
        self._outbox, self._metrics, self._clock = outbox, metrics, clock
        self._tick_seconds, self._calm, self._purge, self._learning = tick_seconds, calm, purge, learning
        self._passing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._counted: datetime | None = None
        self._wanted, self._free = asyncio.Event(), asyncio.Event()
        self._free.set()
        self._worker: asyncio.Task[None] | None = None
        self._scheduler: AsyncIOScheduler | None = None

    def wake(self) -> None:
        """Something was accepted: do a pass soon."""
        self._wanted.set()
        self._free.clear()

    async def free(self) -> None:
        """Return once there is nothing to do here: no pass is under way or wanted."""
        await self._free.wait()

    async def start(self) -> None:
        """Take up what a killed process left behind, then begin to work and to tick."""
        await self._intake.recover()
        await self._outbox.recover()
        newest = await self._outbox.newest()
        if newest:
            self._clock.saw(newest)
        self._worker = asyncio.create_task(self._work(), name="jobs")
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(self.wake, "interval", seconds=self._tick_seconds, id="tick")
        self._scheduler.add_job(self.upkeep, "interval", seconds=UPKEEP_SECONDS, id="upkeep")
        self._scheduler.start()
        self.wake()

    async def stop(self, within: float) -> None:
        """Begin nothing more, let what is under way end for `within` seconds, and hand the rest back."""
        self._stopping.set()
        self._intake.stop()
        self._planner.stop()
        self._courier.stop()
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
        if self._worker:
            with suppress(TimeoutError):
                async with asyncio.timeout(within), self._passing:
                    pass
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
            await self._intake.release()
            await self._courier.release()

    async def run_due(self) -> None:
        """One pass: handle events, plan what is due, send what may be sent, until nothing is left for now."""
        async with self._passing:
            busy = 1
            while busy and not self._stopping.is_set():
                await self._look_at_the_clock()
                busy = await self._intake.run() + await self._planner.run()
                await self._calm()
                await self._courier.ask_again()
                await self._courier.reconcile()
                busy += await self._courier.run()
        self._metrics.last_tick.set_to_current_time()

    async def upkeep(self) -> None:
        """Delete what nobody needs any more, if no process has begun to within the hour; learn what nudges have done."""
        if self._purge is None:
            return
        try:
            purged = await self._purge.run()
            if self._learning:
                await self._learning.run()
        except StorageUnavailable as error:
            log.warning("upkeep_put_off", error=type(error).__name__)
            return
        now = self._clock.now()
        if purged:
            self._counted = now
            for (table, state), rows in purged.left.items():
                self._metrics.rows.labels(table=table, state=state).set(rows)
            if purged.unvacuumed:
                log.warning("vacuum_refused", count=purged.unvacuumed)
            log.info("upkeep_done", count=purged.events + purged.messages + purged.lanes)
        elif self._counted and now - self._counted > COUNTED:
            self._metrics.rows.clear()

    async def next_due(self, now: datetime) -> datetime | None:
        """The first instant after `now` at which something becomes due or may be sent."""
        return await self._outbox.next_due(now)

    async def _look_at_the_clock(self) -> None:
        """A clock that was ahead and has been set back must not hold up what was planned by it."""
        back = self._clock.set_back()
        if back > DRIFT:
            log.warning("clock_set_back", seconds=round(back.total_seconds()))
            await self._outbox.clock_set_back()

    async def _work(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            begun = self._clock.now()
            try:
                await self.run_due()
                await self._wake_when_due(begun)
            except Exception as error:  # noqa: BLE001 - the worker outlives any single failure
                log.error("pass_failed", error=type(error).__name__, path=where(error))
            if not self._wanted.is_set():
                self._free.set()

    async def _wake_when_due(self, since: datetime) -> None:
        """A lane that opens in a tenth of a second, or has opened since, does not wait for the next tick."""
        due = await self.next_due(since)
        pause = (due - self._clock.now()).total_seconds() if due else self._tick_seconds
        if pause < self._tick_seconds:
            asyncio.get_running_loop().call_later(max(pause, 0), self.wake)
