"""The outbox worker: render, send, record; what became of an uncertain send is looked up before anything is resent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import perf_counter

import structlog

from bot.drafts import FRESH_SECONDS, Drafts
from bot.kinds import KINDS
from bot.log import where
from bot.metrics import Metrics
from bot.moment import Hold
from bot.platforms import lease
from bot.platforms.errors import (
    LeaseLost,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    RecipientUnreachable,
)
from bot.platforms.port import Address, ChatPlatform, Message, Receipt
from bot.router import Router
from bot.together import every_one
from storage.clock import Clock, Elapsed, elapsed
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.installations import Installations
from storage.lanes import RATE_LIMITED
from storage.models import WorkspaceStatus
from storage.outbox import Outbox, Outgoing
from storage.repositories.outbox import OUTCOME_UNKNOWN, UNREACHABLE
from storage.repositories.workspaces import ASKED_EVERY

log = structlog.get_logger(__name__)

BATCH, LARGEST_BATCH = 50, 400
"""Messages claimed together: more and more, while they are gone quickly. A kill leaves at most so many uncertain."""

AT_ONCE = 8
"""Sends under way at the same time."""

STORAGE_PAUSE = timedelta(seconds=5)

LONGEST_PAUSE = timedelta(minutes=5)
"""Between two tries of a message that did not leave. However often that is, it ends only by being too late."""

SHORTEST_WAIT_SECONDS = 0.1
"""Even if a platform that asks to slow down names no time."""

PLATFORM_OFF_SECONDS = 300.0
"""How long a workspace is left alone whose platform this process does not serve."""

LOOK_BACK = timedelta(minutes=10)
"""How long before its first try a sent message is searched for."""

Watch = Callable[[int, str], None]
"""Told of a message (`seq`) that may not leave now, and of the word for why."""


class Courier:
    """Sends what is due, in each person's order."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        router: Router,
        platforms: Mapping[str, ChatPlatform],
        metrics: Metrics,
        clock: Clock,
        elapsed: Elapsed = elapsed,
        watch: Watch = lambda *_: None,
    ) -> None:
        self._outbox, self._drafts = outbox, Drafts(database, router, elapsed)
        self._platforms, self._metrics, self._clock = platforms, metrics, clock
        self._installations = Installations(database)
        self._elapsed, self._batch, self._watch = elapsed, BATCH, watch
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._stopping = False
        self._interrupted = False
        """Something could not be recorded: until it is, nothing more is sent."""
        self._begun: set[int] = set()
        self._arrived: dict[int, Receipt] = {}
        """What was sent and is not recorded yet."""
        self._closed: set[str] = set()
        """Workspaces whose lane was closed by the batch under way."""
        self._in_a_row: Counter[str] = Counter()
        """How many of a workspace's latest sends have failed."""

    async def run(self) -> int:
        """Send some of what is due, so that answers have their turn in between; how many messages were dealt with."""
        if self._stopping:
            return 0
        if self._interrupted:
            await self.release()
        outgoing = await self._outbox.claim(self._batch)
        began = self._elapsed()
        self._closed.clear()
        await self._drafts.prepare([message for message in outgoing if message.platform in self._platforms])
        await every_one(self._deliver(message) for message in outgoing)
        if len(outgoing) == self._batch:
            self._batch = self._next_batch(self._elapsed() - began)
        return len(outgoing)

    def stop(self) -> None:
        """Begin no further send."""
        self._stopping = True

    async def release(self) -> None:
        """Record what has arrived, then give up what is held; a send that was cut off is uncertain."""
        for seq, receipt in tuple(self._arrived.items()):
            await self._outbox.mark_sent(seq, receipt.message, receipt.conversation)
            self._recorded(seq)
        await self._outbox.release(self._begun)
        self._begun.clear()
        self._interrupted = False

    async def reconcile(self) -> None:
        """Find out what became of sends that ended without an answer."""
        for message in await self._outbox.uncertain(BATCH):
            if self._stopping:
                return
            await self._reconcile(message)

    async def ask_again(self) -> None:
        """Ask platforms that would not have us any more whether they do again."""
        for lost in await self._installations.to_ask():
            platform = self._platforms.get(lost.platform)
            if platform is None or self._stopping:
                continue
            try:
                await platform.check(lost.external_id)
            except Misconfigured as error:
                await self._installations.refused(lost.id, lost.status, error.code)
            except PlatformError as error:
                log.info("not_asked", platform=lost.platform, error=type(error).__name__)
            else:
                log.info("workspace_back", workspace=lost.id, platform=lost.platform)
                await self._installations.accepted(lost.id)

    def _next_batch(self, seconds: float) -> int:
        """How many to claim after a full batch that took so long; few where nobody can look up what a kill left."""
        searched = all(platform.capabilities.finds_sent for platform in self._platforms.values())
        if searched and seconds <= FRESH_SECONDS:
            return min(self._batch * 2, LARGEST_BATCH)
        return max(self._batch // 2, BATCH)

    async def _deliver(self, outgoing: Outgoing) -> None:
        try:
            await self._try(outgoing)
        except Exception:
            self._interrupted = True
            raise

    async def _try(self, outgoing: Outgoing) -> None:
        async with self._at_once:
            if self._stopping or self._interrupted:
                return
            started = perf_counter()
            self._begun.add(outgoing.seq)
            receipt = await self._attempt(outgoing)
            failed_before = isinstance(receipt, Receipt) and self._in_a_row.pop(outgoing.workspace_id, 0)
            self._metrics.sending.labels(platform=outgoing.platform).observe(perf_counter() - started)
        if isinstance(receipt, Receipt):
            self._arrived[outgoing.seq] = receipt
            await self._outbox.mark_sent(outgoing.seq, receipt.message, receipt.conversation)
            if outgoing.probe or failed_before:
                await self._installations.accepted(outgoing.workspace_id)
        self._recorded(outgoing.seq)
        outcome = "sent" if isinstance(receipt, Receipt) else receipt
        self._metrics.sent.labels(platform=outgoing.platform, outcome=outcome).inc()

    def _recorded(self, seq: int) -> None:
        self._begun.discard(seq)
        self._arrived.pop(seq, None)

    async def _attempt(self, outgoing: Outgoing) -> Receipt | str:
        """One try: the receipt, or why there is none (recorded), as the name that metrics count."""
        platform = self._platforms.get(outgoing.platform)
        if platform is None:
            await self._close(outgoing, PLATFORM_OFF_SECONDS, "platform_off")
        if platform is None or outgoing.workspace_id in self._closed:
            await self._hand_back(outgoing)
            return "handed_back"
        try:
            draft = await self._drafts.of(outgoing)
        except StorageUnavailable:
            later = self._clock.now() + STORAGE_PAUSE
            await self._outbox.retry(outgoing.seq, later, "storage_unavailable", counts=False)
            return "storage_unavailable"
        except Exception as error:  # noqa: BLE001 - a defect in one text must not hold up the others
            log.error(
                "not_rendered",
                seq=outgoing.seq,
                intent=outgoing.intent,
                error=type(error).__name__,
                path=where(error),
            )
            await self._outbox.mark_failed(outgoing.seq, f"not rendered: {type(error).__name__}")
            return "not_rendered"
        if isinstance(draft.message, Hold):
            return await self._held(outgoing, draft.message)
        if draft.message is None:
            await self._outbox.mark_superseded(outgoing.seq)
            return "superseded"
        try:
            return await self._send(platform, draft.address, outgoing, draft.message)
        except PlatformError as error:
            return await self._failed(outgoing, error)

    async def _held(self, outgoing: Outgoing, held: Hold) -> str:
        self._watch(outgoing.seq, held.behind or held.reason)
        if held.until is None:
            await self._outbox.mark_cancelled(outgoing.seq, held.reason)
        else:
            await self._outbox.hold(outgoing.seq, held.until)
        return held.reason

    async def _send(
        self, platform: ChatPlatform, address: Address, outgoing: Outgoing, message: Message
    ) -> Receipt:
        with lease.under(lambda: self._outbox.holds(outgoing)):
            if outgoing.updates is None:
                return await platform.send(address, message, outgoing.key)
            receipt = Receipt(*outgoing.updates)
            await platform.update(address, receipt, message)
            return receipt

    async def _failed(self, outgoing: Outgoing, error: PlatformError) -> str:
        log.warning(
            "not_sent",
            seq=outgoing.seq,
            intent=outgoing.intent,
            platform=outgoing.platform,
            error=type(error).__name__,
            attempts=outgoing.attempts + 1,
        )
        name = type(error).__name__
        if isinstance(error, PlatformUnavailable | OutcomeUnknown):
            self._in_a_row[outgoing.workspace_id] += 1
            if await self._outbox.lanes.failed(outgoing.workspace_id, self._in_a_row[outgoing.workspace_id]):
                self._closed.add(outgoing.workspace_id)
        elif outgoing.probe and not isinstance(error, LeaseLost):
            await self._outbox.lanes.works(outgoing.workspace_id)
        match error:
            case OutcomeUnknown() if outgoing.repeated:
                await self._outbox.mark_failed(outgoing.seq, OUTCOME_UNKNOWN)
            case OutcomeUnknown():
                await self._outbox.mark_uncertain(outgoing.seq)
            case LeaseLost():
                await self._hand_back(outgoing)
            case RateLimited(retry_after=seconds):
                await self._close(outgoing, max(seconds, SHORTEST_WAIT_SECONDS), RATE_LIMITED)
                await self._hand_back(outgoing)
            case Misconfigured(code=code, revoked=revoked):
                status = WorkspaceStatus.REVOKED if revoked else WorkspaceStatus.MISCONFIGURED
                await self._installations.refused(outgoing.workspace_id, status, code)
                await self._close(outgoing, ASKED_EVERY.total_seconds(), status.value)
                await (self._hand_back(outgoing) if revoked else self._step_back(outgoing, name))
            case RecipientUnreachable(reason=reason) if outgoing.updates is None:
                await self._outbox.mark_failed(outgoing.seq, UNREACHABLE)
                await self._outbox.mark_unreachable(outgoing.workspace_id, outgoing.person_id, reason)
            case PlatformUnavailable():
                await self._outbox.retry(outgoing.seq, self._next_try(outgoing), name)
            case _:
                await self._outbox.mark_failed(outgoing.seq, name)
        return name

    async def _close(self, outgoing: Outgoing, seconds: float, why: str) -> None:
        self._closed.add(outgoing.workspace_id)
        await self._outbox.lanes.close(outgoing.workspace_id, seconds, why)

    async def _hand_back(self, outgoing: Outgoing) -> None:
        """It keeps its place and waits for the lane of its workspace to open."""
        await self._outbox.retry(outgoing.seq, outgoing.not_before, "handed_back", counts=False)

    async def _step_back(self, outgoing: Outgoing, why: str) -> None:
        """Another message is tried before it: it may be this one alone that is refused."""
        later = max(outgoing.not_before, self._clock.now() + ASKED_EVERY)
        await self._outbox.retry(outgoing.seq, later, why, counts=False)

    async def _reconcile(self, outgoing: Outgoing) -> None:
        platform = self._platforms.get(outgoing.platform)
        if platform is None:
            return
        if outgoing.updates is not None:
            await self._again(outgoing, "update repeated")
            return
        if not platform.capabilities.finds_sent:
            await self._without_search(outgoing)
            return
        address = Address(outgoing.workspace, outgoing.person, outgoing.conversation)
        try:
            found = await platform.find_sent(address, outgoing.key, outgoing.tried_at - LOOK_BACK)
        except PlatformError as error:
            log.warning(
                "not_reconciled", seq=outgoing.seq, platform=outgoing.platform, error=type(error).__name__
            )
            if isinstance(error, RateLimited):
                await self._outbox.look_up_later(outgoing.seq, error.retry_after)
            return
        if found:
            await self._outbox.mark_sent(outgoing.seq, found.message, found.conversation)
        else:
            await self._again(outgoing, "did not arrive")

    async def _again(self, outgoing: Outgoing, why: str) -> None:
        """At once the first time, then more and more rarely: the platform may be answering nothing at all."""
        when = self._next_try(outgoing) if outgoing.attempts else self._clock.now()
        await self._outbox.retry(outgoing.seq, when, why)

    async def _without_search(self, outgoing: Outgoing) -> None:
        """Where nobody can tell whether it arrived: an answer is given once more, what nobody asked for if its kind is."""
        kind = KINDS.get(outgoing.intent)
        if outgoing.repeated or (outgoing.paced and not (kind and kind.repeated)):
            await self._outbox.mark_failed(outgoing.seq, OUTCOME_UNKNOWN)
        else:
            await self._outbox.repeat(outgoing.seq)

    def _next_try(self, outgoing: Outgoing) -> datetime:
        doubled: int = 2 ** min(outgoing.attempts, 10)
        return self._clock.now() + min(timedelta(seconds=doubled), LONGEST_PAUSE)
