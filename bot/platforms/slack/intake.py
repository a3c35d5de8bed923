"""The one way that everything from Slack takes, over signed HTTP and Socket Mode: translated, stored, acknowledged."""

import structlog

from bot.platforms.port import Accepted, Inbound
from bot.platforms.slack.inbound import MalformedPayload, Payload, kind_of, translate
from storage.clock import Clock

log = structlog.get_logger(__name__)

NAME = "slack"

TAKEN, NOT_STORED = 200, 500


class Intake:
    """Takes payloads for `inbound`."""

    def __init__(self, inbound: Inbound, clock: Clock) -> None:
        self._inbound, self._clock = inbound, clock

    async def take(self, body: Payload) -> int:
        """The status to answer a payload with: `TAKEN` once it is durable, or nothing to us; else Slack sends it again."""
        kind = kind_of(body)
        try:
            event = translate(body, self._clock.now())
        except MalformedPayload:
            log.warning("malformed_payload", platform=NAME, kind=kind)
            return TAKEN
        del body  # thousands that wait for the disk at the same time would be a hundred megabytes
        if event is None:
            _ignored(kind)
            return TAKEN
        try:
            accepted = await self._inbound.accept(event, NAME)
        except Exception as error:  # noqa: BLE001 - not stored for whatever reason: Slack must send it again
            log.error("event_not_stored", platform=NAME, kind=kind, error=type(error).__name__)
            return NOT_STORED
        if accepted is Accepted.DUPLICATE:
            log.debug("event_again", platform=NAME, kind=kind)
        return TAKEN


def _ignored(kind: str) -> None:
    if kind == "app_rate_limited":
        log.warning("events_held_back", platform=NAME, reason="more than 30,000 events an hour")
    else:
        log.debug("event_ignored", platform=NAME, kind=kind)
