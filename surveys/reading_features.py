"""Text to features for the reading model: words, pairs of words, letters and ideas of the thesaurus. Pure.

Clauses that the person sets aside ("it's not that …") give features of their own, so that what is denied does not
speak for its cause. Features are strings by block; the model file holds those it knows, with their weights.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, RootModel

from content.catalog import Lang
from content.loader import load, validate
from surveys.reading import lexicon
from surveys.words import fold

VERSION = 3
"""Of the features; a model file of another version is refused."""

BLOCKS = ("words", "letters", "ideas", "pairs")
DENIED, AFTER, LAST, NEGATED = "D|", "A|", "Z|", "~"
LETTERS = range(2, 6)
LEAST_SAID = 2
"""Words before a denial that say something by themselves."""

_TOKEN = re.compile(r"[\w+]+")
_PATTERN = re.compile(r"[\w+*]+")
_WORD = re.compile(r"(?<![\w'])[a-z]+(?![\w'])")
_ELIDED = re.compile(r"\b([cjnldsmt]|qu) (?=[aeiouyh])")
"""French words that lose their last vowel, typed with a space for the apostrophe."""

_STRETCHED = re.compile(r"([a-z])\1{2,}")


class Idea(BaseModel):
    """Words of one idea, comma-separated; "*" takes any ending."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    fr: str

    def patterns(self, lang: Lang) -> list[tuple[str, ...]]:
        return [tuple(_PATTERN.findall(part.replace("'", " "))) for part in getattr(self, lang).split(",")]


class Thesaurus(RootModel[dict[str, Idea]]):
    """Ideas by name."""


_Pattern = tuple[tuple[str, ...], str]
"""The words that follow a pattern's first one, and its idea."""


@dataclass(frozen=True)
class _Begun:
    """The patterns that a word begins: of this word `alone`, `longer` ones by their next word, `open` in their next."""

    alone: tuple[str, ...]
    longer: dict[str, list[_Pattern]] = field(default_factory=dict)
    open: list[_Pattern] = field(default_factory=list)


@dataclass(frozen=True)
class Clause:
    """The words of one clause, and whether the person sets it aside."""

    words: list[str]
    denied: bool


@cache
def thesaurus() -> Thesaurus:
    """Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("surveys") / "lexicons" / "concepts.yaml"), Thesaurus)


class _Words:
    """One language's ideas by first word, and where clauses end and denials begin."""

    def __init__(self, lang: Lang) -> None:
        self.whole: dict[str, list[_Pattern]] = {}
        self.beginnings: dict[str, list[_Pattern]] = {}
        for name, idea in thesaurus().root.items():
            for first, *rest in filter(None, idea.patterns(lang)):
                table = self.beginnings if first.endswith("*") else self.whole
                table.setdefault(first.rstrip("*"), []).append((tuple(rest), name))
        self.negators = frozenset(
            pattern[0] for pattern in thesaurus().root["negator"].patterns(lang) if pattern
        )
        words = lexicon(lang)
        self.refusals = _any_of(words.refusals)
        turns = "|".join(rf"\b(?:{turn})\b" for turn in words.turns)
        self.turns = re.compile(rf"[.,;:!?\n…]+|\s[-–—]\s|{turns}")
        self.typed = {fold(short).text: fold(meant).text for short, meant in words.typed.items()}
        self.concessions = _any_of(words.concessions)
        self.begun_by = lru_cache(maxsize=50_000)(self._begun_by)

    def _begun_by(self, word: str) -> "_Begun":
        found = list(self.whole.get(word, ()))
        for end in range(2, len(word) + 1):
            found += self.beginnings.get(word[:end], ())
        begun = _Begun(tuple(name for following, name in found if not following))
        for following, name in found:
            if following and following[0].endswith("*"):
                begun.open.append((following, name))
            elif following:
                begun.longer.setdefault(following[0], []).append((following, name))
        return begun


@cache
def _words(lang: Lang) -> _Words:
    return _Words(lang)


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(f'(?:{pattern})' for pattern in patterns)})")


def clauses(text: str, lang: Lang) -> list[Clause]:
    words = _words(lang)
    folded = _STRETCHED.sub(r"\1", fold(text).text)
    if lang is Lang.FRENCH:
        folded = _ELIDED.sub(r"\1'", folded)
    folded = _WORD.sub(lambda found: words.typed.get(found.group(), found.group()), folded)
    parts = [
        (part, tokens)
        for clause in words.turns.split(folded)
        for part in _before_and_after(words.refusals, clause)
        if (tokens := _TOKEN.findall(part.replace("'", " ")))
    ]
    return [
        Clause(
            tokens,
            words.refusals.search(part) is not None
            or (place < len(parts) and words.concessions.search(part) is not None),
        )
        for place, (part, tokens) in enumerate(parts, start=1)
    ]


