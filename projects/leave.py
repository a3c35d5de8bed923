"""Leave from a spreadsheet: one CSV row per absence of a person, every mistake told with its row and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projects.spreadsheet import Line, Problem, Refused, Wrong, check_cell, read
from storage.models import Person
from storage.work import Work

COLUMNS = ("external_id", "email", "first_day", "last_day")
REQUIRED = ("first_day", "last_day")
LONGEST = 320


@dataclass(frozen=True)
class Absence:
    """One row: whose, by `external_id` or `email`, and from when to when; `last` None takes it back."""

    number: int
    external_id: str
    email: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Imported:
    """How many absences are new, changed or taken back, and which rows were left out."""

    changed: int
    problems: tuple[Problem, ...]


def parse(raw: bytes) -> tuple[list[Absence], list[Problem]]:
    """The absences of a CSV file in UTF-8, with commas or semicolons. A row with a mistake is left out and told."""
    try:
        lines = read(raw, COLUMNS, REQUIRED)
    except Refused as refused:
        return [], [refused.problem]
    rows, problems = [], []
    for line in lines:
        try:
            rows.append(_row(line))
        except Wrong as error:
            problems.append(Problem(line.number, str(error)))
    return rows, problems


def import_leave(work: Work, rows: Iterable[Absence]) -> Imported:
    """Keep the absences of people who are known; the same file a second time changes nothing."""
    changed, problems = 0, []
    for row in rows:
        person = _whose(work, row)
        if person is None:
            whom = row.external_id or row.email
            problems.append(Problem(row.number, f"nobody here is known as {whom!r}; import people first"))
        elif row.last is None:
            changed += work.absences.remove(person.id, row.first)
        else:
            changed += work.absences.put(person.id, row.first, row.last)
    return Imported(changed, tuple(problems))


def _whose(work: Work, row: Absence) -> Person | None:
    if row.external_id:
        return work.people.by_external(row.external_id)
    return work.people.by_email(row.email)


def _row(line: Line) -> Absence:
    cells = line.cells()
    for column, cell in cells.items():
        check_cell(column, cell, LONGEST)
    external_id, email = cells.get("external_id", ""), cells.get("email", "")
    if not external_id and not email:
        raise Wrong("says not whose leave it is; fill in the external_id or the email")
    first = _date("first_day", cells["first_day"])
    last = _date("last_day", cells["last_day"]) if cells["last_day"] else None
    if last is not None and last < first:
        raise Wrong("the last_day is before the first_day; correct one of them")
    return Absence(line.number, external_id, email, first, last)


def _date(column: str, cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise Wrong(f"the {column} {cell!r} is no date; write it like 2026-12-24") from None
