"""Is this request really from Teams, and meant for this bot? Ours, not the SDK's, for the reasons below.

The SDK fetches keys synchronously, answers an unknown key with a crash for a day, lets a body without `serviceUrl` skip
the check of its claim, and accepts emulator tokens in production. Here keys are fetched asynchronously and cached,
an unknown key id asks again (at most once a minute), and every failure is `Unauthorized`.
Source: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import jwt
import structlog
from pydantic import BaseModel

from bot.addresses import host_of
from bot.platforms.errors import PlatformUnavailable
from bot.platforms.teams.outgoing import ServiceHosts
from bot.platforms.teams.wire import Activity
from storage.clock import Clock

log = structlog.get_logger(__name__)

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
ALGORITHM = "RS256"
LEEWAY = timedelta(minutes=5)

KEYS_LAST = timedelta(hours=24)
ASK_AGAIN = timedelta(minutes=1)
"""How soon the keys may be asked for again because of a key id that is not among them."""
RETRY = timedelta(seconds=5)
"""How soon they may be asked for again after no answer came."""

Claims = Mapping[str, Any]


class Unauthorized(Exception):
    """The request does not prove that it comes from Teams and is for this bot."""


class _Metadata(BaseModel):
    jwks_uri: str


class _KeySet(BaseModel):
    keys: list[dict[str, Any]]


@dataclass(frozen=True)
class SigningKey:
    """A public key and the channels whose requests it may sign."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


class SigningKeys:
    """The keys behind an OpenID metadata address, fetched once for everybody who waits.

    The metadata say where the keys are; that is believed of the metadata's own host and of `hosts`.
    """

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, metadata_url: str, hosts: Collection[str] = ()
    ) -> None:
        self._session, self._clock, self._metadata_url = session, clock, metadata_url
        self._hosts = {host_of(metadata_url), *(host.lower() for host in hosts)}
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: datetime | None = None
        self._not_before: datetime | None = None
        self._lock = asyncio.Lock()

    async def get(self, kid: str) -> SigningKey:
        """The key of that id.

        Raises:
            Unauthorized: there is none, or it was asked for too recently to ask again.
            PlatformUnavailable: no keys are known and they cannot be fetched.
        """
        if self._due(kid):
            async with self._lock:
                if self._due(kid):
                    await self._refresh()
        if kid not in self._keys:
            if self._fetched_at is None:
                raise PlatformUnavailable("The keys that sign Teams' requests cannot be fetched.")
            raise Unauthorized("signed by an unknown key")
        return self._keys[kid]

    def _due(self, kid: str) -> bool:
        now = self._clock.now()
        if self._not_before and now < self._not_before:
            return False
        return kid not in self._keys or self._fetched_at is None or now >= self._fetched_at + KEYS_LAST

    async def _refresh(self) -> None:
        """Fetch the keys; on a failure those that are held stay good."""
        try:
            metadata = _Metadata.model_validate_json(await self._get(self._metadata_url))
            told = _KeySet.model_validate_json(await self._get(self._allowed(metadata.jwks_uri)))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("keys_not_fetched", platform="teams", error=type(error).__name__)
            self._not_before = self._clock.now() + RETRY
            return
        self._keys = dict(filter(None, map(_signing_key, told.keys)))
        self._fetched_at = self._clock.now()
        self._not_before = self._fetched_at + ASK_AGAIN

    def _allowed(self, url: str) -> str:
        """Raises ValueError: it is on a host that may not tell which keys are good."""
        if host_of(url) not in self._hosts:
            raise ValueError("the keys lie on a host that is not one of ENTRAIN_TEAMS_KEY_HOSTS")
        return url

    async def _get(self, url: str) -> bytes:
        async with self._session.get(url, raise_for_status=True, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError("the keys are not where they should be")
            return await answer.read()


def _signing_key(told: dict[str, Any]) -> tuple[str, SigningKey] | None:
    """A key that can verify; those of other kinds are passed over."""
    if told.get("kty") != "RSA" or not isinstance(told.get("kid"), str):
        return None
    try:
        key = jwt.PyJWK(told, algorithm=ALGORITHM)
    except jwt.PyJWTError:
        return None
    endorsements = told.get("endorsements")
    return told["kid"], SigningKey(key, frozenset(endorsements if isinstance(endorsements, list) else ()))


def _key_id(token: str) -> str:
    """Which key it says it is signed with, so that keys are not fetched for what no key can have signed.

    Raises:
        Unauthorized, jwt.PyJWTError
    """
    header = jwt.get_unverified_header(token)
    if header.get("alg") != ALGORITHM or not header.get("kid"):
        raise Unauthorized("not signed as Teams signs")
    return str(header["kid"])


class Verifier:
    """Checks a request's token against its body."""

    def __init__(self, keys: SigningKeys, clock: Clock, *, app_id: str, hosts: ServiceHosts) -> None:
        self._keys, self._clock, self._app_id, self._hosts = keys, clock, app_id, hosts

    async def verify(self, authorization: str, activity: Activity) -> Claims:
        """The token's claims.

        Raises:
            Unauthorized: anything is wrong with the token, or it does not belong to this body.
            PlatformUnavailable: the keys cannot be fetched.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("no bearer token")
        if activity.channel_id != CHANNEL:
            raise Unauthorized("not from Teams")
        try:
            signing = await self._keys.get(_key_id(token))
            claims: dict[str, Any] = jwt.decode(
                token,
                signing.key,
                algorithms=[ALGORITHM],
                audience=self._app_id,
                issuer=ISSUER,
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise Unauthorized(type(error).__name__) from None
        if CHANNEL not in signing.endorsements:
            raise Unauthorized("signed by a key that is not endorsed for Teams")
        self._check_times(claims)
        self._check_service(claims, activity)
        return claims

    def _check_times(self, claims: Claims) -> None:
        now = self._clock.now().timestamp()
        try:
            ends, begins = float(claims["exp"]), float(claims.get("nbf", 0))
        except (TypeError, ValueError):
            raise Unauthorized("its times are no numbers") from None
        if not begins - LEEWAY.total_seconds() <= now < ends + LEEWAY.total_seconds():
            raise Unauthorized("too early or too late")

    def _check_service(self, claims: Claims, activity: Activity) -> None:
        claimed = claims.get("serviceurl")
        if not isinstance(claimed, str) or claimed.rstrip("/") != activity.service_url.rstrip("/"):
            raise Unauthorized("its service address is not that of the body")
        if not self._hosts.allows(activity.service_url):
            raise Unauthorized("its service host is not one of ENTRAIN_TEAMS_SERVICE_HOSTS")
