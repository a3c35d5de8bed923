"""Training and measuring the reading model. Needs scikit-learn and scipy, which the running bot does not.

Two linear models are added up: ridge regression on the labels, and multinomial naive Bayes. Everything is seeded by
construction: no step draws at random, so the same statements give the same model.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge  # type: ignore[import-untyped]
from sklearn.naive_bayes import MultinomialNB  # type: ignore[import-untyped]

from content.blockers import Blocker
from content.catalog import Lang
from surveys.reading_features import BLOCKS, features, letters
from surveys.reading_model import LABELS, UNCALIBRATED, Calibration, LinearReader, Vocabulary, softmax
from surveys.reading_statements import Statement, phrases, statements

Floats = NDArray[np.float64]
RELEASE_FOLDS = 6
"""Groups of voices held out in turn to calibrate the shipped model."""
SURE = 0.75
"""The probability from which a reading is taken as it is."""
MIX_UPS = 3
"""How many mix-ups of a cause are kept; the other errors are spread evenly."""
_CONFUSION = re.compile(r"^confusion:\n(?:[ ]+.*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Recipe:
    """How to train. Scales are by block (`BLOCKS`); `rare` is how many statements a feature must stand in."""

    rare: tuple[int, ...] = (1, 2, 2, 3)
    ridge_scales: tuple[float, ...] = (1.1, 1.0, 0.6, 0.3)
    bayes_scales: tuple[float, ...] = (2.0, 1.0, 1.0, 0.0)
    ridge_penalty: float = 1.0
    bayes_smoothing: float = 0.05
    ridge_share: float = 7.0
    bayes_share: float = 1.0
    second_cause: float = 0.3
    """Weight of a statement as an example of its second cause."""


def vocabulary(told: Sequence[Statement], recipe: Recipe) -> Vocabulary:
    """The features of `statements` that are not too rare."""
    seen: list[Counter[str]] = [Counter() for _ in BLOCKS]
    for statement in told:
        words, lettered, ideas, pairs = features(statement.text, statement.lang)
        runs = {run for word in set(lettered) for run in letters(word)}
        for counter, found in zip(seen, (set(words), runs, set(ideas), set(pairs)), strict=True):
            counter.update(found)
    names = [
        sorted(name for name, count in counter.items() if count >= least)
        for counter, least in zip(seen, recipe.rare, strict=True)
    ]
    counts = np.array([counter[name] for counter, block in zip(seen, names, strict=True) for name in block])
    rarity = np.log((1 + len(told)) / (1 + counts)) + 1
    return Vocabulary(names, rarity.astype(np.float32))


def train(told: Sequence[Statement], recipe: Recipe) -> LinearReader:
    """A reader of `statements`, not yet calibrated."""
    known = vocabulary(told, recipe)
    vectors = known.vectors((statement.text, statement.lang) for statement in told)
    width = known.starts[-1]
    examples = csr_matrix((vectors.values, (vectors.rows, vectors.columns)), shape=(len(told), width))
    rows, labels, weights = _examples(told, recipe)
    examples, target = examples[rows], np.array(labels)
    ridge_scale, bayes_scale = (
        np.repeat(scales, np.diff(known.starts)) for scales in (recipe.ridge_scales, recipe.bayes_scales)
    )
    signs = np.where(np.arange(len(LABELS)) == target[:, None], 1.0, -1.0)
    ridge = Ridge(alpha=recipe.ridge_penalty, solver="sparse_cg", tol=1e-3)
    ridge.fit(examples.multiply(ridge_scale).tocsr(), signs, sample_weight=weights)
    bayes = MultinomialNB(alpha=recipe.bayes_smoothing, fit_prior=False)
    bayes.fit(examples.multiply(bayes_scale).tocsr(), target, sample_weight=weights)
    return LinearReader(
        vocabulary=known,
        weights=(
            recipe.ridge_share * ridge.coef_.T * ridge_scale[:, None]
            + recipe.bayes_share * _centred(bayes.feature_log_prob_.T) * bayes_scale[:, None]
        ).astype(np.float32),
        bias=(recipe.ridge_share * ridge.intercept_).astype(np.float32),
        calibrations=dict.fromkeys(Lang, UNCALIBRATED),
    )


def held_out(
    told: Sequence[Statement], extra: Sequence[Statement], folds: Sequence[frozenset[str]], recipe: Recipe
) -> Floats:
    """Scores (statements x 14) of each statement by a model that never saw its fold.

    A fold is a set of voices or of authors; `extra` statements are always trained on. Statements outside every fold
    score 0. Each core works on folds of its own.
    """
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        parts = pool.map(_left_out, repeat(told), repeat(extra), folds, repeat(recipe))
        return sum(parts, np.zeros((len(told), len(LABELS))))


def _left_out(
    told: Sequence[Statement], extra: Sequence[Statement], fold: frozenset[str], recipe: Recipe
) -> Floats:
    left = [i for i, item in enumerate(told) if item.voice in fold or item.author in fold]
    out = set(left)
    trained = train([*(item for i, item in enumerate(told) if i not in out), *extra], recipe)
    scores = np.zeros((len(told), len(LABELS)))
    scores[left] = trained.scores([(told[i].text, told[i].lang) for i in left])
    return scores


def voice_folds(told: Sequence[Statement], count: int) -> list[frozenset[str]]:
    """`count` groups of voices, languages mixed; `count` = number of voices leaves out one at a time."""
    voices = sorted({(item.voice, item.lang.value) for item in told})
    return [frozenset(voice for voice, _ in voices[start::count]) for start in range(min(count, len(voices)))]


def author_folds(told: Sequence[Statement]) -> list[frozenset[str]]:
    """One group for each author."""
    return [frozenset({author}) for author in sorted({item.author for item in told})]


def calibrations(told: Sequence[Statement], scores: Floats) -> dict[Lang, Calibration]:
    """What makes the probabilities of each language true on `scores`, which must be held out."""
    found: dict[Lang, Calibration] = {}
    for lang in Lang:
        rows = [i for i, item in enumerate(told) if item.lang is lang]
        if rows:
            found[lang] = _calibration([told[i] for i in rows], scores[rows])
    return found


def calibrated(told: Sequence[Statement], scores: Floats, by: Mapping[Lang, Calibration]) -> Floats:
    """Probabilities of scores."""
    temperatures = np.array([by[item.lang].temperature(item.text) for item in told])
    return softmax(scores / temperatures[:, None])


def confusion(
    told: Sequence[Statement], probabilities: Floats
) -> tuple[float, dict[Blocker, dict[Blocker, float]]]:
    """The mean share of each cause that is read rightly where the reader is sure, and for each cause its mix-ups.

    Only readings of at least `SURE` count: the doubt of the others is in their own probabilities, and belief weighs
    those already. Mix-ups are scaled so that, with one share of right readings for all causes, they keep their part
    of the errors.
    """
    counts = np.full((len(LABELS), len(LABELS)), 1 / len(LABELS))
    for statement, row in zip(told, probabilities, strict=True):
        if row.max() >= SURE:
            counts[LABELS.index(statement.label), row.argmax()] += 1
    shares = counts / counts.sum(axis=1, keepdims=True)
    right = float(np.diag(shares).mean())
    mixed: dict[Blocker, dict[Blocker, float]] = {}
    for place, said in enumerate(LABELS):
        wrong = shares[place] * (1 - right) / (1 - shares[place, place])
        wrong[place] = 0
        mixed[said] = {LABELS[i]: float(wrong[i]) for i in np.argsort(-wrong, kind="stable")[:MIX_UPS]}
    return right, mixed


def release(out: Path) -> Iterator[str]:
    """Train on everything, calibrate on voices held out, and write `out` and the confusion in `belief.yaml` beside it.

    Yields what was done, a line a step.
    """
    said, extra, recipe = statements(), phrases(), Recipe()
    yield f"{len(said)} statements by {len({item.voice for item in said})} voices, {len(extra)} phrases"
    scores = held_out(said, extra, voice_folds(said, RELEASE_FOLDS), recipe)
    found = calibrations(said, scores)
    yield f"calibrated on voices held out, in {RELEASE_FOLDS} folds"
    trained = replace(train([*said, *extra], recipe), calibrations=found)
    trained.save(out)
    yield f"{out}: {out.stat().st_size / 1e6:.1f} MB"
    right, mixed = confusion(said, calibrated(said, scores, found))
    figures = out.with_name("belief.yaml")
    if figures.exists():
        page = figures.read_text(encoding="utf-8")
        figures.write_text(_CONFUSION.sub(_confusion_block(right, mixed), page, count=1), encoding="utf-8")
        yield f"{figures}: the share read rightly is {right:.2f}"


def _confusion_block(right: float, mixed: dict[Blocker, dict[Blocker, float]]) -> str:
    rows = "\n".join(
        f"    {said}: {{{', '.join(f'{read}: {share:.3f}' for read, share in row.items())}}}"
        for said, row in mixed.items()
    )
    return f"confusion:\n  right: {right:.3f}\n  mixed:\n{rows}\n"


def _examples(told: Sequence[Statement], recipe: Recipe) -> tuple[list[int], list[int], list[float]]:
    found = list(_each_example(told, recipe.second_cause))
    return [row for row, _, _ in found], [label for _, label, _ in found], [weight for _, _, weight in found]


def _each_example(told: Sequence[Statement], second: float) -> Iterator[tuple[int, int, float]]:
    for row, statement in enumerate(told):
        yield row, LABELS.index(statement.label), 1.0
        for label in statement.also:
            yield row, LABELS.index(label), second


def _centred(values: Floats) -> Floats:
    result: Floats = values - values.mean(axis=1, keepdims=True)
    return result


def _calibration(told: Sequence[Statement], scores: Floats) -> Calibration:
    places = np.array([LABELS.index(item.label) for item in told])

    def loss(figures: Floats) -> float:
        one = {told[0].lang: Calibration(*map(float, figures))}
        chosen = calibrated(told, scores, one)[np.arange(len(places)), places]
        return float(-np.log(chosen + 1e-12).mean())

    return Calibration(*map(float, minimize(loss, np.array([1.0, 0.1]), method="Nelder-Mead").x))
