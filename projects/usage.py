"""Use of a tool, as the tool or an export tells it: who, what, when. Every mistake is told with its row and what to do.

Nothing of a row is kept but the person's local day and the name of the event; of the sender's own id only a digest, by
which the same event is known when it comes again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from projects.definition import Counts
from projects.service import definition
from projects.spreadsheet import Line, Problem, Wrong, stream
from storage.models import Project, Purpose
from storage.repositories.people import Known
from storage.repositories.usage import USAGE_KEPT, Used
from storage.work import Work

REQUIRED = ("person", "event", "at", "source_id")
COLUMNS = ("workspace", *REQUIRED, "project")
LONGEST = {"person": 320, "event": 64, "at": 40, "source_id": 255, "workspace": 255, "project": 64}
"""Characters of a cell."""

YEARS = range(2000, 2100)

AHEAD = timedelta(days=1)
"""How far ahead of ours a sender's clock may be."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row. `person` is an external id or an e-mail address; `at` an instant, or the person's local date.

    `workspace` and `project` are empty where they need not be said.
    """

    row: int
    person: str
    event: str
    at: datetime | date
    source_id: str
    workspace: str = ""
    project: str = ""


@dataclass(frozen=True)
class Taken:
    """What came of some events. `known` were told before; `passed` do not count: they only show that somebody
    looked, or are about somebody who said no to it, which nobody is told.

    `users`: by project id, the people of whom something new is known.
    """

    stored: int = 0
    known: int = 0
    passed: int = 0
    problems: tuple[Problem, ...] = ()
    users: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def with_problems(self, others: Iterable[Problem]) -> "Taken":
        """The same, with rows that could not even be read, in the order of rows."""
        return replace(self, problems=tuple(sorted((*self.problems, *others), key=lambda each: each.row)))


def read_lines(file: Iterable[bytes]) -> Iterator[Line]:
    """The rows of a CSV file in UTF-8, with commas or semicolons, however large. Raises Refused."""
    return stream(file, COLUMNS, ("workspace", *REQUIRED))


def read_event(row: int, cells: Mapping[str, str]) -> Event:
    """One event from its cells. Raises Wrong: it cannot be used; the message repeats nothing of it."""
    for column in REQUIRED:
        if not cells.get(column):
            raise Wrong(f"the {column} is missing; fill it in")
    for column, cell in cells.items():
        if column not in LONGEST:
            raise Wrong(f"there is a column that is not known; it may hold {', '.join(COLUMNS)}")
        if len(cell) > LONGEST[column]:
            raise Wrong(f"the {column} is longer than {LONGEST[column]} characters; shorten it")
        if not cell.isprintable():
            raise Wrong(f"the {column} holds a line break or an invisible character; remove it")
    return Event(row=row, at=_instant(cells["at"]), **{key: cells[key] for key in cells if key != "at"})


def take(work: Work, events: Sequence[Event]) -> Taken:
    """Keep on which days people of the workspace used its tools; an event that came before changes nothing."""
    listeners = _Listeners(work, {event.person for event in events})
    problems: list[Problem] = []
    meant: dict[str, Used] = {}
    passed = 0
    for event in events:
        try:
            used = listeners.used(event)
        except Wrong as error:
            problems.append(Problem(event.row, str(error)))
            continue
        if used is None:
            passed += 1
        else:
            meant.setdefault(_digest(work.workspace_id, event.source_id), used)
    taken = work.usage.take(meant)
    new = {meant[event] for event in taken}
    work.usage.add(new)
    users: dict[str, set[str]] = defaultdict(set)
    for used in new:
        users[used.project_id].add(used.person_id)
    return Taken(
        stored=len(taken),
        known=len(events) - len(taken) - passed - len(problems),
        passed=passed,
        problems=tuple(problems),
        users={project_id: frozenset(ids) for project_id, ids in users.items()},
    )


@dataclass(frozen=True)
class _Feed:
    project: Project
    events: Mapping[str, Counts]
    timezone: str | None


class _Listeners:
    """The projects of a workspace that listen to their tool, and those of these people who are known."""

    def __init__(self, work: Work, people: Collection[str]) -> None:
        workspace = work.workspaces.get(work.workspace_id)
        self._workspace, self._timezone, self._now = workspace.external_id, workspace.timezone, work.now
        projects = [(project, definition(project)) for project in work.projects.all()]
        self._projects = {project.key for project, _ in projects}
        self._feeds = {
            project.key: _Feed(project, file.usage.events, file.timezone)
            for project, file in projects
            if file.usage
        }
        self._people = work.people.known(people)
        ids = [person.id for person in self._people.values()]
        self._places = work.projects.places(ids)
        self._refused = work.consents.withdrawn(ids)[Purpose.USAGE]

    def used(self, event: Event) -> Used | None:
        """The use that an event tells of; None if it only tells of a look, or of somebody who said no. Raises Wrong."""
        feed = self._feed(event)
        person = self._people.get(event.person)
        if person is None:
            raise Wrong("nobody here is known by this person; import people first, or correct it")
        if feed.project.id not in self._places[person.id]:
            raise Wrong(f"this person is not in {feed.project.key}; import people first, or leave it out")
        day = self._day(event.at, feed, person)
        if feed.events[event.event] is Counts.LOOK or person.id in self._refused:
            return None
        return Used(person.id, feed.project.id, day, event.event)

    def _feed(self, event: Event) -> _Feed:
        if event.workspace and event.workspace != self._workspace:
            raise Wrong("this is of another workspace; leave the workspace out, or use that one's token")
        if event.project and event.project not in self._projects:
            raise Wrong("there is no such project here; correct it, or load its file first")
        if not event.project and len(self._feeds) > 1:
            raise Wrong(f"several projects listen to their tool; say which: {' or '.join(self._feeds)}")
        feed = self._feeds.get(event.project) if event.project else next(iter(self._feeds.values()), None)
        if feed is None:
            raise Wrong("the project does not listen to its tool; add usage: to its file, and load it again")
        if event.event not in feed.events:
            key = feed.project.key
            raise Wrong(f"this event is not under usage: in the file of {key}; add it, or leave it out")
        return feed

    def _day(self, at: datetime | date, feed: _Feed, person: Known) -> date:
        zone = _zone(person.timezone, feed.timezone, self._timezone)
        day = at.astimezone(zone).date() if isinstance(at, datetime) else at
        if day > (self._now + AHEAD).astimezone(zone).date():
            raise Wrong("at lies in the future; correct the sender's clock")
        if day < (self._now - USAGE_KEPT).date():
            kept = USAGE_KEPT.days
            raise Wrong(f"at is more than {kept} days ago, longer than days of use are kept; leave it out")
        return day


@lru_cache(maxsize=1024)
def _zone(*names: str | None) -> ZoneInfo:
    """The first of these zones that there is, else UTC."""
    for name in filter(None, names):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def _digest(workspace_id: str, source_id: str) -> str:
    return sha256(f"{workspace_id}|{source_id}".encode()).hexdigest()[:32]


def _instant(cell: str) -> datetime | date:
    try:
        at = (date if len(cell) == len("2026-11-24") else datetime).fromisoformat(cell)
    except ValueError:
        at = date.min
    if at.year not in YEARS:
        raise Wrong("at is no date and time; write it like 2026-11-24T09:15:00+01:00, or only the day")
    if isinstance(at, datetime) and at.tzinfo is None:
        raise Wrong("at does not say its offset; write it like 2026-11-24T09:15:00+01:00, or end it with Z")
    return at