def _before_and_after(refusals: re.Pattern[str], clause: str) -> tuple[str, ...]:
    """The clause, cut before what it sets aside: "nobody reads it it's not about time" says one thing and denies another."""
    found = refusals.search(clause)
    if found is None or len(clause[: found.start()].split()) < LEAST_SAID:
        return (clause,)
    return clause[: found.start()], clause[found.start() :]


def says_nothing(text: str) -> bool:
    """The whole text is one of the answers that say nothing of a cause, in any language."""
    return len(text) < 40 and " ".join(_TOKEN.findall(fold(text).text)) in _vague()


@cache
def _vague() -> frozenset[str]:
    return frozenset(" ".join(_TOKEN.findall(answer)) for lang in Lang for answer in lexicon(lang).vague)


def features(text: str, lang: Lang) -> tuple[list[str], list[str], list[str], list[str]]:
    """Word features, words for their letters, ideas, and pairs of ideas, each with its repetitions (`BLOCKS`)."""
    said = clauses(text, lang)
    words: list[str] = []
    lettered: list[str] = []
    ideas: list[str] = []
    together: set[str] = set()
    denied_before = False
    for index, clause in enumerate(said):
        mark = DENIED if clause.denied else ""
        words += _word_features(clause.words, mark)
        if not clause.denied:
            lettered += clause.words
        found = set(_ideas(clause.words, lang))
        ideas += [mark + name for name, _ in found]
        ideas += [mark + name + NEGATED for name, negated in found if negated]
        names = {name for name, _ in found}
        if denied_before and not clause.denied:
            ideas += [AFTER + name for name in names]
        if len(said) > 1 and index == len(said) - 1:
            ideas += [LAST + name for name in names]
        if not clause.denied:
            together |= names
        denied_before = denied_before or clause.denied
    if said:
        ideas.append("denies" if denied_before else "affirms")
    ordered = sorted(together)
    pairs = [f"{first}&{second}" for place, first in enumerate(ordered) for second in ordered[place + 1 :]]
    return words, lettered, ideas, pairs


@lru_cache(maxsize=50_000)
def letters(word: str) -> tuple[str, ...]:
    """Runs of 2 to 5 letters of a word with its edges."""
    edged = f"<{word}>"
    return tuple(
        edged[start : start + length] for length in LETTERS for start in range(len(edged) - length + 1)
    )


def _word_features(words: list[str], mark: str) -> list[str]:
    """Words, neighbours with the clause's edges, and words with one between them; of a clause set aside, words only.

    How a denial is put says which causes its author had in mind, and nothing of the real one.
    """
    if mark:
        return [mark + word for word in words]
    edged = ["^", *words, "$"]
    return [
        *words,
        *(f"{first} {second}" for first, second in pairwise(edged)),
        *(f"{first} _ {second}" for first, second in zip(words, words[2:], strict=False)),
    ]


def _ideas(words: list[str], lang: Lang) -> Iterator[tuple[str, bool]]:
    """Ideas of a clause, and whether a negation stands near: up to three words before or two after."""
    table = _words(lang)
    denied = [place for place, word in enumerate(words) if word in table.negators]

    def near(start: int, end: int) -> bool:
        return any(start - 3 <= place < start or end <= place < end + 2 for place in denied)

    for end, (word, following) in enumerate(zip(words, (*words[1:], ""), strict=True), start=1):
        begun = table.begun_by(word)
        for name in begun.alone:
            yield name, near(end - 1, end) and name != "negator"
        for rest, name in (*begun.longer.get(following, ()), *begun.open):
            if _follow(rest, words, end):
                yield name, near(end - 1, end + len(rest)) and name != "negator"


def _follow(rest: tuple[str, ...], words: list[str], start: int) -> bool:
    """Whether the patterns of `rest` fit the words from `start` on."""
    if start + len(rest) > len(words):
        return False
    for place, pattern in enumerate(rest, start):
        word = words[place]
        if word != pattern and not (pattern[-1] == "*" and word.startswith(pattern[:-1])):
            return False
    return True
