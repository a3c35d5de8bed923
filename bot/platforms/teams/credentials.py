"""The bot's own tokens: one per scope, fetched once for everybody who waits, kept until shortly before they end."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.platforms.errors import Misconfigured, PlatformError, PlatformUnavailable, RateLimited
from bot.platforms.teams.outgoing import retry_after
from storage.clock import Clock

CONNECTOR_SCOPE = "https://api.botframework.com/.default"

MARGIN = timedelta(minutes=5)
"""A token is renewed this long before it ends."""


_ERROR = re.compile(rb'"error"\s*:\s*"(\w{1,60})"')
"""An error of OAuth 2, like `invalid_client`."""


class _Granted(BaseModel):
    access_token: str
    expires_in: float
    """Seconds."""


@dataclass(frozen=True)
class _Held:
    token: str
    renew_at: datetime


class Credentials:
    """Client credentials of the Microsoft app, exchanged for tokens at the tenant's endpoint.

    Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
    """

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, *, app_id: str, secret: str, token_url: str
    ) -> None:
        self._session, self._clock = session, clock
        self._app_id, self._secret, self._token_url = app_id, secret, token_url
        self._held: dict[str, _Held] = {}
        self._fetching: dict[str, asyncio.Task[str]] = {}

    async def token(self, scope: str = CONNECTOR_SCOPE) -> str:
        """A token that is good for some minutes at least.

        Raises:
            Misconfigured: the app id, secret or tenant is refused.
            RateLimited, PlatformUnavailable: try again later.
        """
        held = self._held.get(scope)
        if held and self._clock.now() < held.renew_at:
            return held.token
        fetching = self._fetching.get(scope)
        if fetching is None:
            fetching = self._fetching[scope] = asyncio.create_task(self._fetch(scope))
            fetching.add_done_callback(lambda done: self._fetched(scope, done))
        return await asyncio.shield(fetching)

    async def renew(self) -> None:
        """Ask for a token whatever is held. Raises as `token`."""
        self._held.clear()
        await self.token()

    def forget(self, token: str) -> None:
        """Drop a token that has been refused, unless a newer one is held already."""
        self._held = {scope: held for scope, held in self._held.items() if held.token != token}

    async def close(self) -> None:
        """Give up what is being fetched."""
        for task in list(self._fetching.values()):
            task.cancel()
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    def _fetched(self, scope: str, done: asyncio.Task[str]) -> None:
        self._fetching.pop(scope, None)
        if not done.cancelled():
            done.exception()

    async def _fetch(self, scope: str) -> str:
        request = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "client_secret": self._secret,
            "scope": scope,
        }
        try:
            async with self._session.post(self._token_url, data=request, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise _refusal(answer, await answer.read())
                granted = _Granted.model_validate_json(await answer.read())
        except (aiohttp.ClientError, TimeoutError):
            raise PlatformUnavailable("Microsoft's sign-in service did not answer.") from None
        except ValidationError:
            raise PlatformUnavailable(
                "Microsoft's sign-in service answered something that is no token."
            ) from None
        life = max(timedelta(seconds=granted.expires_in) - MARGIN, timedelta(seconds=granted.expires_in / 2))
        self._held[scope] = _Held(granted.access_token, self._clock.now() + life)
        return granted.access_token


def _refusal(answer: aiohttp.ClientResponse, content: bytes) -> PlatformError:
    if answer.status == 429:
        return RateLimited(retry_after(answer.headers))
    if answer.status in {400, 401, 403, 404}:
        return Misconfigured(
            "Microsoft refuses the bot's credentials: check ENTRAIN_TEAMS_APP_ID, ENTRAIN_TEAMS_APP_SECRET "
            "(it may have ended) and ENTRAIN_TEAMS_TENANT_ID.",
            code=told[1].decode() if (told := _ERROR.search(content)) else f"http_{answer.status}",
            revoked=True,
        )
    return PlatformUnavailable(f"Microsoft's sign-in service answered {answer.status}.")
