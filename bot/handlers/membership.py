"""Stop, pause, resume, help: a person's say over being written to. It holds at once and everywhere."""

from datetime import date, timedelta

from bot import leave
from bot.commands import AWAY
from bot.handlers import interview
from bot.platforms.port import ButtonPressed, Command
from bot.presenters import membership as presenters
from bot.scene import Feature, Scene
from nudges.schedule import local_date

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
    """Back from a stop, a pause or leave; the interview goes on where it was, and what waited for their end may leave."""
    away = _back_from_leave(scene)
    rested = away or bool(scene.person.opted_out_at or scene.person.snoozed_until)
    if scene.person.snoozed_until:
        scene.work.outbox.bring_forward(scene.person.id, scene.person.snoozed_until)
    scene.person.opted_out_at = None
    scene.person.snoozed_until = None
    if interview.resume(scene):
        return
    scene.post("membership.resumed" if rested else "help")


def away(scene: Scene, event: Command) -> None:
    """On leave: nothing unasked until it is over, which it is by itself."""
    today = local_date(scene.now, scene.timezone)
    told = leave.read(event.argument, today, scene.voice.lang)
    if told is None:
        scene.post("membership.away_when")
        return
    scene.work.absences.put(scene.person.id, told.first, told.last)
    days = {"first": told.first.isoformat(), "last": told.last.isoformat()}
    scene.post("membership.away", days)


def here(scene: Scene, pressed: ButtonPressed) -> None:
    """`first day`: not away after all, or back early."""
    try:
        first = date.fromisoformat(pressed.value)
    except ValueError:
        scene.post("help.unknown_button")
        return
    _back_from_leave(scene, first)
    scene.replace(pressed, "membership.here")


def _back_from_leave(scene: Scene, first: date | None = None) -> bool:
    """End the absence that begins on `first`, else any that lasts, so that what waited may leave; whether there was one."""
    waits_for = scene.week.first_open(scene.now)
    absences, today = scene.work.absences, local_date(scene.now, scene.timezone)
    ended = absences.remove(scene.person.id, first) if first else absences.end(scene.person.id, today)
    if ended and scene.week.is_away(scene.now):
        scene.work.outbox.bring_forward(scene.person.id, waits_for)
    return ended


def help_(scene: Scene, _event: Command | ButtonPressed) -> None:
    scene.post("help")


def more(scene: Scene, _event: ButtonPressed) -> None:
    scene.post("help.more")


def back(scene: Scene, _event: ButtonPressed) -> None:
    interview.back(scene)


FEATURE = Feature(
    name="membership",
    commands={"stop": stop, "pause": pause, AWAY: away, "resume": resume, "help": help_},
    buttons={
        presenters.MORE: more,
        presenters.BACK: back,
        presenters.PAUSE: pause,
        presenters.STOP: stop,
        presenters.RESUME: resume,
        presenters.HELP: help_,
        presenters.HERE: here,
    },
    presenters=presenters.PRESENTERS,
)
