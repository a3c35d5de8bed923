"""The engine, step by step."""

from datetime import timedelta
from itertools import permutations

import pytest

from content.blockers import Blocker
from surveys import engine, findings
from surveys.reading import Reading
from surveys.state import (
    Answered,
    Back,
    Closed,
    Declined,
    Due,
    Ending,
    Evidence,
    Later,
    Note,
    Paused,
    Phase,
    Remind,
    Resumed,
    Skipped,
    Stopped,
    TimePassed,
)
from surveys.state import Ask as Show
from tests.support.walks import (
    NOW,
    SCRIPT,
    WORDS,
    asked,
    invited,
    press,
    reads,
    skip,
    started,
    step,
    tell,
    walk,
)


def test_every_step_is_reached_by_some_interview() -> None:
    reached = {a.prompt.step for seed in range(600) for a in walk(seed)[0][-1].answers}
    assert reached == {s.key for s in SCRIPT.steps}


def test_who_uses_the_tool_is_asked_two_things_and_thanked() -> None:
    state = started("trello")
    assert asked(state) == "worth"
    state = tell(state)
    assert asked(state) == "tell"
    after, effects = engine.advance(SCRIPT, state, Answered(prompt=state.number, value="yes_gladly"), NOW)
    assert after.ending is Ending.ADVOCATE
    assert Note(key="closed_advocate") in effects
    assert engine.found(after) == ()


def test_a_task_that_never_comes_up_ends_the_interview() -> None:
    assert started("never").ending is Ending.NONE


@pytest.mark.parametrize(
    ("causes", "text"), [(["time"], "no time for it"), ([], "it is a long story"), (["trust"], "hm, eh")]
)
def test_an_excuse_a_riddle_and_a_very_short_answer_are_reflected_in_the_persons_own_words(
    causes: list[str], text: str
) -> None:
    state = tell(started(), *causes, text=text)
    assert asked(state) == "reflection"
    assert state.prompt is not None
    assert state.prompt.quote == text


def test_what_is_missing_is_asked_in_the_words_of_the_cause_that_was_supposed_solved() -> None:
    at_scale = tell(started(), "trust", text="they count my delays")
    asked_about_it = press(at_scale, "4").prompt
    assert asked_about_it is not None
    assert (asked_about_it.step, asked_about_it.quote) == ("missing", "they count my delays")
    elsewhere = at_scale.model_copy(
        update={"prompt": at_scale.prompt and at_scale.prompt.model_copy(update={"cause": Blocker.FEAR})}
    )
    asked_about_another = press(elsewhere, "4").prompt
    assert asked_about_another is not None
    assert asked_about_another.quote is None


def test_a_clear_cause_goes_straight_to_the_counterfactual() -> None:
    assert asked(tell(started(), "trust")) == "counterfactual"


def test_an_unsure_reading_offers_the_top_three_and_something_else() -> None:
    likeliest = {Blocker.HABIT: 0.45, Blocker.TRUST: 0.2, Blocker.FEAR: 0.1}
    reading = dict.fromkeys(Blocker, 0.25 / 11) | likeliest
    state = step(started(), Answered(prompt=3, text=WORDS[9], reading=Reading(probabilities=reading)))
    assert asked(state) == "clarify"
    assert state.prompt is not None
    assert set(state.prompt.options[:3]) == {"habit", "trust", "fear"}
    assert state.prompt.options[3] == "other"


@pytest.mark.parametrize(
    ("score", "next_step"), [("6", "missing"), ("0", "missing"), ("7", "confirm"), ("9", "confirm")]
)
def test_a_low_counterfactual_asks_what_is_missing(score: str, next_step: str) -> None:
    assert asked(press(tell(started(), "skills", "access"), score)) == next_step


