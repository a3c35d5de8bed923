"""What typed text means while a question is open: an option, a number, a yes or no, or own words. Pure."""

import re
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from content.blockers import Blocker
from content.catalog import Lang
from content.loader import load, validate
from surveys.reading import Reader, cue_patterns, distressed
from surveys.script import Ask, Script
from surveys.state import Answered, Declined, Event, Later, Prompt
from surveys.subject import Subject
from surveys.wording import question
from surveys.words import count, fold, telling_clause

_OWN_WORDS = {Ask.PICK: 2, Ask.CONFIRM: 2}
"""From how many words on text beside buttons is taken as an answer of one's own; a routine has steps for that."""

_AGREES = frozenset({"main", "yes_gladly"})
_REFUSES = frozenset({"neither", "not_now"})


class Replies(BaseModel):
    """The words of `replies.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    yes: list[str]
    no: list[str]
    later: list[str]
    denials: frozenset[str]
    filler: frozenset[str]
    numbers: dict[str, int]

    def matches(self, words: list[str], text: str) -> bool:
        return _bare(text) in {_bare(word) for word in words}


@cache
def replies() -> Replies:
    """Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("surveys") / "replies.yaml"), Replies)


def hear(
    script: Script, prompt: Prompt, subject: Subject, text: str, reader: Reader, excuses: frozenset[Blocker]
) -> Event | None:
    """The event that typed text makes of the open prompt; None if it cannot be read as an answer to it."""
    if distressed(text):
        return Answered(prompt=prompt.number, text=text.strip(), distress=True)
    ask = script.step(prompt.step).ask
    match ask:
        case Ask.CONSENT:
            return _consent(prompt, text)
        case Ask.OPEN:
            return told(prompt, subject.voice.lang, text, reader, excuses) if text.strip() else None
        case Ask.SCALE | Ask.RATE:
            number = _number(text, int(prompt.options[0]), int(prompt.options[-1]))
            return None if number is None else Answered(prompt=prompt.number, value=str(number))
        case _:
            value = _option(script, prompt, subject, text)
            if value is not None:
                return Answered(prompt=prompt.number, value=value)
            if ask in _OWN_WORDS and count(text) >= _OWN_WORDS[ask]:
                return told(prompt, subject.voice.lang, text, reader, excuses)
            return None


def told(prompt: Prompt, lang: Lang, text: str, reader: Reader, excuses: frozenset[Blocker]) -> Answered:
    """Own words, with how they read and the clause worth quoting."""
    return Answered(
        prompt=prompt.number,
        text=text.strip(),
        quote=telling_clause(text, cue_patterns(lang, excuses)),
        reading=reader.read(text, lang),
    )


def _consent(prompt: Prompt, text: str) -> Event | None:
    words = replies()
    if words.matches(words.later, text):
        return Later()
    if words.matches(words.yes, text):
        return Answered(prompt=prompt.number, value=prompt.options[0])
    return Declined() if words.matches(words.no, text) else None


def _number(text: str, low: int, high: int) -> int | None:
    """The one number from `low` to `high` in the text; out of 10, "4/10" and "7 sur 10" are 4 and 7."""
    bare = re.sub(rf"(?:/|\bsur|\bout of) *{high}\b", "", _bare(text))
    spelt = replies().numbers
    found = [
        int(word) if word.isdecimal() else spelt[word]
        for word in re.findall(r"(?<![\w.,-])\w+(?!\w)", bare)
        if (word.isdecimal() and len(word) <= 2) or word in spelt
    ]
    return found[0] if len(found) == 1 and low <= found[0] <= high else None


def _option(script: Script, prompt: Prompt, subject: Subject, text: str) -> str | None:
    """The option meant: its label, its place in the list, a yes or no, or the only one sharing a word."""
    options = {value: _bare(label) for value, label in question(script, prompt, subject).options}
    bare, words = _bare(text), replies()
    if not bare:
        return None
    exact = [value for value, label in options.items() if label == bare]
    if exact:
        return exact[0]
    if bare.isdecimal() and 1 <= int(bare) <= len(options):
        return list(options)[int(bare) - 1]
    for meant, listed in ((_AGREES, words.yes), (_REFUSES, words.no)):
        agreed = [value for value in options if value in meant]
        if agreed and words.matches(listed, text):
            return agreed[0]
    return _sharing(options, bare)


def _sharing(options: dict[str, str], bare: str) -> str | None:
    """The only option that shares most of the words said; none where something is denied that the option affirms."""
    denied = _denials(bare)
    said = _telling(bare)
    if not said or len(bare.split()) > 6:
        return None
    sharing = {
        value: len(said & _telling(label)) if denied <= _denials(label) else 0
        for value, label in options.items()
    }
    best = max(sharing.values(), default=0)
    chosen = [value for value, shared in sharing.items() if shared == best]
    return chosen[0] if best and best * 2 >= len(said) and len(chosen) == 1 else None


def _denials(bare: str) -> set[str]:
    return {word for word in re.findall(r"n't|\w+", bare) if word in replies().denials}


def _telling(bare: str) -> set[str]:
    ignored = {_bare(word) for word in replies().filler | replies().denials}
    return {word for word in re.findall(r"\w{3,}", bare) if word not in ignored}


def _bare(text: str) -> str:
    return fold(text).text.strip(" .!…,;:'\"«»“”")
