"""People from a spreadsheet: what is read, and what is told with its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.people import Row, parse
from projects.spreadsheet import MAX_BYTES, Problem
from storage.models import Role

HEADING = "external_id,name,email,lang,timezone,role,team,persona,site,manager"


def csv(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *rows]).encode()


def test_a_full_row_and_a_bare_one() -> None:
    people = parse(
        csv(
            "U1,Zoé Lambert,zoe@example.org,fr-FR,Europe/Paris,Champion,Quai,planner,Lyon,U2",
            "U2,Sam,,,,,,,,",
        )
    )
    assert people.problems == ()
    assert people.rows == (
        Row(
            2,
            "U1",
            "Zoé Lambert",
            "zoe@example.org",
            "fr",
            "Europe/Paris",
            Role.CHAMPION,
            "Quai",
            "planner",
            "Lyon",
            "U2",
        ),
        Row(3, "U2", "Sam"),
    )


def test_a_file_from_a_french_spreadsheet() -> None:
    raw = "\ufeffexternal_id;name;team\r\nU1;Zoé;Quai, nuit\r\n".encode()
    assert parse(raw).rows == (Row(2, "U1", "Zoé", team="Quai, nuit"),)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("U1,Zoé,,,Paris,,,,,", "'Paris' is not a time zone"),
        ("U1,Zoé,,,,boss,,,,", "'boss' is not a role; write one of employee, champion, lead"),
        ("U1,Zoé,,de,,,,,,", "the language 'de' is not spoken here; write fr or en"),
        ("U1,Zoé,zoe,,,,,,,", "is not an e-mail address"),
        (",Zoé,,,,,,,,", "the external_id is empty"),
        ("U1,,,,,,,,,", "the name is empty"),
        ("U1,=HYPERLINK(1),,,,,,,,", "begins with '='"),
        ("U1,Zoé,,,,,@SUM(A1),,,", "begins with '@'"),
        ("U1,Zo\u202eé,,,,,,,,", "invisible character"),
        ('U1,"Zoé\nLambert",,,,,,,,', "line break"),
        (f"U1,{'z' * 201},,,,,,,,", "longer than 200"),
        ("U1,Zoé,,,,,,,,U1", "is their own manager"),
        ("U1,Zoé", "has 2 cells where the heading has 10"),
    ],
)
def test_a_row_with_a_mistake_is_left_out_and_told(row: str, told: str) -> None:
    people = parse(csv("U0,Sam,,,,,,,,", row))
    assert [kept.external_id for kept in people.rows] == ["U0"]
    assert len(people.problems) == 1
    assert told in people.problems[0].what_to_do


def test_the_row_is_the_line_in_the_file() -> None:
    people = parse(csv("U1,Zoé,,,,,,,,", "", "U1,Sam,,,,,,,,"))
    assert people.problems == (Problem(4, "'U1' stands already in row 2; keep one"),)
    assert str(people.problems[0]) == "row 4: 'U1' stands already in row 2; keep one"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"name\nSam\n", "the column 'external_id' is missing"),
        (b"external_id,name,boss\n", "the column 'boss' is not known"),
        (b"external_id,name,name\n", "the column 'name' stands twice"),
        (b"", "is missing"),
        (b"external_id,name\nU1,Zo\xe9\n", "save the file as 'CSV UTF-8'"),
        (b"x" * (MAX_BYTES + 1), "larger than 20 MiB"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(raw: bytes, told: str) -> None:
    people = parse(raw)
    assert people.rows == ()
    assert told in people.problems[0].what_to_do


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"external_id,name\n{text}".encode()))
def test_whatever_the_bytes_every_row_is_kept_or_told(raw: bytes) -> None:
    people = parse(raw)
    assert all(row.external_id and row.name for row in people.rows)
    assert not any(row.name.startswith(("=", "+", "-", "@")) for row in people.rows)
    assert len({row.external_id for row in people.rows}) == len(people.rows)
