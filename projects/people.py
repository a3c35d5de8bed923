"""People from a spreadsheet: one CSV row per person, every mistake told with its row and what to do."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import available_timezones

from content.catalog import Lang
from storage.models import Role

REQUIRED = ("external_id", "name")
COLUMNS = (*REQUIRED, "email", "lang", "timezone", "role", "team", "persona")
LONGEST = {"external_id": 255, "name": 200, "email": 320, "timezone": 64, "team": 100, "persona": 64}
MAX_BYTES = 20 * 1024 * 1024
FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet would carry out."""


@dataclass(frozen=True)
class Row:
    """One person of a file. `lang` and `timezone` are None where the workspace's hold."""

    number: int
    external_id: str
    name: str
    email: str | None = None
    lang: str | None = None
    timezone: str | None = None
    role: Role = Role.EMPLOYEE
    team: str | None = None
    persona: str | None = None


@dataclass(frozen=True)
class Problem:
    """Why a row was left out; `row` counts lines of the file from 1, the heading included."""

    row: int
    what_to_do: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.what_to_do}"


@dataclass(frozen=True)
class People:
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


class _Wrong(Exception):
    """A cell cannot be used; the message says what to do."""


def parse(raw: bytes) -> People:
    """The people of a CSV file in UTF-8, with commas or semicolons. A row with a mistake is left out and told."""
    if len(raw) > MAX_BYTES:
        return _refused(1, f"the file is larger than {MAX_BYTES // 1024**2} MiB; split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refused(
            raw[: error.start].count(b"\n") + 1, "this is not UTF-8; save the file as 'CSV UTF-8'"
        )
    heading = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ","
    )
    try:
        columns = [cell.strip().lower() for cell in next(reader, [])]
        if problem := _heading_problem(columns):
            return _refused(1, problem)
        return _collect(reader, columns)
    except csv.Error as error:
        return _refused(reader.line_num, f"this is not CSV ({error}); export the file again")


def _refused(row: int, what_to_do: str) -> People:
    return People((), (Problem(row, what_to_do),))


def _heading_problem(columns: list[str]) -> str | None:
    if missing := [column for column in REQUIRED if column not in columns]:
        return f"the column {missing[0]!r} is missing; the heading may hold {','.join(COLUMNS)}"
    if unknown := [column for column in columns if column not in COLUMNS]:
        return f"the column {unknown[0]!r} is not known; the heading may hold {','.join(COLUMNS)}"
    if twice := [column for column in columns if columns.count(column) > 1]:
        return f"the column {twice[0]!r} stands twice; keep one"
    return None


def _collect(reader: Iterator[list[str]], columns: list[str]) -> People:
    rows: list[Row] = []
    problems: list[Problem] = []
    first_seen: dict[str, int] = {}
    zones = available_timezones()
    for cells in reader:
        number = reader.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(number, columns, cells, zones)
        except _Wrong as error:
            problems.append(Problem(number, str(error)))
            continue
        if (earlier := first_seen.setdefault(row.external_id, number)) != number:
            problems.append(Problem(number, f"{row.external_id!r} stands already in row {earlier}; keep one"))
        else:
            rows.append(row)
    return People(tuple(rows), tuple(problems))


def _row(number: int, columns: list[str], cells: list[str], zones: set[str]) -> Row:
    if len(cells) != len(columns):
        raise _Wrong(f"has {len(cells)} cells where the heading has {len(columns)}; check the commas")
    given = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
    for column, cell in given.items():
        _check(column, cell)
    timezone = given.get("timezone") or None
    if timezone and timezone not in zones:
        raise _Wrong(f"{timezone!r} is not a time zone; write one like 'Europe/Paris'")
    return Row(
        number=number,
        external_id=given["external_id"],
        name=given["name"],
        email=given.get("email") or None,
        lang=_lang(given.get("lang", "")),
        timezone=timezone,
        role=_role(given.get("role", "")),
        team=given.get("team") or None,
        persona=given.get("persona") or None,
    )


def _check(column: str, cell: str) -> None:
    if not cell:
        if column in REQUIRED:
            raise _Wrong(f"the {column} is empty; fill it in")
        return
    if len(cell) > LONGEST.get(column, 20):
        raise _Wrong(f"the {column} is longer than {LONGEST.get(column, 20)} characters; shorten it")
    if cell.startswith(FORMULA):
        raise _Wrong(f"the {column} begins with {cell[0]!r}, which spreadsheets carry out; remove it")
    if any(unicodedata.category(character) in {"Cc", "Cf"} and character != "\u200d" for character in cell):
        raise _Wrong(f"the {column} holds a line break or an invisible character; remove it")
    if column == "email" and not (
        cell.count("@") == 1 and cell.partition("@")[0] and "." in cell.partition("@")[2]
    ):
        raise _Wrong(f"{cell!r} is not an e-mail address; correct it or leave it empty")


def _lang(cell: str) -> str | None:
    if not cell:
        return None
    try:
        return Lang(cell.lower().replace("_", "-").partition("-")[0]).value
    except ValueError:
        raise _Wrong(f"the language {cell!r} is not spoken here; write {' or '.join(Lang)}") from None


def _role(cell: str) -> Role:
    try:
        return Role(cell.lower() or Role.EMPLOYEE)
    except ValueError:
        raise _Wrong(f"{cell!r} is not a role; write one of {', '.join(Role)}") from None
