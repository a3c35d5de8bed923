"""Waking whoever is free: a process that left something to be done tells the others at once, not at their next tick.

procrastinate (MIT) keeps the wake-ups, where it is installed and the database is PostgreSQL. A wake-up names a workspace
and nothing else, and is lost without harm: what is to be done stands in inbox, outbox and agenda, and every tick finds it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import URL

from bot.log import where
from storage import wakes

if TYPE_CHECKING:
    from procrastinate import App

log = structlog.get_logger(__name__)

QUEUE = TASK = "entrain"

AT_ONCE = 4
"""Wake-ups told at a time. Who wakes up does whatever is due anywhere, so a few wake everybody who is free."""

PAUSE_SECONDS = 0.5
"""Between two times of telling: what is planned meanwhile is told together."""

RETRY_SECONDS = 5.0
"""How long after the database was lost it is tried again."""

AGAIN_SECONDS = 2.0
"""Between two wishes to end: one is lost where what is waited for comes true at the same moment."""

STALE_SECONDS = 3600.0
"""How long a process may say nothing before what it had taken is cleared away."""


class Wakes:
    """Tells others of work, and hears of it. `wake` begins a pass; `free` returns once this process has nothing to do."""

    def __init__(
        self, url: URL, wake: Callable[[], None], free: Callable[[], Awaitable[object]], poll_seconds: float
    ) -> None:
        self._options = wakes.options(url)
        self._wake, self._free, self._poll = wake, free, poll_seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None
        self._parts: tuple[asyncio.Task[None], ...] = ()
        self._untold: set[str] = set()
        self._anything, self._heard = asyncio.Event(), asyncio.Event()

    @property
    def available(self) -> bool:
        """Whether there is anything to tell with: procrastinate and its tables."""
        return self._options is not None

    def want(self, workspace_id: str) -> None:
        """Something is to be done in this workspace. From any thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._note, workspace_id)

    def start(self) -> None:
        """Begin, unless there is nothing to begin with: then ticks alone find what is due."""
        if self._options is not None:
            self._loop = asyncio.get_running_loop()
            self._running = asyncio.create_task(self._run(self._options), name="wakes")

    async def close(self) -> None:
        self._loop = None
        while self._running and not self._running.done():
            for task in (self._running, *self._parts):
                task.cancel()
            await asyncio.wait({self._running}, timeout=AGAIN_SECONDS)

    # ---------------------------------------------------------------- inside

    def _note(self, workspace_id: str) -> None:
        self._untold.add(workspace_id)
        self._anything.set()

    async def _run(self, options: dict[str, Any]) -> None:
        from procrastinate import App, PsycopgConnector

        lost = False
        while True:
            app = App(connector=PsycopgConnector(min_size=1, max_size=2, **options))
            try:
                async with app.open_async(), asyncio.TaskGroup() as group:
                    worker = await _signed_on(app)
                    if lost:
                        log.info("wakes_back")
                        lost = False
                    listening = app.job_manager.listen_for_jobs(on_notification=self._hear, queues=[QUEUE])
                    self._parts = (
                        group.create_task(listening),
                        group.create_task(self._take(app, worker)),
                        group.create_task(self._tell(app)),
                    )
            except Exception as error:  # noqa: BLE001 - whatever it is, ticks go on and find what is due
                if not lost:
                    log.warning("wakes_lost", error=_name(error), path=where(error), seconds=RETRY_SECONDS)
                lost = True
            await asyncio.sleep(RETRY_SECONDS)

    async def _hear(self, **_: object) -> None:
        self._heard.set()

    async def _take(self, app: "App", worker: int) -> None:
        """One wake-up at a time, and only while there is nothing else to do: so that those who are free get them."""
        from procrastinate.jobs import Status

        while True:
            await self._free()
            self._heard.clear()
            job = await app.job_manager.fetch_job(queues=[QUEUE], worker_id=worker)
            if job is not None:
                await app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True)
                self._wake()
                continue
            await app.job_manager.update_heartbeat(worker)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._heard.wait()

    async def _tell(self, app: "App") -> None:
        from procrastinate.exceptions import AlreadyEnqueued

        while True:
            await self._anything.wait()
            self._anything.clear()
            for workspace_id in self._chosen():
                with suppress(AlreadyEnqueued):
                    await _deferrer(app, workspace_id).defer_async(workspace=workspace_id)
            await asyncio.sleep(PAUSE_SECONDS)

    def _chosen(self) -> list[str]:
        chosen = sorted(self._untold)[:AT_ONCE]
        self._untold.clear()
        return chosen


def tell(url: URL, workspace_ids: Iterable[str]) -> None:
    """Wake whoever is free, from a command that has planned something and ends now."""
    options, chosen = wakes.options(url), sorted(workspace_ids)[:AT_ONCE]
    if options is None or not chosen:
        return
    from procrastinate import App, SyncPsycopgConnector
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

    with suppress(ConnectorException), App(connector=SyncPsycopgConnector(**options)).open() as app:
        for workspace_id in chosen:
            with suppress(AlreadyEnqueued):
                _deferrer(app, workspace_id).defer(workspace=workspace_id)


def _deferrer(app: "App", workspace_id: str) -> Any:
    return app.configure_task(TASK, queue=QUEUE, queueing_lock=workspace_id, allow_unknown=True)


async def _signed_on(app: "App") -> int:
    """This process's number; what processes that were killed had taken is cleared away."""
    from procrastinate.jobs import Status

    manager = app.job_manager
    await manager.prune_stalled_workers(STALE_SECONDS)
    for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALE_SECONDS):
        await manager.finish_job(job, Status.FAILED, delete_job=True)
    worker: int = await manager.register_worker()
    return worker


def _name(error: Exception) -> str:
    return type(error.exceptions[0] if isinstance(error, ExceptionGroup) else error).__name__
