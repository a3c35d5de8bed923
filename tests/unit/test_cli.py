"""The command line: what it prints, and how it refuses."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, settings_page
from bot.settings import describe
from projects.definition import read

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[2]
RUN = CliRunner()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, _default, _description in describe():
        monkeypatch.delenv(name, raising=False)


def teams(monkeypatch: pytest.MonkeyPatch) -> None:
    key = RUN.invoke(app, ["keys", "new"]).stdout.strip()
    for name, value in {
        "TEAMS_APP_ID": "11111111-2222-3333-4444-555555555555",
        "TEAMS_APP_SECRET": "s",
        "TEAMS_TENANT_ID": "tenant",
        "ENCRYPTION_KEYS": key,
    }.items():
        monkeypatch.setenv(f"ENTRAIN_{name}", value)


def test_a_wrong_setting_ends_with_one_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTRAIN_PORT", "often")
    result = RUN.invoke(app, ["run"])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("entrain: ENTRAIN_PORT: ")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ENTRAIN_DATABASE_URL", "mysql://root:hidden@db/x", "sqlite:/// (a file) or postgresql://"),
        ("ENTRAIN_ENCRYPTION_KEYS", "not a key", "ENTRAIN_ENCRYPTION_KEYS"),
    ],
)
def test_what_storage_refuses_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    result = RUN.invoke(app, ["run"])
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert "hidden" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_settings_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page()


def test_the_slack_manifest_is_json() -> None:
    result = RUN.invoke(app, ["manifest", "slack", "--url", "https://bot.example.org"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["features"]["slash_commands"][0]["url"].startswith(
        "https://bot.example.org/"
    )


def test_the_teams_package_holds_what_teams_asks_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    teams(monkeypatch)
    result = RUN.invoke(app, ["manifest", "teams", "--url", "https://bot.example.org", "--out", "app.zip"])
    assert result.exit_code == 0, result.stderr
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "app.zip").read_bytes()))
    manifest = json.loads(archive.read("manifest.json"))
    named = {*manifest["icons"].values(), manifest["localizationInfo"]["additionalLanguages"][0]["file"]}
    assert named | {"manifest.json"} == set(archive.namelist())


def test_a_teams_manifest_without_an_app_id_is_refused() -> None:
    result = RUN.invoke(app, ["manifest", "teams", "--url", "https://bot.example.org"])
    assert result.exit_code == 2
    assert "ENTRAIN_TEAMS_APP_ID" in result.stderr


def test_an_unknown_platform_is_refused() -> None:
    assert RUN.invoke(app, ["manifest", "icq"]).exit_code == 2


def test_project_and_people_come_in_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    teams(monkeypatch)
    place = ["--platform", "teams", "--workspace", "tenant"]
    example = str(ROOT / "docs" / "project.example.yaml")
    people = tmp_path / "people.csv"
    people.write_text(
        "external_id,name,lang,role,persona\nu1,Ana Diaz,fr,employee,planner\nu2,Bo Lind,en,lead,\nu3,X,xx,employee,\n"
    )

    early = RUN.invoke(app, ["people", "import", str(people), "--project", "trello", *place])
    assert early.exit_code == 1
    assert "load a project into it first" in early.stderr

    loaded = RUN.invoke(app, ["project", "load", example, *place])
    assert loaded.exit_code == 0, loaded.stderr
    first = RUN.invoke(app, ["people", "import", str(people), "--project", "trello", "--invite", *place])
    assert "2 people added, 0 updated, 1 invited" in first.stdout
    assert "row 4" in first.stderr
    assert first.exit_code == 1
    again = RUN.invoke(app, ["people", "import", str(people), "--project", "trello", "--invite", *place])
    assert "0 people added, 0 updated, 0 invited" in again.stdout

    assert RUN.invoke(app, ["doctor"]).exit_code == 0


def test_a_broken_project_file_is_told_with_its_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    teams(monkeypatch)
    broken = tmp_path / "p.yaml"
    broken.write_text("key: trello\nname: T\nkey: again\n")
    result = RUN.invoke(app, ["project", "load", str(broken), "--platform", "teams", "--workspace", "tenant"])
    assert result.exit_code == 1
    assert "p.yaml:3:" in result.stderr


def test_the_example_project_file_is_sound() -> None:
    assert read(ROOT / "docs" / "project.example.yaml").personas
