"""People from a spreadsheet: one CSV row per person, every mistake told with its row and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from content.catalog import Lang
from projects.spreadsheet import Line, Problem, Refused, Wrong, check_cell, read
from storage.models import Role

REQUIRED = ("external_id", "name")
COLUMNS = (*REQUIRED, "email", "lang", "timezone", "role", "team", "persona", "site", "manager")
LONGEST = {
    "external_id": 255,
    "name": 200,
    "email": 320,
    "timezone": 64,
    "team": 100,
    "persona": 64,
    "site": 100,
    "manager": 255,
}


@dataclass(frozen=True)
class Row:
    """One person of a file. `lang` and `timezone` are None where the workspace's hold; `manager` is an external id."""

    number: int
    external_id: str
    name: str
    email: str | None = None
    lang: str | None = None
    timezone: str | None = None
    role: Role = Role.EMPLOYEE
    team: str | None = None
    persona: str | None = None
    site: str | None = None
    manager: str | None = None


@dataclass(frozen=True)
class People:
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def parse(raw: bytes) -> People:
    """The people of a CSV file in UTF-8, with commas or semicolons. A row with a mistake is left out and told."""
    try:
        lines = read(raw, COLUMNS, REQUIRED)
    except Refused as refused:
        return People((), (refused.problem,))
    return _collect(lines)


def _collect(lines: Sequence[Line]) -> People:
    rows: list[Row] = []
    problems: list[Problem] = []
    first_seen: dict[str, int] = {}
    zones = available_timezones()
    for line in lines:
        number = line.number
        try:
            row = _row(line, zones)
        except Wrong as error:
            problems.append(Problem(number, str(error)))
            continue
        if (earlier := first_seen.setdefault(row.external_id, number)) != number:
            problems.append(Problem(number, f"{row.external_id!r} stands already in row {earlier}; keep one"))
        else:
            rows.append(row)
    return People(tuple(rows), tuple(problems))


def _row(line: Line, zones: set[str]) -> Row:
    given = line.cells()
    for column, cell in given.items():
        _check(column, cell)
    timezone = given.get("timezone") or None
    if timezone and timezone not in zones:
        raise Wrong(f"{timezone!r} is not a time zone; write one like 'Europe/Paris'")
    return Row(
        number=line.number,
        external_id=given["external_id"],
        name=given["name"],
        email=given.get("email") or None,
        lang=_lang(given.get("lang", "")),
        timezone=timezone,
        role=_role(given.get("role", "")),
        team=given.get("team") or None,
        persona=given.get("persona") or None,
        site=given.get("site") or None,
        manager=_manager(given),
    )


def _check(column: str, cell: str) -> None:
    if not cell:
        if column in REQUIRED:
            raise Wrong(f"the {column} is empty; fill it in")
        return
    check_cell(column, cell, LONGEST.get(column, 20))
    if column == "email" and not (
        cell.count("@") == 1 and cell.partition("@")[0] and "." in cell.partition("@")[2]
    ):
        raise Wrong(f"{cell!r} is not an e-mail address; correct it or leave it empty")


def _lang(cell: str) -> str | None:
    if not cell:
        return None
    try:
        return Lang(cell.lower().replace("_", "-").partition("-")[0]).value
    except ValueError:
        raise Wrong(f"the language {cell!r} is not spoken here; write {' or '.join(Lang)}") from None


def _manager(given: Mapping[str, str]) -> str | None:
    manager = given.get("manager") or None
    if manager == given["external_id"]:
        raise Wrong("is their own manager; write the external_id of somebody else, or leave the cell empty")
    return manager


def _role(cell: str) -> Role:
    try:
        return Role(cell.lower() or Role.EMPLOYEE)
    except ValueError:
        raise Wrong(f"{cell!r} is not a role; write one of {', '.join(Role)}") from None
