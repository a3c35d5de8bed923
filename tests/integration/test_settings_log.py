"""What is changed of the settings stands in the audit log, once, and no secret with it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import console, settings_log
from bot.app import database as opened
from bot.cli import app
from bot.settings import Settings
from storage.crypto import Keyring
from storage.database import Database
from storage.ids import CountedIds
from tests.support.clock import FixedClock
from tests.support.databases import keyring
from tests.support.server import running

KEYS = Keyring.generate()
NEEDLES = (
    "n33dle-token",
    "n33dle-signing",
    "n33dle-password",
    "n33dle-query",
    "n33dle-llm",
    KEYS.partition(":")[2],
)


def settings(folder: Path, **changed: object) -> Settings:
    return Settings(
        _env_file=None,
        **{
            "data_dir": folder,
            "slack_bot_token": SecretStr("xoxb-n33dle-token"),
            "slack_signing_secret": SecretStr("n33dle-signing"),
            "database_url": SecretStr(
                "postgresql://bot:n33dle-password@db.example/entrain?password=n33dle-query"
            ),
            "public_url": "https://bot:n33dle-password@bot.example/?key=n33dle-query",
            "encryption_keys": SecretStr(KEYS),
        }
        | changed,
    )


def recorded(database: Database, workspace_id: str) -> list[dict[str, str]]:
    """What each entry says, the oldest first."""
    with database.reading(workspace_id) as work:
        return [json.loads(each.detail) for each in reversed(work.audit.latest(50, "settings."))]


def test_each_start_records_what_is_not_as_it_was(
    database: Database, workspace_id: str, tmp_path: Path
) -> None:
    settings_log.record(database, settings(tmp_path))
    settings_log.record(database, settings(tmp_path))
    settings_log.record(database, settings(tmp_path, keep_words_days=30, log_json=True))
    settings_log.record(database, settings(tmp_path, log_json=True))
    first, *later = recorded(database, workspace_id)
    assert first.keys() == {
        "ENTRAIN_DATA_DIR",
        "ENTRAIN_DATABASE_URL",
        "ENTRAIN_ENCRYPTION_KEYS",
        "ENTRAIN_PUBLIC_URL",
        "ENTRAIN_SLACK_BOT_TOKEN",
        "ENTRAIN_SLACK_SIGNING_SECRET",
    }, "before the first start everything had its default"
    assert later == [
        {"ENTRAIN_KEEP_WORDS_DAYS": "30", "ENTRAIN_LOG_JSON": "true"},
        {"ENTRAIN_KEEP_WORDS_DAYS": "180"},
    ]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"slack_bot_token": SecretStr("xoxb-0ther")}, "ENTRAIN_SLACK_BOT_TOKEN"),
        ({"database_url": SecretStr("postgresql://bot:0ther@db.example/entrain")}, "ENTRAIN_DATABASE_URL"),
        ({"public_url": "https://bot.example/?key=0ther"}, "ENTRAIN_PUBLIC_URL"),
        ({"teams_service_hosts": tuple(f"{n}.example" for n in range(20))}, "ENTRAIN_TEAMS_SERVICE_HOSTS"),
    ],
)
def test_that_a_secret_is_another_is_told_and_not_what_it_is(
    database: Database, workspace_id: str, tmp_path: Path, changed: dict[str, object], name: str
) -> None:
    settings_log.record(database, settings(tmp_path))
    settings_log.record(database, settings(tmp_path, **changed))
    settings_log.record(database, settings(tmp_path))
    entries = recorded(database, workspace_id)
    assert [list(entry) for entry in entries[1:]] == [[name], [name]]
    text = json.dumps(entries)
    assert not [needle for needle in (*NEEDLES, "0ther") if needle in text]


def test_an_address_is_told_without_who_may_enter(
    database: Database, workspace_id: str, tmp_path: Path
) -> None:
    settings_log.record(database, settings(tmp_path, llm_url="https://llm.example/v1", llm_model="m"))
    (entry,) = recorded(database, workspace_id)
    assert entry["ENTRAIN_DATABASE_URL"].startswith("postgresql+psycopg://db.example/entrain (")
    assert entry["ENTRAIN_PUBLIC_URL"].startswith("https://bot.example/ (")
    assert entry["ENTRAIN_LLM_URL"] == "https://llm.example/v1"
    assert entry["ENTRAIN_SLACK_BOT_TOKEN"].startswith("set (")


@pytest.mark.parametrize("password", ["a/n33dle-x", "a?n33dle-x", "a#n33dle-x", "a@n33dle-x", "a:n33dle-x"])
def test_no_sign_in_a_password_lets_it_through(password: str) -> None:
    def mark(_: str) -> str:
        return "0" * 8

    assert "n33dle" not in settings_log.told("public_url", f"https://bot:{password}@bot.example/", mark)
    url = SecretStr(f"postgresql://bot:{password}@db.example/entrain")
    assert "n33dle" not in settings_log.told("database_url", url, mark)


@pytest.mark.both_databases
def test_it_is_recorded_once_however_many_start_together(
    database: Database, database_url: str, clock: FixedClock, workspace_id: str, tmp_path: Path
) -> None:
    together = Barrier(2)

    def start(keep: int) -> None:
        mine = Database(database_url, keyring(), clock, CountedIds())
        together.wait()
        settings_log.record(mine, settings(tmp_path, keep_words_days=keep))
        mine.dispose()

    with ThreadPoolExecutor(2) as threads:
        for keep in (30, 40, 50, 60):
            list(threads.map(start, [keep, keep]))
    first, *later = recorded(database, workspace_id)
    assert first["ENTRAIN_KEEP_WORDS_DAYS"] == "30"
    assert later == [{"ENTRAIN_KEEP_WORDS_DAYS": str(keep)} for keep in (40, 50, 60)]
    with database.transaction(workspace_id) as work:
        assert work.audit.verify().flaw is None


def test_each_workspace_has_it_in_its_own_log_and_marks_of_its_own(
    database: Database, workspace_id: str, tmp_path: Path
) -> None:
    with database.system() as system:
        other = system.workspaces.add("slack", "T2", "Other").id
    settings_log.record(database, settings(tmp_path))
    (here,), (there,) = (recorded(database, each) for each in (workspace_id, other))
    assert here.keys() == there.keys()
    assert here["ENTRAIN_SLACK_BOT_TOKEN"] != there["ENTRAIN_SLACK_BOT_TOKEN"]


def test_where_the_keys_do_not_open_it_nothing_is_recorded_and_the_bot_starts(
    database: Database, database_url: str, clock: FixedClock, workspace_id: str, tmp_path: Path
) -> None:
    settings_log.record(database, settings(tmp_path))
    elsewhere = Database(database_url, Keyring.parse(KEYS), clock, CountedIds())
    settings_log.record(elsewhere, settings(tmp_path, keep_words_days=30))
    elsewhere.dispose()
    assert len(recorded(database, workspace_id)) == 1


def test_whoever_runs_it_reads_it_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.out, "width", 400)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path))
    quiet = Settings(_env_file=None, data_dir=tmp_path, demo=True, metrics_token=SecretStr("n33dle-metrics"))
    for chosen in (quiet, Settings(_env_file=None, data_dir=tmp_path, demo=True, keep_stories_days=30)):
        with running(chosen):
            pass
    told = CliRunner().invoke(app, ["audit", "list", "--action", "settings"])
    assert told.exit_code == 0, told.output
    assert "ENTRAIN_DEMO is true; ENTRAIN_METRICS_TOKEN is set (" in told.output
    assert "ENTRAIN_KEEP_STORIES_DAYS is 30; ENTRAIN_METRICS_TOKEN is not set" in told.output
    assert "n33dle" not in told.output
    after = opened(quiet, FixedClock(), CountedIds())
    with after.system() as system:
        (place,) = system.workspaces.all()
    with after.transaction(place.id) as work:
        assert work.audit.verify().flaw is None
    after.dispose()
