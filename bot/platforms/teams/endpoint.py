"""`/api/messages`: limits, statuses and nothing else. What a request means is decided by `handle`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.log import where
from bot.platforms.errors import PlatformUnavailable
from bot.platforms.teams.auth import Unauthorized
from bot.platforms.teams.wire import Malformed

log = structlog.get_logger(__name__)

LONGEST_BODY = 1_000_000
"""Bytes."""


@dataclass(frozen=True)
class Reply:
    """What the request is answered with; `body` is JSON."""

    status: int
    body: dict[str, Any] | None = None


Handle = Callable[[str, bytes], Awaitable[Reply]]
"""(Authorization header, body) -> reply."""


class _TooLarge(Exception):
    """The body is larger than any activity."""


class MessagesEndpoint:
    """An ASGI application. 401: not from Teams; 400: not an activity; 413: too large; 503 and 500: send it again."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(Request(scope, receive)))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        try:
            body = await _body(request)
            reply = await self._handle(request.headers.get("Authorization", ""), body)
        except _TooLarge:
            return self._refused(413, "too large")
        except ClientDisconnect:
            return self._refused(400, "the sender hung up")
        except Malformed as error:
            return self._refused(400, str(error))
        except Unauthorized as error:
            return self._refused(401, str(error))
        except PlatformUnavailable as error:
            return self._refused(503, str(error))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, Teams must send the request again
            log.error("request_failed", platform="teams", error=type(error).__name__, path=where(error))
            return Response(status_code=500)
        return (
            Response(status_code=reply.status)
            if reply.body is None
            else JSONResponse(reply.body, status_code=reply.status)
        )

    @staticmethod
    def _refused(status: int, reason: str) -> Response:
        log.warning("request_refused", platform="teams", status=status, reason=reason)
        return Response(status_code=status)


async def _body(request: Request) -> bytes:
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > LONGEST_BODY:
        raise _TooLarge
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LONGEST_BODY:
            raise _TooLarge
        chunks.append(chunk)
    return b"".join(chunks)
