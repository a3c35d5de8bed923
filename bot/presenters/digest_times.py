"""When the leads' page comes: what a lead sees before it does, the question before it goes early, day and hour."""

from datetime import datetime, time

from babel.dates import format_time, get_day_names

from bot.digest_week import KIND, led, led_by, next_hour, waiting, week_at
from bot.platforms.port import Button, Buttons, FieldKind, Form, FormField, Message, Text
from bot.presenters.digest import blocks, top_ideas, words_of
from bot.presenters.digest_spoken import spoken
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.days import WITH_WEEKDAY, in_words
from content.markup import RichText
from digests.content import texts
from digests.slot import WEEKDAYS, Slot
from nudges.schedule import zone
from projects.service import definition
from storage.models import Membership, Project, Role

FORM = "digest.schedule"
ASK, CONFIRM, DECLINE, CHANGE = "digest.send.ask", "digest.send", "digest.send.no", "digest.change"


def preview(scene: Scene, args: Args) -> Message | None:
    """The page as every lead gets it, and when."""
    project = led(scene, args["project"])
    digest = scene.work.digests.of_week(args["project"], args["week"])
    if project is None or digest is None:
        return None
    words = words_of(project, digest, scene.voice, scene.timezone)
    said = spoken(scene.work, words, project.id, scene.timezone)
    coming = waiting(scene, project, args["week"])
    mine = next((membership for membership, lead in coming if lead.id == scene.person.id), None)
    at = next_hour(scene, mine) if mine else None
    lines = [_rich(scene, "preview.intro", tool=words.tool)]
    if mine is None:
        lines.append(_rich(scene, "preview.gone"))
    elif at:
        key = "yours" if week_at(scene, project, at) == args["week"] else "next"
        lines.append(_rich(scene, f"preview.{key}", when=when(scene, at)))
    page = (*blocks(words, said), *(top_ideas(said.ideas) if said.ideas else ()))
    return Message((*map(Text, lines), *page, Buttons(_ways(scene, project, early=bool(coming)))))


def coming(scene: Scene, args: Args) -> Message | None:
    """What will be on a page that is not published yet, and when it is counted: not one figure."""
    project = led(scene, args["project"])
    if project is None:
        return None
    hours = [
        at
        for place, _ in scene.work.projects.members(project.id, Role.LEAD)
        if (at := next_hour(scene, place))
    ]
    first = min(hours, default=None)
    values = {"tool": definition(project).tool, "week": _week(week_at(scene, project, first or scene.now))}
    mine = next_hour(scene, _place(scene, project))
    lines = [_rich(scene, "preview.will", **values)]
    if first and mine:
        told = {"counted": when(scene, first), "yours": when(scene, mine)}
        if first == mine:
            lines.append(_rich(scene, "preview.together", counted=told["counted"]))
        else:
            lines.append(_rich(scene, "preview.counted", **told))
    return Message((*map(Text, lines), Buttons(_ways(scene, project, early=True))))


def send(scene: Scene, args: Args) -> Message | None:
    """Whether this week's page goes to everybody now; where it has gone already, that."""
    project = led(scene, args["project"])
    if project is None:
        return None
    week = week_at(scene, project, scene.now)
    count = len(waiting(scene, project, week))
    values = {"tool": definition(project).tool, "week": _week(week)}
    if not count:
        return Message((Text(_rich(scene, "send.already", **values)),))
    published = scene.work.digests.of_week(project.id, week) is not None
    value = f"{project.id}|{week}"
    label = _text(scene, "send.alone") if count == 1 else _text(scene, "send.button", count=str(count))
    return Message(
        (
            Text(_rich(scene, "send.counted" if published else "send.fresh", **values)),
            Buttons(
                (
                    Button(CONFIRM, value, label, primary=True),
                    Button(DECLINE, value, _text(scene, "send.not_now")),
                )
            ),
        )
    )


def sent(scene: Scene, args: Args) -> Message | None:
    project = led(scene, args["project"])
    if project is None:
        return None
    return Message(
        (Text(_rich(scene, "send.done", week=_week(args["week"]), tool=definition(project).tool)),)
    )


