"""The three flows on Slack from the wire to the database and back: signed HTTP in, the Web API out, time that moves."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import flows, flows_actions, flows_levers, flows_stories
from tests.support.fake_slack import Fault, html_503, hung_up, lost_answer, rate_limited
from tests.support.loop import HIDDEN_TRUST, Loop
from tests.support.loop_slack import slack_loop

TEAM = [flows.KARIM, flows.EMMA, flows.AUDE, flows.SANDRINE]
Flow = Callable[[Loop], Awaitable[None]]


@pytest.mark.parametrize(
    "flow",
    [
        flows.employee_in_french,
        flows.employee_in_english,
        flows.champion,
        flows.declined_story,
        flows_stories.from_a_message,
        flows_stories.changed,
        flows_stories.asked_and_withdrawn,
        flows.ways_out,
        flows.twice,
        flows_levers.barrier_in_french,
        flows_levers.barrier_in_english,
    ],
    ids=lambda flow: flow.__name__,
)
async def test_flow(flow: Flow, tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found(TEAM)
        await flow(loop)


@pytest.mark.parametrize("flow", [flows.lead, flows.one_too_few_for_a_cause], ids=lambda flow: flow.__name__)
async def test_page_of_a_dozen(flow: Flow, tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.FAR_LEAD))
        await flow(loop)


async def test_what_was_said_is_done_and_judged(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([*flows.crew(flows.SANDRINE), flows.EMMA])
        await flows_actions.said_and_done(loop)


async def test_nobody_is_written_to_at_night(tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([f"Zoe,en,{flows.MONTREAL},employee,Quai,planner", flows.SANDRINE])
        await flows.at_night(loop)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("chat.postMessage", rate_limited(30)),
        ("chat.postMessage", html_503()),
        ("chat.postMessage", html_503(arrives=True)),
        ("chat.postMessage", hung_up()),
        ("chat.postMessage", lost_answer()),
        ("chat.update", rate_limited(30)),
        ("chat.update", lost_answer()),
    ],
)
async def test_trouble_on_the_way_loses_nothing_and_repeats_nothing(
    method: str, fault: Fault, tmp_path: Path
) -> None:
    async with slack_loop(tmp_path) as (loop, desk):
        await loop.found([flows.KARIM, flows.SANDRINE])
        desk.slack.fail(method, fault)
        await loop.press("Karim", "interview.start")
        await loop.later(loop.clock.now() + timedelta(minutes=5))
        assert len(loop.shown("Karim")) == 2
        desk.slack.fail(method, fault)
        await loop.press("Karim", "interview.answer", "paper")
        await loop.later(loop.clock.now() + timedelta(minutes=5))
        await loop.interview("Karim", HIDDEN_TRUST, from_start=False)
        said = [message.words for message in loop.shown("Karim")]
        assert len(said) == len(set(said)) == 8
        assert flows.FRENCH.pressed in loop.words("Karim")
        await loop.assert_all_done()


@pytest.mark.parametrize("text", ["half an emoji \ud83d", "a\x00b"])
async def test_text_that_cannot_be_stored_is_still_answered(text: str, tmp_path: Path) -> None:
    async with slack_loop(tmp_path) as (loop, _):
        await loop.found([flows.KARIM, flows.SANDRINE])
        await loop.say("Karim", text)
        assert len(loop.shown("Karim")) == 2
        await loop.assert_all_done()
