"""Whom a typed name means: sure only where there is no doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.nominees import MOST, SHOWN, Member, names_in, resolve

TEAM = [
    Member("aude", "Aude Martin", "aude@example.org"),
    Member("karim", "Karim Benali", "karim.b@example.org"),
    Member("paul1", "Paul Lefèvre"),
    Member("paul2", "Jean-Paul Roux"),
    Member("zoe", "Zoé N'Diaye"),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Aude Martin", "aude"),
        ("martin aude", "aude"),
        ("AUDE", "aude"),
        ("Mme Martin", "aude"),
        ("aude m", "aude"),
        ("Zoe", "zoe"),
        ("zoé n’diaye", "zoe"),
        ("jean paul", "paul2"),
        ("lefevre", "paul1"),
        ("Karim.B@example.org", "karim"),
    ],
)
def test_a_clear_name_means_one_person(typed: str, meant: str) -> None:
    assert resolve(typed, TEAM).one == meant


def test_a_first_name_that_two_have_is_for_the_person_to_choose() -> None:
    resolved = resolve("Paul", TEAM)
    assert resolved.one is None
    assert set(resolved.people) == {"paul1", "paul2"}


def test_a_misspelt_name_is_never_sure() -> None:
    resolved = resolve("Odile Martin", TEAM)
    assert resolved.one is None
    resolved = resolve("Karym Benalli", TEAM)
    assert resolved.one is None
    assert resolved.people == ("karim",)


@pytest.mark.parametrize("typed", ["Nobody Here", "a", "?", "unknown@example.org", "@"])
def test_what_means_nobody_means_nobody(typed: str) -> None:
    assert resolve(typed, TEAM).people == ()


def test_a_name_that_too_many_have_is_asked_for_in_full() -> None:
    crowd = [Member(str(n), f"Marie Number{n}") for n in range(SHOWN + 1)]
    assert resolve("Marie", crowd).people == ()
    assert resolve("Marie Number3", crowd).one == "3"


def test_names_are_read_off_one_line() -> None:
    assert names_in("Aude, Karim et Zoé") == ["Aude", "Karim", "Zoé"]
    assert names_in(" @aude; AUDE / Jean-Paul Roux ") == ["AUDE", "Jean-Paul Roux"]
    assert names_in("Anne and Bob or Cy, Di") == ["Anne", "Bob", "Cy"]
    assert names_in(" , ;; ") == []


@given(st.text(max_size=60))
def test_whatever_is_typed_never_means_a_stranger(typed: str) -> None:
    assert len(names_in(typed)) <= MOST
    for name in names_in(typed):
        resolved = resolve(name, TEAM)
        assert set(resolved.people) <= {member.person_id for member in TEAM}
        assert resolved.one is None or len(resolved.people) == 1
