from pathlib import Path

import pytest

from bot.app import Application, periods
from bot.settings import Settings, SettingsError, describe, read_settings
from storage.retention import Periods

KEYS = "k1:" + "A" * 43 + "="


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, _default, _description in describe():
        monkeypatch.delenv(name, raising=False)


def test_nothing_set_means_playground_on_sqlite() -> None:
    settings = read_settings()
    assert settings.playground_on
    assert settings.database == "sqlite:///var/entrain.db"


def test_a_real_platform_switches_the_playground_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTRAIN_SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("ENTRAIN_SLACK_SIGNING_SECRET", "s")
    monkeypatch.setenv("ENTRAIN_ENCRYPTION_KEYS", KEYS)
    assert not read_settings().playground_on
    monkeypatch.setenv("ENTRAIN_PLAYGROUND", "true")
    assert read_settings().playground_on


def test_the_playground_is_not_shown_to_a_network_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTRAIN_HOST", "0.0.0.0")
    with pytest.raises(SettingsError, match="no platform is configured"):
        read_settings()
    monkeypatch.setenv("ENTRAIN_PLAYGROUND", "true")
    assert read_settings().playground_on


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"ENTRAIN_PORT": "many"}, "ENTRAIN_PORT"),
        ({"ENTRAIN_PORT": "0"}, "ENTRAIN_PORT"),
        ({"ENTRAIN_LOG_LEVEL": "loud"}, "ENTRAIN_LOG_LEVEL"),
        ({"ENTRAIN_TEAMS_SERVICE_HOSTS": "many"}, "ENTRAIN_TEAMS_SERVICE_HOSTS"),
        ({"ENTRAIN_DATA_DIR": "/proc/nope"}, "ENTRAIN_DATA_DIR"),
        ({"ENTRAIN_SLAK_BOT_TOKEN": "xoxb-many"}, "ENTRAIN_SLAK_BOT_TOKEN"),
        ({"ENTRAIN_SLACK_API_URL": "banana"}, "ENTRAIN_SLACK_API_URL"),
        (
            {"ENTRAIN_SLACK_BOT_TOKEN": "xapp-1", "ENTRAIN_SLACK_SIGNING_SECRET": "s"},
            "ENTRAIN_SLACK_BOT_TOKEN",
        ),
        ({"ENTRAIN_TEAMS_APP_ID": "  ", "ENTRAIN_TEAMS_APP_SECRET": "s"}, "ENTRAIN_TEAMS_APP_ID"),
        ({"ENTRAIN_SLACK_BOT_TOKEN": "nope", "ENTRAIN_SLACK_SIGNING_SECRET": "s"}, "ENTRAIN_SLACK_BOT_TOKEN"),
        ({"ENTRAIN_SLACK_BOT_TOKEN": "xoxb-1"}, "ENTRAIN_SLACK_SIGNING_SECRET"),
        ({"ENTRAIN_SLACK_SIGNING_SECRET": "s"}, "ENTRAIN_SLACK_BOT_TOKEN"),
        (
            {"ENTRAIN_SLACK_BOT_TOKEN": "xoxb-1", "ENTRAIN_SLACK_SIGNING_SECRET": "s"},
            "ENTRAIN_ENCRYPTION_KEYS",
        ),
        ({"ENTRAIN_TEAMS_APP_ID": "a"}, "ENTRAIN_TEAMS_APP_SECRET"),
        ({"ENTRAIN_TEAMS_APP_ID": "a", "ENTRAIN_TEAMS_APP_SECRET": "s"}, "ENTRAIN_TEAMS_TENANT_ID"),
        ({"ENTRAIN_TEAMS_APP_SECRET": "s"}, "ENTRAIN_TEAMS_APP_ID"),
        ({"ENTRAIN_TEAMS_DEVELOPMENT": "true", "ENTRAIN_HOST": "0.0.0.0"}, "ENTRAIN_TEAMS_DEVELOPMENT"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    message = str(caught.value)
    assert message.startswith(f"{named}: ")
    assert "\n" not in message
    assert "many" not in message, "a wrong value may be a secret pasted into the wrong place"


def test_an_empty_teams_app_id_never_means_no_authentication(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTRAIN_TEAMS_APP_ID", "")
    assert not read_settings().teams


def test_secrets_do_not_show_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTRAIN_SLACK_BOT_TOKEN", "xoxb-hidden")
    monkeypatch.setenv("ENTRAIN_SLACK_SIGNING_SECRET", "hidden-too")
    monkeypatch.setenv("ENTRAIN_ENCRYPTION_KEYS", KEYS)
    assert "hidden" not in repr(read_settings())


def test_how_long_things_are_kept_is_told_as_it_is_set() -> None:
    chosen = read_settings(
        keep_words_days=201,
        keep_answers_days=202,
        keep_coaching_days=203,
        keep_stories_days=204,
        keep_gone_people_days=205,
        outbox_keep_days=206,
        inbox_keep_days=207,
        keep_purge_log_days=208,
    )
    assert periods(chosen) == Periods(
        words=201, answers=202, coaching=203, stories=204, people=205, messages=206, events=207, log=208
    )
    whole = Application(chosen)
    assert whole.router.periods == periods(chosen)
    whole.database.dispose()
    assert periods(read_settings()) == Periods(), "where nothing is set, the same"


def test_every_setting_is_described_and_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    for name, _default, description in describe():
        assert description, name
        assert f"`{name}`" in page, (
            f"docs/settings.md lacks {name}; write it with `entrain settings --markdown`"
        )
    assert len(Settings.model_fields) == len(describe())
