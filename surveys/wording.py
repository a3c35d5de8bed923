"""How each prompt is put into words for one person; what an answer looks like afterwards. Pure, all text from `texts/`."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from content.blockers import CAUSES, Blocker
from content.catalog import Catalog, Lang, Voice
from content.days import DAY_AND_MONTH, in_words
from content.markup import RichText, literal
from surveys.choosing import OWN
from surveys.conditions import LEAST_TO_COMPARE
from surveys.routine import NOT_NOW
from surveys.script import Ask, Script, Step
from surveys.state import Answer, Prompt
from surveys.subject import Subject


@cache
def texts() -> Catalog:
    """Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("surveys") / "texts")


@dataclass(frozen=True)
class Question:
    """A prompt in words. `options` are (value, label) pairs; a scale has `ends`, the labels of its ends, instead."""

    lines: tuple[RichText, ...]
    options: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, str] | None = None
    skippable: bool = False
    """Whether [Skip] is offered as a button; a question with an easy "no" among its options needs none."""


PLACEHOLDERS = frozenset(
    {
        "name",
        "vision",
        "place",
        "tool",
        "task",
        "quote",
        "way",
        "score",
        "lower",
        "first",
        "weighs",
        "solved",
        "until",
    }
    | {"label", "cue", "action"}
)
"""What a text of a script may ask to be filled in, where it is known."""


def suffixes(step: Step) -> tuple[str, ...]:
    """What follows the step's key in the keys of the texts that asking it can need."""
    match step.ask:
        case Ask.CONSENT:
            return ()
        case Ask.SCALE:
            return ("", "_any", "_low", "_high")
        case Ask.RATE:
            return ("", "_low", "_high")
        case Ask.PICK:
            return ("", "_other")
        case Ask.CONFIRM:
            ways = ("_shift", "_same", "_guess")
            return (*ways, *(f"_options.{value}" for value in ("main", "other", "neither")))
        case Ask.ROUTINE:
            return ("", "_until", "_template", "_options.own", "_options.not_now")
        case Ask.OPTIONS:
            return ("", *(f"_options.{option}" for option in step.options))
        case Ask.WAYS | Ask.OPEN:
            return ("",)


def question(script: Script, prompt: Prompt, subject: Subject) -> Question:
    """The prompt as this person is asked it."""
    step = script.step(prompt.step)
    text = _text(script, step, prompt, subject)
    match step.ask:
        case Ask.CONSENT:
            return Question(invitation(script, subject))
        case Ask.SCALE | Ask.RATE:
            low, high = (_say(script, step, f"_{end}", subject) for end in ("low", "high"))
            return Question((text,), ends=(low, high), skippable=True)
        case Ask.OPEN:
            return Question((text,), skippable=True)
        case Ask.WAYS:
            hint = texts().rich("hints.ways_out", subject.voice)
            return Question((text, hint), _options(script, step, prompt, subject))
        case _:
            return Question((text,), _options(script, step, prompt, subject))


def invitation(script: Script, subject: Subject) -> tuple[RichText, ...]:
    """Why, this person's place, who sees what (a language model too), how many questions.

    A script may greet in its own words, not promise.
    """
    voice = subject.voice
    catalog, key = (
        (script.texts, "greeting") if script.texts.has("greeting") else (texts(), "invite.greeting")
    )
    frame = "invite.frame_anonymous" if subject.anonymous else "invite.frame"
    minutes = texts().text(f"invite.minutes_{script.minutes}", voice)
    return (
        catalog.rich(
            key,
            voice,
            name=subject.name,
            vision=subject.vision,
            place=subject.place,
            tool=subject.tool,
            sponsor=subject.sponsor,
        ),
        texts().rich(frame, voice, questions=str(script.questions), minutes=minutes, **_who(subject)),
        *((texts().rich("second_opinion", voice),) if subject.second_opinion else ()),
    )


def privacy(subject: Subject) -> tuple[RichText, ...]:
    """Who sees what, in three lines; one more where a language model reads along, and where the tool tells of its use."""
    kind = "privacy_anonymous" if subject.anonymous else "privacy"
    lines = [f"{kind}.{key}" for key in ("who", "what", "out")]
    if subject.second_opinion:
        lines.append("second_opinion")
    told = [texts().rich(key, subject.voice, **_who(subject)) for key in lines]
    if subject.usage:
        threshold = str(subject.threshold)
        told.append(
            texts().rich("usage", subject.voice, tool=subject.tool, days=subject.usage, threshold=threshold)
        )
    return tuple(told)


def note(key: str, subject: Subject) -> RichText:
    """Something said that asks nothing."""
    return texts().rich(f"notes.{key}", subject.voice, contact=subject.contact, **_who(subject))


