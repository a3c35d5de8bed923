"""What stands before every playground endpoint: it asks for no password, so only this machine's own page may call it.

Refused: a foreign `Host` (DNS rebinding), a foreign `Origin` (another site's page), a body that is not JSON or is too
large. Every refusal is 4xx with `{"error": sentence}`; every answer carries the security headers. One log line
says status and route of what was refused.
"""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

from bot.platforms.errors import PlatformError
from bot.web.headers import HEADERS as EVERYWHERE

log = structlog.get_logger(__name__)

MAX_BODY = 256 * 1024
"""Bytes."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

HEADERS = {
    **EVERYWHERE,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Refused(Exception):
    """The request cannot be served; `status` is 4xx, the message says what to do."""

    def __init__(self, status: int, message: str, **details: object) -> None:
        self.status, self.details = status, details
        super().__init__(message)


def guarded(hosts: Iterable[str]) -> type[APIRoute]:
    """A route class that serves `hosts` besides loopback names, for `APIRouter(route_class=…)`."""
    allowed = LOOPBACK | {host.lower() for host in hosts if host}

    class GuardedRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            serve = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    _same_site(request, allowed)
                    if request.method == "POST":
                        request = await _read(request)
                    response = await serve(request)
                except Refused as refusal:
                    response = JSONResponse(
                        {"error": str(refusal), **refusal.details}, status_code=refusal.status
                    )
                except PlatformError:
                    response = JSONResponse(
                        {"error": "The database does not answer; try again in a moment."}, status_code=503
                    )
                except HTTPException as error:
                    response = JSONResponse({"error": str(error.detail)}, status_code=error.status_code)
                except RequestValidationError as error:
                    response = JSONResponse({"error": _sentence(error)}, status_code=400)
                if response.status_code >= 400:
                    log.warning(
                        "request_refused", platform="playground", status=response.status_code, path=self.path
                    )
                response.headers.update(HEADERS)
                return response

            return handle

    return GuardedRoute


def _same_site(request: Request, allowed: frozenset[str]) -> None:
    host = request.headers.get("host", "")
    if _hostname(f"//{host}") not in allowed:
        raise Refused(
            403, "Open the playground as http://127.0.0.1 or http://localhost, not under another name."
        )
    origin = request.headers.get("origin")
    if origin is None:
        return
    if urlsplit(origin).netloc.lower() != host.lower() and _hostname(origin) not in allowed - LOOPBACK:
        raise Refused(
            403, "Only the playground's own page may call it; leave the Origin header out of scripts."
        )


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _read(request: Request) -> Request:
    """The same request with its whole body read, within `MAX_BODY`."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refused(415, "Send JSON with the header Content-Type: application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(413, f"The body is larger than {MAX_BODY // 1024} KiB; send less at a time.")
    whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}

    async def receive() -> Message:
        return whole

    return Request(request.scope, receive)


def _sentence(error: RequestValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "The body is not valid JSON; check its quotes and commas."
    place = ".".join(str(part) for part in first["loc"][1:]) or "the body"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}; see docs/playground.md for the shape."