def test_words_that_deny_a_refused_cause_once_more_do_not_bring_it_back() -> None:
    """The reader may take "no, not afraid of being replaced" for fear; the person has said that it is not."""
    refused = press(press(tell(started(), "fear"), "9"), "neither")
    state = tell(refused, "fear", text="no, not afraid of being replaced, that is not it")
    assert state.belief[Blocker.FEAR] <= refused.belief[Blocker.FEAR]
    ended = press(state, "not_now")
    assert all(found.sureness is not findings.Sureness.CONFIRMED for found in engine.found(ended))


@pytest.mark.parametrize("at", ["incident", "reflection"])
def test_who_says_that_nothing_blocks_is_left_in_peace(at: str) -> None:
    state = started() if at == "incident" else tell(started(), "time")
    assert asked(state) == at
    ended = step(state, Answered(prompt=state.number, text=WORDS[9], reading=reads("none", sure=0.95)))
    assert ended.ending is Ending.NONE


def test_whoever_refuses_every_cause_is_asked_for_their_own_words_and_may_skip() -> None:
    state = press(tell(press(tell(started(), "skills", "access"), "5"), "trust"), "neither")
    assert asked(state) == "own"
    assert asked(skip(state)) == "routine"
    assert asked(tell(state, "fear")) == "routine"


def test_however_sure_the_first_cause_a_low_score_asks_what_is_missing() -> None:
    """Two kinds of proof make trust all but certain; a 2 for it solved says that it is not the whole of it."""
    at_scale = tell(started(), "trust")
    assert asked(at_scale) == "counterfactual"
    proofs = [
        Evidence(prompt=3, step=step, kind=kind, moved={Blocker.TRUST: 0.4})
        for step, kind in (("incident", "told"), ("clarify", "picked"))
    ]
    belief_in = {label: 0.987 if label is Blocker.TRUST else 0.001 for label in Blocker}
    certain = at_scale.model_copy(update={"belief": belief_in, "trail": tuple(proofs)})
    assert asked(press(certain, "2")) == "missing"


def test_two_skips_leave_one_question_by_buttons() -> None:
    state = skip(skip(press(invited(), "yes")))
    assert asked(state) == "confirm"
    assert skip(state).phase is Phase.CLOSED


def test_two_very_short_answers_leave_one_question_by_buttons() -> None:
    state = tell(tell(started(), text=WORDS[1]), text=WORDS[1])
    assert asked(state) == "confirm"
    assert asked(press(state, "neither")) == "routine"


def test_distress_ends_the_questions_and_keeps_nothing() -> None:
    state = tell(started(), "management")
    after, effects = engine.advance(
        SCRIPT, state, Answered(prompt=state.number, text="he humiliates me", distress=True), NOW
    )
    assert after.ending is Ending.DISTRESS
    assert effects == (Note(key="contact"), Closed(ending=Ending.DISTRESS), Due(at=None))
    assert after.answers == ()
    assert engine.found(after) == ()
    assert "humiliates" not in after.model_dump_json()


def test_a_script_that_changed_meanwhile_ends_the_interview_and_keeps_nothing() -> None:
    state = tell(started(), "trust")
    renamed = SCRIPT.model_copy(
        update={
            "steps": tuple(
                step.model_copy(update={"key": "moment"}) if step.key == "incident" else step
                for step in SCRIPT.steps
            )
        }
    )
    after, effects = engine.advance(renamed, state, Answered(prompt=state.number, value="9"), NOW)
    assert (after.phase, after.answers) == (Phase.STOPPED, ())
    assert Note(key="script_changed") in effects


def test_stopping_keeps_nothing_and_nothing_moves_it_again() -> None:
    state = step(tell(started(), "trust"), Stopped())
    assert (state.phase, state.answers) == (Phase.STOPPED, ())
    for event in (Resumed(), Back(), TimePassed(), Stopped(), Skipped(prompt=state.number)):
        assert engine.advance(SCRIPT, state, event, NOW) == (state, ())


def test_no_routine_is_offered_for_what_must_be_fixed_first() -> None:
    state = press(press(tell(started(), "access"), "9"), "main")
    assert asked(state) == "motivation"
    assert tell(state).phase is Phase.CLOSED


