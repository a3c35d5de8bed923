"""`entrain sample`: a test from the command line, with usage from a file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot.cli import app
from surveys import library
from surveys.library import Library

PROJECT = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
PLACE = ("--platform", "slack", "--workspace", "T1")
WHERE = ("--project", "trello", *PLACE)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    yield
    library.use(Library())


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def sample(*arguments: str, code: int = 0) -> str:
    return run("sample", *arguments, *WHERE, code=code)


@pytest.fixture
def people(tmp_path: Path) -> list[str]:
    """Forty people in twenty teams, in a project."""
    names = [f"U{number}" for number in range(40)]
    rows = [
        f"{name},Person {name},,en,Europe/Paris,employee,Team {n // 2},planner"
        for n, name in enumerate(names)
    ]
    file = tmp_path / "people.csv"
    file.write_text(
        "\n".join(["external_id,name,email,lang,timezone,role,team,persona", *rows]), encoding="utf-8"
    )
    run("project", "load", str(PROJECT), *PLACE, "--lang", "fr")
    run("people", "import", str(file), *WHERE)
    return names


def test_a_test_from_draw_to_end(people: list[str], tmp_path: Path) -> None:
    drawn = sample("draw", "spring", "--seed", "s")
    assert "20 people on one side, 20 on the other." in drawn
    assert "0.00 standard deviations" in drawn
    told = sample("start", "spring", "--worth", "20")
    assert "a go from 20 points of weeks with use on" in told
    assert "Four times out of five this test shows a difference of" in told
    assert "teams a side would be enough for 20 points" in told
    assert "Nothing has started" in told
    assert "not started" in sample("status", "spring")
    assert "spring has started" in sample("start", "spring", "--worth", "20", "--yes")
    usage = tmp_path / "usage.csv"
    usage.write_text("person,date\nU1,2026-11-24\nnobody,2026-11-24\n", encoding="utf-8")
    looked = sample("verdict", "spring", "--usage", str(usage))
    assert "Not yet." in looked
    assert "1 lines are of people who are not in this workspace" in looked
    for secret in (*people, "Person", "Team 1"):
        assert secret not in drawn + told + looked
    assert "spring has ended" in sample("end", "spring")
    assert "not under way" in sample("end", "spring", code=1)


def test_what_the_tool_has_told_is_enough(people: list[str], tmp_path: Path) -> None:
    sample("draw", "spring", "--seed", "s")
    sample("start", "spring", "--yes")
    assert "the tool has told no use from the start on" in sample("verdict", "spring", code=1)
    today = datetime.now(UTC).date()
    rows = [f"T1,{name},card_created,{today},{name}" for name in people]
    usage = tmp_path / "usage.csv"
    usage.write_text("\n".join(["workspace,person,event,at,source_id", *rows]), encoding="utf-8")
    run("usage", "import", str(usage))
    assert "Not yet." in sample("verdict", "spring")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"who,when\n", "columns person and date"),
        (b"person,date\nU1,2026-11-24\nU2,24/11/2026\n", "line 3: the date is written like 2026-11-24"),
        (b"person,date\nU1\n", "line 2: the date"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    people: list[str], tmp_path: Path, content: bytes, why: str
) -> None:
    sample("draw", "spring")
    sample("start", "spring", "--yes")
    file = tmp_path / "usage.csv"
    file.write_bytes(content)
    assert why in sample("verdict", "spring", "--usage", str(file), code=1)


def test_mistakes_are_told(people: list[str]) -> None:
    assert "there is no test 'spring'" in sample("status", "spring", code=1)
    assert "two names with a comma" in sample("draw", "x", "--variants", "one", code=2)
    assert "persona, team and site" in sample("draw", "x", "--like", "age", code=2)
    for pair in ("one,two", "standup,standup", "standup,after_call", "habit.leave_a_trace,time.small_slot"):
        told = sample("draw", "x", "--kind", "variants", "--variants", pair, code=1)
        assert "are not two nudges for one obstacle" in told
    sample("draw", "words", "--kind", "variants", "--variants", "habit.leave_a_trace,habit.takes_weeks")
    sample("draw", "routine", "--kind", "variants", "--variants", "standup,friday")
    assert "names the two that it compares" in sample("draw", "x", "--kind", "variants", code=1)
    sample("draw", "spring")
    assert "its first verdict" in sample("start", "spring", "--weeks", "3", code=1)
