"""`entrain privacy sheet` on a workspace of the database."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot.cli import app
from storage.crypto import Keyring

PROJECT = str(Path(bot.__file__).parent / "demo_organisation" / "project.yaml")


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[str, ...]:
    """What must never be printed."""
    key = Keyring.generate()
    monkeypatch.chdir(tmp_path)
    chosen = {
        "DATA_DIR": str(tmp_path / "var"),
        "ENCRYPTION_KEYS": key,
        "SLACK_BOT_TOKEN": "xoxb-quetzalcoatl",
        "SLACK_SIGNING_SECRET": "xylophone",
        "LLM_URL": "https://llm.example.org/v1",
        "LLM_MODEL": "mistral",
        "LLM_KEY": "hippogriff",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"ENTRAIN_{name}", value)
    place = ("--platform", "slack", "--workspace", "T1")
    run("project", "load", PROJECT, *place, "--lang", "fr", "--second-opinion")
    Path("people.csv").write_text("external_id,name,role\nsam,Ornithorynque,lead\n", "utf-8")
    run("people", "import", "people.csv", "--project", "trello", *place)
    return (key.partition(":")[2], "quetzalcoatl", "xylophone", "hippogriff", "Ornithorynque")


def test_it_is_made_from_the_workspace_in_its_language_or_another(secrets: tuple[str, ...]) -> None:
    french, english = run("privacy", "sheet"), run("privacy", "sheet", "--lang", "en")
    assert french.startswith("# Protection des données")
    assert english.startswith("# Data protection")
    for written in (french, english):
        assert "| trello | adoption |" in written
        assert "slack.com" in written
        assert "mistral, llm.example.org" in written
        assert not [secret for secret in secrets if secret in written]
    assert "Free-text answers of this workspace are sent" in english
    assert "| Project lead |" in english
    assert english.count("| 1 |") == 2, "one person, who leads"


def test_a_workspace_that_is_not_known_is_told(secrets: tuple[str, ...]) -> None:
    assert "no such workspace" in run("privacy", "sheet", "--workspace", "T2", code=1)
