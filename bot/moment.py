"""Whether a message may leave now, asked when it is sent: what a person says of being written to holds to the last."""

from dataclasses import dataclass
from datetime import datetime

from bot.scene import Scene
from storage.claims import Outgoing
from storage.models import PersonStatus
from storage.repositories.outbox import TOO_LATE, UNREACHABLE


@dataclass(frozen=True)
class Hold:
    """A message that may not leave now: not before `until`, or never if None. `reason` is a word for logs and upkeep."""

    reason: str
    until: datetime | None = None


def hold(scene: Scene, outgoing: Outgoing) -> Hold | None:
    """What keeps this message of the scene's person back; None: it may leave.

    Nothing is sent to whom it cannot reach. After "stop" only what the person asks for from then on is said. What
    nobody asked for leaves only while the person works, and neither during a pause nor while they are away; what would
    be too late by then is dropped. What replaces a message writes to nobody.
    """
    person, now = scene.person, scene.now
    if outgoing.updates is not None:
        return None
    if person.opted_out_at and (outgoing.paced or outgoing.created_at < person.opted_out_at):
        return Hold("opted_out")
    if person.status is PersonStatus.UNREACHABLE:
        return Hold(UNREACHABLE)
    if not outgoing.paced:
        return None
    awake = max(now, person.snoozed_until or now)
    fitting = scene.week.first_open(awake)
    if fitting <= now:
        return None
    if outgoing.not_after and outgoing.not_after < fitting:
        return Hold(TOO_LATE)
    if awake > now:
        return Hold("snoozed", fitting)
    return Hold("away" if scene.week.is_away(now) else "not_working", fitting)