def test_a_routine_in_own_words_is_a_cue_and_an_action() -> None:
    at_routine = tell(press(press(tell(started(), "habit"), "9"), "main"))
    assert asked(at_routine) == "routine"
    state = tell(tell(press(at_routine, "own"), text="after my coffee"), text="I open the board")
    assert engine.routine(state) == ("after my coffee", "I open the board")
    at_once = tell(at_routine, text="After my coffee, I open the board")
    assert engine.routine(at_once) == ("After my coffee", "I open the board")
    assert engine.routine(press(at_routine, "board")) == "board"
    assert engine.routine(press(at_routine, "not_now")) is None


def test_the_seed_alone_orders_the_options() -> None:
    def order(seed: int) -> tuple[str, ...]:
        state = press(press(invited(seed), "yes"), "paper")
        prompt = tell(press(tell(state, "trust", "access"), "4"), "peers").prompt
        assert prompt is not None
        return prompt.options

    assert order(5) == order(5)
    assert {order(seed)[:-1] for seed in range(60)} == set(permutations(("main", "second", "third")))
    assert all(order(seed)[-1] == "neither" for seed in range(60))


def test_silence_is_reminded_once_then_ends_with_what_was_said() -> None:
    state = tell(started(), "trust")
    early = NOW + timedelta(hours=23)
    assert engine.advance(SCRIPT, state, TimePassed(), early) == (
        state,
        (Due(at=NOW + timedelta(hours=24)),),
    )
    later = NOW + timedelta(hours=24)
    reminded, effects = engine.advance(SCRIPT, state, TimePassed(), later)
    assert [type(effect) for effect in effects] == [Remind, Due]
    still, effects = engine.advance(SCRIPT, reminded, TimePassed(), later + timedelta(hours=1))
    assert (still, effects) == (reminded, (Due(at=later + timedelta(hours=24)),))
    ended = step(reminded, TimePassed(), later + timedelta(hours=24))
    assert (ended.phase, ended.ending) == (Phase.CLOSED, Ending.SILENT)
    assert [found.blocker for found in engine.found(ended)] == [Blocker.TRUST]


def test_an_unanswered_invitation_counts_as_declined() -> None:
    state = invited()
    for day in (1, 2):
        state = step(state, TimePassed(), NOW + timedelta(days=day))
    assert (state.phase, state.ending) == (Phase.DECLINED, Ending.SILENT)


def test_an_answer_after_the_reminder_starts_the_patience_anew() -> None:
    reminded = step(started(), TimePassed(), NOW + timedelta(hours=24))
    answered = step(reminded, Skipped(prompt=reminded.number), NOW + timedelta(hours=30))
    assert answered.reminded_at is None
    assert answered.phase is Phase.ACTIVE


def test_pause_waits_and_an_answer_or_resume_goes_on() -> None:
    paused = step(started(), Paused())
    assert paused.phase is Phase.PAUSED
    assert step(paused, TimePassed(), NOW + timedelta(days=6)) == paused
    resumed, effects = engine.advance(SCRIPT, paused, Resumed(), NOW)
    assert resumed.phase is Phase.ACTIVE
    assert isinstance(effects[0], Show)
    assert tell(paused, "trust").phase is Phase.ACTIVE


def test_the_invitation_can_be_declined_put_off_and_not_skipped() -> None:
    state = invited()
    assert step(state, Declined()).phase is Phase.DECLINED
    put_off, effects = engine.advance(SCRIPT, state, Later(), NOW)
    assert put_off.phase is Phase.INVITED
    assert Note(key="later") in effects
    assert engine.advance(SCRIPT, state, Skipped(prompt=1), NOW) == (state, ())
    assert engine.advance(SCRIPT, started(), Declined(), NOW)[1] == ()


@pytest.mark.parametrize("value", ["11", "-1", "maybe", "", "main"])
def test_a_value_that_was_not_offered_changes_nothing(value: str) -> None:
    state = tell(started(), "trust")
    assert engine.advance(SCRIPT, state, Answered(prompt=state.number, value=value), NOW) == (state, ())
