"""`entrain blockers read` and `entrain blockers train`: reading free text from the command line."""

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from content.catalog import Lang
from surveys.language import detect
from surveys.reading_model import CHUNK, LinearReader

LONGEST_LINE = 1_000_000
"""Bytes of one line."""


class BadLine(ValueError):
    """The message says what a line should have been."""


def read_lines(
    lines: BinaryIO, out: TextIO, problems: TextIO, reader: LinearReader, lang: Lang | None = None
) -> bool:
    """Read JSON lines and write them back with `label`, `p` and `top`; False if any line was bad.

    Bad lines are told on `problems` with their number and left out. `lang` None finds each line's language.
    """
    sound = True
    numbered = enumerate(lines, start=1)
    while taken := list(islice(numbered, CHUNK)):
        said: list[dict[str, Any]] = []
        for number, raw in taken:
            if not raw.strip():
                continue
            try:
                said.append(_said(raw.removeprefix(BOM_UTF8) if number == 1 else raw))
            except BadLine as error:
                sound = False
                problems.write(f"entrain: line {number}: {error}\n")
        out.writelines(_read(said, reader, lang))
        out.flush()
    return sound


def train_model(out: Path) -> Iterator[str]:
    """Train on the shipped statements, write the model and its mix-ups, and tell each step."""
    try:
        from surveys.reading_training import release
    except ImportError as error:
        raise SystemExit(
            f"entrain: training needs scikit-learn and scipy ({error}); install them with pip"
        ) from None
    return release(out)


def run_read(lang: str) -> int:
    """The exit code of `entrain blockers read`."""
    from surveys.reading_model import reader

    if lang not in {"auto", *Lang}:
        sys.stderr.write("entrain: --lang is fr, en or auto\n")
        return 2
    chosen = None if lang == "auto" else Lang(lang)
    return 0 if read_lines(sys.stdin.buffer, sys.stdout, sys.stderr, reader(), chosen) else 1


def _said(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST_LINE:
        raise BadLine(f"is longer than {LONGEST_LINE} bytes")
    try:
        value = json.loads(raw.decode(), parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except BadLine:
        raise
    except UnicodeDecodeError:
        raise BadLine("is not UTF-8") from None
    except UnicodeEncodeError:
        raise BadLine("holds half a character (a lone surrogate)") from None
    except RecursionError:
        raise BadLine("is nested too deep") from None
    except json.JSONDecodeError as error:
        raise BadLine(f"is not JSON ({error.msg} at column {error.colno})") from None
    except ValueError:
        raise BadLine("holds a number that is too long or too large") from None
    if not isinstance(value, dict):
        raise BadLine('is not an object like {"text": "…"}')
    if not isinstance(value.get("text"), str):
        raise BadLine('has no "text" that is a string')
    return value


def _refuse(constant: str) -> None:
    raise BadLine(f"is not JSON ({constant} is not a number)")


def _read(said: list[dict[str, Any]], reader: LinearReader, lang: Lang | None) -> Iterable[str]:
    readings = reader.read_all([(line["text"], lang or detect(line["text"])) for line in said])
    for line, reading in zip(said, readings, strict=True):
        top = [[label.value, round(p, 4)] for label, p in reading.ranked[:3]]
        yield json.dumps({**line, "label": top[0][0], "p": top[0][1], "top": top}, ensure_ascii=False) + "\n"
