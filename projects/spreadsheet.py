"""A CSV file as people save it from a spreadsheet; every mistake is told with its row and what to do."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

MAX_BYTES = 20 * 1024 * 1024
FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet would carry out."""


def harmless(cell: str) -> str:
    """A cell as it may stand in a file that somebody opens in a spreadsheet: shown, and never carried out.

    What begins like a formula gets a quote before it (OWASP, CSV Injection); a tab or line break may hide such a beginning.
    """
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(("\t", "\r", "\n")) else cell


@dataclass(frozen=True)
class Problem:
    """Why a row was left out; `row` counts lines of the file from 1, the heading included."""

    row: int
    what_to_do: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.what_to_do}"


class Refused(Exception):
    """The whole file cannot be used."""

    def __init__(self, row: int, what_to_do: str) -> None:
        self.problem = Problem(row, what_to_do)
        super().__init__(str(self.problem))


class Wrong(Exception):
    """A cell cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Line:
    """One row that is not empty; `number` as in `Problem`."""

    number: int
    columns: tuple[str, ...]
    values: tuple[str, ...]

    def cells(self) -> dict[str, str]:
        """What stands in each column. Raises Wrong: the row has more or fewer cells than the heading."""
        if len(self.values) != len(self.columns):
            raise Wrong(
                f"has {len(self.values)} cells where the heading has {len(self.columns)}; check the commas"
            )
        return {column: value.strip() for column, value in zip(self.columns, self.values, strict=True)}


def read(raw: bytes, known: Sequence[str], required: Sequence[str]) -> list[Line]:
    """The rows of a CSV file in UTF-8, with commas or semicolons.

    Raises:
        Refused: it is too large, is no such file, or its heading has not the columns that it should.
    """
    if len(raw) > MAX_BYTES:
        raise Refused(1, f"the file is larger than {MAX_BYTES // 1024**2} MiB; split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise Refused(row, "this is not UTF-8; save the file as 'CSV UTF-8'") from None
    return list(_lines(io.StringIO(text, newline=""), known, required))


def stream(file: Iterable[bytes], known: Sequence[str], required: Sequence[str]) -> Iterator[Line]:
    """Like `read`, row by row, for files of any size; `file` gives a line at a time.

    Raises:
        Refused: at the row where it cannot be read on.
    """
    return _lines(_decoded(file), known, required)


def _decoded(file: Iterable[bytes]) -> Iterator[str]:
    for row, raw in enumerate(file, 1):
        try:
            yield raw.decode("utf-8-sig" if row == 1 else "utf-8")
        except UnicodeDecodeError:
            raise Refused(row, "this is not UTF-8; save the file as 'CSV UTF-8'") from None


def _lines(text: Iterable[str], known: Sequence[str], required: Sequence[str]) -> Iterator[Line]:
    lines = iter(text)
    heading = next(lines, "")
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(chain([heading], lines), delimiter=delimiter)
    try:
        columns = tuple(cell.strip().lower() for cell in next(reader, []))
        if problem := _heading_problem(columns, known, required):
            raise Refused(1, problem)
        for values in reader:
            if any(value.strip() for value in values):
                yield Line(reader.line_num, columns, tuple(values))
    except csv.Error as error:
        raise Refused(reader.line_num, f"this is not CSV ({error}); export the file again") from None


def check_cell(column: str, cell: str, longest: int) -> None:
    """Raises Wrong: it is too long, would be carried out by a spreadsheet, or holds what cannot be seen."""
    if len(cell) > longest:
        raise Wrong(f"the {column} is longer than {longest} characters; shorten it")
    if cell.startswith(FORMULA):
        raise Wrong(f"the {column} begins with {cell[0]!r}, which spreadsheets carry out; remove it")
    if any(unicodedata.category(character) in {"Cc", "Cf"} and character != "\u200d" for character in cell):
        raise Wrong(f"the {column} holds a line break or an invisible character; remove it")


def _heading_problem(columns: Sequence[str], known: Sequence[str], required: Sequence[str]) -> str | None:
    if missing := [column for column in required if column not in columns]:
        return f"the column {missing[0]!r} is missing; the heading may hold {','.join(known)}"
    if unknown := [column for column in columns if column not in known]:
        return f"the column {unknown[0]!r} is not known; the heading may hold {','.join(known)}"
    if twice := [column for column in columns if list(columns).count(column) > 1]:
        return f"the column {twice[0]!r} stands twice; keep one"
    return None
