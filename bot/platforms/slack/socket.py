"""Socket Mode: Slack's events over a websocket that we open, for where no address can be reached from outside.

The SDK's client reconnects by itself, except that it tries a dead ticket's address for ever. So a watchdog looks at
the connection and, when it has been down for too long, replaces the whole client, which fetches a new ticket.
"""

import asyncio
import contextlib

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.client import quiet_logger

log = structlog.get_logger(__name__)


class SocketMode:
    """Keeps one websocket open. `patience`: seconds without a connection before everything is built anew."""

    def __init__(
        self, app: AsyncApp, app_token: str, web_client: AsyncWebClient, patience: float = 20.0
    ) -> None:
        self._app, self._app_token, self._web_client, self._patience = app, app_token, web_client, patience
        self._watchdog: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._watchdog = asyncio.create_task(self._keep_open(), name="slack-socket-mode")

    async def close(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watchdog

    async def _keep_open(self) -> None:
        while True:
            try:
                await self._one_client()
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the next client gets a new ticket
                log.warning("socket_mode_failed", platform="slack", error=type(error).__name__)
                await asyncio.sleep(self._patience / 4)
            else:
                log.warning("socket_mode_rebuilt", platform="slack")

    async def _one_client(self) -> None:
        """Returns when this client has had no connection for `patience` seconds."""
        client = SocketModeClient(
            self._app_token,
            logger=quiet_logger("slack_sdk.socket_mode"),
            web_client=self._web_client,
            ping_interval=self._patience / 4,
        )
        client.socket_mode_request_listeners.append(self._handle)
        connecting = asyncio.create_task(client.connect())  # type: ignore[no-untyped-call]
        try:
            connected, down = False, 0.0
            while down < self._patience:
                await asyncio.sleep(self._patience / 20)
                if await client.is_connected():
                    if not connected:
                        log.info("socket_mode_connected", platform="slack")
                    connected, down = True, 0.0
                else:
                    connected, down = False, down + self._patience / 20
        finally:
            connecting.cancel()
            await client.close()  # type: ignore[no-untyped-call]
            await asyncio.gather(
                connecting,
                client.message_processor,
                client.current_session_monitor or _nothing(),
                client.message_receiver or _nothing(),
                return_exceptions=True,
            )

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Only what has been stored is acknowledged; Slack sends the rest again."""
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, response, 0.0)


async def _nothing() -> None:
    """Stands in for a task that was never started."""
