"""Reading free text: how likely each cause is behind a person's words. No service, no storage.

`Reader` is the place of a better model. `LexiconReader` weighs words and phrases of `lexicons/{en,fr}.yaml`, and takes
out what the person refuses: in "it's not the time, it's that nobody answers", time counts for nothing.
"""

import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from content.blockers import CAUSES, Blocker
from content.catalog import Lang
from content.loader import load, validate
from surveys.words import Folded, fold

LEAST_LEFT = 0.25
"""The least probability beside what was refused that is worth reading."""


class Reading(BaseModel):
    """A probability for each of the 14 labels, summing to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    probabilities: dict[Blocker, float]

    @property
    def ranked(self) -> tuple[tuple[Blocker, float], ...]:
        """Labels and probabilities, likeliest first; ties in the labels' own order."""
        order = list(Blocker)
        return tuple(sorted(self.probabilities.items(), key=lambda pair: (-pair[1], order.index(pair[0]))))

    @property
    def causes(self) -> tuple[Blocker, ...]:
        """The causes, likeliest first; `none` is not among them."""
        return tuple(label for label, _ in self.ranked if label in CAUSES)

    def without(self, labels: frozenset[Blocker]) -> "Reading":
        """The same reading for somebody who has said that it is none of `labels`; uniform where nothing is left."""
        left = {label: 0.0 if label in labels else p for label, p in self.probabilities.items()}
        total = sum(left.values())
        if total < LEAST_LEFT:
            return Reading(probabilities=dict.fromkeys(Blocker, 1 / len(Blocker)))
        return Reading(probabilities={label: p / total for label, p in left.items()})

    @property
    def top(self) -> tuple[Blocker, float]:
        return self.ranked[0]


class Reader(Protocol):
    def read(self, text: str, lang: Lang) -> Reading:
        """The causes behind `text`; uniform where nothing can be told."""


class Lexicon(BaseModel):
    """One language's words. Patterns are regular expressions over folded text (lower case, no accents).

    `cues` weigh for a label, by the strength that `weights` gives a figure. `refusals` open a stretch, to the clause's
    end, whose cues do not count, unless they overlap its opening and begin with one of `negations` ("not the way we
    work"). `denials` say of one label that it is not the cause; `turns` end a clause. `distress` must find too much
    rather than too little: it stops the questions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    vague: list[str]
    """Whole answers that say nothing of a cause."""
    common: str
    """Words that most sentences of the language have, by spaces; none of them is common in the other language."""
    typed: dict[str, str]
    """What a word typed in a hurry stands for, for the reading model."""
    weights: dict[str, float]
    cues: dict[Blocker, dict[str, list[str]]]
    refusals: list[str]
    concessions: list[str]
    """For the reading model: what is granted before the real reason, in a clause that another follows."""
    negations: list[str]
    denials: dict[Blocker, list[str]]
    turns: list[str]
    distress: dict[str, list[str]]
    """By what it is a sign of."""
    unread: float = Field(gt=0)
    """Weight of "something else": one plain cue must outweigh it for a reading to be accepted."""
    after_refusal: float = Field(ge=1)
    """How much more a clause counts that follows a refusal: it holds the real reason."""


class LexiconReader:
    """Reads by cues, refusals and denials; text without any cue is tried in the other language."""

    def read(self, text: str, lang: Lang) -> Reading:
        scores = _scores(fold(text), lang)
        if not scores:
            other = Lang.ENGLISH if lang is Lang.FRENCH else Lang.FRENCH
            scores = _scores(fold(text), other)
        unread = lexicon(lang).unread
        total = sum(scores.values()) + unread
        floor = unread / total / len(Blocker)
        return Reading(probabilities={label: scores.get(label, 0.0) / total + floor for label in Blocker})


def distressed(text: str) -> bool:
    """Words of distress, conflict, harassment or illness, in any language."""
    folded = fold(text).text
    return any(pattern.search(folded) for lang in Lang for pattern in _compiled(lang).distress)


@cache
def cue_patterns(lang: Lang, labels: frozenset[Blocker]) -> tuple[re.Pattern[str], ...]:
    """Patterns over folded text that speak for one of `labels`."""
    return tuple(pattern for label, _, pattern in _compiled(lang).cues if label in labels)


@cache
def lexicon(lang: Lang) -> Lexicon:
    """Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("surveys") / "lexicons" / f"{lang}.yaml"), Lexicon)


class _Compiled:
    def __init__(self, words: Lexicon) -> None:
        self.cues = [
            (label, words.weights[strength], _pattern(pattern))
            for label, strengths in words.cues.items()
            for strength, patterns in strengths.items()
            for pattern in patterns
        ]
        self.refusals = [_pattern(pattern) for pattern in words.refusals]
        self.denials = [
            (label, _pattern(pattern)) for label, patterns in words.denials.items() for pattern in patterns
        ]
        self.distress = [_pattern(pattern) for kind in words.distress.values() for pattern in kind]
        self.turns = re.compile("[.,;:!?\\n]+|" + "|".join(rf"\b(?:{turn})\b" for turn in words.turns))


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{source})")


@cache
def _compiled(lang: Lang) -> _Compiled:
    return _Compiled(lexicon(lang))


def _scores(folded: Folded, lang: Lang) -> dict[Blocker, float]:
    words, compiled = lexicon(lang), _compiled(lang)
    scores: dict[Blocker, float] = defaultdict(float)
    denied = {label for label, pattern in compiled.denials if pattern.search(folded.text)}
    refused_before = False
    negations = tuple(words.negations)
    for clause in _clauses(folded.text, compiled.turns):
        refusal = min(
            (match.span() for pattern in compiled.refusals if (match := pattern.search(clause))), default=None
        )
        factor = words.after_refusal if refused_before and refusal is None else 1.0
        best: dict[Blocker, float] = defaultdict(float)
        for label, weight, pattern in compiled.cues:
            match = pattern.search(clause)
            if match and label not in denied and not _refused(match, refusal, negations):
                best[label] = max(best[label], weight)
        for label, weight in best.items():
            scores[label] += weight * factor
        refused_before = refused_before or refusal is not None
    return dict(scores)


def _clauses(text: str, turns: re.Pattern[str]) -> list[str]:
    return [clause.strip() for clause in turns.split(text) if clause.strip()]


def _refused(cue: re.Match[str], refusal: tuple[int, int] | None, negations: tuple[str, ...]) -> bool:
    if refusal is None or cue.start() < refusal[0]:
        return False
    return cue.start() >= refusal[1] or not cue.group().startswith(negations)
