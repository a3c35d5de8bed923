"""A language model behind any OpenAI-compatible endpoint. Optional; whatever it does, the interview goes on."""

import asyncio

import aiohttp
import structlog
from pydantic import BaseModel, Field, ValidationError

log = structlog.get_logger(__name__)

LONGEST_REPLY = 64 * 1024
"""Bytes read of a reply."""


REST = 60.0
"""Seconds without asking after it did not answer in time or could not be reached, so that nobody waits again and again."""


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class LanguageModel:
    """One connection pool to one endpoint. `seconds` bounds each call as a whole."""

    def __init__(self, url: str, model: str, key: str, seconds: float) -> None:
        self._url, self._model, self._key, self._seconds = url.rstrip("/"), model, key, seconds
        self._session: aiohttp.ClientSession | None = None
        self._rests_until = 0.0

    async def open(self) -> None:
        """Open the connection pool; called once, before anything is asked."""
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        self._session = aiohttp.ClientSession(headers=headers)

    async def close(self) -> None:
        """Close what `open` opened."""
        if self._session:
            await self._session.close()

    async def complete(self, system: str, user: str) -> str | None:
        """The reply, or None if there is none in time: too slow, refused, broken or too long."""
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(system, user)
        except (TimeoutError, aiohttp.ClientError, ValidationError, OSError) as error:
            log.info("no_second_opinion", error=type(error).__name__)
            if isinstance(error, TimeoutError | aiohttp.ClientConnectionError):
                self._rests_until = now + REST
            return None

    async def _ask(self, system: str, user: str) -> str | None:
        if self._session is None:
            return None
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "max_tokens": 300,
        }
        async with self._session.post(
            f"{self._url}/chat/completions", json=body, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                log.info("no_second_opinion", status=answer.status)
                return None
            raw = await answer.content.read(LONGEST_REPLY + 1)
            while len(raw) <= LONGEST_REPLY and (
                more := await answer.content.read(LONGEST_REPLY + 1 - len(raw))
            ):
                raw += more
        return (
            None
            if len(raw) > LONGEST_REPLY
            else _Completion.model_validate_json(raw).choices[0].message.content
        )
