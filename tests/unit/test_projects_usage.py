"""Rows of use: what can be read, and what is told of the rest."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loader import ContentError, parse, validate
from projects.definition import Counts, ProjectFile, read
from projects.spreadsheet import Refused, Wrong
from projects.usage import read_event, read_lines
from tests.support.usage import FILE, cells, csv


def test_an_instant_or_a_day() -> None:
    at = read_event(1, cells("karim", 9)).at
    assert at == datetime(2026, 11, 10, 8, 15, tzinfo=UTC)
    assert read_event(1, cells("karim", 9, at="2026-11-10T08:15:00Z")).at == at
    day = read_event(1, cells("karim", 9, at="2026-11-10")).at
    assert (type(day), day) == (date, date(2026, 11, 10))


@pytest.mark.parametrize(
    ("wrong", "what_to_do"),
    [
        ({"person": ""}, "the person is missing"),
        ({"source_id": ""}, "the source_id is missing"),
        ({"at": "2026-11-10T08:15:00"}, "does not say its offset"),
        ({"at": "10/11/2026"}, "no date and time"),
        ({"at": "2026-13-10"}, "no date and time"),
        ({"at": "yesterday"}, "no date and time"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "no date and time"),
        ({"person": "k" * 321}, "the person is longer than 320"),
        ({"source_id": "a\x00b"}, "the source_id holds a line break or an invisible character"),
        ({"person": "ka\u200brim"}, "invisible character"),
        ({"person": "\ud800"}, "invisible character"),
        ({"title": "x"}, "a column that is not known"),
    ],
)
def test_what_is_wrong_is_told_without_repeating_it(wrong: dict[str, str], what_to_do: str) -> None:
    with pytest.raises(Wrong, match=what_to_do) as told:
        read_event(3, cells("karim", 1) | wrong)
    assert not any(len(value) > 1 and value in str(told.value) for value in wrong.values())


@given(st.dictionaries(st.sampled_from(["person", "event", "at", "source_id", "project", "x"]), st.text()))
def test_any_row_is_read_or_told(row: dict[str, str]) -> None:
    with suppress(Wrong):
        read = read_event(1, row)
        assert all((read.person, read.event, read.at, read.source_id))


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_line_by_line(separator: str, end: str) -> None:
    text = csv(cells("karim", n) for n in range(3)).replace(",", separator).replace("\n", end)
    lines = list(read_lines(iter(("\ufeff" + text).encode().splitlines(keepends=True))))
    assert [line.number for line in lines] == [2, 3, 4]
    assert lines[0].cells() == {"workspace": "demo", **cells("karim", 0)}


def test_nothing_is_read_ahead() -> None:
    def endless() -> object:
        yield csv([]).encode()
        while True:
            yield csv([cells("karim", 1)]).splitlines(keepends=True)[1].encode()

    lines = read_lines(endless())  # type: ignore[arg-type]
    assert [next(lines).number for _ in range(3)] == [2, 3, 4]


@pytest.mark.parametrize(
    ("content", "row", "what_to_do"),
    [
        (b"", 1, "'workspace' is missing"),
        (b"person,event,at,source_id\n", 1, "'workspace' is missing"),
        (b"workspace,person,event,at,source_id,title\n", 1, "'title' is not known"),
        (b"workspace,person,event,at,source_id\na,b,c,d,e\na,b,\xe9,d,e\n", 3, "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_on(content: bytes, row: int, what_to_do: str) -> None:
    with pytest.raises(Refused, match=what_to_do) as refused:
        list(read_lines(content.splitlines(keepends=True)))
    assert refused.value.problem.row == row


def test_the_project_file_says_what_counts() -> None:
    usage = read(FILE).usage
    assert usage
    assert usage.events["card_created"] is Counts.USE
    assert usage.events["board_opened"] is Counts.LOOK
    text = FILE.read_text("utf-8")
    without = text.replace("{card_created: use, card_moved: use, board_opened: look}", "{board_opened: look}")
    assert without != text
    with pytest.raises(ContentError, match="at least one event that counts as 'use'"):
        validate(parse(without.encode(), "project.yaml"), ProjectFile)