def not_sent(scene: Scene, args: Args) -> Message | None:
    project = led(scene, args["project"])
    if project is None:
        return None
    at = next_hour(scene, _place(scene, project))
    text = _rich(scene, "send.kept", when=when(scene, at)) if at else _rich(scene, "send.nothing")
    return Message((Text(text),))


def scheduled(scene: Scene, _args: Args) -> Message | None:
    """Day and hour as they have been chosen, and when that is next."""
    hours = [at for membership, _ in led_by(scene) if (at := next_hour(scene, membership))]
    if not hours:
        return None
    slot = _slot(scene)
    weekday = get_day_names("wide", locale=scene.voice.locale)[slot.day - 1]
    values = {"day": weekday, "time": _clock(scene, slot.at), "when": when(scene, min(hours))}
    return Message((Text(_rich(scene, "schedule.done", **values)),))


def form(scene: Scene, _context: str) -> Form:
    """On which of their working days and at which of their hours; as it is now, at first."""
    days, hours = offered(scene)
    slot = _slot(scene)
    day, at = slot.rule.split(" ")
    return Form(
        name=FORM,
        title=_text(scene, "schedule.title"),
        intro=_rich(scene, "schedule.intro", zone=scene.timezone),
        fields=(
            FormField(
                "day",
                FieldKind.CHOICE,
                _text(scene, "schedule.day"),
                options=tuple(days.items()),
                initial=day if day in days else "",
            ),
            FormField(
                "at",
                FieldKind.CHOICE,
                _text(scene, "schedule.time"),
                options=tuple(hours.items()),
                initial=at if at in hours else "",
            ),
        ),
        submit=_text(scene, "schedule.submit"),
    )


def offered(scene: Scene) -> tuple[dict[str, str], dict[str, str]]:
    """The days and the full hours at which the person works, as (value, label)."""
    week = scene.week
    names = get_day_names("wide", locale=scene.voice.locale)
    days = {WEEKDAYS[int(day) - 1]: names[int(day) - 1].capitalize() for day in sorted(week.days)}
    first = week.starts.hour + bool(week.starts.minute)
    hours = [time(hour) for hour in range(first, week.latest.hour + 1)] or [week.starts]
    return days, {f"{hour:%H:%M}": _clock(scene, hour) for hour in hours}


def when(scene: Scene, instant: datetime) -> str:
    """Day and time on the person's own clock."""
    local = instant.astimezone(zone(scene.timezone))
    day = in_words(local, scene.voice, WITH_WEEKDAY)
    return _text(scene, "when", day=day, time=_clock(scene, local.time()))


def _slot(scene: Scene) -> Slot:
    """What the person has chosen; it is one for all that they lead."""
    rules = [
        item.rule
        for membership, _ in led_by(scene)
        if (item := scene.work.agenda.get(scene.person.id, KIND, membership.id))
    ]
    return Slot.of(rules[0] if rules else "")


def _ways(scene: Scene, project: Project, *, early: bool) -> tuple[Button, ...]:
    change = Button(CHANGE, "-", _text(scene, "schedule.button"))
    return (Button(ASK, project.id, _text(scene, "send.ask")), change) if early else (change,)


def _place(scene: Scene, project: Project) -> Membership:
    return next(membership for membership, led_project in led_by(scene) if led_project.id == project.id)


def _clock(scene: Scene, at: time) -> str:
    return format_time(at, format="short", locale=scene.voice.locale)


def _week(week: str) -> str:
    return str(int(week.partition("-W")[2]))


def _rich(scene: Scene, key: str, **values: str) -> RichText:
    return texts().rich(key, scene.voice, **values)


def _text(scene: Scene, key: str, **values: str) -> str:
    return texts().text(key, scene.voice, **values)


PRESENTERS: dict[str, Presenter] = {
    "digest.preview": preview,
    "digest.coming": coming,
    "digest.send": send,
    "digest.sent": sent,
    "digest.not_sent": not_sent,
    "digest.scheduled": scheduled,
}
FORM_PRESENTERS: dict[str, FormPresenter] = {FORM: form}
