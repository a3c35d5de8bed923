"""The calls of Slack's Web API that the bot makes, each raising only `bot.platforms.errors`.

One connection pool for all of them. A send is tried exactly once: the SDK's own retries would post twice when an
answer is lost. What is harmless to repeat and not waited for (lists of people) is retried by the SDK.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms import lease
from bot.platforms.errors import LeaseLost, RateLimited
from bot.platforms.port import Member
from bot.platforms.slack.failures import failure
from bot.platforms.slack.inbound import SLACKBOT
from storage.clock import Clock

Json = dict[str, Any]

METADATA = "entrain"
"""Event type of the metadata that carries our key."""

PAGE = 200
"""Entries a page, as Slack recommends."""

CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Identity:
    """Who the token says we are."""

    team: str
    """Slack's id of the workspace."""
    team_name: str
    url: str
    bot_user: str


class SlackClient:
    """`timeout`: seconds for a whole call. `base_url` ends in `/api/`."""

    def __init__(self, token: str, base_url: str, clock: Clock, timeout: float) -> None:
        self._token, self._base_url, self._clock, self._timeout = token, base_url, clock, timeout
        self._session: aiohttp.ClientSession | None = None
        self._quiet_since: dict[str, tuple[datetime, float]] = {}
        """By method: when Slack has asked to slow down, and for how many seconds."""

    async def open(self) -> None:
        """Must be called in the running loop, before any other call."""
        self._session = lease.session(
            aiohttp.ClientTimeout(total=self._timeout, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)
        )
        self._once = self.web_client()
        self._again = self.web_client()
        self._again.retry_handlers = [
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(max_retry_count=3),
        ]

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def web_client(self) -> AsyncWebClient:
        """A client over the shared connections that tries once."""
        return AsyncWebClient(
            token=self._token,
            base_url=self._base_url,
            session=self._session,
            retry_handlers=[],
            logger=quiet_logger("slack_sdk.web"),
        )

    async def identity(self) -> Identity:
        """Who we are; also the way to check a token."""
        data = await self._call("auth.test", self._again.auth_test)
        return Identity(data["team_id"], data.get("team", ""), data.get("url", ""), data["user_id"])

    async def open_conversation(self, user: str) -> str:
        """The channel of the direct conversation with a person."""
        data = await self._call("conversations.open", lambda: self._once.conversations_open(users=user))
        return str(data["channel"]["id"])

    async def post(self, channel: str, blocks: list[Json], text: str, key: str) -> str:
        """The time stamp, which is Slack's id of the message within its channel."""
        data = await self._call(
            "chat.postMessage",
            lambda: self._once.chat_postMessage(
                channel=channel,
                blocks=blocks,
                text=text,
                metadata={"event_type": METADATA, "event_payload": {"key": key}},
                mrkdwn=False,
                unfurl_links=False,
                unfurl_media=False,
            ),
            repeatable=False,
        )
        return str(data["ts"])

    async def update(self, channel: str, ts: str, blocks: list[Json], text: str) -> None:
        await self._call(
            "chat.update", lambda: self._once.chat_update(channel=channel, ts=ts, blocks=blocks, text=text)
        )

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """The time stamp of the message posted under `key`.

        Slack is not asked for what came after `since`, but read from the newest on until that is passed: with a clock of
        ours that is ahead, nothing would have come after it.
        """
        async for page in self._pages(
            self._once,
            "conversations.history",
            channel=channel,
            include_all_metadata=True,
        ):
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == METADATA and payload.get("key") == key:
                    return str(message["ts"])
            if any(float(message["ts"]) < since.timestamp() for message in page["messages"]):
                return None
        return None

    async def open_view(self, trigger: str, view: Json) -> None:
        await self._call("views.open", lambda: self._once.views_open(trigger_id=trigger, view=view))

    async def members(self) -> AsyncIterator[Member]:
        async for page in self._pages(self._again, "users.list", include_locale=True):
            for user in page["members"]:
                if not (user.get("deleted") or user.get("is_bot") or user["id"] == SLACKBOT):
                    yield _member(user)

    async def _pages(
        self, client: AsyncWebClient, method: str, **params: Any
    ) -> AsyncIterator[Mapping[str, Any]]:
        cursor = ""
        while True:
            asked = {**params, "limit": PAGE} | ({"cursor": cursor} if cursor else {})
            page = await self._call(method, partial(client.api_call, method, params=asked))
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _call(
        self, method: str, request: Callable[[], Awaitable[AsyncSlackResponse]], *, repeatable: bool = True
    ) -> Mapping[str, Any]:
        """The answer. After Slack has asked to slow down, a method is not called again before that time.

        If that lies further away than Slack asked for, the clock was set back since, and it does not hold.
        """
        now = self._clock.now()
        since, seconds = self._quiet_since.get(method, (now, 0.0))
        wait = seconds - (now - since).total_seconds()
        if 0 < wait <= seconds:
            raise RateLimited(wait)
        try:
            response = await request()
        except LeaseLost:
            raise
        except Exception as error:
            failed = failure(error, repeatable=repeatable)
            if isinstance(failed, RateLimited):
                self._quiet_since[method] = self._clock.now(), failed.retry_after
            raise failed from error
        data: Mapping[str, Any] = response.data  # type: ignore[assignment]
        return data


def quiet_logger(name: str) -> logging.Logger:
    """A logger that never writes requests or answers: at any lower level the kits log whole bodies."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger


def _member(user: Mapping[str, Any]) -> Member:
    profile = user.get("profile") or {}
    return Member(
        user=user["id"],
        name=profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"],
        email=profile.get("email"),
        lang=user.get("locale"),
        timezone=user.get("tz"),
    )
