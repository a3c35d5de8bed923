"""The five calls of the Bot Connector that Entrain needs, on one pool of connections.

Source: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
A POST is not idempotent: an answer that is lost means that the message may have arrived (`OutcomeUnknown`).
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp

from bot.platforms.errors import (
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
    RecipientUnreachable,
    Unreachable,
)
from bot.platforms.teams.outgoing import ServiceHosts, retry_after
from bot.platforms.teams.wire import Account

PAGE_SIZE = 200
"""Members asked for at a time."""

UNREACHABLE = {
    "BotDisabledByAdmin": Unreachable.NOT_ALLOWED,
    "BotNotInConversationRoster": Unreachable.NOT_INSTALLED,
    "ConversationBlockedByUser": Unreachable.BLOCKED,
    "ConversationNotFound": Unreachable.NOT_INSTALLED,
    "ForbiddenOperationException": Unreachable.NOT_ALLOWED,
    "MessageWritesBlocked": Unreachable.BLOCKED,
}
"""Error codes that concern one person: removed or blocked the app, or may not use it.

Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
"""

LONGEST_ERROR = 10_000
"""Bytes of an error's body that are looked at."""

_CODE = re.compile(rb'"(?:code|subCode)\\*"\s*:\s*\\*"(\w{1,60})')

Json = dict[str, Any]


class Tokens(Protocol):
    """Where the bearer tokens come from; see `credentials.Credentials`."""

    async def token(self) -> str: ...

    def forget(self, token: str) -> None: ...


class _Refused(Exception):
    """The connector answered with an error status."""

    def __init__(self, status: int, codes: frozenset[str], wait: float) -> None:
        self.status, self.codes, self.wait = status, codes, wait
        super().__init__(f"{status} {' '.join(sorted(codes))}")


class _NoAnswer(Exception):
    """The request left, and nothing intelligible came back."""


