"""Routines and a lead's test on a sample on Slack and on Teams, from the wire to the database and back."""

from pathlib import Path

import pytest

from tests.support import flows, flows_coaching
from tests.support.flows_routine import of_ones_own
from tests.support.loop import Loop
from tests.support.loop_slack import slack_loop
from tests.support.loop_teams import TeamsDesk, teams_loop

PEOPLE = [("Karim", "fr"), ("Emma", "en")]


async def in_a_modal(loop: Loop, name: str, values: dict[str, str]) -> None:
    """Asked for by a word, the form comes behind a button; by a button, at once."""
    if loop.last(name).has("form.open"):
        await loop.press(name, "form.open")
    await loop.desk.fill_form(loop.ids[name], values)
    await loop.settle()


async def in_a_message(loop: Loop, name: str, values: dict[str, str]) -> None:
    assert isinstance(loop.desk, TeamsDesk)
    submit = "Choisir" if name == "Karim" else "Choose"
    response = await loop.desk.at(loop.ids[name]).fills(values, submit)
    assert response.status_code == 200
    await loop.settle()


@pytest.mark.parametrize(("name", "lang"), PEOPLE)
async def test_on_slack(name: str, lang: str, tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([flows.KARIM, flows.EMMA, flows.SANDRINE])
        await of_ones_own(loop, name, lang, in_a_modal)


@pytest.mark.parametrize(("name", "lang"), PEOPLE)
async def test_on_teams(name: str, lang: str, tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found([flows.KARIM, flows.EMMA, flows.SANDRINE])
        await of_ones_own(loop, name, lang, in_a_message)


async def test_to_its_end_on_slack(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([flows.KARIM, flows.SANDRINE])
        await flows_coaching.to_its_end(loop, "Karim", flows_coaching.FRENCH, in_a_modal)


async def test_to_its_end_on_teams(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found([flows.EMMA, flows.SANDRINE])
        await flows_coaching.to_its_end(loop, "Emma", flows_coaching.ENGLISH, in_a_message)


async def test_a_pilot_on_slack(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.SANDRINE))
        await flows_coaching.pilot(loop)


async def test_a_pilot_on_teams(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.SANDRINE))
        await flows_coaching.pilot(loop)
