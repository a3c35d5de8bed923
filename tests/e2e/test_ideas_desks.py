"""The board of ideas on Slack and Teams, from the wire to the database and back."""

from pathlib import Path

import pytest

from tests.support import flows_ideas
from tests.support.loop_slack import slack_loop
from tests.support.loop_teams import teams_loop

LOOPS = {"slack": slack_loop, "teams": teams_loop}


@pytest.mark.parametrize("desk", sorted(LOOPS))
async def test_to_the_answer(desk: str, tmp_path: Path) -> None:
    async with LOOPS[desk](tmp_path) as (loop, _):
        await loop.found(flows_ideas.TEAM)
        await flows_ideas.to_the_answer(loop)


async def test_whose_it_is(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found(flows_ideas.TEAM)
        await flows_ideas.whose_it_is(loop)


async def test_from_an_interview(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found(flows_ideas.TEAM)
        await flows_ideas.from_an_interview(loop)
