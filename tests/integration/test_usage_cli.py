"""`entrain usage`: files and tokens from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot.cli import app
from bot.usage_administration import CHUNK, MOST_PROBLEMS
from surveys import library
from surveys.library import Library
from tests.support.usage import cells, csv

PROJECT = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
PLACE = ("--platform", "slack", "--workspace", "T1")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    run("project", "load", str(PROJECT), *PLACE)
    people = tmp_path / "people.csv"
    people.write_text("external_id,name\nkarim,Karim Benali\nnadia,Nadia Haddad\n", "utf-8")
    run("people", "import", str(people), "--project", "trello", *PLACE)
    yield
    library.use(Library())


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "usage.csv"
    file.write_text(text, "utf-8")
    return str(file)


def test_a_file_twice_and_more_than_one_transaction(tmp_path: Path) -> None:
    rows = [cells(("karim", "nadia")[n % 2], n) for n in range(CHUNK + 10)]
    file = written(tmp_path, csv(rows, "T1"))
    assert f"{CHUNK + 10} events taken in, 0 known already" in run("usage", "import", file)
    assert f"0 events taken in, {CHUNK + 10} known already" in run("usage", "import", file)


def test_problems_are_told_by_row_and_name_nobody(tmp_path: Path) -> None:
    rows = [cells("karim", 1), cells("mallory", 2), cells("nadia", 3, at="soon"), cells("nadia", 4)]
    file = written(tmp_path, csv(rows, "T1") + "T9,karim,card_created,2026-11-24,x\nT1,karim\n")
    told = run("usage", "import", file, code=1)
    assert "2 events taken in" in told
    lines = [line for line in told.splitlines() if line.startswith("row ")]
    assert [line.split(":")[0] for line in lines] == ["row 3", "row 4", "row 6", "row 7"]
    assert "this workspace is not known" in lines[2]
    assert "has 2 cells" in lines[3]
    assert not any(name in told for name in ("karim", "mallory", "nadia", "Benali"))


def test_many_problems_are_counted(tmp_path: Path) -> None:
    file = written(tmp_path, csv([cells("mallory", n) for n in range(MOST_PROBLEMS + 5)], "T1"))
    told = run("usage", "import", file, code=1)
    assert told.count("row ") == MOST_PROBLEMS
    assert "and 5 rows more with a problem" in told


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_bytes(csv([cells("karim", 1)], "T1").encode() + b"T1,karim,card\xe9,x,y\n")
    told = run("usage", "import", str(file), code=1)
    assert "1 events taken in" in told
    assert "row 3: this is not UTF-8" in told
    assert "No such file" in run("usage", "import", "nowhere.csv", code=1)


def test_tokens(tmp_path: Path) -> None:
    token = run("usage", "token", "new", "trello-webhook", *PLACE).strip()
    prefix, number, secret = token.split("_", 2)
    assert prefix == "entrain"
    listed = run("usage", "token", "list", *PLACE)
    assert f"{number}  trello-webhook: made on" in listed
    assert "never used" in listed
    assert secret not in listed
    assert "gets 401" in run("usage", "token", "revoke", number, *PLACE)
    assert "revoked on" in run("usage", "token", "list", *PLACE)
    assert "no token of this number" in run("usage", "token", "revoke", "0", *PLACE, code=1)
    assert "in 1 to 60 characters" in run("usage", "token", "new", " ", *PLACE, code=1)
    assert "not known" in run("usage", "token", "list", "--platform", "slack", "--workspace", "T9", code=1)
    assert secret not in (tmp_path / "var" / "entrain.db").read_bytes().decode("latin-1")
