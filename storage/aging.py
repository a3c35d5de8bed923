"""What is past its time goes, a thousand rows at a time, and how many is written down; nothing of what they held is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, inspect, select

from storage.database import Database
from storage.errors import RowMissing
from storage.models import Interview, Person, PurgeRecord
from storage.retention import Periods, Rule, gone, rules, worded
from storage.work import SystemWork, Work

BATCH = 1000
"""Rows in one transaction, so that nothing else waits for long."""

PEOPLE_AT_ONCE = 20

WORDS, PEOPLE, LOG = "interview words", "people", "audit_entries"

STATE = "interviews.state"

WithoutWords = Callable[[str, datetime], str]
"""An interview's state as JSON, emptied of what was said, as of an instant."""


@dataclass(frozen=True)
class Gone:
    """So many rows of a kind went, or would go, because they are older than `before`."""

    kind: str
    rows: int
    before: datetime


class Aging:
    """Deletes by `periods`. `without_words` knows what of an interview's state are a person's words."""

    def __init__(self, database: Database, periods: Periods, without_words: WithoutWords) -> None:
        self._database, self._periods, self._without_words = database, periods, without_words

    async def run(self) -> list[Gone]:
        """Delete what is past its time; what went, by kind. Called again it finds nothing."""
        done = [await self._words(), await self._people(), await self._log()]
        for rule in rules(self._periods):
            rows = 0
            while batch := await self._database.run_system(partial(_delete, rule=rule)):
                rows += batch
            done.append(Gone(rule.kind, rows, rule.before(self._now())))
        return done

    async def would_go(self) -> list[Gone]:
        """What `run` would delete now."""
        before = self._log_before()
        entries = [
            await self._database.read(workspace_id, partial(_log_past, before=before))
            for workspace_id in await self._database.read_system(_workspaces)
        ]
        return [*await self._database.read_system(self._counted), Gone(LOG, sum(entries), before)]

    async def _words(self) -> Gone:
        rows, before = 0, self._now() - timedelta(days=self._periods.words)
        while batch := await self._database.run_system(partial(self._empty, before=before)):
            rows += batch
        return Gone(WORDS, rows, before)

    async def _people(self) -> Gone:
        rows, before, looked = 0, self._now() - timedelta(days=self._periods.people), ""
        while found := await self._database.read_system(partial(_gone, before=before, looked=looked)):
            for workspace_id, person_id in found:
                rows += await self._database.run(workspace_id, partial(_forget, person_id=person_id))
            looked = found[-1][1]
        return Gone(PEOPLE, rows, before)

    async def _log(self) -> Gone:
        rows, before = 0, self._log_before()
        for workspace_id in await self._database.read_system(_workspaces):
            rows += await self._database.run(workspace_id, partial(_cut, before=before))
        return Gone(LOG, rows, before)

    def _log_before(self) -> datetime:
        """The beginning of a day (UTC), so that a log is cut at most once a day: each cut is an entry of it."""
        past = self._now() - timedelta(days=self._periods.audit)
        return past.replace(hour=0, minute=0, second=0, microsecond=0)

    def _empty(self, work: SystemWork, before: datetime) -> int:
        batch = select(Interview).where(worded(before)).limit(BATCH).with_for_update(skip_locked=True)
        interviews = list(work.session.scalars(batch))
        for interview in interviews:
            if interview.state:
                said = work.keyring.open(interview.workspace_id, STATE, interview.state, interview.id)
                left = self._without_words(said, interview.closed_at or work.now)
                interview.state = work.keyring.seal(interview.workspace_id, STATE, left, interview.id)
            interview.words_gone_at = work.now
        return len(interviews)

    def _counted(self, work: SystemWork) -> list[Gone]:
        def count(model: type[Interview] | type[Person], before: datetime) -> int:
            over = worded(before) if model is Interview else gone(before)
            return work.session.scalar(select(func.count()).select_from(model).where(over)) or 0

        words = work.now - timedelta(days=self._periods.words)
        people = work.now - timedelta(days=self._periods.people)
        counted = [Gone(WORDS, count(Interview, words), words), Gone(PEOPLE, count(Person, people), people)]
        for rule in rules(self._periods):
            before = rule.before(work.now)
            rows = work.session.scalar(select(func.count()).select_from(rule.model).where(rule.over(before)))
            counted.append(Gone(rule.kind, rows or 0, before))
        return counted

    def _now(self) -> datetime:
        return self._database.clock.now()


def record(work: SystemWork, done: Sequence[Gone]) -> None:
    """Write down what went; of kinds of which nothing did, nothing."""
    for each in done:
        if each.rows:
            work.session.add(
                PurgeRecord(
                    id=work.ids.new(),
                    kind=each.kind,
                    rows=each.rows,
                    before=each.before,
                    purged_at=work.now,
                )
            )


def recorded(work: SystemWork, limit: int) -> list[PurgeRecord]:
    """The latest first."""
    newest = select(PurgeRecord).order_by(PurgeRecord.purged_at.desc(), PurgeRecord.id.desc()).limit(limit)
    return list(work.session.scalars(newest))


def _delete(work: SystemWork, rule: Rule) -> int:
    (key,) = inspect(rule.model).primary_key
    over = select(key).where(rule.over(rule.before(work.now))).limit(BATCH).with_for_update(skip_locked=True)
    ids = list(work.session.scalars(over))
    if ids:
        work.session.execute(
            delete(rule.model).where(key.in_(ids)).execution_options(synchronize_session=False)
        )
        work.session.erased = True
    return len(ids)


def _gone(work: SystemWork, before: datetime, looked: str) -> list[tuple[str, str]]:
    """Some of those after the one with the id `looked`, in order, so that everybody is looked at once."""
    rows = work.session.execute(
        select(Person.workspace_id, Person.id)
        .where(gone(before), Person.id > looked)
        .order_by(Person.id)
        .limit(PEOPLE_AT_ONCE)
    )
    return [(workspace_id, person_id) for workspace_id, person_id in rows]


def _workspaces(work: SystemWork) -> list[str]:
    return [workspace.id for workspace in work.workspaces.all()]


def _cut(work: Work, before: datetime) -> int:
    return work.audit.cut(before)


def _log_past(work: Work, before: datetime) -> int:
    return work.audit.would_go(before)


def _forget(work: Work, person_id: str) -> int:
    try:
        person = work.people.locked(person_id)
    except RowMissing:
        return 0
    work.personal.forget(person)
    return 1
