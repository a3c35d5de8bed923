"""My data on Slack and Teams, from the wire to the file and back."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support import flows_my_data
from tests.support.loop import Loop
from tests.support.loop_slack import slack_loop
from tests.support.loop_teams import teams_loop

LOOPS = {"slack": slack_loop, "teams": teams_loop}
Flow = Callable[[Loop], Awaitable[None]]


@pytest.mark.parametrize("desk", LOOPS)
async def test_erased_for_good(desk: str, tmp_path: Path) -> None:
    async with LOOPS[desk](tmp_path) as (loop, _):
        await loop.found(flows_my_data.TEAM)
        await flows_my_data.erased_for_good(loop, tmp_path)


@pytest.mark.parametrize("desk", LOOPS)
@pytest.mark.parametrize(
    "flow", [flows_my_data.asked_again, flows_my_data.refused_use], ids=lambda flow: flow.__name__
)
async def test_flow(flow: Flow, desk: str, tmp_path: Path) -> None:
    async with LOOPS[desk](tmp_path) as (loop, _):
        await loop.found(flows_my_data.TEAM)
        await flow(loop)
