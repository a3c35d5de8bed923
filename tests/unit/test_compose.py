"""`docker-compose.yml` and `Dockerfile` name what exists. Docker itself is not run here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from storage.crypto import Keyring
from storage.engines import is_sqlite, parse_url

ROOT = Path(__file__).parents[2]
KNOWN = {f"ENTRAIN_{name.upper()}" for name in Settings.model_fields}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")

SLACK = {"ENTRAIN_SLACK_BOT_TOKEN": "xoxb-1", "ENTRAIN_SLACK_SIGNING_SECRET": "s"}
TEAMS = {"ENTRAIN_TEAMS_APP_ID": "a", "ENTRAIN_TEAMS_APP_SECRET": "s", "ENTRAIN_TEAMS_TENANT_ID": "t"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def workers(compose: Any) -> dict[str, Any]:
    return {name: service for name, service in compose["services"].items() if service.get("build") == "."}


def filled(text: str, given: dict[str, str]) -> str:
    """As Compose fills variables in."""

    def value(match: re.Match[str]) -> str:
        name, how, default = match.groups()
        assert how != "?" or name in given, f"{name} is required: {default}"
        return given.get(name) or default or ""

    return VARIABLE.sub(value, text)


def test_two_workers_are_the_same_program(compose: Any) -> None:
    found = list(workers(compose).values())
    assert len(found) == 2
    assert found[0] == found[1]


def test_every_variable_is_a_setting(compose: Any) -> None:
    for service in workers(compose).values():
        assert set(service["environment"]) <= KNOWN
    told = re.search(r"^ENV (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert told
    assert set(re.findall(r"ENTRAIN_\w+", told[1])) <= KNOWN


def test_every_secret_comes_from_outside_and_is_explained(compose: Any) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    head = text[: text.index("x-worker")]
    used = {name for name, _, _ in VARIABLE.findall(text)}
    assert used - KNOWN == {"POSTGRES_PASSWORD", "PUBLIC_HOST"}
    assert {"POSTGRES_PASSWORD", "PUBLIC_HOST", "ENTRAIN_ENCRYPTION_KEYS"} <= set(re.findall(r"\w+", head))
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|TOKEN|KEYS|PASSWORD", name):
                assert VARIABLE.fullmatch(value), f"{name} stands in the file"


@pytest.mark.parametrize("platform", [SLACK, TEAMS, SLACK | TEAMS], ids=["slack", "teams", "both"])
def test_a_worker_starts_with_these_settings(
    compose: Any, platform: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = {"POSTGRES_PASSWORD": "secret", "ENTRAIN_ENCRYPTION_KEYS": Keyring.generate()} | platform
    for name, value in workers(compose)["worker-1"]["environment"].items():
        monkeypatch.setenv(name, filled(value, given))
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path))
    settings = Settings(_env_file=None)
    url = parse_url(settings.database)
    assert not is_sqlite(url)
    assert url.host in compose["services"]
    assert url.database == compose["services"]["postgres"]["environment"]["POSTGRES_DB"]
    assert not settings.playground_on or settings.real_platform


def test_everything_is_watched_and_what_must_last_has_a_volume(compose: Any) -> None:
    services = compose["services"]
    assert all("healthcheck" in services[name] for name in ["postgres", *workers(compose)])
    named = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert named == set(compose["volumes"])
    assert "ports" not in services["postgres"]


def test_the_address_in_front_leads_to_every_worker_and_to_what_platforms_ask_for(compose: Any) -> None:
    told = compose["configs"]["caddyfile"]["content"]
    port = Settings.model_fields["port"].default
    assert set(re.findall(r"([\w-]+):(\d+)", told)) == {(name, str(port)) for name in workers(compose)}
    assert {"/slack/events", "/api/messages"} <= set(re.findall(r"/[\w/]+", told))


def test_the_image_has_what_several_workers_need() -> None:
    pinned = (ROOT / "requirements.txt").read_text()
    assert re.search(r"^psycopg==", pinned, re.MULTILINE)
    assert re.search(r"^procrastinate==", pinned, re.MULTILINE)
