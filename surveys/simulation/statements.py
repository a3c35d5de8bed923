"""What simulated people say: the statements that the reading learns from, each read without its author having been learnt.

A bank is read once and drawn from, so that an interview with real texts costs no more than one without.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from content.blockers import Blocker
from content.catalog import Lang
from surveys.reading import LexiconReader, Reader, Reading, lexicon
from surveys.reading_statements import Kind, Statement, phrases, statements
from surveys.words import fold

Reads = Literal["held out", "no contrast", "exact"]
"""How texts are read: by a reader that has not learnt their author; by one that knows no "it's not that"; rightly."""

SURE = 0.9
"""The probability that an exact reading gives to the real label."""

Mumbles = Mapping[Lang, Sequence[str]]


@dataclass(frozen=True)
class Said:
    """A statement and how it reads."""

    statement: Statement
    reading: Reading


@dataclass(frozen=True)
class Bank:
    """Statements by voice (`fr/…`, `en/…`) and label, with their readings; `mumbled` tell nothing."""

    said: Mapping[str, Mapping[Blocker, tuple[Said, ...]]]
    mumbled: Mapping[str, tuple[Said, ...]]
    reader: str

    @property
    def voices(self) -> tuple[str, ...]:
        return tuple(self.said)

    def say(
        self, voice: str, label: Blocker, fitting: frozenset[Blocker], used: set[str], random: Random
    ) -> Said:
        """Something of `voice` for `label`, not `used` before, whose second causes, if any, are `fitting`."""
        texts = self.said[voice][label]
        apt = [item for item in texts if fitting.issuperset(item.statement.also)] or list(texts)
        said = random.choice([item for item in apt if item.statement.text not in used] or apt)
        used.add(said.statement.text)
        return said

    def exact(self) -> "Bank":
        """The same texts, each read as what it says: the most that a better reader could bring."""
        said = {
            voice: {label: tuple(_exactly(item) for item in texts) for label, texts in labels.items()}
            for voice, labels in self.said.items()
        }
        return Bank(said, self.mumbled, "exact")

    def quality(self, kind: Kind | None = None) -> tuple[float, float]:
        """The share of the statements that read right at first, and of those whose label is among the first three."""
        read = [
            (item.statement.label, [label for label, _ in item.reading.ranked[:3]])
            for labels in self.said.values()
            for texts in labels.values()
            for item in texts
            if kind in {None, item.statement.kind}
        ]
        first = sum(label is three[0] for label, three in read)
        return first / len(read), sum(label in three for label, three in read) / len(read)


def _exactly(item: Said) -> Said:
    rest = (1 - SURE) / (len(Blocker) - 1)
    return Said(
        item.statement,
        Reading(probabilities={label: SURE if label is item.statement.label else rest for label in Blocker}),
    )


def bank(langs: Iterable[Lang], mumbles: Mumbles, *, contrast: bool = True) -> Bank:
    """The statements of these languages, read by models that have seen no statement of the same author.

    Without `contrast`, words that set something aside ("it's not that") are cut out before training and reading.
    Needs scikit-learn, as training does. Raises ImportError without it.
    """
    from surveys.reading_model import LABELS
    from surveys.reading_training import Recipe, author_folds, calibrated, calibrations, held_out, train

    told, extra, recipe = statements(), phrases(), Recipe()
    if not contrast:
        told = tuple(replace(item, text=_flat(item.text, item.lang)) for item in told)
    scores = held_out(told, extra, author_folds(told), recipe)
    found = calibrations(told, scores)
    readings = [_reading(LABELS, row) for row in calibrated(told, scores, found)]
    whole = replace(train([*told, *extra], recipe), calibrations=found)
    muttered = {lang: whole.read_all([(text, lang) for text in mumbles[lang]]) for lang in Lang}
    return _banked(
        zip(told, readings, strict=True), mumbles, muttered, set(langs), "trained, authors held out"
    )


def lexicon_bank(langs: Iterable[Lang], mumbles: Mumbles, *, contrast: bool = True) -> Bank:
    """The statements read by the lexicons alone, which are not trained but were written knowing some of them."""
    reader: Reader = LexiconReader()
    told = statements()
    texts = [item.text if contrast else _flat(item.text, item.lang) for item in told]
    readings = [reader.read(text, item.lang) for text, item in zip(texts, told, strict=True)]
    muttered = {lang: [reader.read(text, lang) for text in texts] for lang, texts in mumbles.items()}
    return _banked(zip(told, readings, strict=True), mumbles, muttered, set(langs), "lexicons")


def _flat(text: str, lang: Lang) -> str:
    folded = fold(text).text
    return (
        re.sub("|".join(rf"(?<!\w)(?:{refusal})" for refusal in lexicon(lang).refusals), " ", folded)
        or folded
    )


def _reading(labels: Sequence[Blocker], row: Iterable[float]) -> Reading:
    return Reading(probabilities=dict(zip(labels, map(float, row), strict=True)))


def _banked(
    read: Iterable[tuple[Statement, Reading]],
    mumbles: Mumbles,
    muttered: Mapping[Lang, Sequence[Reading]],
    langs: set[Lang],
    reader: str,
) -> Bank:
    said: dict[str, dict[Blocker, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for item, reading in read:
        if item.lang in langs:
            said[f"{item.lang}/{item.voice}"][item.label].append(Said(item, reading))
    short = {
        lang: tuple(
            Said(Statement(text, lang, Blocker.NONE, "phrase", "", ""), reading)
            for text, reading in zip(mumbles[lang], muttered[lang], strict=True)
        )
        for lang in langs
    }
    return Bank(
        said={
            voice: {label: tuple(texts) for label, texts in labels.items()} for voice, labels in said.items()
        },
        mumbled={voice: short[Lang(voice.partition("/")[0])] for voice in said},
        reader=reader,
    )
