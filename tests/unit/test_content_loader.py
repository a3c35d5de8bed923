from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from content.loader import MAX_BYTES, ContentError, parse, validate


class Shape(BaseModel, extra="forbid"):
    name: str
    days: list[int]


def test_lines_are_kept_for_every_place() -> None:
    document = parse(b"name: x\ndays:\n  - 1\n  - 2\n", "f.yaml")
    assert document.data == {"name": "x", "days": [1, 2]}
    assert document.line(("days", 1)) == 4
    assert document.line(("days", 7, "deeper")) == 2


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: &x 1\nb: 2", 1, "anchors"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("1: x", 1, "must be text"),
        ("a: !!python/object:os.system x", 1, "not plain YAML"),
        ("a: [1, 2", 2, "expected"),
        ("a: 1\n---\nb: 2", 2, "document"),
        ("[" * 40 + "]" * 40, 1, "nested"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(ContentError, match=problem) as caught:
        parse(text.encode(), "f.yaml")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"f.yaml:{line}: ")


def test_large_and_binary_files_are_refused() -> None:
    with pytest.raises(ContentError, match="larger"):
        parse(b"a" * (MAX_BYTES + 1), "f.yaml")
    with pytest.raises(ContentError, match="UTF-8"):
        parse(b"a: \xff", "f.yaml")


def test_a_schema_mistake_names_the_place() -> None:
    with pytest.raises(ContentError, match=r"f\.yaml:3: days\.1: ") as caught:
        validate(parse(b"name: x\ndays: [1,\n  two]\n", "f.yaml"), Shape)
    assert caught.value.line == 3


def test_dates_and_times_stay_text() -> None:
    assert parse(b"a: 2026-01-01\nb: yes", "f").data == {"a": "2026-01-01", "b": True}


@given(st.binary(max_size=200))
def test_any_bytes_give_data_or_a_content_error(raw: bytes) -> None:
    with suppress(ContentError):
        assert parse(raw, "f.yaml").source == "f.yaml"
