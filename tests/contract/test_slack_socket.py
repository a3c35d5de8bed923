"""Socket Mode against a local websocket: what is stored is acknowledged, and a dead ticket is not the end."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from bot.platforms.slack import socket as socket_module
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.slack.socket import SocketMode
from tests.support.clock import FixedClock
from tests.support.fake_slack import FakeSlack
from tests.support.recording_inbound import RecordingInbound
from tests.support.slack_wire import recorded

DEAD = "ws://127.0.0.1:9/dead-ticket"


class FakeSocket:
    """Slack's side of Socket Mode: `connected` holds the open sockets, `acknowledged` the envelopes."""

    def __init__(self) -> None:
        self.connected: list[web.WebSocketResponse] = []
        self.acknowledged: list[str] = []
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeSocket"]:
        app = web.Application()
        app.router.add_get("/", self._serve)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"
        try:
            yield self
        finally:
            for socket in self.connected:
                await socket.close()
            await runner.cleanup()

    async def send(self, envelope: str, kind: str, payload: dict[str, Any]) -> None:
        await self.connected[-1].send_json(
            {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        )

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connected.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data)["envelope_id"])
        self.connected.remove(socket)
        return socket


async def until(condition: Callable[[], object], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition is any state of the fakes
            await asyncio.sleep(0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watchdog waits a second, not twenty."""
    monkeypatch.setattr(
        socket_module, "SocketMode", lambda app, token, client: SocketMode(app, token, client, patience=0.8)
    )


@asynccontextmanager
async def listening(slack: FakeSlack, inbound: RecordingInbound) -> AsyncIterator[SlackPlatform]:
    platform = SlackPlatform(
        bot_token=slack.token,
        signing_secret="",
        app_token=slack.app_token,
        inbound=inbound,
        clock=slack.clock,
        base_url=slack.base_url,
    )
    await platform.start()
    try:
        yield platform
    finally:
        await platform.close()


@pytest.mark.usefixtures("impatient")
async def test_what_is_stored_is_acknowledged_and_what_is_not_is_not() -> None:
    inbound = RecordingInbound()
    async with FakeSlack(FixedClock()) as slack, FakeSocket().serving() as socket:
        slack.socket_urls = [socket.url]
        async with listening(slack, inbound):
            await until(lambda: socket.connected)
            await socket.send("e1", "events_api", recorded("event_message_im"))
            await socket.send("e2", "slash_commands", recorded("command_testimonial"))
            await socket.send("e3", "interactive", recorded("view_submission"))
            await until(lambda: len(socket.acknowledged) == 3)
            assert {event.type for event in inbound.events} == {"text", "command", "form"}

            inbound.failing = True
            await socket.send("e4", "interactive", recorded("action_button"))
            await asyncio.sleep(0.2)
            inbound.failing = False
            await socket.send("e5", "interactive", recorded("action_button"))
            await until(lambda: len(socket.acknowledged) == 4)
            assert set(socket.acknowledged) == {"e1", "e2", "e3", "e5"}


@pytest.mark.usefixtures("impatient")
async def test_a_dead_ticket_is_replaced() -> None:
    async with FakeSlack(FixedClock()) as slack, FakeSocket().serving() as socket:
        slack.socket_urls = [DEAD, socket.url]
        async with listening(slack, RecordingInbound()):
            await until(lambda: socket.connected)
        assert len(slack.called("apps.connections.open")) == 2


@pytest.mark.usefixtures("impatient")
async def test_a_closed_connection_is_opened_again() -> None:
    inbound = RecordingInbound()
    async with FakeSlack(FixedClock()) as slack, FakeSocket().serving() as socket:
        slack.socket_urls = [socket.url]
        async with listening(slack, inbound):
            await until(lambda: socket.connected)
            await socket.connected[0].close()
            await until(lambda: len(slack.called("apps.connections.open")) == 2 and socket.connected)
            await socket.send("e1", "events_api", recorded("event_message_im"))
            await until(lambda: socket.acknowledged == ["e1"])
    assert len(inbound.events) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_start_while_slack_is_down_recovers() -> None:
    async with FakeSlack(FixedClock()) as slack, FakeSocket().serving() as socket:
        slack.socket_urls = [socket.url]
        slack.app_token = "xapp-not-yet"
        inbound = RecordingInbound()
        platform = SlackPlatform(
            bot_token=slack.token,
            signing_secret="",
            app_token="xapp-right",
            inbound=inbound,
            clock=slack.clock,
            base_url=slack.base_url,
        )
        await platform.start()
        await until(lambda: slack.called("apps.connections.open"))
        slack.app_token = "xapp-right"
        await until(lambda: socket.connected)
        await platform.close()
