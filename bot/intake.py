"""The inbox worker: accepted events, in each person's order, each in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter

import structlog

from bot.log import where
from bot.metrics import Metrics
from bot.platforms.errors import PlatformError
from bot.platforms.port import (
    EVENT,
    Address,
    ChatPlatform,
    Form,
    InboundEvent,
    MemberLeft,
    WorkspaceLost,
)
from bot.router import Router
from bot.scene import FormRequest, Scene
from bot.second_opinion import SecondOpinions
from bot.together import every_one
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.inbox import Inbox, Received, mark_done
from storage.work import Work
from surveys.opinion import Opinion

log = structlog.get_logger(__name__)

BATCH = 100

AT_ONCE = 4
"""Transactions under way at the same time: fewer than the database has threads, so that arriving events find one."""


class Intake:
    """Works the inbox off. `attempts` tries, then an event is set aside as poison, with everything needed to replay it.

    `calm` returns when an event may be handled: those who wait for an acknowledgement go first.
    """

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        router: Router,
        platforms: Mapping[str, ChatPlatform],
        metrics: Metrics,
        attempts: int,
        opinions: SecondOpinions | None = None,
        *,
        calm: Callable[[], Awaitable[None]],
    ) -> None:
        self._database, self._inbox, self._router = database, inbox, router
        self._opinions = opinions
        self._platforms, self._metrics, self._attempts = platforms, metrics, attempts
        self._calm, self._at_once = calm, asyncio.Semaphore(AT_ONCE)
        self._interrupted = self._stopping = False

    async def run(self) -> int:
        """Handle what is there, until nothing more can be claimed; how many events that was."""
        if self._interrupted:
            await self._inbox.release()
            self._interrupted = False
        handled = 0
        while not self._stopping and (events := await self._inbox.claim(BATCH)):
            try:
                await every_one(self._handle(event) for event in events)
            except Exception:
                self._interrupted = True
                raise
            handled += len(events)
        return handled

    def stop(self) -> None:
        """Take no further events."""
        self._stopping = True

    async def release(self) -> None:
        """Give back the events that are not being handled any more."""
        await self._inbox.release()

    async def recover(self) -> None:
        """Give back what a killed process held."""
        await self._inbox.recover()

    async def _handle(self, received: Received) -> None:
        try:
            event = EVENT.validate_json(received.payload)
            opinion = await self._opinions.about(received.workspace_id, event) if self._opinions else None
            async with self._at_once:
                await self._calm()
                started = perf_counter()
                opening = await self._database.run(
                    received.workspace_id, lambda work: self._transaction(work, received.seq, event, opinion)
                )
        except StorageUnavailable as error:
            log.error("event_waits", seq=received.seq, kind=received.kind, error=_cause(error))
            self._metrics.handled.labels(kind=received.kind, outcome="waits").inc()
            await self._inbox.give_back(received.seq)
            return
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the event is kept and tried again
            poisoned = await self._inbox.failed(received.seq, type(error).__name__, self._attempts)
            log.error(
                "event_failed",
                seq=received.seq,
                kind=received.kind,
                error=type(error).__name__,
                attempts=received.attempts + 1,
                state="poison" if poisoned else "new",
                path=where(error),
            )
            self._metrics.handled.labels(kind=received.kind, outcome="poison" if poisoned else "failed").inc()
            return
        self._metrics.handling.observe(perf_counter() - started)
        self._metrics.handled.labels(kind=received.kind, outcome="done").inc()
        for address, request, form in opening:
            await self._open(received, address, request, form)

    def _transaction(
        self, work: Work, seq: int, event: InboundEvent, opinion: Opinion | None
    ) -> list[tuple[Address, FormRequest, Form]]:
        scene = self._router.handle(work, event, opinion)
        mark_done(work, seq, keep=isinstance(event, MemberLeft | WorkspaceLost))
        if scene is None:
            return []
        address = address_of(scene)
        return [
            (address, asked, self._router.form(scene, asked.name, asked.context, asked.initial))
            for asked in scene.opens
        ]

    async def _open(self, received: Received, address: Address, request: FormRequest, form: Form) -> None:
        """Open a form now; if that is no longer possible it goes out in a message."""
        platform = self._platforms.get(received.platform)
        try:
            if platform and platform.capabilities.opens_forms:
                await asyncio.wait_for(platform.open_form(address, request.trigger, form), timeout=3)
                return
        except (PlatformError, TimeoutError) as error:
            log.info("form_in_message", kind=request.name, error=type(error).__name__)

        def post(work: Work) -> None:
            person = work.people.ensure(received.sender, received.sender)
            scene = self._router.scene(work, person, f"form:{received.seq}")
            scene.post("form", {"name": request.name, "context": request.context})

        await self._database.run(received.workspace_id, post)


def _cause(error: StorageUnavailable) -> str:
    return type(error.__cause__ or error).__name__


def address_of(scene: Scene) -> Address:
    """Where this scene's person is written to."""
    return Address(scene.workspace.external_id, scene.person.external_id, scene.person.conversation)
