"""`entrain people members`: the list to start from comes from Slack, and can be read back."""

import csv
import io
from pathlib import Path

import pytest

from bot.administration import UnknownPlace, members
from bot.settings import Settings
from projects.people import parse
from storage.clock import SystemClock
from storage.crypto import Keyring
from tests.support.fake_slack import TEAM, FakeSlack


def settings(tmp_path: Path, slack: FakeSlack) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        slack_bot_token=slack.token,
        slack_signing_secret="secret",
        slack_api_url=slack.base_url,
        encryption_keys=Keyring.generate(),
    )


async def test_the_list_of_a_workspace_can_be_imported(tmp_path: Path) -> None:
    async with FakeSlack(SystemClock()) as slack:
        slack.add_user("U1", "Karim Benali", locale="fr-FR", tz="Europe/Paris")
        slack.add_user("U2", "Emma, Clark", locale="pt-BR", tz="Europe/London")
        written = await members(settings(tmp_path, slack), "slack", TEAM)
    found = parse(written.encode())
    assert not found.problems
    assert [(row.external_id, row.name, row.lang, row.timezone) for row in found.rows] == [
        ("U1", "Karim Benali", "fr", "Europe/Paris"),
        ("U2", "Emma, Clark", None, "Europe/London"),
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", " ="])
async def test_a_name_that_a_spreadsheet_would_carry_out_is_only_shown(tmp_path: Path, sign: str) -> None:
    async with FakeSlack(SystemClock()) as slack:
        slack.add_user("U1", f'{sign}HYPERLINK("http://evil.example")', locale="fr-FR", tz="Europe/Paris")
        written = await members(settings(tmp_path, slack), "slack", TEAM)
    cells = next(csv.DictReader(io.StringIO(written)))
    assert cells["name"] == f'\'{sign}HYPERLINK("http://evil.example")'


async def test_a_platform_that_cannot_list_says_what_to_do(tmp_path: Path) -> None:
    async with FakeSlack(SystemClock()) as slack:
        with pytest.raises(UnknownPlace, match="write the CSV by hand"):
            await members(settings(tmp_path, slack), "teams", "tenant")
