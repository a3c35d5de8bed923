"""What holds on every walk through every kind of interview."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import belief, engine, findings
from surveys.state import (
    Back,
    Ending,
    Phase,
    State,
)
from tests.support.walks import MODEL, NOW, SCRIPT, asked, step, walk

seeds = st.integers(min_value=0, max_value=2**32)


@settings(max_examples=300, deadline=None)
@given(seeds)
def test_every_interview_ends_within_six_questions(seed: int) -> None:
    states, _ = walk(seed)
    counted = [a for a in states[-1].answers if SCRIPT.step(a.prompt.step).counts]
    assert len(counted) <= SCRIPT.questions == 6
    assert states[-1].phase is Phase.CLOSED
    assert states[-1].ending in {Ending.FOUND, Ending.UNCLEAR, Ending.ADVOCATE, Ending.NONE}


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_state_survives_json_at_every_step(seed: int) -> None:
    states, events = walk(seed)
    for before, event, after in zip(states, events, states[1:], strict=False):
        read_back = State.model_validate_json(before.model_dump_json())
        assert read_back == before
        assert step(read_back, event) == after


@settings(max_examples=100, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_late_double_and_reordered_answers_change_nothing(seed: int, random: Random) -> None:
    states, events = walk(seed)
    state = states[0]
    for index, event in enumerate(events):
        state = step(state, event)
        stale = events[: index + 1]
        random.shuffle(stale)
        for old in stale:
            assert engine.advance(SCRIPT, state, old, NOW) == (state, ())
    assert state == states[-1]


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_back_and_the_same_answer_lead_to_the_same_place(seed: int) -> None:
    states, events = walk(seed)
    for before, event, after in zip(states[1:-1], events[1:-1], states[2:-1], strict=False):
        returned = step(after, Back())
        assert returned.answers == before.answers
        assert returned.belief == before.belief
        assert returned.number > after.number
        again = step(returned, event.model_copy(update={"prompt": returned.number}))
        assert again.belief == after.belief
        assert asked(again) == asked(after)
        assert [a.value for a in again.answers] == [a.value for a in after.answers]


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_confirmed_keeps_the_rules_of_the_method(seed: int) -> None:
    state = walk(seed)[0][-1]
    for found in engine.found(state):
        if found.sureness is findings.Sureness.CONFIRMED:
            assert found.belief >= 0.75
            assert len(belief.kinds_for(MODEL, state.trail, found.blocker)) >= 2
            assert (findings.counterfactual(MODEL, state.answers, found.blocker) or 0) >= 7
            assert found.blocker not in findings.denied(MODEL, state.answers)
