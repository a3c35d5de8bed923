"""An `Inbound` in memory: it keeps what it accepts, once, and fails when a test says so."""

from dataclasses import dataclass, field

from bot.platforms.port import Accepted, Form, InboundEvent


@dataclass
class RecordingInbound:
    """`known` are the workspaces; None means every one. `failing`: nothing can be stored."""

    known: set[str] | None = None
    failing: bool = False
    forms: dict[str, Form] = field(default_factory=dict)
    events: list[InboundEvent] = field(default_factory=list)
    """What was stored, in order, without repetitions."""
    platforms: set[str] = field(default_factory=set)

    async def accept(self, event: InboundEvent, platform: str) -> Accepted:
        if self.failing:
            raise OSError("the disk is full")
        if self.known is not None and event.workspace not in self.known:
            return Accepted.UNKNOWN_WORKSPACE
        self.platforms.add(platform)
        if any(event.event_id == kept.event_id and event.workspace == kept.workspace for kept in self.events):
            return Accepted.DUPLICATE
        self.events.append(event)
        return Accepted.STORED

    async def form(self, name: str, event: InboundEvent, platform: str) -> Form:
        if self.known is not None and event.workspace not in self.known:
            raise LookupError("this workspace is not known")
        return self.forms[name]
