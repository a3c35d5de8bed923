"""Which ideas say the same: the cosine between their runs of letters (character n-grams, Cavnar & Trenkle 1994). Pure.

Runs of letters rather than words, because people write "formation" and "se former", and mistype both. The threshold is the
one that served best on pairs labelled by hand in both languages (`docs/decisions/0033-ideas.md` has the figures).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import RootModel

from content.catalog import Lang
from content.loader import load, validate

SIZES = (3, 4)
"""Letters in a run; a word's beginning and end count as one."""

THRESHOLD = 0.45

_WORD = re.compile(r"[a-z0-9]+")


class _Words(RootModel[dict[Lang, list[str]]]):
    pass


def likeness(text: str, others: Mapping[str, str], common: Collection[str] = ()) -> list[tuple[str, float]]:
    """(key, likeness 0–1) of each of the `others`, the likest first; from `THRESHOLD` on it says the same as `text`.

    `common` are words that all of them have, such as the tool's name.
    """
    if not others:
        return []
    ignored = frozenset().union(*stop_words().values(), *(folded(word) for word in common))
    counted = [_runs(each, ignored) for each in (text, *others.values())]
    columns = {run: column for column, run in enumerate(sorted(set().union(*counted)))}
    table = np.zeros((len(counted), max(len(columns), 1)))
    for row, runs in enumerate(counted):
        for run, times in runs.items():
            table[row, columns[run]] = times
    lengths = np.linalg.norm(table, axis=1)
    table /= np.where(lengths > 0, lengths, 1)[:, None]
    cosines = table[1:] @ table[0]
    found = zip(others, (float(cosine) for cosine in cosines), strict=True)
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _runs(text: str, ignored: Collection[str]) -> Counter[str]:
    padded = [f" {word} " for word in folded(text) if word not in ignored]
    return Counter(
        word[start : start + size]
        for word in padded
        for size in SIZES
        for start in range(len(word) - size + 1)
    )


def folded(text: str) -> list[str]:
    """The words of a text, in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter)))


@cache
def stop_words() -> dict[Lang, frozenset[str]]:
    """Words that say nothing of what an idea is about, folded. Raises `content.loader.ContentError`."""
    listed = validate(load(files("digests") / "stop_words.yaml"), _Words).root
    return {
        lang: frozenset(part for word in words for part in folded(word)) for lang, words in listed.items()
    }
