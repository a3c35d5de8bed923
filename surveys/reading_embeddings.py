"""Optional: a sentence-embedding model on the installer's disk as a second opinion. Nothing is downloaded.

`ENTRAIN_EMBEDDING_MODEL` names the folder of a sentence-transformers model. A small linear head is fitted on its
vectors of our statements; its scores are added to those of the shipped model.
"""

import importlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveys.reading_model import LABELS

Floats = NDArray[np.float64]
Encoder = Callable[[Sequence[str]], Floats]
"""Texts to vectors, texts x size."""

PENALTY = 5.0
SHARE = 1.0
"""How much the second opinion counts: the spread of its scores beside a spread of 1."""


class EmbeddingError(Exception):
    """The embedding model cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Head:
    """A linear map from vectors to the 14 labels."""

    weights: Floats
    mean: Floats

    def scores(self, vectors: Floats) -> Floats:
        result: Floats = (vectors - self.mean) @ self.weights
        return result


def encoder(path: str) -> Encoder | None:
    """The encoder of the model at `path`; None if the path is empty.

    Raises:
        EmbeddingError: there is no such folder, or the library is missing.
    """
    if not path:
        return None
    if not Path(path).is_dir():
        raise EmbeddingError(
            f"ENTRAIN_EMBEDDING_MODEL: {path} is not a folder; give that of a model, or leave it empty"
        )
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        library: Any = importlib.import_module("sentence_transformers")
    except ImportError as error:
        raise EmbeddingError(
            "ENTRAIN_EMBEDDING_MODEL needs the library sentence-transformers; "
            "install it with: pip install sentence-transformers"
        ) from error
    model = library.SentenceTransformer(path, device="cpu")

    def encode(texts: Sequence[str]) -> Floats:
        return np.asarray(model.encode(list(texts), normalize_embeddings=True), dtype=np.float64)

    return encode


def head(vectors: Floats, targets: NDArray[np.int64]) -> Head:
    """Ridge regression in closed form. `targets` are places in `LABELS`."""
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    signs = np.where(np.arange(len(LABELS)) == targets[:, None], 1.0, -1.0 / (len(LABELS) - 1))
    gram = centred.T @ centred + PENALTY * np.eye(vectors.shape[1])
    return Head(np.linalg.solve(gram, centred.T @ signs), mean)


def standard(scores: Floats) -> Floats:
    """Scores centred by row, at a spread of `SHARE`."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    result: Floats = SHARE * centred / (centred.std() or 1.0)
    return result
