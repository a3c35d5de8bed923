"""A search for champions on Slack and on Teams, from the wire to the database and back."""

from pathlib import Path

from tests.support import flows
from tests.support.flows_champions import search
from tests.support.loop import Loop
from tests.support.loop_slack import slack_loop
from tests.support.loop_teams import TeamsDesk, teams_loop


async def in_a_modal(loop: Loop, name: str, names: str) -> None:
    await loop.press(name, "nomination.name")
    await loop.desk.fill_form(loop.ids[name], {"names": names})
    await loop.settle()


async def in_a_message(loop: Loop, name: str, names: str) -> None:
    await loop.press(name, "nomination.name")
    assert isinstance(loop.desk, TeamsDesk)
    response = await loop.desk.at(loop.ids[name]).fills({"names": names}, "Envoyer")
    assert response.status_code == 200
    await loop.settle()


async def test_search_on_slack(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.SANDRINE))
        await search(loop, in_a_modal)


async def test_search_on_teams(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.SANDRINE))
        await search(loop, in_a_message)
