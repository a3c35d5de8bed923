"""The inbox worker: accepted events, in each person's order, those of many people in one transaction."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    TextReceived,
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

BATCH, LARGEST_BATCH = 25, 200
"""Events claimed together: more and more, while each transaction is short."""

SHORT_SECONDS = 0.2
"""What is stored meanwhile waits for the transaction, where there is one writer; and so does its acknowledgement."""

AT_ONCE = 4
"""Transactions under way at the same time: fewer than the database has threads, so that arriving events find one."""

DEPARTURES = MemberLeft, WorkspaceLost
"""Judged by what was handled before them, so not together with it."""

Opening = tuple[Received, Address, FormRequest, Form]
"""A form to open once the transaction has been committed."""


@dataclass(frozen=True)
class Told:
    """What was received, read."""

    received: Received
    event: InboundEvent


class Intake:
    """Works the inbox off: events of different people in one transaction, that holds what they did and that they are done.

    `attempts` tries, then an event is set aside as poison, with everything needed to replay it.

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
        self._opinions, self._asked_about = opinions, (TextReceived,) if opinions else ()
        self._platforms, self._metrics, self._attempts = platforms, metrics, attempts
        self._calm, self._at_once = calm, asyncio.Semaphore(AT_ONCE)
        self._batch, self._longest = BATCH, 0.0
        self._interrupted = self._stopping = False

    async def run(self) -> int:
        """Handle what is there, until nothing more can be claimed; how many events that was."""
        if self._interrupted:
            await self._inbox.release()
            self._interrupted = False
        handled = 0
        while not self._stopping and (events := await self._inbox.claim(self._batch)):
            asked, self._longest = self._batch, 0.0
            try:
                told = [each for each in [await self._read(event) for event in events] if each]
                await every_one(self._handle(batch) for batch in self._batches(told))
            except Exception:
                self._interrupted = True
                raise
            handled += len(events)
            if self._longest > SHORT_SECONDS:
                self._batch = min(self._batch, BATCH)
            elif self._batch == asked == len(events):
                self._batch = min(asked * 2, LARGEST_BATCH)
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

    async def _read(self, received: Received) -> Told | None:
        try:
            return Told(received, EVENT.validate_json(received.payload))
        except ValueError as error:
            await self._failed(received, error)
            return None

    def _batches(self, events: Sequence[Told]) -> Iterable[list[Told]]:
        """Each of one workspace."""
        together: dict[str, list[Told]] = defaultdict(list)
        for told in events:
            if isinstance(told.event, (*DEPARTURES, *self._asked_about)):
                yield [told]
            else:
                together[told.received.workspace_id].append(told)
        yield from together.values()

    async def _handle(self, batch: Sequence[Told]) -> None:
        """A batch that fails is halved, down to the event that is broken: it is counted, and holds nobody up."""
        workspace_id = batch[0].received.workspace_id
        try:
            opinion = None
            if self._opinions and len(batch) == 1:
                opinion = await self._opinions.about(workspace_id, batch[0].event)
            async with self._at_once:
                await self._calm()
                started = perf_counter()
                openings = await self._database.run(
                    workspace_id, lambda work: self._transaction(work, batch, opinion)
                )
                seconds = perf_counter() - started
        except StorageUnavailable as error:
            await self._wait(batch, error)
            return
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the event is kept and tried again
            if len(batch) == 1:
                await self._failed(batch[0].received, error)
                return
            half = len(batch) // 2
            await every_one(self._handle(part) for part in (batch[:half], batch[half:]))
            return
        self._longest = max(self._longest, seconds)
        for told in batch:
            self._metrics.handling.observe(seconds / len(batch))
            self._metrics.handled.labels(kind=told.received.kind, outcome="done").inc()
        await every_one(self._open(*opening) for opening in openings)

    def _transaction(self, work: Work, batch: Sequence[Told], opinion: Opinion | None) -> list[Opening]:
        scenes = self._router.handle_together(work, [told.event for told in batch], opinion)
        departed = isinstance(batch[0].event, DEPARTURES)
        mark_done(work, [told.received.seq for told in batch], keep=departed)
        return [
            (told.received, address_of(scene), asked, self._form(scene, asked))
            for told, scene in zip(batch, scenes, strict=True)
            if scene
            for asked in scene.opens
        ]

    def _form(self, scene: Scene, asked: FormRequest) -> Form:
        return self._router.form(scene, asked.name, asked.context, asked.initial)

    async def _wait(self, batch: Sequence[Told], error: StorageUnavailable) -> None:
        """The database is to blame, or one event of them that looks like it: next they come one by one."""
        self._batch = 1
        log.error("events_wait", events=len(batch), error=_cause(error))
        for told in batch:
            self._metrics.handled.labels(kind=told.received.kind, outcome="waits").inc()
        await self._inbox.give_back([told.received.seq for told in batch])

    async def _failed(self, received: Received, error: Exception) -> None:
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
