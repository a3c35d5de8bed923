"""What a statement touches is looked for once in each form: no form is let through for what another one names."""

from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, func, insert, lambda_stmt, literal, select, text, update

from storage import scope
from storage.database import Database
from storage.errors import UnscopedAccess
from storage.models import Person, Workspace
from storage.work import Work

TABLE: Any = Person.__table__


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_known", {})


@pytest.fixture
def two(database: Database, workspace_id: str) -> tuple[str, str]:
    """Two workspaces with somebody of the same name on the platform."""
    with database.system() as system:
        other = system.workspaces.add("playground", "other", "Other").id
    for each in (workspace_id, other):
        with database.transaction(each) as work:
            work.people.ensure("U1", f"In {each}")
    return workspace_id, other


def lambda_of(entity: Any) -> Executable:
    return lambda_stmt(lambda: select(entity))


LOOK_ALIKE: list[tuple[Executable, Executable]] = [
    (select(Person), select(TABLE)),
    (select(Person.name), select(TABLE.c.name)),
    (select(func.count()).select_from(Person), select(func.count()).select_from(TABLE)),
    (
        select(Workspace.id).where(Workspace.id.in_(select(Person.workspace_id))),
        select(Workspace.id).where(Workspace.id.in_(select(TABLE.c.workspace_id))),
    ),
    (
        select(Workspace.id).where(Workspace.name == literal("SELECT name FROM people")),
        select(Workspace.id).where(Workspace.name == text("(SELECT name FROM people)")),
    ),
    (update(Person).values(name="x"), update(TABLE).values(name="x")),
    (lambda_of(Person), lambda_of(TABLE)),
]
"""One that can be narrowed, and one that makes the same SQL, or looks like it, and cannot."""


@pytest.mark.parametrize("pair", LOOK_ALIKE, ids=range(len(LOOK_ALIKE)))
@pytest.mark.parametrize("first", [0, 1])
def test_a_statement_is_judged_by_itself_whichever_was_seen_before(
    work: Work, pair: tuple[Executable, Executable], first: int
) -> None:
    fine, refused = pair
    for turn in range(first, first + 4):
        if turn % 2:
            with pytest.raises(UnscopedAccess):
                work.session.execute(refused)
        else:
            work.session.execute(fine)


def test_a_statement_that_is_kept_is_narrowed_to_the_workspace_of_each_session(
    database: Database, two: tuple[str, str]
) -> None:
    kept: list[Any] = [
        select(Person.name).where(Person.external_id == bindparam("who")),
        lambda_stmt(lambda: select(Person.name).where(Person.external_id == bindparam("who"))),
    ]
    for statement in kept:
        for workspace_id in (*two, *two):
            with database.reading(workspace_id) as work:
                assert work.session.scalars(statement, {"who": "U1"}).all() == [f"In {workspace_id}"]
                assert work.session.scalars(statement, {"who": "U2"}).all() == []


def test_a_bound_value_lets_nothing_through(database: Database, two: tuple[str, str]) -> None:
    mine, theirs = two
    with database.reading(mine) as work:
        for workspace_id in (mine, theirs, mine):
            found = work.session.scalars(select(Person.name).where(Person.workspace_id == workspace_id)).all()
            assert found == ([f"In {mine}"] if workspace_id == mine else [])


def test_a_statement_without_a_key_is_looked_through_each_time(work: Work) -> None:
    refused = insert(TABLE).values([{"id": "p", "workspace_id": work.workspace_id}])
    assert refused._generate_cache_key() is None
    for _ in range(2):
        with pytest.raises(UnscopedAccess):
            work.session.execute(refused)
    assert scope._known == {}


def test_what_is_known_stays_small_and_forgetting_it_lets_nothing_through(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "KNOWN_AT_MOST", 2)
    for _ in range(2):
        for fine, refused in LOOK_ALIKE:
            work.session.execute(fine)
            with pytest.raises(UnscopedAccess):
                work.session.execute(refused)
            assert len(scope._known) <= 2
