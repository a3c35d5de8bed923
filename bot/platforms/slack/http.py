"""Signed HTTP: a request is verified, checked for its shape and taken; no body gets into a log.

Bolt is not asked: its check answers 500 to a garbage time stamp or a non-ASCII signature, has no size limit, uses the
machine's clock and logs the body of what it refuses; and its dispatch costs more than all the rest (decision 16).
"""

import binascii
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.platforms.slack.inbound import Payload
from storage.clock import Clock

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024
"""Bytes. Slack's own largest payloads, views of 250 kB, are far below."""

TIMESTAMP_DIGITS = 12

JSON = b"application/json"

OBJECTS = ("view", "message", "previous_message", "container", "function_data", "assistant_thread")
LISTS = ("actions", "response_urls")
"""Parts of a payload that are an object, or a list of objects, where they are there."""

HOLDERS = ("enterprise", "team", "user", "channel")
"""What is named by an id or described by an object, where it is there: in a payload and in its `HOLDING` parts."""

HOLDING = ("event", "message", "previous_message", "item", "assistant_thread")

PAYLOAD_ALONE = re.compile(rb"payload=([\w.*%+~-]*)", re.ASCII)
"""The form of an interaction, as everybody encodes one."""

ACKNOWLEDGED = Response()

Headers = Mapping[bytes, bytes]
"""By name in lower case, as ASGI gives them."""

Take = Callable[[Payload], Awaitable[int]]
"""A payload -> the status that it is answered with."""


class SignedEndpoint:
    """The ASGI application behind `/slack/events`."""

    def __init__(self, take: Take, signing_secret: str, clock: Clock) -> None:
        self._take = take
        self._verifier = SignatureVerifier(signing_secret, clock=_Seconds(clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(dict(scope["headers"]), receive)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, headers: Headers, receive: Receive) -> Response:
        body = await _body(headers, receive)
        if body is None:
            return _refused("too_large", 413)
        if not self._signed(headers, body):
            return _refused("bad_signature", 401)
        try:
            payload = _payload(body, headers.get(b"content-type", b""))
            shaped = isinstance(payload, dict) and _shaped(payload)
        except (ValueError, RecursionError):
            shaped = False
        if not shaped:
            return _refused("malformed_body", 400)
        if payload.get("type") == "url_verification":
            return JSONResponse({"challenge": payload.get("challenge")})
        taking = self._take(payload)
        del body, payload
        status = await taking
        return ACKNOWLEDGED if status == ACKNOWLEDGED.status_code else Response(status_code=status)

    def _signed(self, headers: Headers, body: bytes) -> bool:
        """Whether Slack has signed exactly this body within the last five minutes."""
        timestamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not (timestamp.isdigit() and len(timestamp) <= TIMESTAMP_DIGITS and signature.isascii()):
            return False
        try:
            return bool(self._verifier.is_valid(body, timestamp.decode(), signature.decode()))
        except UnicodeDecodeError:
            return False


class _Seconds(SdkClock):
    """Our clock as the SDK's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def _payload(body: bytes, content_type: bytes) -> Any:
    """What the body says: events are JSON, interactions JSON in a form, commands a form.

    Raises:
        ValueError: it is no text, or what should be JSON is none.
    """
    if content_type.partition(b";")[0] == JSON or body.startswith(b"{"):
        return json.loads(body.decode())
    if encoded := PAYLOAD_ALONE.fullmatch(body):
        return json.loads(_percent_decoded(encoded[1]).decode())
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form


def _percent_decoded(value: bytes) -> bytes:
    """Percent encoding is quoted-printable with another sign, and that is decoded thirty times as fast.

    Raises:
        ValueError: a sign is followed by something else than two hexadecimal digits.
    """
    decoded = binascii.a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))
    if len(value) - len(decoded) != 2 * value.count(b"%"):
        raise ValueError("not percent encoded")
    return decoded


def _shaped(body: dict[str, Any]) -> bool:
    """Whether a payload is there and its parts have the kinds that Slack documents."""
    event = body.get("event", {})
    return (
        bool(body)
        and isinstance(event, dict)
        and isinstance(event.get("type", ""), str)
        and isinstance(body.get("type", ""), str)
        and isinstance(body.get("response_urls", []), list)
        and all(isinstance(body.get(part) or {}, dict) for part in OBJECTS)
        and all(_objects(body.get(part)) for part in LISTS)
        and _held(body)
    )


def _held(part: dict[str, Any]) -> bool:
    """Whether people and places are named as `HOLDERS` says, here and in the parts of this part."""
    authorizations = part.get("authorizations")
    return (
        all(isinstance(part.get(holder), str | dict | None) for holder in HOLDERS)
        and all(_held(part[inner]) for inner in HOLDING if isinstance(part.get(inner), dict))
        and _objects(authorizations)
        and all(map(_held, authorizations or ()))
    )


def _objects(part: Any) -> bool:
    """Whether a part that should be a list of objects is one, or is not there."""
    return part is None or (isinstance(part, list) and all(isinstance(one, dict) for one in part))


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it is too large.

    Raises:
        ClientDisconnect: whoever sent it hung up.
    """
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > LARGEST_BODY:
        return None
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _refused(reason: str, status: int) -> Response:
    log.warning("request_refused", platform="slack", reason=reason, status=status)
    return PlainTextResponse(reason.replace("_", " "), status)
