"""Slack as a chat platform: signed HTTP or Socket Mode (by Bolt) receive, `SlackClient` sends."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

from bot.platforms.errors import Misconfigured
from bot.platforms.port import (
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
from bot.platforms.slack.client import Identity, SlackClient
from bot.platforms.slack.failures import ConversationGone
from bot.platforms.slack.http import SignedEndpoint
from bot.platforms.slack.intake import NAME, Intake
from bot.platforms.slack.manifest import PATH
from storage.clock import Clock

if TYPE_CHECKING:
    from bot.platforms.slack.socket import SocketMode


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
        self._bot_token, self._signing_secret, self._app_token = bot_token, signing_secret, app_token
        self._clock = clock
        self._client = SlackClient(bot_token, base_url, clock, timeout)
        self._intake = Intake(inbound, clock)
        self._socket: SocketMode | None = None

    async def start(self) -> None:
        """Open the connection pool, and the websocket where an app token is set. Does not wait for Slack."""
        await self._client.open()
        if self._app_token:
            from bot.platforms.slack import bolt, socket

            app = bolt.application(self._bot_token, self._intake.take)
            self._socket = socket.SocketMode(app, self._app_token, self._client.web_client())
            self._socket.start()

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()
        await self._client.close()

    def routes(self) -> list[Route]:
        """What to serve over HTTP: one address for events, commands and interactivity."""
        if not self._signing_secret:
            return []
        return [Route(PATH, SignedEndpoint(self._intake.take, self._signing_secret, self._clock))]

    async def check(self, workspace: str) -> None:
        """See the port."""
        identity = await self._client.identity()
        if identity.team != workspace:
            raise Misconfigured(
                "ENTRAIN_SLACK_BOT_TOKEN belongs to another workspace.", code="other_workspace"
            )

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