class Connector:
    """Bearer-authenticated calls to the service URL that each conversation told.

    `tokens` is None only with an emulator on this machine, which wants no token.
    """

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens | None, hosts: ServiceHosts) -> None:
        self._session, self._tokens, self._hosts = session, tokens, hosts

    async def create_conversation(self, service_url: str, *, bot: str, user: str, tenant: str) -> str:
        """The id of the one-to-one chat; Teams gives the same one each time, so this may be repeated.

        Raises:
            PlatformError: as in `bot.platforms.errors`; nothing was shown to anybody.
        """
        body = {
            "isGroup": False,
            "bot": {"id": bot},
            "members": [{"id": user}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        try:
            return _id_in(await self._call("POST", service_url, "v3/conversations", body))
        except _Refused as refused:
            raise _error(refused) from None
        except _NoAnswer:
            raise PlatformUnavailable("Teams did not say which conversation it opened.") from None

    async def send(self, service_url: str, conversation: str, activity: Json) -> str:
        """Send an activity; gives its id.

        Raises:
            OutcomeUnknown: it may have arrived.
            PlatformError: as in `bot.platforms.errors`; nothing was sent.
        """
        try:
            path = f"v3/conversations/{quote(conversation, safe='')}/activities"
            return _id_in(await self._call("POST", service_url, path, activity))
        except _Refused as refused:
            if refused.status in {408, 500, 502, 504}:
                raise OutcomeUnknown(
                    f"Teams answered {refused.status}: the message may have arrived."
                ) from None
            raise _error(refused) from None
        except _NoAnswer:
            raise OutcomeUnknown from None

    async def update(self, service_url: str, conversation: str, message: str, activity: Json) -> None:
        """Replace an activity; one that is gone needs no replacing.

        Raises:
            PlatformError: as in `bot.platforms.errors`; this may be repeated.
        """
        await self._on_activity("PUT", service_url, conversation, message, activity)

    async def delete(self, service_url: str, conversation: str, message: str) -> None:
        """Take an activity away; one that is gone is no error.

        Raises:
            PlatformError: as in `bot.platforms.errors`; this may be repeated.
        """
        await self._on_activity("DELETE", service_url, conversation, message, None)

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Account]:
        """Everyone in a conversation that the app is installed in, page by page.

        Raises:
            PlatformError: as in `bot.platforms.errors`.
        """
        path = f"v3/conversations/{quote(conversation, safe='')}/pagedmembers?pageSize={PAGE_SIZE}"
        token: str | None = ""
        while token is not None:
            page = path + (f"&continuationToken={quote(token, safe='')}" if token else "")
            try:
                answer = await self._call("GET", service_url, page, None)
            except _Refused as refused:
                raise _error(refused) from None
            except _NoAnswer:
                raise PlatformUnavailable from None
            for member in answer.get("members", []):
                yield Account.model_validate(member)
            token = answer.get("continuationToken")

    async def _on_activity(
        self, method: str, service_url: str, conversation: str, message: str, activity: Json | None
    ) -> None:
        path = f"v3/conversations/{quote(conversation, safe='')}/activities/{quote(message, safe='')}"
        try:
            await self._call(method, service_url, path, activity)
        except _Refused as refused:
            if refused.status == 404 and "ConversationNotFound" not in refused.codes:
                return
            raise _error(refused) from None
        except _NoAnswer:
            raise PlatformUnavailable from None

    async def _call(self, method: str, service_url: str, path: str, body: Json | None) -> Json:
        """One call; a token that is refused is renewed once, since nothing was carried out with it."""
        if not self._hosts.allows(service_url):
            raise Misconfigured(
                "A conversation names a service that ENTRAIN_TEAMS_SERVICE_HOSTS does not list.",
                code="service_host",
            )
        url = f"{service_url.rstrip('/')}/{path}"
        if self._tokens is None:
            return await self._request(method, url, body, None)
        token = await self._tokens.token()
        try:
            return await self._request(method, url, body, token)
        except _Refused as refused:
            if refused.status != 401:
                raise
        self._tokens.forget(token)
        return await self._request(method, url, body, await self._tokens.token())

    async def _request(self, method: str, url: str, body: Json | None, token: str | None) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
                if not 200 <= answer.status < 300:
                    raise _Refused(answer.status, _codes(content), retry_after(answer.headers))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            raise PlatformUnavailable("Teams cannot be reached.") from None
        except (aiohttp.ClientError, TimeoutError):
            raise _NoAnswer from None
        try:
            told = json.loads(content) if content.strip() else {}
        except ValueError:
            raise _NoAnswer from None
        return told if isinstance(told, dict) else {}


def _id_in(answer: Json) -> str:
    told = answer.get("id")
    if not isinstance(told, str) or not told:
        raise _NoAnswer
    return told


def _codes(content: bytes) -> frozenset[str]:
    """The codes in an error's body, at whatever depth: some are JSON inside a JSON string."""
    return frozenset(match.group(1).decode() for match in _CODE.finditer(content[:LONGEST_ERROR]))


def _error(refused: _Refused) -> PlatformError:
    """What an error status means where nothing has been carried out or repeating does no harm."""
    if refused.status in {412, 429}:
        return RateLimited(refused.wait)
    if refused.status == 408 or refused.status >= 500:
        return PlatformUnavailable(f"Teams answered {refused.status}.")
    codes = sorted(refused.codes)
    if known := [UNREACHABLE[code] for code in codes if code in UNREACHABLE]:
        return RecipientUnreachable(f"Teams cannot write to this person ({refused}).", known[0])
    if refused.status == 404:
        return RecipientUnreachable(
            f"Teams cannot write to this person ({refused}).", Unreachable.NOT_INSTALLED
        )
    if refused.status in {401, 403}:
        return Misconfigured(
            f"Teams refuses the bot ({refused}): check its app id, secret and permissions.",
            code=codes[0] if codes else f"http_{refused.status}",
        )
    return PlatformError(f"Teams refuses this message ({refused}).")
