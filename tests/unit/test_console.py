"""What commands print is words: nothing in a row of the database steers the terminal of whoever looks at it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from bot.console import Terminal, json_text
from bot.platforms.steering import STEERING, inert
from tests.support.hostile import ATTACKS, FAMILY

STRANGE = [*sorted(ATTACKS.values()), "[/bold] [link=https://evil.test]x[/link] :bomb:"]


@pytest.mark.parametrize("words", STRANGE)
def test_no_line_and_no_table_steers_the_terminal(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name")
    table.add_row(words[:60])
    Terminal().print(words[:60])
    Terminal().print(table)
    shown = capsys.readouterr().out
    assert not STEERING.search(shown)
    assert shown.count(words[:7]) >= 2, "what it says is still there"


def test_a_name_is_neither_markup_nor_the_name_of_an_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().print(STRANGE[-1])
    assert capsys.readouterr().out.strip() == STRANGE[-1]


@given(st.text())
def test_what_is_taken_away_is_only_what_steers(text: str) -> None:
    kept = inert(text)
    assert not STEERING.search(kept)
    if not STEERING.search(text):
        assert kept == text


def test_signs_of_several_characters_and_lines_stay() -> None:
    assert inert({"a": [f"{FAMILY}\tx\r\ny\u2028z"], "b": 1}) == {"a": [f"{FAMILY}\tx\ny\nz"], "b": 1}


@given(st.text())
def test_json_says_exactly_what_is_there_and_steers_nothing(text: str) -> None:
    printed = json_text({"name": text})
    assert not STEERING.search(printed)
    assert json.loads(printed) == {"name": text}
