"""Training and measuring the reading model. Needs scikit-learn and scipy, which the running bot does not.

Two linear models are added up: ridge regression on the labels, and multinomial naive Bayes. Everything is seeded by
construction: no step draws at random, so the same statements give the same model.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import MultinomialNB

from content.blockers import Blocker
from content.catalog import Lang
from surveys.reading_features import BLOCKS, features, letters
from surveys.reading_model import LABELS, LinearReader, Vocabulary, softmax
from surveys.reading_statements import Statement

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """How to train. Scales are by block (`BLOCKS`); `rare` is how many statements a feature must stand in."""

    rare: tuple[int, ...] = (1, 2, 2, 3)
    ridge_scales: tuple[float, ...] = (1.1, 1.0, 0.6, 0.3)
    bayes_scales: tuple[float, ...] = (1.4, 1.0, 1.0, 0.0)
    ridge_penalty: float = 1.0
    bayes_smoothing: float = 0.05
    ridge_share: float = 7.0
    bayes_share: float = 1.0
    second_cause: float = 0.3
    """Weight of a statement as an example of its second cause."""


def vocabulary(statements: Sequence[Statement], recipe: Recipe) -> Vocabulary:
    """The features of `statements` that are not too rare."""
    seen: list[Counter[str]] = [Counter() for _ in BLOCKS]
    for statement in statements:
        words, lettered, ideas, pairs = features(statement.text, statement.lang)
        runs = {run for word in set(lettered) for run in letters(word)}
        for counter, names in zip(seen, (set(words), runs, set(ideas), set(pairs)), strict=True):
            counter.update(names)
    names = [
        sorted(name for name, count in counter.items() if count >= least)
        for counter, least in zip(seen, recipe.rare, strict=True)
    ]
    counts = np.array([counter[name] for counter, block in zip(seen, names, strict=True) for name in block])
    rarity = np.log((1 + len(statements)) / (1 + counts)) + 1
    return Vocabulary(names, rarity.astype(np.float32))


def train(statements: Sequence[Statement], recipe: Recipe) -> LinearReader:
    """A reader of `statements`, not yet calibrated: its temperatures are 1."""
    known = vocabulary(statements, recipe)
    vectors = known.vectors((statement.text, statement.lang) for statement in statements)
    width = known.starts[-1]
    examples = csr_matrix((vectors.values, (vectors.rows, vectors.columns)), shape=(len(statements), width))
    rows, labels, weights = _examples(statements, recipe)
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
        temperatures=dict.fromkeys(Lang, 1.0),
    )


def held_out(
    statements: Sequence[Statement], extra: Sequence[Statement], folds: Sequence[frozenset[str]], recipe: Recipe
) -> Floats:
    """Scores (statements x 14) of each statement by a model that never saw its fold.

    A fold is a set of voices or of authors; `extra` statements are always trained on. Statements outside every fold
    score 0.
    """
    scores = np.zeros((len(statements), len(LABELS)))
    for fold in folds:
        left = [i for i, item in enumerate(statements) if item.voice in fold or item.author in fold]
        out = set(left)
        kept = [item for i, item in enumerate(statements) if i not in out]
        trained = train([*kept, *extra], recipe)
        scores[left] = trained.scores([(statements[i].text, statements[i].lang) for i in left])
    return scores


def voice_folds(statements: Sequence[Statement], count: int) -> list[frozenset[str]]:
    """`count` groups of voices, languages mixed; `count` = number of voices leaves out one at a time."""
    voices = sorted({(item.voice, item.lang.value) for item in statements})
    return [frozenset(voice for voice, _ in voices[start::count]) for start in range(min(count, len(voices)))]


def author_folds(statements: Sequence[Statement]) -> list[frozenset[str]]:
    """One group for each author."""
    return [frozenset({author}) for author in sorted({item.author for item in statements})]


def temperatures(statements: Sequence[Statement], scores: Floats) -> dict[Lang, float]:
    """What divides the scores of each language so that probabilities are true on `scores`, which must be held out."""
    found: dict[Lang, float] = {}
    for lang in Lang:
        rows = [i for i, item in enumerate(statements) if item.lang is lang]
        target = np.array([LABELS.index(statements[i].label) for i in rows])
        found[lang] = _temperature(scores[rows], target)
    return found


def confusion(statements: Sequence[Statement], probabilities: Floats) -> dict[Blocker, dict[Blocker, float]]:
    """By real label: the mean probability that is read for each label."""
    table: defaultdict[Blocker, list[Floats]] = defaultdict(list)
    for statement, row in zip(statements, probabilities, strict=True):
        table[statement.label].append(row)
    return {
        label: dict(zip(LABELS, map(float, np.mean(table[label], axis=0)), strict=True)) for label in LABELS
    }


def _examples(statements: Sequence[Statement], recipe: Recipe) -> tuple[list[int], list[int], list[float]]:
    found = list(_each_example(statements, recipe.second_cause))
    return [row for row, _, _ in found], [label for _, label, _ in found], [weight for _, _, weight in found]


def _each_example(statements: Sequence[Statement], second: float) -> Iterator[tuple[int, int, float]]:
    for row, statement in enumerate(statements):
        yield row, LABELS.index(statement.label), 1.0
        for label in statement.also:
            yield row, LABELS.index(label), second


def _centred(values: Floats) -> Floats:
    result: Floats = values - values.mean(axis=1, keepdims=True)
    return result


def _temperature(scores: Floats, target: NDArray[np.int64]) -> float:
    def loss(log_temperature: float) -> float:
        chosen = softmax(scores / np.exp(log_temperature))[np.arange(len(target)), target]
        return float(-np.log(chosen + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x))
