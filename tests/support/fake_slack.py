"""A strict Slack Web API on a loopback port, with state, and failures that tests ask for.

    async with FakeSlack(clock) as slack:
        slack.add_user("U1", "Karim")
        slack.fail("chat.postMessage", lost_answer())
        platform = SlackPlatform(base_url=slack.base_url, bot_token=slack.token, …)

It refuses blocks that Slack would refuse, calls that the app's scopes do not cover, and unknown parameters.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from bot.platforms.slack.manifest import manifest
from storage.clock import Clock
from tests.support.block_kit import InvalidBlocks, check_message, check_view

Json = dict[str, Any]

TEAM = "T061EG9R6"

SCOPES = {
    "auth.test": set[str](),
    "apps.connections.open": set[str](),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"im:history"},
    "conversations.open": {"im:write"},
    "users.list": {"users:read", "users:read.email"},
    "views.open": set[str](),
}


@dataclass(frozen=True)
class Fault:
    """One failure. `arrives`: the call is carried out all the same."""

    arrives: bool = False
    error: str = ""
    status: int = 200
    html: bool = False
    retry_after: int | None = None
    hang_up: bool = False
    delay: float = 0.0


def rate_limited(seconds: int) -> Fault:
    return Fault(error="ratelimited", status=429, retry_after=seconds)


def lost_answer() -> Fault:
    """Carried out; the connection then breaks."""
    return Fault(arrives=True, hang_up=True)


def hung_up() -> Fault:
    """Not carried out; the connection breaks."""
    return Fault(hang_up=True)


def html_503(*, arrives: bool = False) -> Fault:
    return Fault(arrives=arrives, status=503, html=True)


def slow(seconds: float) -> Fault:
    """Carried out at once, answered late."""
    return Fault(arrives=True, delay=seconds)


def refuses(error: str) -> Fault:
    return Fault(error=error)


class Refused(Exception):
    """The call is answered `ok: false`."""


@dataclass
class FakeSlack:
    """`messages` by channel, oldest first; `views` in the order they were opened; `calls` as (method, parameters)."""

    clock: Clock
    team: str = TEAM
    token: str = "xoxb-fake"
    app_token: str = "xapp-fake"
    scopes: set[str] = field(
        default_factory=lambda: set(manifest(None)["oauth_config"]["scopes"]["bot"]) | {"connections:write"}
    )
    users: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    views: list[Json] = field(default_factory=list)
    triggers: dict[str, str] = field(default_factory=dict)
    """Trigger id -> `fresh`, `used` or `expired`."""
    socket_urls: list[str] = field(default_factory=list)
    """What `apps.connections.open` hands out, in turn; the last one stays."""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    base_url: str = ""
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _count: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/{method}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    def add_user(self, user: str, name: str, **more: Any) -> str:
        """A person (or, with `is_bot=True`, a bot); returns the id."""
        self.users[user] = {"id": user, "name": name.lower(), "profile": {"real_name": name}, **more}
        return user

    def give_trigger(self, trigger: str, state: str = "fresh") -> str:
        self.triggers[trigger] = state
        return trigger

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` fail in this order; those after succeed."""
        self._faults.setdefault(method, []).extend(faults)

    def direct(self, user: str) -> str:
        """The direct conversation of this person with the bot."""
        channel = self.channels.setdefault(user, f"D{len(self.channels):08d}")
        self.messages.setdefault(channel, [])
        return channel

    def sent_to(self, user: str) -> list[Json]:
        """The messages in this person's direct conversation, oldest first."""
        return self.messages.get(self.channels.get(user, ""), [])

    def called(self, method: str) -> list[Json]:
        return [params for name, params in self.calls if name == method]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await _params(request)
        self.calls.append((method, params))
        fault = self._fault(method, params) or Fault(arrives=True)
        answer: Json = {"ok": False, "error": fault.error}
        if fault.arrives:
            try:
                answer = {"ok": True, **self._carry_out(request, method, params)}
            except Refused as refused:
                answer = {"ok": False, "error": str(refused)}
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.hang_up and request.transport:
            request.transport.close()
        if fault.html:
            return web.Response(
                status=fault.status, text="<html>Service unavailable</html>", content_type="text/html"
            )
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return web.json_response(answer, status=fault.status, headers=headers)

    def _fault(self, method: str, params: Json) -> Fault | None:
        faults = self._faults.get(method)
        return faults.pop(0) if faults else None

    def _carry_out(self, request: web.Request, method: str, params: Json) -> Json:
        if method not in SCOPES:
            raise Refused("unknown_method")
        token = self.app_token if method == "apps.connections.open" else self.token
        if request.headers.get("Authorization") != f"Bearer {token}":
            raise Refused("invalid_auth")
        if SCOPES[method] - self.scopes:
            raise Refused("missing_scope")
        handlers: dict[str, Callable[..., Json]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.open": self._open,
            "users.list": self._list,
            "views.open": self._view,
        }
        try:
            return handlers[method](**params)
        except TypeError as error:
            raise Refused(f"invalid_arguments: {error}") from error
        except InvalidBlocks as error:
            raise Refused(f"invalid_blocks: {error}") from error

    def _auth_test(self) -> Json:
        return {
            "team": "Exemple",
            "team_id": self.team,
            "user_id": "U0BOT00001",
            "url": "https://exemple.slack.com/",
        }

    def _connections_open(self) -> Json:
        return {"url": self.socket_urls.pop(0) if len(self.socket_urls) > 1 else self.socket_urls[0]}

    def _open(self, users: str) -> Json:
        person = self.users.get(users)
        if person is None:
            raise Refused("user_not_found")
        if person.get("deleted"):
            raise Refused("user_disabled")
        return {"channel": {"id": self.direct(users)}}

    def _post(
        self,
        channel: str,
        text: str,
        blocks: list[Json],
        metadata: Json,
        mrkdwn: bool,
        unfurl_links: bool,
        unfurl_media: bool,
    ) -> Json:
        if channel not in self.messages:
            raise Refused("channel_not_found")
        check_message(blocks, text)
        self._count += 1
        message = {
            "ts": f"{int(self.clock.now().timestamp())}.{self._count:06d}",
            "text": text,
            "blocks": blocks,
            "metadata": metadata,
        }
        self.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> Json:
        check_message(blocks, text)
        for message in self.messages.get(channel, []):
            if message["ts"] == ts:
                message.update(text=text, blocks=blocks)
                return {"channel": channel, "ts": ts}
        raise Refused("message_not_found")

    def _history(
        self, channel: str, include_all_metadata: str, limit: str, oldest: str = "0", cursor: str = "0"
    ) -> Json:
        if channel not in self.messages:
            raise Refused("channel_not_found")
        newest_first = [m for m in reversed(self.messages[channel]) if float(m["ts"]) > float(oldest)]
        if include_all_metadata not in {"1", "true"}:
            newest_first = [{k: v for k, v in m.items() if k != "metadata"} for m in newest_first]
        return _page("messages", newest_first, int(limit), int(cursor))

    def _list(self, limit: str, include_locale: str, cursor: str = "0") -> Json:
        return _page("members", list(self.users.values()), int(limit), int(cursor))

    def _view(self, trigger_id: str, view: Json | str) -> Json:
        state = self.triggers.get(trigger_id)
        if state != "fresh":
            errors = {"used": "exchanged_trigger_id", "expired": "expired_trigger_id"}
            raise Refused(errors.get(state or "", "invalid_trigger_id"))
        self.triggers[trigger_id] = "used"
        opened: Json = json.loads(view) if isinstance(view, str) else view
        check_view(opened)
        self.views.append(opened)
        return {"view": opened | {"id": f"V{len(self.views):08d}", "hash": "1.a"}}


async def _params(request: web.Request) -> Json:
    body = await request.text()
    if request.content_type == "application/json":
        return {**request.query, **(json.loads(body) if body else {})}
    return {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}


def _page(name: str, entries: list[Json], limit: int, start: int) -> Json:
    following = str(start + limit) if start + limit < len(entries) else ""
    return {name: entries[start : start + limit], "response_metadata": {"next_cursor": following}}
