"""What is said about being written to, and what one can do here."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.platforms.port import Button, Buttons, Message, Text
from bot.scene import Args, Presenter, Scene
from bot.texts import texts
from storage.models import Role

MORE, HELP = "help.more", "help.open"
BACK, PAUSE, STOP, RESUME = "membership.back", "membership.pause", "membership.stop", "membership.resume"


def more(scene: Scene, _args: Args) -> Message:
    """Every way out of a question, by button."""
    return _say(
        scene,
        "help.more",
        (BACK, "help.back_button"),
        (PAUSE, "help.pause_here_button"),
        (STOP, "help.stop_button"),
        (HELP, "help.help_button"),
    )


def help_message(scene: Scene, _args: Args) -> Message:
    """What this person can do, by their role in their projects; a stranger is told whom to ask."""
    roles = {membership.role for membership, _project in scene.work.projects.of_person(scene.person.id)}
    if not roles:
        return _say(scene, "help.stranger")
    keys = ["help.everyone"]
    if roles & {Role.CHAMPION, Role.EMPLOYEE}:
        keys.append("help.testimonial")
    if Role.LEAD in roles:
        keys.append("help.lead")
    return Message(
        (
            *(Text(texts().rich(key, scene.voice)) for key in keys),
            _say_over(scene),
        )
    )


def stopped(scene: Scene, _args: Args) -> Message:
    return _say(scene, "membership.stopped", (RESUME, "membership.resume_button"))


def paused(scene: Scene, args: Args) -> Message:
    until = datetime.fromisoformat(args["until"]).astimezone(ZoneInfo(scene.timezone))
    date = format_date(until, format="long", locale=scene.voice.locale)
    return _say(scene, "membership.paused", (RESUME, "membership.resume_button"), date=date)


def resumed(scene: Scene, _args: Args) -> Message:
    return _say(scene, "membership.resumed")


def not_understood(scene: Scene, _args: Args) -> Message:
    if not scene.work.projects.of_person(scene.person.id):
        return _say(scene, "help.stranger")
    if scene.person.opted_out_at:
        return _say(scene, "membership.still_stopped", (RESUME, "membership.resume_button"))
    return _say(scene, "help.not_understood")


def unknown_button(scene: Scene, _args: Args) -> Message:
    return _say(scene, "help.unknown_button")


def _say_over(scene: Scene) -> Buttons:
    """What a person can change about being written to, from where they are."""
    person = scene.person
    if person.opted_out_at or (person.snoozed_until and person.snoozed_until > scene.now):
        return _buttons(scene, (RESUME, "membership.resume_button"))
    return _buttons(scene, (PAUSE, "help.pause_button"), (STOP, "help.stop_button"))


def _say(scene: Scene, key: str, *buttons: tuple[str, str], **values: str) -> Message:
    text = Text(texts().rich(key, scene.voice, **values))
    return Message((text, _buttons(scene, *buttons)) if buttons else (text,))


def _buttons(scene: Scene, *buttons: tuple[str, str]) -> Buttons:
    return Buttons(tuple(Button(action, "-", texts().text(key, scene.voice)) for action, key in buttons))


PRESENTERS: dict[str, Presenter] = {
    "help": help_message,
    "help.more": more,
    "help.not_understood": not_understood,
    "help.unknown_button": unknown_button,
    "membership.stopped": stopped,
    "membership.paused": paused,
    "membership.resumed": resumed,
}
