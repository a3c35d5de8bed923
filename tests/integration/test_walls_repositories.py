"""Every method of every repository is called from the wrong workspace: nothing is seen there and nothing is changed.

The methods are found by looking, and their arguments are made from names and types, so that a new one must join: an
argument that nothing is known about fails the test.
"""

import inspect as looking
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import ValidationError
from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from storage.anonymous import AnonymousRecord
from storage.crypto import SealBroken
from storage.database import Database
from storage.errors import AlreadyDone, RowMissing, UnscopedAccess
from storage.models import Base
from storage.scope import Scope, ScopedSession
from storage.work import Work
from tests.support import twins

pytestmark = pytest.mark.both_databases

PARENTS = {
    "action_id": "actions",
    "author_id": "people",
    "author_ids": "people",
    "barrier_id": "barriers",
    "campaign_id": "campaigns",
    "champion_id": "champions",
    "comment_id": "idea_comments",
    "check_in_id": "check_ins",
    "check_in_ids": "check_ins",
    "idea_id": "ideas",
    "idea_ids": "ideas",
    "idea_place_id": "idea_places",
    "interview_id": "interviews",
    "interview_ids": "interviews",
    "link_id": "report_links",
    "membership_id": "memberships",
    "message_id": "playground_messages",
    "nomination_id": "nominations",
    "nominee_id": "people",
    "nudge_id": "nudges",
    "nudge_ids": "nudges",
    "people": "people",
    "person_id": "people",
    "person_ids": "people",
    "place_id": "posted",
    "project_id": "projects",
    "question_id": "story_questions",
    "responses": "choices",
    "routine_id": "routines",
    "routine_ids": "routines",
    "sample_id": "samples",
    "scale_id": "automaticity",
    "scale_ids": "automaticity",
    "share_id": "shares",
    "share_ids": "shares",
    "step_id": "lever_steps",
    "step_ids": "lever_steps",
    "testimonial_id": "testimonials",
    "token_id": "usage_tokens",
}
"""Whose key an argument is."""

COLUMNS = {
    "author": "playground_messages.author",
    "blocker": "findings.blocker",
    "blockers": "findings.blocker",
    "dedupe": "outbox.dedupe",
    "email": "people.email",
    "external_id": "people.external_id",
    "external_ids": "people.external_id",
    "names": "people.external_id",
    "prefix": "outbox.dedupe",
    "ref": "agenda.ref",
    "week": "digests.week",
}
"""Which column of a row an argument is found by; `key` and `kind` are of the repository's own table."""

TUPLES = {"places": ("testimonial_id", "person_id", "place", "key")}
"""What stands in a tuple, in its order."""

OWN = {"projects": "projects", "samples": "samples", "playground": "playground_messages", "outbox": "outbox"}
"""The table of a repository whose methods look by `key`."""

FREE = frozenset(
    [
        "about",
        "action",
        "args",
        "body",
        "chosen",
        "cluster",
        "context",
        "conversation",
        "detail",
        "event",
        "given",
        "ids",
        "intent",
        "lever",
        "move",
        "name",
        "options",
        "page",
        "persona",
        "point",
        "proposal",
        "reason",
        "replaces",
        "rule",
        "script",
        "slot",
        "subject",
        "text",
        "told",
        "treated",
        "typed",
        "unknown",
        "updates",
        "value",
        "variant",
        "wave",
    ]
)
"""Told and not looked for: any text will do."""

REFUSALS = (AlreadyDone, IntegrityError, InvalidRequestError, RowMissing, SealBroken, UnscopedAccess)
"""What may be answered instead of nothing. A wrong entity is refused by the session, a wrong key by the wall."""

PLAIN: dict[Any, Any] = {
    bool: True,
    date: date(2031, 3, 2),
    datetime: datetime(2031, 3, 2, 8, tzinfo=UTC),
    float: 1.0,
    int: 1,
}

WITHOUT_WALL = {"workspaces": "a workspace is the platform's team and says nothing of anybody in it"}


def _repositories() -> dict[str, type]:
    found = {
        name: get_type_hints(value.func)["return"]
        for name, value in vars(Work).items()
        if isinstance(value, cached_property)
    }
    return {name: kind for name, kind in found.items() if name not in WITHOUT_WALL}


def _methods(repository: type) -> list[str]:
    return [name for name, _ in looking.getmembers(repository, looking.isfunction) if name[0] != "_"]


