"""The playground's HTTP API from another process, for the terminal chat and for scripts."""

from typing import Any

import aiohttp

from bot.platforms.playground.words import text

TIMEOUT = 120.0
"""Seconds; moving the clock by a year takes a while."""

Json = dict[str, Any]


class NotDone(Exception):
    """The bot is not there or refused; the message says why."""


class PlaygroundClient:
    """One person's way to the API at `base` ("http://127.0.0.1:3978"). Every call may raise NotDone."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))

    async def close(self) -> None:
        await self._session.close()

    async def people(self) -> list[Json]:
        return list((await self._call("GET", "people"))["people"])

    async def conversation(self, person: str, after: int = 0, version: int | None = None) -> Json:
        query = "" if version is None else f"&version={version}"
        return await self._call("GET", f"conversations/{person}?after={after}{query}")

    async def post(self, what: str, body: Json) -> Json:
        """`what` is "messages", "actions" or "forms"."""
        return await self._call("POST", what, body)

    async def now(self) -> str:
        return str((await self._call("GET", "clock"))["now"])

    async def move_clock(self, move: Json) -> str:
        """The playground's new instant after {"advance": …} or {"until": …}."""
        return str((await self._call("POST", "clock", move))["now"])

    async def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        url = f"{self.base}/playground/api/{path}"
        try:
            async with self._session.request(method, url, json=body) as response:
                answer: Json = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotDone(text("terminal.unreachable", "en", address=self.base)) from error
        if response.status >= 400:
            problems = [f"{key}: {problem}" for key, problem in (answer.get("fields") or {}).items()]
            raise NotDone("\n  ".join([str(answer.get("error", response.status)), *problems]))
        return answer
