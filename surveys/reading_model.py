"""The shipped reading model: a table of weights, read with numpy alone. `entrain blockers train` makes the file.

A statement's features are weighed by block (`reading_features.BLOCKS`): 1 + log of the count, times rarity, at length
1 in each block; their scores for the 14 labels are turned into probabilities by a temperature that each language has
for a statement's length.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from content.blockers import Blocker
from content.catalog import Lang
from content.loader import ContentError
from surveys.reading import Reading
from surveys.reading_features import BLOCKS, VERSION, features, letters, says_nothing
from surveys.words import LONGEST_READ

LABELS = tuple(Blocker)
CHUNK = 256
"""Statements weighed at once."""

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Vectors:
    """Sparse statement vectors: `values[i]` stands in row `rows[i]`, column `columns[i]`; columns are features."""

    rows: Integers
    columns: Integers
    values: Floats
    count: int


class Vocabulary:
    """The features of each block, their columns and rarity (log of how seldom a statement has them)."""

    def __init__(self, names: Sequence[Sequence[str]], rarity: Floats) -> None:
        self.names = [list(block) for block in names]
        self.rarity = rarity
        starts = np.cumsum([0, *(len(block) for block in self.names)])
        self.starts = [int(start) for start in starts]
        self.columns = [
            dict(zip(block, range(start, start + len(block)), strict=True))
            for block, start in zip(self.names, self.starts, strict=False)
        ]
        self._letters: dict[str, list[int]] = {}

    def vectors(self, texts: Iterable[tuple[str, Lang]]) -> Vectors:
        """The vectors of statements in their language."""
        width = self.starts[-1]
        keys: list[list[int]] = []
        sizes: list[int] = []
        for text, lang in texts:
            words, lettered, ideas, pairs = features(text, lang)
            known = [column for name in words if (column := self.columns[0].get(name)) is not None]
            for word in lettered:
                known += self._letter_columns(word)
            for block, names in ((2, ideas), (3, pairs)):
                table = self.columns[block]
                known += [column for name in names if (column := table.get(name)) is not None]
            keys.append(known)
            sizes.append(len(known))
        flat = np.fromiter(chain.from_iterable(keys), dtype=np.int64, count=sum(sizes))
        flat += np.repeat(np.arange(len(sizes), dtype=np.int64) * width, sizes)
        found, counts = np.unique(flat, return_counts=True)
        rows, columns = np.divmod(found, max(width, 1))
        values = ((1 + np.log(counts)) * self.rarity[columns]).astype(np.float32)
        cells = rows * len(BLOCKS) + np.searchsorted(self.starts[1:-1], columns, side="right")
        lengths = np.sqrt(np.bincount(cells, values * values, minlength=len(sizes) * len(BLOCKS)))
        values /= lengths[cells].astype(np.float32)
        return Vectors(rows, columns, values, len(sizes))

    def _letter_columns(self, word: str) -> list[int]:
        found = self._letters.get(word)
        if found is None:
            table = self.columns[1]
            found = [column for run in letters(word) if (column := table.get(run)) is not None]
            if len(self._letters) < 50_000:
                self._letters[word] = found
        return found


@dataclass(frozen=True)
class Calibration:
    """What divides scores so that probabilities are true: e to the `level` + `growth` x log of the number of words,
    since longer statements are less direct."""

    level: float
    growth: float

    def temperature(self, text: str) -> float:
        return math.exp(self.level + self.growth * math.log(max(1, len(text[:LONGEST_READ].split()))))


UNCALIBRATED = Calibration(0.0, 0.0)


@dataclass(frozen=True)
class LinearReader:
    """Reads with weights (features x 14). `bias` is what holds before a word; `calibrations` are by language."""

    vocabulary: Vocabulary
    weights: Floats
    bias: Floats
    calibrations: dict[Lang, Calibration]

    def read(self, text: str, lang: Lang) -> Reading:
        return _reading(self.probabilities([(text, lang)])[0])

    def read_all(self, texts: Sequence[tuple[str, Lang]]) -> list[Reading]:
        return [_reading(row) for row in self.probabilities(texts)]

    def probabilities(self, texts: Sequence[tuple[str, Lang]]) -> NDArray[np.float64]:
        """Statements x 14, in the order of `LABELS`; rows sum to 1 and are uniform where no feature is known."""
        scores = self.scores(texts)
        temperatures = np.array([self.calibrations[lang].temperature(text) for text, lang in texts])
        scores[[says_nothing(text) for text, _ in texts]] = 0
        return softmax(scores / temperatures[:, None]) if len(texts) else scores

    def scores(self, texts: Sequence[tuple[str, Lang]]) -> NDArray[np.float64]:
        """Statements x 14 before calibration."""
        chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
        return np.concatenate([self._scores(chunk) for chunk in chunks] or [np.zeros((0, len(LABELS)))])

    def _scores(self, texts: Sequence[tuple[str, Lang]]) -> NDArray[np.float64]:
        vectors = self.vocabulary.vectors(texts)
        scores = np.zeros((vectors.count, len(LABELS)))
        if len(vectors.rows):
            rows, starts = np.unique(vectors.rows, return_index=True)
            weighed = self.weights[vectors.columns] * vectors.values[:, None]
            scores[rows] = np.add.reduceat(weighed, starts, axis=0) + self.bias
        return scores

    def save(self, path: Path) -> None:
        """Write one file; the same model gives the same bytes."""
        scale = np.abs(self.weights).max(axis=0) / 32767
        arrays: dict[str, Any] = {
            "version": np.array(VERSION),
            "weights": np.round(self.weights / scale).astype(np.int16),
            "scale": scale.astype(np.float32),
            "bias": self.bias.astype(np.float32),
            "rarity": self.vocabulary.rarity.astype(np.float16),
            "calibrations": np.array(
                [(self.calibrations[lang].level, self.calibrations[lang].growth) for lang in Lang],
                dtype=np.float32,
            ),
        }
        for block, names in zip(BLOCKS, self.vocabulary.names, strict=True):
            arrays[f"names_{block}"] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
        packed = BytesIO()
        np.savez_compressed(packed, **arrays)
        path.write_bytes(packed.getvalue())

    @classmethod
    def load(cls, source: Traversable) -> Self:
        """Raises `content.loader.ContentError` if the file is missing or made for other features."""
        try:
            with source.open("rb") as file, np.load(BytesIO(file.read()), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        except (OSError, ValueError, EOFError, BadZipFile) as error:
            raise ContentError(
                str(source), None, "cannot be read; make it with: entrain blockers train"
            ) from error
        if int(arrays["version"]) != VERSION:
            raise ContentError(
                str(source), None, "was made by another version; make it again with: entrain blockers train"
            )
        names = [arrays[f"names_{block}"].tobytes().decode().split("\n") for block in BLOCKS]
        return cls(
            vocabulary=Vocabulary(names, arrays["rarity"].astype(np.float32)),
            weights=arrays["weights"].astype(np.float32) * arrays["scale"],
            bias=arrays["bias"],
            calibrations={
                lang: Calibration(float(level), float(growth))
                for lang, (level, growth) in zip(Lang, arrays["calibrations"], strict=True)
            },
        )


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return result


def model_file() -> Traversable:
    return files("surveys") / "reading.npz"


@cache
def reader() -> LinearReader:
    """The shipped model. Raises `content.loader.ContentError` if it cannot be used."""
    return LinearReader.load(model_file())


def _reading(row: NDArray[np.float64]) -> Reading:
    return Reading(probabilities=dict(zip(LABELS, map(float, row), strict=True)))
