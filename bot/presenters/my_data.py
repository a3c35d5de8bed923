"""What is held about a person, read by that person alone, and what they can do about it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.platforms.port import (
    Button,
    Buttons,
    Choice,
    FieldKind,
    Fields,
    Form,
    FormField,
    Message,
    Text,
)
from bot.presenters import my_data_rows as rows
from bot.presenters.my_data_words import purpose_name, refused_by, texts
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.catalog import Lang
from content.days import in_words
from storage.models import ON_BOARD, WITHDRAWABLE, Purpose

EXPORT, CORRECT, USES, ERASE = "my_data.export", "my_data.correct", "my_data.uses", "my_data.erase"
SURE_BUT_IDEAS = "my_data.sure_but_ideas"
CHANGE, SURE, KEEP, RETURN = "my_data.change", "my_data.sure", "my_data.keep", "my_data.return"
FORM = "my_data.correct"
LEFT = "left"
LONGEST_NAME = 200


def held(scene: Scene, _args: Args) -> Message:
    """Everything in words, and for how long; of whoever is in no project, that nothing is held."""
    if not scene.work.projects.of_person(scene.person.id):
        return _nothing(scene)
    everything = dict(scene.work.personal.held(scene.person))
    facts = tuple((_text(scene, f"held.{key}"), value) for key, value in rows.facts(scene, everything))
    days = tuple((_text(scene, f"kept.{key}"), value) for key, value in rows.kept(scene, everything))
    ways = ((EXPORT, "export"), (CORRECT, "correct"), (USES, "uses"), (ERASE, "erase"))
    buttons = Buttons(tuple(_button(scene, action, f"held.{key}_button") for action, key in ways))
    more = tuple(Text(texts().rich(f"held.{key}", scene.voice)) for key in ("more", "anonymous"))
    held_title, kept_title = (Text(texts().rich(f"{part}.title", scene.voice)) for part in ("held", "kept"))
    return Message((held_title, Fields(facts), kept_title, Fields(days), *more, buttons))


def _nothing(scene: Scene) -> Message:
    erasure = scene.work.erasures.find(scene.person.external_id)
    if erasure is None:
        return _say(scene, "nothing.stranger")
    told = Text(texts().rich("nothing.erased", scene.voice, date=_day(scene, erasure.asked_at)))
    return Message((told, Buttons((_button(scene, RETURN, "nothing.return_button"),))))


def code(scene: Scene, _args: Args) -> Message | None:
    """The code, as long as it is good; it is in no row and in no log."""
    good = scene.work.personal.code(scene.person)
    if good is None:
        return None
    return Message(
        tuple(Text(texts().rich(f"code.{key}", scene.voice, code=good)) for key in ("text", "how"))
    )


def correct_form(scene: Scene, _context: str) -> Form:
    """The name and the language, as they are."""
    languages = ((Lang.FRENCH, "correct.french"), (Lang.ENGLISH, "correct.english"))
    name = FormField(
        "name",
        FieldKind.LINE,
        _text(scene, "correct.name"),
        max_length=LONGEST_NAME,
        initial=scene.person.name,
    )
    lang = FormField(
        "lang",
        FieldKind.CHOICE,
        _text(scene, "correct.lang"),
        options=tuple((each.value, _text(scene, key)) for each, key in languages),
        initial=scene.voice.lang.value,
    )
    return Form(
        name=FORM,
        title=_text(scene, "correct.title"),
        intro=texts().rich("correct.intro", scene.voice),
        fields=(name, lang),
        submit=_text(scene, "correct.submit"),
    )


def corrected(scene: Scene, _args: Args) -> Message:
    return _say(scene, "correct.done", name=scene.person.name)


def nothing_to_correct(scene: Scene, _args: Args) -> Message:
    return _say(scene, "correct.nothing")


def uses(scene: Scene, _args: Args) -> Message:
    """Each purpose, what they said of it, and the other word to press."""
    refused = refused_by(scene)
    purposes = [each for each in WITHDRAWABLE if _concerns(scene, each, refused)]
    lines = tuple(
        Text(texts().rich(f"uses.{each}.{'refused' if each in refused else 'given'}", scene.voice))
        for each in purposes
    )
    options = tuple(
        (
            f"{each}|{'yes' if each in refused else 'no'}",
            _text(
                scene,
                "uses.said_yes" if each in refused else "uses.said_no",
                purpose=purpose_name(scene, each),
            ),
        )
        for each in purposes
    )
    choice = Choice(CHANGE, _text(scene, "uses.label"), options)
    return Message((Text(texts().rich("uses.title", scene.voice)), *lines, choice))


def stories_off(scene: Scene, _args: Args) -> Message:
    """In place of taking a story from somebody who said no to them."""
    value = f"{Purpose.STORIES}|yes"
    label = _text(scene, "uses.said_yes", purpose=purpose_name(scene, Purpose.STORIES))
    text = Text(texts().rich("uses.stories_off", scene.voice))
    return Message((text, Buttons((Button(CHANGE, value, label),))))


def _concerns(scene: Scene, purpose: Purpose, refused: list[Purpose]) -> bool:
    """No word of a language model where nothing is sent to one."""
    return purpose is not Purpose.LANGUAGE_MODEL or scene.workspace.second_opinion or purpose in refused


def sure(scene: Scene, args: Args) -> Message:
    """Before everything goes; `asked` is when, so that a button found much later does nothing."""
    on_board = any(idea.status in ON_BOARD for idea in scene.work.ideas.of_author(scene.person.id))
    said = ("text", "ideas", "stays") if on_board else ("text", "stays")
    buttons = [
        _button(scene, KEEP, "sure.no_button"),
        Button(SURE, args["asked"], _text(scene, "sure.yes_button")),
    ]
    if on_board:
        buttons.append(Button(SURE_BUT_IDEAS, args["asked"], _text(scene, "sure.ideas_button")))
    lines = tuple(Text(texts().rich(f"sure.{key}", scene.voice)) for key in said)
    return Message((*lines, Buttons(tuple(buttons))))


def late(scene: Scene, _args: Args) -> Message:
    return _say(scene, "sure.late")


def kept(scene: Scene, _args: Args) -> Message:
    return _say(scene, "sure.kept")


def erased(scene: Scene, args: Args) -> Message:
    """The last message; the person is nobody any more, so it names nobody. `ideas`: whether they were left behind."""
    said = "ideas_left" if args.get("ideas") == LEFT else "text"
    return Message(tuple(Text(texts().rich(f"erased.{key}", scene.voice)) for key in (said, "back")))


def returned(scene: Scene, _args: Args) -> Message:
    return _say(scene, "nothing.returned")


def _day(scene: Scene, at: datetime | date) -> str:
    on = at.astimezone(ZoneInfo(scene.timezone)).date() if isinstance(at, datetime) else at
    return in_words(on, scene.voice)


def _say(scene: Scene, key: str, **values: str) -> Message:
    return Message((Text(texts().rich(key, scene.voice, **values)),))


def _text(scene: Scene, key: str, **values: str) -> str:
    return texts().text(key, scene.voice, **values)


def _button(scene: Scene, action: str, key: str) -> Button:
    return Button(action, "-", _text(scene, key))


PRESENTERS: dict[str, Presenter] = {
    "my_data": held,
    "my_data.code": code,
    "my_data.corrected": corrected,
    "my_data.erased": erased,
    "my_data.kept": kept,
    "my_data.late": late,
    "my_data.nothing_to_correct": nothing_to_correct,
    "my_data.returned": returned,
    "my_data.stories_off": stories_off,
    "my_data.sure": sure,
    "my_data.uses": uses,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {FORM: correct_form}