class Caller:
    """Calls methods with what belongs to the twin "a", in a session of whichever workspace is given."""

    def __init__(self, database: Database, made: twins.Rows) -> None:
        self._database, self._made = database, made
        self.told: set[str] = set()
        """Texts that went in as arguments: an answer may say them again."""

    def call(self, repository: str, method: str, workspace: str, scope: Scope) -> tuple[str, bool]:
        """What came back, as text without what went in, and whether a row of "a" changed. Nothing is kept."""
        self.told = set()
        arguments = self._arguments(repository, getattr(_repositories()[repository], method))
        with ScopedSession(self._database.engine, scope) as session:
            work = Work(
                session, self._database.clock.now(), self._database.ids, self._database.keyring, workspace
            )
            before = twins.seen(session.connection(), "a-workspaces")
            bound = getattr(getattr(work, repository), method)
            try:
                text = self._text(bound(*arguments[0], **arguments[1]))
                session.flush()
                changed = twins.seen(session.connection(), "a-workspaces") != before
            except ValidationError as error:
                return str(error), False
            except REFUSALS:
                return "", False
            finally:
                session.rollback()
        for told in sorted(self.told, key=len, reverse=True):
            text = text.replace(told, "")
        return text, changed

    def _arguments(self, repository: str, method: Any) -> tuple[list[Any], dict[str, Any]]:
        hints = get_type_hints(method)
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for name, parameter in list(looking.signature(method).parameters.items())[1:]:
            if parameter.default is not parameter.empty and name not in PARENTS:
                continue
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            value = self._value(repository, name, hints[name])
            if parameter.kind is parameter.KEYWORD_ONLY:
                named[name] = value
            elif parameter.kind is not parameter.VAR_POSITIONAL:
                positional.append(value)
        return positional, named

    def _value(self, repository: str, name: str, hint: Any) -> Any:
        origin = get_origin(hint)
        if origin is Mapping:
            given = f"new {name}" if get_args(hint)[1] is str else 1.0
            return {self._looked_for(repository, name): given}
        if origin is tuple and Ellipsis not in get_args(hint):
            kinds = get_args(hint)
            parts = zip(TUPLES.get(name, (name,) * len(kinds)), kinds, strict=True)
            return tuple(self._value(repository, part, kind) for part, kind in parts)
        if origin in {list, set, tuple, Collection, Iterable, Sequence}:
            return [self._value(repository, name, get_args(hint)[0])]
        if origin is not None:
            return self._value(repository, name, get_args(hint)[0])
        if isinstance(hint, type) and issubclass(hint, Base):
            return self._entity(hint)
        if hint is AnonymousRecord:
            empty: tuple[Any, ...] = ()
            return AnonymousRecord(
                outcome="§a", intention=1, usage="§a", findings=empty, needs=empty, results=empty
            )
        if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
            names = [f.name for f in fields(hint)] if is_dataclass(hint) else list(hint._fields)
            hints = get_type_hints(hint)
            return hint(**{part: self._value(repository, part, hints[part]) for part in names})
        if isinstance(hint, type) and issubclass(hint, Enum):
            return next(iter(hint))
        if hint is dict:
            return {}
        if hint in {date, datetime, int, float, bool} and name not in PARENTS:
            return PLAIN[hint]
        return self._looked_for(repository, name)

    def _looked_for(self, repository: str, name: str) -> Any:
        if name in PARENTS:
            table = _table(PARENTS[name])
            value = self._made[table.name][next(iter(table.primary_key.columns)).name]
        elif name in {"key", "kind"} and repository in OWN | {"agenda": ""}:
            table = _table(OWN.get(repository, "agenda"))
            value = self._made[table.name].get(name, f"§a{name}")
        elif name in COLUMNS:
            table_name, _, column = COLUMNS[name].partition(".")
            value = self._made[table_name][column]
        elif name in FREE | {"id", "key"}:
            value = f"new {name}"
        else:
            pytest.fail(f"{repository}: say in this test what the argument {name!r} stands for")
        if isinstance(value, str):
            self.told.add(value)
        return value

    def _entity(self, model: type[Base]) -> Base:
        """The twin's own row, as somebody who has it in hand would pass it on."""
        with ScopedSession(self._database.engine, Scope(system=True)) as session:
            return session.scalars(select(model).where(model.workspace_id == "a-workspaces")).one()  # type: ignore[attr-defined]

    def _text(self, result: Any) -> str:
        if isinstance(result, Base):
            return str({column.key: getattr(result, column.key) for column in result.__table__.columns})
        if isinstance(result, dict):
            return "".join(self._text(key) + self._text(value) for key, value in result.items())
        if isinstance(result, list | tuple | set | frozenset) or looking.isgenerator(result):
            return "\n".join(self._text(part) for part in result)
        return str(result)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


@pytest.fixture
def caller(database: Database) -> Caller:
    made = {twin: twins.rows(twin) for twin in "ab"}
    with database.engine.begin() as connection:
        for rows in made.values():
            twins.write(connection, rows)
    return Caller(database, made["a"])


@pytest.mark.parametrize("repository", _repositories())
def test_from_the_wrong_workspace_nothing_is_seen_and_nothing_changed(
    caller: Caller, repository: str
) -> None:
    for method in _methods(_repositories()[repository]):
        text, changed = caller.call(repository, method, "b-workspaces", Scope("b-workspaces"))
        assert not any(mark in text for mark in twins.marks("a")), f"{repository}.{method} shows {text}"
        assert not changed, f"{repository}.{method} changed a row of another workspace"


def test_without_the_wall_the_same_calls_would_see_and_change_a_lot(caller: Caller) -> None:
    calls = [(name, method) for name, kind in _repositories().items() for method in _methods(kind)]
    found = [caller.call(*call, "b-workspaces", Scope(system=True)) for call in calls]
    seen = [call for call, (text, _) in zip(calls, found, strict=True) if twins.MARK + "a" in text]
    changed = [call for call, (_, change) in zip(calls, found, strict=True) if change]
    assert len(seen) > 30, seen
    assert len(changed) > 10, changed


def test_every_repository_is_tried() -> None:
    assert set(WITHOUT_WALL) <= set(vars(Work))
    assert len(_repositories()) > 15
