"""The audit log as the command line reads and checks it."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.administration import Report, UnknownPlace, open_database, the_workspace
from bot.console import operator
from bot.settings import Settings
from storage.audit import Action, Entry, Head
from storage.errors import StorageError
from storage.work import Work


def entries(
    settings: Settings, platform: str | None, workspace: str | None, action: str | None, limit: int
) -> list[Entry]:
    """The newest first; reading them is recorded.

    Raises:
        UnknownPlace, StorageError
    """
    with in_workspace(settings, platform, workspace) as work:
        found = work.audit.latest(limit, action)
        work.audit.record(Action.AUDIT_READ, operator(), entries=len(found))
        return found


def verify(settings: Settings, platform: str | None, workspace: str | None, kept: str | None) -> Report:
    """Whether the log is whole and, if a head was kept, whether it still leads there."""
    try:
        known = Head.parse(kept) if kept else None
        with in_workspace(settings, platform, workspace) as work:
            verdict = work.audit.verify(known)
    except (StorageError, UnknownPlace, ValueError) as error:
        return [], [str(error)]
    if verdict.flaw:
        return [], [f"the log is not whole at number {verdict.seq}: {verdict.flaw.value}"]
    led = f", and leads to number {known.seq} as it was kept" if known else ""
    return [f"{verdict.entries} entries, none changed, none missing{led}"], []


def head(settings: Settings, platform: str | None, workspace: str | None) -> Report:
    """Where the log ends, to be kept elsewhere."""
    try:
        with in_workspace(settings, platform, workspace) as work:
            found = work.audit.head()
    except (StorageError, UnknownPlace) as error:
        return [], [str(error)]
    return ([str(found)], []) if found else ([], ["nothing has been recorded yet"])


@contextmanager
def in_workspace(settings: Settings, platform: str | None, workspace: str | None) -> Iterator[Work]:
    """A transaction in the workspace that is meant, which need not be said where there is only one.

    Raises:
        UnknownPlace, StorageError
    """
    with open_database(settings) as database:
        with database.system() as system:
            chosen = the_workspace(system, platform, workspace).id
        with database.transaction(chosen) as work:
            yield work
