"""Routines and a lead's test on a sample on Slack and on Teams, from the wire to the database and back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import flows, flows_coaching
from tests.support.flows_routine import of_ones_own
from tests.support.loop import HIDDEN_TRUST, Loop
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


async def test_whoever_leaves_the_last_question_open_is_looked_after_all_the_same(tmp_path: Path) -> None:
    """They said what is in their way, and only chose no routine: after one reminder what lifts it comes."""
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([flows.KARIM, flows.SANDRINE])
        told = replace(HIDDEN_TRUST, options=HIDDEN_TRUST.options - {"standup"})
        with pytest.raises(AssertionError, match="has no answer among"):
            await loop.interview("Karim", told)
        assert loop.last("Karim").control("interview.answer", "not_now")
        await loop.until(lambda: loop.sees("Karim", "lever.read"), timedelta(weeks=2))
        assert (await loop.interview_of("Karim")).outcome == "silent"


async def test_whoever_falls_silent_before_is_left_in_peace(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([flows.KARIM, flows.SANDRINE])
        told = replace(HIDDEN_TRUST, options=HIDDEN_TRUST.options - {"9"})
        with pytest.raises(AssertionError, match="has no answer among"):
            await loop.interview("Karim", told)
        await loop.later(loop.clock.now() + timedelta(weeks=4))
        assert await loop.sent("Karim", "lever.tell") == []
        assert await loop.sent("Karim", "routine.nudge") == []


async def test_a_pilot_on_slack(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.SANDRINE))
        await flows_coaching.pilot(loop)


async def test_a_pilot_on_teams(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.SANDRINE))
        await flows_coaching.pilot(loop)
