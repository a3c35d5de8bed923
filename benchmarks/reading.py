"""How well free text is read: `make eval`, or `python -m benchmarks.reading [--quick]`.

Every statement is read by a model that never saw its voice, and again by one that never saw any voice of its author.
Calibration comes from the other held-out statements, never from those it is judged on. Prints the figures and
writes `benchmarks/results/reading.json`.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from content.catalog import Lang
from surveys.reading_embeddings import Encoder, encoder, head, standard
from surveys.reading_model import LABELS, model_file, reader
from surveys.reading_statements import Statement, phrases, statements
from surveys.reading_training import (
    SURE,
    Recipe,
    author_folds,
    calibrated,
    calibrations,
    held_out,
    voice_folds,
)

Floats = NDArray[np.float64]
RESULTS = Path(__file__).parent / "results" / "reading.json"
TARGETS = {"plain": {"macro_f1": 0.80, "top3": 0.95}, "hard": {"macro_f1": 0.50, "top3": 0.80}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="six groups of voices instead of one voice at a time"
    )
    quick = parser.parse_args().quick
    said = list(statements())
    voices = voice_folds(said, 6 if quick else len({item.voice for item in said}))
    splits = {"voices left out": voices, "authors left out": author_folds(said)}
    embedding = encoder(os.environ.get("ENTRAIN_EMBEDDING_MODEL", ""))
    results: dict[str, Any] = {
        "statements": len(said),
        "voices": len({item.voice for item in said}),
        "authors": len(author_folds(said)),
        "targets": TARGETS,
        "model": model_figures(said),
        "splits": {},
    }
    print(f"{results['statements']} statements, {results['voices']} voices, {results['authors']} authors")
    print("  ".join(f"{name} {value}" for name, value in results["model"].items()))
    for name, folds in splits.items():
        scores = held_out(said, phrases(), folds, Recipe())
        results["splits"][name] = report(name, said, scores, folds)
        if embedding:
            seconded = scores + second_opinion(said, folds, embedding)
            results["splits"][f"{name}, with embeddings"] = report(
                f"{name}, with embeddings", said, seconded, folds
            )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nwritten: {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")


def second_opinion(said: list[Statement], folds: Sequence[frozenset[str]], embedding: Encoder) -> Floats:
    """Scores from embeddings alone, held out in the same folds."""
    vectors = embedding([item.text for item in said])
    targets = np.array([LABELS.index(item.label) for item in said])
    scores = np.zeros((len(said), len(LABELS)))
    for fold in folds:
        out = np.array([item.voice in fold or item.author in fold for item in said])
        trained = head(vectors[~out], targets[~out])
        scores[out] = trained.scores(vectors[out])
    return standard(scores)


def report(
    name: str, said: list[Statement], scores: Floats, folds: Sequence[frozenset[str]]
) -> dict[str, Any]:
    probabilities = probable(said, scores, folds)
    found: dict[str, Any] = {}
    print(f"\n== {name}")
    print("                 n   macro-F1  top-3   ECE   p>=.75: precision coverage   worst recall")
    for lang in Lang:
        for kind in ("plain", "hard", "both"):
            rows = [i for i, item in enumerate(said) if item.lang is lang and kind in {item.kind, "both"}]
            figures = measure([said[i] for i in rows], probabilities[rows])
            found[f"{lang} {kind}"] = figures
            worst, recall = min(figures["recall"].items(), key=lambda pair: pair[1])
            print(
                f"{lang} {kind:6} {figures['statements']:9}   {figures['macro_f1']:.3f}    {figures['top3']:.3f}"
                f"  {figures['ece']:.3f}      {figures['precision']:.3f}     {figures['coverage']:.3f}"
                f"         {worst} {recall:.2f}"
            )
    for lang in Lang:
        print(f"\nconfusion, {lang} (rows: real, columns: read)")
        print(" " * 11 + " ".join(f"{label.value[:5]:>5}" for label in LABELS))
        for label, row in zip(LABELS, found[f"{lang} both"]["confusion"], strict=True):
            print(f"{label.value:11}" + " ".join(f"{count:5}" for count in row))
    return found


def probable(said: list[Statement], scores: Floats, folds: Sequence[frozenset[str]]) -> Floats:
    """Probabilities, each fold calibrated on the others."""
    probabilities = np.zeros_like(scores)
    for fold in folds:
        out = np.array([item.voice in fold or item.author in fold for item in said])
        kept = [item for item, left in zip(said, out, strict=True) if not left]
        left = [item for item, left in zip(said, out, strict=True) if left]
        probabilities[out] = calibrated(left, scores[out], calibrations(kept, scores[~out]))
    return probabilities


def measure(said: Sequence[Statement], probabilities: Floats) -> dict[str, Any]:
    """All figures of one language and kind."""
    target = np.array([LABELS.index(item.label) for item in said])
    order = np.argsort(-probabilities, axis=1)
    read, sure = order[:, 0], probabilities.max(axis=1)
    right = read == target
    table = np.zeros((len(LABELS), len(LABELS)), dtype=int)
    np.add.at(table, (target, read), 1)
    hits = np.diag(table)
    recall = hits / np.maximum(table.sum(axis=1), 1)
    f1 = 2 * hits / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    accepted = sure >= SURE
    return {
        "statements": len(said),
        "macro_f1": round(float(f1.mean()), 4),
        "top3": round(float((order[:, :3] == target[:, None]).any(axis=1).mean()), 4),
        "ece": round(calibration_error(sure, right), 4),
        "precision": round(float(right[accepted].mean()), 4) if accepted.any() else 0.0,
        "coverage": round(float(accepted.mean()), 4),
        "recall": {label.value: round(float(share), 4) for label, share in zip(LABELS, recall, strict=True)},
        "confusion": table.tolist(),
    }


def calibration_error(sure: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(sure[place == i].mean() - right[place == i].mean()) * (place == i).mean()
            for i in range(bins)
            if (place == i).any()
        )
    )


def model_figures(said: list[Statement]) -> dict[str, Any]:
    """Size, load time in a fresh process, and speed on one core."""
    code = (
        "import time; import numpy; start = time.perf_counter()\n"
        "from surveys.reading_model import reader; from content.catalog import Lang\n"
        "imported = time.perf_counter(); reader().read('a', Lang.ENGLISH); print(time.perf_counter() - imported)"
    )
    command = [sys.executable, "-c", code]
    loads = [
        float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(3)
    ]
    texts = [(item.text, item.lang) for item in said]
    half = len(texts) // 2
    reader().probabilities(texts[:half])
    start = time.process_time()
    reader().probabilities(texts[half:])
    with model_file().open("rb") as file:
        size = len(file.read())
    return {
        "megabytes": round(size / 1e6, 2),
        "load_seconds": round(min(loads), 3),
        "statements_per_second": round((len(texts) - half) / (time.process_time() - start)),
    }


if __name__ == "__main__":
    main()
