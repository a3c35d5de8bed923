"""Every script: it ends, every step is reached, and what arrives twice, late or in another order changes nothing."""

import os
import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal import someone
from content.catalog import Address, Lang, Voice
from content.markup import plain
from surveys import engine, library, walking, wording
from surveys.results import Need, Result, needs, results, usage
from surveys.script import Ask
from surveys.state import (
    Answered,
    Back,
    Ending,
    Event,
    Invited,
    Paused,
    Phase,
    Resumed,
    Skipped,
    State,
    TimePassed,
)

KEYS = ["adoption", "check", "leader", "needs", "pulse", "training"]
VOICES = [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]
seeds = st.integers(min_value=0, max_value=2**32)
scripts = st.sampled_from(KEYS)


def test_these_are_the_scripts() -> None:
    assert library.keys() == KEYS


def _walks(times: int) -> None:
    for key in KEYS:
        script = library.script(key)
        for seed in range(times // len(KEYS) + 1):
            ended = walking.walk(script, seed)
            counted = sum(script.step(answer.prompt.step).counts for answer in ended.answers)
            assert counted <= script.questions
            assert ended.phase is Phase.CLOSED
            assert ended.ending in {Ending.FOUND, Ending.UNCLEAR, Ending.DONE, Ending.ADVOCATE, Ending.NONE}


def test_two_thousand_random_walks_end() -> None:
    _walks(2000)


@pytest.mark.slow
def test_ten_thousand_random_walks_end() -> None:
    _walks(10_000)


@pytest.mark.slow
@pytest.mark.skipif("ENTRAIN_TEST_FUZZ" not in os.environ, reason="a minute, in `make fuzz`")
def test_a_hundred_thousand_random_walks_end() -> None:
    started = time.process_time()
    _walks(100_000)
    spent = time.process_time() - started
    print(f"100,000 walks in {spent:.1f} s of CPU")  # noqa: T201
    assert spent < 600


@pytest.mark.parametrize("key", KEYS)
def test_no_step_is_out_of_reach(key: str) -> None:
    script = library.script(key)
    assert walking.reached(script, 3000, Random(7)) == {step.key for step in script.steps}


@settings(max_examples=150, deadline=None)
@given(scripts, seeds, st.randoms(use_true_random=False))
def test_any_interleaving_of_double_late_and_reordered_events_finds_the_same(
    key: str, seed: int, random: Random
) -> None:
    script = library.script(key)
    state = noisy = walking.invited(script, seed)
    answered: list[Event] = []
    while state.prompt:
        event = walking.some_event(script, state, random)
        early = event.model_copy(update={"prompt": state.prompt.number + random.randint(1, 9)})
        stale: list[Event] = [*answered, early, Invited()]
        random.shuffle(stale)
        for each in stale[: random.randint(0, len(stale))]:
            noisy, effects = engine.advance(script, noisy, each, walking.NOW)
            assert effects == ()
        state = engine.advance(script, state, event, walking.NOW)[0]
        noisy = engine.advance(script, noisy, event, walking.NOW)[0]
        assert engine.advance(script, noisy, event, walking.NOW) == (noisy, ())
        answered.append(event)
    assert noisy == state
    assert engine.found(noisy) == engine.found(state)
    assert (needs(noisy), results(script, noisy), usage(noisy)) == (
        needs(state),
        results(script, state),
        usage(state),
    )


@settings(max_examples=80, deadline=None)
@given(scripts, seeds, st.randoms(use_true_random=False))
def test_pausing_waiting_and_going_back_lead_to_the_same_findings(
    key: str, seed: int, random: Random
) -> None:
    script = library.script(key)
    state = detour = walking.invited(script, seed)
    while state.prompt and detour.prompt:
        event = walking.some_event(script, state, random)
        for each in random.sample((Paused(), Resumed(), TimePassed()), random.randint(0, 3)):
            detour = engine.advance(script, detour, each, walking.NOW)[0]
        state = engine.advance(script, state, event, walking.NOW)[0]
        detour = _answer(script, detour, event)
        if detour.prompt and detour.answers[1:] and random.random() < 0.4:
            detour = engine.advance(script, detour, Back(), walking.NOW)[0]
            detour = _answer(script, detour, event)
    assert engine.found(detour) == engine.found(state)
    assert [answer.value for answer in detour.answers] == [answer.value for answer in state.answers]


def _answer(script: object, state: State, event: Event) -> State:
    from surveys.script import Script

    assert isinstance(script, Script)
    assert state.prompt is not None
    return engine.advance(
        script, state, event.model_copy(update={"prompt": state.prompt.number}), walking.NOW
    )[0]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("voice", VOICES)
def test_every_question_of_every_walk_has_words_that_fit(key: str, voice: Voice) -> None:
    """No placeholder is left, no line is long, no option is without a label, in either promise."""
    script = library.script(key)
    for anonymous in (False, True):
        subject = someone(voice, anonymous=anonymous)
        for seed in range(25):
            for answer in walking.walk(script, seed).answers:
                prompt = answer.prompt
                if script.step(prompt.step).ask is Ask.ROUTINE:
                    prompt = prompt.model_copy(update={"options": ("morning", "own", "not_now")})
                if script.step(prompt.step).ask is Ask.WAYS:
                    prompt = prompt.model_copy(update={"options": ("board", "mail", "never")})
                asked = wording.question(script, prompt, subject)
                for line in map(plain, asked.lines):
                    assert 0 < len(line) <= 260, line
                    assert "{" not in line
                    assert "!" not in line
                assert len(asked.options) <= 11
                for value, label in asked.options:
                    assert 0 < len(label) <= 75
                    assert label != value, f"{prompt.step} has no words for {value}"


@pytest.mark.parametrize("key", KEYS)
def test_a_script_says_the_same_in_both_languages(key: str) -> None:
    texts = library.script(key).texts
    assert texts.keys(Lang.ENGLISH) == texts.keys(Lang.FRENCH)
    for text in texts.keys(Lang.ENGLISH):
        assert texts.placeholders(text, Lang.ENGLISH) == texts.placeholders(text, Lang.FRENCH), text


def _played(key: str, *values: str | None) -> State:
    script = library.script(key)
    state = walking.invited(script, 1)
    state = engine.advance(script, state, Answered(prompt=1, value="yes"), walking.NOW)[0]
    for value in values:
        assert state.prompt is not None, f"over before {value}"
        number = state.prompt.number
        event: Event = Skipped(prompt=number)
        if value in state.prompt.options:
            event = Answered(prompt=number, value=value)
        elif value:
            event = Answered(prompt=number, text=value, quote=value)
        state = engine.advance(script, state, event, walking.NOW)[0]
    return state


def test_the_check_gives_its_scores() -> None:
    state = _played("check", "6", "5", "5", "4", "3", "2", "1")
    assert state.ending is Ending.DONE
    told = results(library.script("check"), state)
    assert Result("umux_lite.score", value=75.0) in told
    assert Result("umux_lite.adjusted", value=71.7) in told
    assert Result("adkar.barrier", value=3.0) in told
    assert Result("adkar.ability", value=2.0) in told


def test_needs_stated_and_real_and_usage_are_three_things() -> None:
    state = _played(
        "needs",
        "paper",
        "looking for the right sheet every time",
        "find",
        "I would go home on time",
        "calm",
        "2",
    )
    assert needs(state) == (Need("stated", "find"), Need("real", "calm", 2))
    assert usage(state) == "other"
    assert engine.found(state) == ()


def test_a_leader_who_gave_nothing_yet_is_asked_why_and_nobody_else() -> None:
    assert _asked("leader", "other", "nothing_yet") == "in_the_way"
    assert _asked("leader", "other", "time") == "why_clear"
    told = results(
        library.script("leader"),
        _played("leader", "tool", "time", "4", "last week someone did", "ten minutes"),
    )
    assert Result("leader.given", choice="time") in told
    assert Result("leader.why_clear", value=4.0) in told


def test_what_leaders_think_of_their_team_is_no_finding() -> None:
    state = _played("leader", "tool", "time", "4", "they have no time for it", "ten minutes of it")
    assert engine.found(state) == ()
    assert not state.trail


def test_a_pulse_seeks_no_cause() -> None:
    assert not library.script("pulse").seeks_blockers
    assert library.script("training").seeks_blockers


def _asked(key: str, *values: str) -> str | None:
    prompt = _played(key, *values).prompt
    return prompt.step if prompt else None
