"""The command line about personal data: a code opens a person's export once; everything else there is numbers."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

import bot
from bot.administration import open_database
from bot.cli import app
from bot.settings import read_settings
from storage.models import Person, PersonStatus

PROJECT = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
PEOPLE = Path(bot.__file__).parent / "demo_organisation" / "people.csv"
PLACE = ("--platform", "slack", "--workspace", "T1")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def loaded() -> str:
    run("project", "load", str(PROJECT), *PLACE, "--lang", "fr")
    run("people", "import", str(PEOPLE), "--project", "trello", *PLACE, "--invite")
    with open_database(read_settings()) as database, database.system() as system:
        return system.workspaces.all()[0].id


def code_of(workspace_id: str, external_id: str) -> str:
    with open_database(read_settings()) as database, database.transaction(workspace_id) as work:
        person = work.people.by_external(external_id)
        assert person
        work.personal.issue_code(person)
        code = work.personal.code(person)
        assert code
        return code


def test_a_code_opens_everything_once_and_in_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    workspace_id = loaded()
    code = code_of(workspace_id, "karim")
    file = tmp_path / "mine.json"
    assert "written to" in run("data", "export", "--code", code, "--out", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    document = json.loads(file.read_text("utf-8"))
    rows = {kind["table"]: kind["rows"] for kind in document["held"] if kind["rows"]}
    assert [row["external_id"] for row in rows["people"]] == ["karim"]
    (interview,) = rows["interviews"]
    assert interview["state"]["script"] == "adoption", "the sealed answers are opened and written out"
    assert {kind["purpose"] for kind in document["held"]} >= {"interview", "coaching", "stories", "usage"}
    assert document["only_counted"]["nominations.nominee_id"] == 0
    assert "Nothing opens" in run("data", "export", "--code", code, code=1)


def test_a_file_that_exists_is_left_alone_and_the_code_stays_good(tmp_path: Path) -> None:
    code = code_of(loaded(), "karim")
    file = tmp_path / "mine.json"
    file.write_text("mine")
    assert "exists already" in run("data", "export", "--code", code, "--out", str(file), code=1)
    assert file.read_text() == "mine"
    assert json.loads(run("data", "export", "--code", code))["held"]


def test_a_wrong_code_opens_nothing() -> None:
    loaded()
    assert "Nothing opens" in run("data", "export", "--code", "AAAAA-AAAAA", code=1)


def test_what_would_go_is_told_then_goes_and_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded()
    with open_database(read_settings()) as database, database.system() as system:
        for person in system.session.scalars(select(Person)):
            person.status, person.status_reason = PersonStatus.UNREACHABLE, "deactivated"
            person.status_since = system.now - timedelta(days=60)
        people = system.session.scalar(select(func.count()).select_from(Person))
    assert f" {people} " not in run("data", "purge", "--dry-run")
    monkeypatch.setenv("ENTRAIN_KEEP_GONE_PEOPLE_DAYS", "30")
    assert f" {people} " in run("data", "purge", "--dry-run")
    assert "people" not in run("data", "purges")
    assert f" {people} " in run("data", "purge")
    logged = run("data", "purges")
    assert "people" in logged
    assert f" {people} " in logged
    assert "karim" not in logged.lower()


def test_words_may_not_be_kept_for_longer_than_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTRAIN_KEEP_WORDS_DAYS", "900")
    assert "ENTRAIN_KEEP_WORDS_DAYS" in run("data", "purges", code=2)
