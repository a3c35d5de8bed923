"""An event that nobody could handle, from being set aside to being handled after all, with the words it came with."""

import asyncio
import base64
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Database
from storage.models import InboxState
from tests.support.clock import FixedClock
from tests.support.databases import KEYS
from tests.support.delivery import ATTEMPTS, Delivery

pytestmark = pytest.mark.both_databases

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _the_same_database(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    """What the command line opens is what the bot works on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ENTRAIN_DATABASE_URL", database_url)
    told = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in KEYS.items())
    monkeypatch.setenv("ENTRAIN_ENCRYPTION_KEYS", told)


async def replay(*arguments: str) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, app, ["inbox", "replay", *arguments])
    return result.exit_code, result.output


async def test_once_mended_it_is_handled_with_its_own_words(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    delivery = Delivery(database, workspace_id, clock)
    delivery.memory.broken = {"say hello", "ask about it"}
    await delivery.writes("karim", "say hello")
    await delivery.writes("emma", "ask about it", trigger="t1")
    for _ in range(ATTEMPTS):
        await delivery.run(MINUTE)
    await delivery.writes("karim", "say more")
    await delivery.run()
    assert (delivery.said_to("karim"), delivery.said_to("emma")) == (["more"], [])

    delivery.memory.broken = set()
    code, told = await replay("--all")
    assert code == 0
    assert "newer events of the same people were handled before these: 1\n" in told
    assert "1, 2: will be handled again" in told
    await delivery.run()
    assert delivery.said_to("karim") == ["more", "hello"]
    assert [(user, form.context) for user, form in delivery.platform.forms] == [("emma", "about it")]
    assert {(row.state, row.payload) for row in delivery.incoming()} == {(InboxState.DONE, "")}
    assert (await replay("1"))[0] == 1, "not a second time"


async def test_what_fails_again_is_set_aside_again(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    delivery = Delivery(database, workspace_id, clock)
    delivery.memory.broken = {"say hello"}
    await delivery.writes("karim", "say hello")
    for _ in range(2):
        for _ in range(ATTEMPTS):
            await delivery.run(MINUTE)
        (row,) = delivery.incoming()
        assert (row.state, row.attempts, bool(row.payload)) == (InboxState.POISON, ATTEMPTS, True)
        assert (await replay("1"))[0] == 0
    assert len(delivery.memory.heard) == 2 * ATTEMPTS
