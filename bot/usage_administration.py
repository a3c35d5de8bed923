"""Use of tools, as the command line takes it in. What is printed has counts and row numbers, and names nobody."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.administration import Report, UnknownPlace, open_database, workspace_id_of
from bot.console import operator
from bot.handlers.usage import follow
from bot.settings import Settings
from projects import tokens, usage
from projects.spreadsheet import Problem, Refused, Wrong
from projects.tokens import NAME, NoSuchToken
from projects.usage import Event
from storage.audit import Action
from storage.database import Database
from storage.errors import StorageError
from storage.models import UsageToken

CHUNK = 5_000
"""Rows in one transaction, so that a running bot waits for a moment only."""

MOST_PROBLEMS = 100
"""Problems that are told one by one."""

Opened = Callable[[Path], IO[bytes]]


def import_usage(
    settings: Settings, file: Path, platform: str | None, opened: Opened = lambda file: file.open("rb")
) -> Report:
    """Take in a file of any size, row by row. `platform` is needed where two know a workspace of one name."""
    try:
        with open_database(settings) as database, closing(opened(file)) as source:
            importing = _Importing(database, platform)
            importing.read(source)
            importing.record()
    except (OSError, StorageError, UnknownPlace) as error:
        return [], [str(error)]
    return importing.report()


@dataclass
class _Importing:
    """An import under way. What follows for people waits for the end: the file need not be in the order of time."""

    database: Database
    platform: str | None
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    _stored: Counter[str] = field(default_factory=Counter)
    _waiting: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    _users: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def read(self, source: Iterable[bytes]) -> None:
        workspaces = self._workspaces()
        try:
            for line in usage.read_lines(source):
                try:
                    event = usage.read_event(line.number, line.cells())
                    waiting = self._of(workspaces, event)
                except Wrong as error:
                    self._problems([Problem(line.number, str(error))])
                    continue
                waiting.append(event)
                if len(waiting) == CHUNK:
                    self._take(workspaces[event.workspace])
        except Refused as refused:
            self._problems([refused.problem])
        for workspace_id in self._waiting:
            self._take(workspace_id)
        self._follow()

    def _of(self, workspaces: Mapping[str, str], event: Event) -> list[Event]:
        if event.workspace not in workspaces:
            raise Wrong("this workspace is not known; correct it, or load a project into it first")
        return self._waiting[workspaces[event.workspace]]

    def report(self) -> Report:
        counts = self.counts
        done = [
            f"{counts['stored']} events taken in, {counts['known']} known already, {counts['passed']} not counted"
        ]
        more = counts["problems"] - len(self.problems)
        told = [str(problem) for problem in sorted(self.problems, key=lambda each: each.row)]
        return done, [*told, *([f"and {more} rows more with a problem"] if more else [])]

    def _workspaces(self) -> dict[str, str]:
        """Our ids by the platforms' own. Raises UnknownPlace."""
        with self.database.system() as system:
            known = [
                (each.external_id, each.id)
                for each in system.workspaces.all()
                if self.platform in {None, each.platform}
            ]
        if len(dict(known)) < len(known):
            raise UnknownPlace("two platforms know a workspace of the same name; say which with --platform")
        return dict(known)

    def _take(self, workspace_id: str) -> None:
        events = self._waiting[workspace_id]
        with self.database.transaction(workspace_id) as work:
            taken = usage.take(work, events)
        self._waiting[workspace_id] = []
        self._stored[workspace_id] += taken.stored
        self.counts.update(stored=taken.stored, known=taken.known, passed=taken.passed)
        self._problems(taken.problems)
        for project_id, people in taken.users.items():
            self._users[workspace_id, project_id] |= people

    def _problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.counts["problems"] += 1
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(problem)

    def record(self) -> None:
        """Put what was taken in into the audit log of each workspace that it concerns."""
        for workspace_id, stored in self._stored.items():
            with self.database.transaction(workspace_id) as work:
                work.audit.record(Action.USAGE_IMPORTED, operator(), added=stored)

    def _follow(self) -> None:
        for (workspace_id, project_id), people in self._users.items():
            ordered = sorted(people)
            for start in range(0, len(ordered), CHUNK):
                with self.database.transaction(workspace_id) as work:
                    follow(work, project_id, ordered[start : start + CHUNK])


def new_token(settings: Settings, name: str, platform: str, workspace: str) -> Report:
    """Make a token and show it, this once."""
    if not name.strip() or len(name) > NAME or not name.isprintable():
        return [], [f"a token's name says who will use it, in 1 to {NAME} characters"]
    try:
        with (
            open_database(settings) as database,
            database.transaction(workspace_id_of(database, platform, workspace)) as work,
        ):
            token = tokens.issue(work, name.strip(), secrets.token_urlsafe(32))
            work.audit.record(Action.TOKEN_MADE, operator(), tokens.number_of(token))
            return [token], []
    except (StorageError, UnknownPlace) as error:
        return [], [str(error)]


def list_tokens(settings: Settings, platform: str, workspace: str) -> Report:
    """A line per token: its number, who uses it, and when it was made, last of use, and revoked."""
    try:
        with (
            open_database(settings) as database,
            database.reading(workspace_id_of(database, platform, workspace)) as work,
        ):
            return [_told(token) for token in work.usage_tokens.all()], []
    except (StorageError, UnknownPlace) as error:
        return [], [str(error)]


def revoke_token(settings: Settings, token_id: str, platform: str, workspace: str) -> Report:
    """Let a token open nothing any more."""
    try:
        with (
            open_database(settings) as database,
            database.transaction(workspace_id_of(database, platform, workspace)) as work,
        ):
            tokens.revoke(work, token_id)
            work.audit.record(Action.TOKEN_REVOKED, operator(), token_id)
    except (NoSuchToken, StorageError, UnknownPlace) as error:
        return [], [str(error)]
    return ["revoked; whoever still sends it gets 401"], []


def _told(token: UsageToken) -> str:
    used = f"last of use on {token.used_on}" if token.used_on else "never used"
    revoked = f", revoked on {token.revoked_at:%Y-%m-%d}" if token.revoked_at else ""
    return f"{token.id}  {token.name}: made on {token.created_at:%Y-%m-%d}, {used}{revoked}"
