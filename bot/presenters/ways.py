"""What stands under every message that comes unasked: why it came, and light ways out of it."""

from bot.platforms.port import Button
from bot.scene import Scene
from nudges.content import texts
from nudges.pace import slower

STOP = "membership.stop"
LESS = "nudge.less"
WHY = "why"

NOTHING_ASKED = frozenset({"champion.reach", "routine.nudge"})
"""Kinds that ask nothing, so that "less often" and "stop" have room beside "why this?"."""

STOPPABLE = frozenset({"digest.several", "digest.weekly"})
"""Kinds with room for "stop"."""


def at_rest(scene: Scene) -> bool:
    """Whether the person has asked not to be written to, for now or for good."""
    snoozed = scene.person.snoozed_until
    return scene.person.opted_out_at is not None or (snoozed is not None and snoozed > scene.now)


def ways_out(scene: Scene, project_id: str, kind: str, ref: str = "") -> tuple[Button, ...]:
    """The buttons under a message of this kind (an intent), after its own; with `ref`, the row that it is about.

    A message with three buttons of its own has room for the one of them that leads to the others.
    """
    why = Button(WHY, f"{kind}|{project_id}|{ref}", texts("why").text("button", scene.voice))
    if kind in NOTHING_ASKED:
        return (less(scene), stop(scene), why)
    return (stop(scene), why) if kind in STOPPABLE else (why,)


def less(scene: Scene) -> Button:
    """Half as often as now."""
    weeks = slower(scene.person.at_most_weeks)
    return Button(LESS, str(weeks), texts("nudges").text("less_button", scene.voice))


def stop(scene: Scene) -> Button:
    """Nothing any more."""
    return Button(STOP, "-", texts("nudges").text("stop_button", scene.voice))
