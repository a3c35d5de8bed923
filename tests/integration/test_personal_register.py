"""The list of personal data and the tables say the same: nothing about a person is held that it does not name."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, inspect

from storage.models import Base, Consent, Person, Testimonial
from storage.personal import ERASURES, KINDS, Erased, Kind
from storage.work import Work

pytestmark = pytest.mark.both_databases

ALL = (*KINDS, ERASURES)

NOT_OF_ONE_PERSON = {
    ("action_answers", "action_id"): "an action of its owner, and answers of others",
    ("action_events", "action_id"): "an action of its owner, and whoever moved it",
    ("choices", "nudge_id"): "a nudge of the same person",
    ("lever_steps", "interview_id"): "an interview of the same person",
    ("story_questions", "testimonial_id"): "a testimonial of the author who is asked",
}
"""Columns that lead to somebody by a way that the list has already."""

NO_POINTER = {
    (
        "inbox",
        "event_id",
    ): "the platform's id of an event; of an erased person's it is replaced where it names them",
    ("people", "external_id"): "part of the person's own row",
    ("testimonials", "origin_id"): "an earlier testimonial of the same author",
    ("workspaces", "external_id"): "the platform's id of a workspace",
}
"""Columns whose names could lead to a person, and that do not."""


def leading_to_people() -> Iterator[tuple[str, str]]:
    """Every column that points to a person, or to a row that is a person's."""
    personal = {"people", *(kind.table for kind in KINDS)}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in personal:
                yield table.name, key.parent.name


def named_like_people() -> Iterator[tuple[str, str]]:
    """Columns without a foreign key that may hold an id of somebody all the same."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if _may_hold_somebody(column):
                yield table.name, column.name


def _may_hold_somebody(column: Column[object]) -> bool:
    named = column.name.endswith("_id") or column.name in {"sender", "user", "email", "mark"}
    return named and not column.foreign_keys and not column.primary_key and column.name != "email"


@pytest.mark.parametrize("column", sorted(set(leading_to_people())))
def test_every_way_to_a_person_is_in_the_list(column: tuple[str, str]) -> None:
    assert column in {(kind.table, kind.path[0]) for kind in ALL} | NOT_OF_ONE_PERSON.keys()


@pytest.mark.parametrize("column", sorted(set(named_like_people())))
def test_every_column_named_like_a_person_is_in_the_list(column: tuple[str, str]) -> None:
    assert column in {(kind.table, kind.path[0]) for kind in ALL} | NO_POINTER.keys()


def test_the_list_names_no_column_that_is_gone_and_nothing_twice() -> None:
    for kind in ALL:
        columns = {column.key for column in inspect(kind.model).column_attrs}
        assert {kind.path[0], *kind.sealed} <= columns
    assert len({kind.name for kind in ALL}) == len(ALL)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.erased is Erased.EMPTIED], ids=lambda k: k.name
)
def test_what_is_emptied_may_be_empty_or_belong_to_nobody(kind: Kind) -> None:
    column = kind.model.__table__.c[kind.path[0]]
    assert column.nullable or kind.path == ("sender",)


def test_rows_are_found_by_every_way(work: Work) -> None:
    """Each way is a statement that the database takes, and finds nothing of somebody who has done nothing."""
    karim = work.people.ensure("karim", "Karim")
    assert {name for name, rows in work.personal.count(karim).items() if rows} == {"people.id"}
    assert [kind.model for kind, rows in work.personal.held(karim) if rows] == [Person]


def test_the_register_says_what_becomes_of_each_kind() -> None:
    """A row that cannot be deleted with its person is somebody else's, the last, or a mark."""
    assert {kind.model for kind in KINDS if kind.erased is Erased.EMPTIED and kind.model is not Person} >= {
        Testimonial
    }
    assert next(kind for kind in KINDS if kind.model is Consent).erased is Erased.DELETED
    assert ERASURES.erased is Erased.STAYS
