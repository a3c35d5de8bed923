"""Recorded Slack payloads as the signed requests they came in."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from slack_sdk.signature import SignatureVerifier

from storage.clock import Clock

FIXTURES = Path(__file__).parents[1] / "fixtures" / "slack"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Signed:
    """What to post to `/slack/events`."""

    content: bytes
    headers: dict[str, str]


def recorded(name: str) -> dict[str, Any]:
    """The payload of a fixture, as Bolt hands it on."""
    for suffix in (".json", ".txt"):
        path = FIXTURES / (name + suffix)
        if path.exists():
            text = path.read_text()
            return json.loads(text) if suffix == ".json" else dict(parse_qsl(text, keep_blank_values=True))
    raise FileNotFoundError(name)


def wire(payload: dict[str, Any]) -> tuple[bytes, str]:
    """The body and content type in which Slack sends this payload: events as JSON, the rest as forms."""
    if "command" in payload:
        return urlencode(payload).encode(), FORM
    if payload["type"] in {"block_actions", "view_submission", "view_closed", "message_action"}:
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    return json.dumps(payload).encode(), JSON


def sign(content: bytes, content_type: str, secret: str, clock: Clock) -> Signed:
    """Signed as Slack does, at the clock's time."""
    timestamp = str(int(clock.now().timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=content)
    return Signed(
        content,
        {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": str(signature),
        },
    )


def signed(payload: dict[str, Any], secret: str, clock: Clock) -> Signed:
    return sign(*wire(payload), secret, clock)
