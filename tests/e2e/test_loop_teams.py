"""The three flows on Teams from the wire to the database and back: tokens checked, the connector's REST calls out."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from storage.models import Testimonial
from tests.support import flows, flows_actions, flows_levers, flows_stories
from tests.support.fake_teams import Fault
from tests.support.loop import HIDDEN_TRUST, Loop
from tests.support.loop_teams import teams_loop

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
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found(TEAM)
        await flow(loop)


async def test_page_of_a_dozen(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found(flows.crew(flows.FAR_LEAD))
        await flows.lead(loop)


async def test_what_was_said_is_done_and_judged(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found([*flows.crew(flows.SANDRINE), flows.EMMA])
        await flows_actions.said_and_done(loop)


async def test_nobody_is_written_to_at_night(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, _):
        await loop.found([f"Zoe,en,{flows.MONTREAL},employee,Quai,planner", flows.SANDRINE])
        await flows.at_night(loop)


async def test_the_word_brings_the_form_into_the_chat(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, desk):
        await loop.found(TEAM)
        await loop.say("Aude", "Testimonial")
        response = await desk.at(loop.ids["Aude"]).fills(flows.CONSENTED, "Send")
        assert response.status_code == 200
        await loop.settle()
        assert "Sandrine reads it first" in loop.last("Aude").words, "in the place of the form"
        assert flows.STORY in loop.with_control("Sandrine", "testimonial.approve").words
        await loop.again()
        assert len(await loop.rows(Testimonial)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("send", 429, headers={"Retry-After": "30"}),
        Fault("send", 503),
        Fault("update", 429, headers={"Retry-After": "30"}),
        Fault("update", None, carried_out=True),
    ],
    ids=lambda fault: f"{fault.on} {fault.status}",
)
async def test_trouble_on_the_way_loses_nothing_and_repeats_nothing(fault: Fault, tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, desk):
        await loop.found([flows.KARIM, flows.SANDRINE])
        desk.teams.faults.append(fault)
        await loop.press("Karim", "interview.start")
        await loop.later(loop.clock.now() + timedelta(minutes=5))
        await loop.interview("Karim", HIDDEN_TRUST, from_start=False)
        said = [message.words for message in loop.shown("Karim")]
        assert len(said) == len(set(said)) == 8
        assert not desk.teams.faults
        await loop.assert_all_done()


@pytest.mark.parametrize(
    "text", ["👍", "مرحبا كيف حالك", "x" * 40_000, "<at>everyone</at> **bold** [a](http://x)"]
)
async def test_whatever_somebody_writes_gets_one_kind_answer(text: str, tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, desk):
        await loop.found([flows.KARIM, flows.SANDRINE])
        loop.ids["Stranger"] = await desk.enrol("Stranger")
        for name in ("Stranger", "Karim"):
            before = len(loop.shown(name))
            await loop.say(name, text)
            assert len(loop.shown(name)) == before + 1
            assert text not in loop.last(name).words
        await loop.assert_all_done()


async def test_a_request_that_is_not_from_teams_changes_nothing(tmp_path: Path) -> None:
    async with teams_loop(tmp_path) as (loop, desk):
        await loop.found([flows.KARIM, flows.SANDRINE])
        before = await loop.counts()
        karim = desk.at(loop.ids["Karim"])
        forged = desk.teams.token(desk.teams.service_url, aud="somebody-else")
        for authorization in ("", "Bearer garbage", f"Bearer {forged}"):
            response = await karim.deliver(
                karim.activity("message", text="stop"), authorization=authorization
            )
            assert response.status_code == 401
        await loop.settle()
        assert await loop.counts() == before
        assert (await loop.person("Karim")).opted_out_at is None


@pytest.mark.parametrize("pressed_first", [0, 1])
async def test_a_question_that_may_have_arrived_is_asked_once_more_and_answered_once(
    pressed_first: int, tmp_path: Path
) -> None:
    """Teams shows it and loses the answer. Whichever copy is pressed, one answer counts and both cards say so."""
    async with teams_loop(tmp_path) as (loop, desk):
        await loop.found([flows.KARIM, flows.SANDRINE])
        desk.teams.faults.append(Fault("send", None, carried_out=True))
        await loop.press("Karim", "interview.start")
        await loop.later(loop.clock.now() + timedelta(minutes=5))
        copies = [message for message in loop.shown("Karim") if message.has("interview.answer")]
        assert len(copies) == 2
        cards = [shown.card["body"][0]["id"] for shown in desk.at(loop.ids["Karim"]).sees[-2:]]
        assert cards[0] == cards[1], "the same card id, so that they are known as one"
        first, second = copies[pressed_first], copies[1 - pressed_first]
        one = next(control for control in first.controls if control.option in HIDDEN_TRUST.options)
        other = next(control for control in second.controls if control.option != one.option)
        await loop.press_in("Karim", first, one)
        asked = len(loop.shown("Karim"))
        await loop.press_in("Karim", second, other)
        shown = {message.id: message for message in loop.shown("Karim")}
        assert len(shown) == asked, "the second answer is neither taken nor remarked on"
        left = [shown[copy.id] for copy in copies]
        assert not any(message.has("interview.answer") for message in left)
        assert left[0].words == left[1].words
        assert one.label in left[0].words
        await loop.interview("Karim", HIDDEN_TRUST, from_start=False)
        await loop.assert_all_done()


async def test_the_other_copy_changes_as_soon_as_one_is_answered(tmp_path: Path) -> None:
    """Where its receipt is known: the copy that Teams acknowledged."""
    async with teams_loop(tmp_path) as (loop, desk):
        await loop.found([flows.KARIM, flows.SANDRINE])
        desk.teams.faults.append(Fault("send", None, carried_out=True))
        await loop.press("Karim", "interview.start")
        await loop.later(loop.clock.now() + timedelta(minutes=5))
        copies = [message for message in loop.shown("Karim") if message.has("interview.answer")]
        await loop.press_in("Karim", copies[0], copies[0].controls[0])
        shown = {message.id: message for message in loop.shown("Karim")}
        assert not shown[copies[1].id].has("interview.answer")
