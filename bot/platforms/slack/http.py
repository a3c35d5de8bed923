"""Signed HTTP: checks a request before Bolt sees it, and never lets a body into a log.

Bolt's own check answers 500 to a garbage time stamp or a non-ASCII signature, has no size limit, uses the machine's
clock and logs the body of what it refuses; this one does not, and Bolt's is switched off.
"""

from typing import Any

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from storage.clock import Clock

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024
"""Bytes. Slack's own largest payloads, views of 250 kB, are far below."""

TIMESTAMP_DIGITS = 12

OBJECTS = ("view", "message", "previous_message", "container", "function_data", "assistant_thread")
LISTS = ("authorizations", "actions", "response_urls")
"""Parts of a payload that are an object, or a list of objects, where they are there."""


class SignedEndpoint:
    """The ASGI application behind `/slack/events`."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret, clock=_Seconds(clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _refused("too_large", 413)
        if not self._signed(request, body):
            return _refused("bad_signature", 401)
        try:
            bolt_request = to_async_bolt_request(request, body)
        except (ValueError, AttributeError, TypeError, RecursionError):
            return _refused("malformed_body", 400)
        if not _shaped(bolt_request.body):
            return _refused("malformed_body", 400)
        return to_starlette_response(await self._app.async_dispatch(bolt_request))

    def _signed(self, request: Request, body: bytes) -> bool:
        """Whether Slack has signed exactly this body within the last five minutes."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= TIMESTAMP_DIGITS):
            return False
        if not signature.isascii():
            return False
        try:
            return bool(self._verifier.is_valid(body, timestamp, signature))
        except UnicodeDecodeError:
            return False


class _Seconds(SdkClock):
    """Our clock as the SDK's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def _shaped(body: dict[str, Any]) -> bool:
    """Whether a payload is there and its parts have the kinds that Bolt takes for granted."""
    event = body.get("event", {})
    return (
        bool(body)
        and isinstance(event, dict)
        and isinstance(event.get("type", ""), str)
        and isinstance(body.get("type", ""), str)
        and all(isinstance(body.get(part) or {}, dict) for part in OBJECTS)
        and all(
            isinstance(body.get(part) or [], list)
            and all(isinstance(one, dict) for one in body.get(part) or [])
            for part in LISTS
        )
    )


async def _body(request: Request) -> bytes | None:
    """The whole body, or None as soon as it is too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _refused(reason: str, status: int) -> Response:
    log.warning("request_refused", platform="slack", reason=reason, status=status)
    return PlainTextResponse(reason.replace("_", " "), status)