def label(script: Script, prompt: Prompt, answer: Answer, subject: Subject) -> RichText:
    """The "✔ …" that takes the place of the buttons; own words are shown literally."""
    return texts().rich("answered", subject.voice, label=given(script, prompt, answer, subject))


def given(script: Script, prompt: Prompt, answer: Answer, subject: Subject) -> str:
    """An answer as the person gave it: an option's label, a number, own words."""
    if answer.skipped:
        return texts().text("skipped", subject.voice)
    if answer.value is None:
        return answer.text or ""
    if script.step(prompt.step).ask is Ask.CONSENT:
        return texts().text("buttons.start", subject.voice)
    return dict(_options(script, script.step(prompt.step), prompt, subject)).get(answer.value, answer.value)


def _text(script: Script, step: Step, prompt: Prompt, subject: Subject) -> RichText:
    if step.ask is Ask.CONSENT:
        return literal("")
    values = {"tool": subject.tool, "task": subject.task, "quote": prompt.quote or ""}
    if way := prompt.way and subject.way(prompt.way):
        values["way"] = way.label
    if prompt.score is not None:
        values |= {"score": str(prompt.score), "lower": str(max(prompt.score - LEAST_TO_COMPARE, 0))}
    if prompt.cause:
        for part in ("weighs", "solved"):
            values[part] = cause(prompt.cause, part, subject)
    if prompt.stated:
        values["first"] = cause(prompt.stated, "first", subject)
    if subject.ends_on:
        values["until"] = _day(subject.ends_on, subject.voice)
    catalog, key = _words(script, step, _variant(script, step, prompt, values))
    return catalog.rich(key, subject.voice, **values)


def _words(script: Script, step: Step, suffix: str = "") -> tuple[Catalog, str]:
    """Where a text of the step stands: in the script, else among the words of its role."""
    own = f"{step.key}{suffix}"
    if step.role and not script.texts.has(own):
        return texts(), f"common.{step.role}{suffix}"
    return script.texts, own


def _say(script: Script, step: Step, suffix: str, subject: Subject, **values: str) -> str:
    catalog, key = _words(script, step, suffix)
    return catalog.text(key, subject.voice, **values)


def _variant(script: Script, step: Step, prompt: Prompt, values: dict[str, str]) -> str:
    """The wording that fits what is known: without a quote, a way, a cause or an end, a plainer one."""
    match step.ask:
        case Ask.SCALE if prompt.cause is None:
            return "_any"
        case Ask.CONFIRM if prompt.stated is None:
            return "_guess"
        case Ask.CONFIRM:
            return "_same" if prompt.stated is prompt.cause else "_shift"
        case Ask.ROUTINE if "until" in values:
            return "_until"
        case Ask.OPEN:
            catalog, key = _words(script, step)
            needs = catalog.placeholders(key, Lang.ENGLISH)
            known = all(values.get(need) for need in needs)
            return "" if known or not catalog.has(f"{key}_plain") else "_plain"
        case _:
            return ""


def _options(script: Script, step: Step, prompt: Prompt, subject: Subject) -> tuple[tuple[str, str], ...]:
    return tuple((value, _option(script, step, prompt, value, subject)) for value in prompt.options)


def _option(script: Script, step: Step, prompt: Prompt, value: str, subject: Subject) -> str:
    match step.ask:
        case Ask.WAYS:
            way = subject.way(value)
            return way.label if way else value
        case Ask.PICK if value in set(CAUSES):
            return _capital(cause(Blocker(value), "label", subject))
        case Ask.PICK:
            return _say(script, step, f"_{value}", subject)
        case Ask.CONFIRM:
            other = {"second": prompt.second, "third": prompt.third}.get(value)
            if other is None:
                return _say(script, step, f"_options.{value}", subject)
            return _say(script, step, "_options.other", subject, label=cause(other, "label", subject))
        case Ask.ROUTINE if routine := subject.routine(value):
            return _say(script, step, "_template", subject, cue=routine.cue, action=routine.action)
        case Ask.ROUTINE if value in {OWN, NOT_NOW}:
            return _say(script, step, f"_options.{value}", subject)
        case Ask.OPTIONS:
            return _say(script, step, f"_options.{value}", subject, tool=subject.tool)
        case _:
            return value


def cause(blocker: Blocker, part: str, subject: Subject) -> str:
    """A cause in words: `first`, `weighs`, `solved` or `label`, each made to stand in its sentence."""
    return texts().text(f"causes.{blocker}.{part}", subject.voice, tool=subject.tool)


def _who(subject: Subject) -> dict[str, str]:
    lead = subject.lead or texts().text("invite.lead", subject.voice)
    return {"lead": lead, "threshold": str(subject.threshold), "words": str(subject.words)}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(day: date, voice: Voice) -> str:
    return in_words(day, voice, DAY_AND_MONTH)
