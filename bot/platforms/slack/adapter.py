"""Slack as a chat platform: Bolt receives (signed HTTP or Socket Mode), `SlackClient` sends.

Everything that arrives takes one way: verified, translated, stored by `Inbound.accept`, and only then acknowledged.
No Bolt listener does any work, because Bolt acknowledges listeners that fail.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.platforms.port import (
    Accepted,
    Address,
    Capabilities,
    Form,
    Inbound,
    Member,
    Message,
    Receipt,
    Route,
)
from bot.platforms.slack import render
from bot.platforms.slack.client import Identity, SlackClient, quiet_logger
from bot.platforms.slack.failures import ConversationGone
from bot.platforms.slack.http import SignedEndpoint
from bot.platforms.slack.inbound import MalformedPayload, kind_of, translate
from bot.platforms.slack.manifest import PATH
from bot.platforms.slack.socket import SocketMode
from storage.clock import Clock

log = structlog.get_logger(__name__)

NAME = "slack"


class SlackPlatform:
    """Implements `bot.platforms.port.ChatPlatform` for one Slack app in one workspace.

    Without a signing secret there is no HTTP route; without an app token there is no Socket Mode. `timeout`: seconds
    for one call to Slack.
    """

    name = NAME
    capabilities = Capabilities(finds_sent=True, opens_forms=True, lists_members=True)

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str,
        app_token: str | None,
        inbound: Inbound,
        clock: Clock,
        base_url: str = "https://slack.com/api/",
        timeout: float = 10.0,
    ) -> None:
        self._signing_secret, self._app_token, self._clock = signing_secret, app_token, clock
        self._client = SlackClient(bot_token, base_url, clock, timeout)
        self._app = _bolt(bot_token, signing_secret, _Intake(inbound, clock))
        self._socket: SocketMode | None = None

    async def start(self) -> None:
        """Open the connection pool, and the websocket where an app token is set. Does not wait for Slack."""
        await self._client.open()
        if self._app_token:
            self._socket = SocketMode(self._app, self._app_token, self._client.web_client())
            self._socket.start()

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()
        await self._client.close()

    def routes(self) -> list[Route]:
        """What to serve over HTTP: one address for events, commands and interactivity."""
        if not self._signing_secret:
            return []
        return [Route(PATH, SignedEndpoint(self._app, self._signing_secret, self._clock))]

    async def identity(self) -> Identity:
        """The workspace and bot user that the token belongs to; raises `Misconfigured` for a bad token."""
        return await self._client.identity()

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        channel = await self._channel(to)
        blocks, text = render.message(message)
        try:
            return Receipt(await self._client.post(channel, blocks, text, key), channel)
        except ConversationGone:
            if to.conversation is None:
                raise
        channel = await self._client.open_conversation(to.user)
        return Receipt(await self._client.post(channel, blocks, text, key), channel)

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:  # noqa: ARG002 - the port's
        blocks, text = render.message(message)
        await self._client.update(receipt.conversation, receipt.message, blocks, text)

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:
        channel = await self._channel(to)
        try:
            found = await self._client.find(channel, key, since)
        except ConversationGone:
            return None
        return Receipt(found, channel) if found else None

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:  # noqa: ARG002 - the port's
        await self._client.open_view(trigger, render.modal(form))

    def list_members(self, workspace: str) -> AsyncIterator[Member]:  # noqa: ARG002 - a token knows one workspace
        return self._client.members()

    async def _channel(self, to: Address) -> str:
        return to.conversation or await self._client.open_conversation(to.user)


class _Intake(AsyncMiddleware):
    """The one step that Bolt runs for everything: translate, store, acknowledge."""

    def __init__(self, inbound: Inbound, clock: Clock) -> None:
        self._inbound, self._clock = inbound, clock

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: ARG002 - Bolt's
    ) -> BoltResponse:
        kind = kind_of(req.body)
        try:
            event = translate(req.body, self._clock.now())
        except MalformedPayload:
            log.warning("malformed_payload", platform=NAME, kind=kind)
            return BoltResponse(status=200)
        if event is None:
            self._ignored(kind)
            return BoltResponse(status=200)
        try:
            accepted = await self._inbound.accept(event, NAME)
        except Exception as error:  # noqa: BLE001 - not stored for whatever reason: Slack must send it again
            log.error("event_not_stored", platform=NAME, kind=kind, error=type(error).__name__)
            return BoltResponse(status=500)
        if accepted is Accepted.DUPLICATE:
            log.debug("event_again", platform=NAME, kind=kind)
        return BoltResponse(status=200)

    @staticmethod
    def _ignored(kind: str) -> None:
        if kind == "app_rate_limited":
            log.warning("events_held_back", platform=NAME, reason="more than 30,000 events an hour")
        else:
            log.debug("event_ignored", platform=NAME, kind=kind)


def _bolt(bot_token: str, signing_secret: str, intake: AsyncMiddleware) -> AsyncApp:
    """Bolt with our own check of signatures, no `auth.test` per event, and our one step."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    app = AsyncApp(
        name="entrain",
        logger=quiet_logger("slack_bolt"),
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(intake)
    return app
