"""Stop, pause, resume, help: a person's say over being written to. It holds at once and everywhere."""

from datetime import timedelta

from bot.handlers import interview
from bot.platforms.port import ButtonPressed, Command
from bot.presenters import membership as presenters
from bot.scene import Feature, Scene

PAUSE = timedelta(weeks=2)
"""How long "pause" keeps the coaching silent; it ends by itself."""


def stop(scene: Scene, _event: Command | ButtonPressed) -> None:
    """Nothing more is sent, whatever was planned; the running interview ends."""
    scene.person.opted_out_at = scene.now
    scene.work.outbox.cancel(scene.person.id)
    interview.stop(scene)
    scene.post("membership.stopped")


def pause(scene: Scene, _event: Command | ButtonPressed) -> None:
    """The interview waits; without one, the coaching rests for `PAUSE`."""
    if interview.pause(scene):
        return
    scene.person.snoozed_until = scene.now + PAUSE
    scene.post("membership.paused", {"until": scene.person.snoozed_until.isoformat()})


def resume(scene: Scene, _event: Command | ButtonPressed) -> None:
    """Back from a stop or a pause; the interview goes on where it was, and what waited for the pause to end may leave."""
    rested = bool(scene.person.opted_out_at or scene.person.snoozed_until)
    if scene.person.snoozed_until:
        scene.work.outbox.bring_forward(scene.person.id, scene.person.snoozed_until)
    scene.person.opted_out_at = None
    scene.person.snoozed_until = None
    if interview.resume(scene):
        return
    scene.post("membership.resumed" if rested else "help")


def help_(scene: Scene, _event: Command | ButtonPressed) -> None:
    scene.post("help")


def more(scene: Scene, _event: ButtonPressed) -> None:
    scene.post("help.more")


def back(scene: Scene, _event: ButtonPressed) -> None:
    interview.back(scene)


FEATURE = Feature(
    name="membership",
    commands={"stop": stop, "pause": pause, "resume": resume, "help": help_},
    buttons={
        presenters.MORE: more,
        presenters.BACK: back,
        presenters.PAUSE: pause,
        presenters.STOP: stop,
        presenters.RESUME: resume,
        presenters.HELP: help_,
    },
    presenters=presenters.PRESENTERS,
)
