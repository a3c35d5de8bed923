"""Where adapters hand in what arrives: durable first, then acknowledged, then processed."""

import asyncio
from collections.abc import Callable

import structlog

from bot.metrics import Metrics
from bot.platforms.port import EVENT, Accepted, Form, InboundEvent, MemberJoined
from bot.router import Router
from storage.database import Database
from storage.inbox import InboxWriter, NewEvent
from storage.models import PersonStatus
from storage.work import Work

log = structlog.get_logger(__name__)


class Gateway:
    """Implements `bot.platforms.port.Inbound`. `wake` is called after an event has become durable."""

    def __init__(
        self,
        database: Database,
        inbox: InboxWriter,
        router: Router,
        metrics: Metrics,
        wake: Callable[[], None],
    ) -> None:
        self._database, self._inbox, self._router, self._metrics = database, inbox, router, metrics
        self._wake = wake
        self._workspaces: dict[tuple[str, str], str] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[str | None]] = {}

    async def accept(self, event: InboundEvent, platform: str) -> Accepted:
        """See the port. Raises whatever the database raises: the caller must not acknowledge then."""
        workspace_id = await self._workspace(platform, event.workspace)
        if workspace_id is None:
            log.warning("unknown_workspace", platform=platform, kind=event.type)
            outcome = Accepted.UNKNOWN_WORKSPACE
        elif isinstance(event, MemberJoined) and not await self._is_news(workspace_id, event):
            outcome = Accepted.NO_NEWS
        else:
            stored = await self._inbox.put(
                NewEvent(
                    workspace_id=workspace_id,
                    event_id=event.event_id,
                    sender=event.user,
                    kind=event.type,
                    payload=EVENT.dump_json(event).decode(),
                )
            )
            outcome = Accepted.STORED if stored else Accepted.DUPLICATE
            self._wake()
        self._metrics.inbound.labels(platform=platform, kind=event.type, outcome=outcome.value).inc()
        return outcome

    async def form(self, name: str, event: InboundEvent, platform: str) -> Form:
        """See the port. The event is carried out like any other, but the form it opens is the answer."""
        workspace_id = await self._workspace(platform, event.workspace)
        if workspace_id is None:
            raise LookupError("this workspace is not known; load a project into it first")

        def render(work: Work) -> Form | None:
            scene = self._router.handle(work, event.model_copy(update={"trigger": event.event_id}))
            asked = next((asked for asked in scene.opens if asked.name == name), None) if scene else None
            return self._router.form(scene, name, asked.context, asked.initial) if scene and asked else None

        form = await self._database.run(workspace_id, render)
        self._wake()
        if form is None:
            raise LookupError("the person is told in a message why there is no form")
        return form

    async def _is_news(self, workspace_id: str, event: MemberJoined) -> bool:
        """Slack tells of every changed picture as it tells of a re-activation, and without a conversation to keep."""

        def unreachable(work: Work) -> bool:
            person = work.people.by_external(event.user)
            return person is not None and person.status is PersonStatus.UNREACHABLE

        return event.conversation is not None or await self._database.read(workspace_id, unreachable)

    async def _workspace(self, platform: str, external_id: str) -> str | None:
        key = (platform, external_id)
        if key not in self._workspaces:
            found = await asyncio.shield(self._asked.get(key) or self._ask(key))
            if found is None:
                return None
            self._workspaces[key] = found
        return self._workspaces[key]

    def _ask(self, key: tuple[str, str]) -> asyncio.Task[str | None]:
        """Look a workspace up, once for everybody who wants to know at the same time."""
        asked = self._asked[key] = asyncio.create_task(self._database.workspace_id(*key))
        asked.add_done_callback(lambda _: self._asked.pop(key))
        return asked
