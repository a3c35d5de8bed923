"""What is said about being written to, and what one can do here."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.platforms.port import Button, Buttons, Message, Text
from bot.scene import Args, Presenter, Scene
from bot.texts import texts
from content.days import in_words
from nudges.schedule import local_date
from storage.models import Role

MORE, HELP = "help.more", "help.open"
BACK, PAUSE, STOP, RESUME = "membership.back", "membership.pause", "membership.stop", "membership.resume"
HERE = "membership.here"


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
    keys = ["help.everyone", "help.away"]
    if roles & {Role.CHAMPION, Role.EMPLOYEE}:
        keys += ["help.routine", "help.testimonial"]
    if Role.LEAD in roles:
        keys.append("help.lead")
    keys += ["help.ideas", "help.my_data"]
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
    ends = in_words(until, scene.voice)
    return _say(scene, "membership.paused", (RESUME, "membership.resume_button"), date=ends)


def away(scene: Scene, args: Args) -> Message:
    """Which days were understood, and when somebody is written to again."""
    first, last = (date.fromisoformat(args[name]) for name in ("first", "last"))
    back = scene.week.first_open_on(last + timedelta(days=1))
    key = "membership.away_from" if first > local_date(scene.now, scene.timezone) else "membership.away"
    button = Buttons((Button(HERE, args["first"], texts().text("membership.here_button", scene.voice)),))
    said = texts().rich(
        key,
        scene.voice,
        first=_date(scene, first),
        last=_date(scene, last),
        back=_date(scene, back.astimezone(ZoneInfo(scene.timezone)).date()),
    )
    return Message((Text(said), button))


def away_when(scene: Scene, _args: Args) -> Message:
    return _say(scene, "membership.away_when")


def here(scene: Scene, _args: Args) -> Message:
    return _say(scene, "membership.here")


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
    resting = person.snoozed_until is not None and person.snoozed_until > scene.now
    if person.opted_out_at or resting or scene.week.is_away(scene.now):
        return _buttons(scene, (RESUME, "membership.resume_button"))
    return _buttons(scene, (PAUSE, "help.pause_button"), (STOP, "help.stop_button"))


def _date(scene: Scene, day: date) -> str:
    """With its weekday, which is what people check a date by."""
    return in_words(day, scene.voice, "full")


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
    "membership.away": away,
    "membership.away_when": away_when,
    "membership.here": here,
}
