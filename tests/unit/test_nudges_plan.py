"""The coaching plan, one decision at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.arms import Arms
from content.blockers import CAUSES, Blocker
from nudges.calendar import WorkWeek
from nudges.pace import Hold, Verdict
from nudges.plan import (
    BARRIERS,
    LEVERS,
    NO_NUDGE,
    WITHOUT_ROUTINE,
    Decision,
    Found,
    Lever,
    Send,
    Situation,
    Step,
    StepKind,
    Why,
    decide,
    obstacle,
    story_answers,
)
from nudges.practice import Answer, Practice, Week, monday_of
from nudges.rule import Rule
from nudges.schedule import local_date

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PARIS = "Europe/Paris"
FREE = Verdict(True)
RUNNING = Practice(TODAY + timedelta(days=60))
TIME, ACCESS, FIT, TRUST, MANAGEMENT = (
    Found(b, True) for b in (Blocker.TIME, Blocker.ACCESS, Blocker.FIT, Blocker.TRUST, Blocker.MANAGEMENT)
)


def situation(**changes: object) -> Situation:
    return replace(Situation(NOW, WorkWeek(PARIS), Rule(), FREE), **changes)  # type: ignore[arg-type]


def sent(**changes: object) -> Send:
    return decide(situation(**changes)).send


def test_the_first_day_of_a_routine_brings_its_cue_and_the_next_week_a_question() -> None:
    first = decide(situation(practice=RUNNING))
    assert first == Decision(Send.NUDGE, Why.DUE, datetime(2026, 12, 1, 8, 15, tzinfo=UTC), Blocker.HABIT)
    assert sent(practice=running(), past=(Send.NUDGE,)) is Send.CHECK_IN


def running(*answers: Answer | None, unknown: int = 1, **changes: object) -> Practice:
    """A routine with these weeks, the last one told of `unknown` weeks ago."""
    told = [*answers, *(None,) * unknown]
    first = monday_of(TODAY) - timedelta(weeks=len(told) - 1)
    weeks = tuple(Week(first + timedelta(weeks=n), answer) for n, answer in enumerate(told))
    return replace(RUNNING, weeks=weeks, **changes)  # type: ignore[arg-type]


def seen(*weeks: bool, **changes: object) -> Practice:
    """A routine whose use was seen in these weeks, the last of which is the present one."""
    first = monday_of(TODAY) - timedelta(weeks=len(weeks) - 1)
    made = tuple(Week(first + timedelta(weeks=n), seen=week) for n, week in enumerate(weeks))
    return replace(RUNNING, weeks=made, **changes)  # type: ignore[arg-type]


ASKED = (Send.NUDGE, Send.CHECK_IN)


@pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.MISSED])
def test_after_a_miss_a_nudge_follows_and_a_story_takes_its_place(answer: Answer) -> None:
    assert sent(practice=running(answer), past=ASKED) is Send.NUDGE
    assert sent(practice=running(answer), past=ASKED, story=True) is Send.SHARE


def test_silence_is_met_once_with_a_word_of_recovery_and_then_with_the_question() -> None:
    silent = running(Answer.DONE, None, silent=True)
    assert sent(practice=silent, past=ASKED) is Send.RECOVERY
    met = replace(silent, recovered_on=TODAY - timedelta(days=7))
    assert sent(practice=met, past=(*ASKED, Send.RECOVERY)) is Send.CHECK_IN
    assert sent(practice=met, past=(*ASKED, Send.RECOVERY, Send.CHECK_IN)) is Send.NUDGE
    assert sent(practice=silent, past=ASKED, story=True) is Send.SHARE
    assert sent(practice=silent, past=(*ASKED, Send.SHARE), story=True) is Send.CHECK_IN


def test_a_story_waits_for_the_first_cue_and_the_first_question_only() -> None:
    assert sent(practice=RUNNING, story=True) is Send.NUDGE
    assert sent(practice=running(), past=(Send.NUDGE,), story=True) is Send.CHECK_IN
    assert sent(practice=running(Answer.DONE), past=ASKED) is Send.CHECK_IN
    assert sent(practice=running(Answer.DONE), past=ASKED, story=True) is Send.SHARE


@pytest.mark.parametrize(("kept", "gap"), [(1, 1), (2, 1), (3, 2), (6, 2), (7, 4)])
def test_the_longer_it_holds_the_rarer_the_question(kept: int, gap: int) -> None:
    for unknown in range(1, gap + 1):
        decision = decide(
            situation(
                practice=running(*(Answer.DONE,) * kept, unknown=unknown), past=ASKED, story=unknown < gap
            )
        )
        assert decision.send is (Send.CHECK_IN if unknown == gap else Send.NOTHING)
        if unknown < gap:
            assert decision.why is Why.ON_TARGET
            assert decision.again is not None
            assert local_date(decision.again, PARIS) == TODAY + timedelta(weeks=gap - unknown)


def test_a_pause_of_the_routine_ends_by_itself() -> None:
    until = TODAY + timedelta(days=14)
    decision = decide(situation(practice=running(paused_until=until)))
    assert (decision.send, decision.why) == (Send.NOTHING, Why.PAUSED)
    assert decision.again is not None
    assert local_date(decision.again, PARIS) == until
    assert sent(practice=running(paused_until=TODAY), past=(Send.NUDGE,)) is Send.CHECK_IN


def test_where_use_is_seen_nobody_is_asked_and_a_week_without_is_met_once() -> None:
    assert sent(practice=seen(True, True, False), past=ASKED) is Send.NOTHING
    slipped = seen(True, True, False, False)
    assert sent(practice=slipped, past=(Send.NUDGE,)) is Send.RECOVERY
    met = replace(slipped, recovered_on=TODAY - timedelta(days=2))
    assert sent(practice=met, past=(Send.NUDGE, Send.RECOVERY)) is Send.CHECK_IN
    assert sent(practice=seen(False, False, False, False, False), past=(Send.NUDGE,)) is Send.CHECK_IN


def test_the_scale_takes_the_place_of_a_question_once_something_was_kept() -> None:
    assert sent(practice=running(Answer.DONE, scale_due=True), past=ASKED) is Send.SCALE
    assert sent(practice=running(Answer.MISSED, scale_due=True), past=(*ASKED, Send.NUDGE)) is Send.CHECK_IN
    assert sent(practice=running(Answer.MISSED, scale_due=True), past=ASKED) is Send.NUDGE
    assert sent(practice=running(*(Answer.DONE,) * 3, scale_due=True), past=ASKED) is Send.NOTHING
    assert sent(practice=seen(True, True, scale_due=True), past=ASKED) is Send.SCALE
    asked = running(*(Answer.DONE,) * 3, unknown=3, scaled_on=TODAY - timedelta(days=7))
    assert sent(practice=asked, past=(*ASKED, Send.SCALE)) is Send.NOTHING
    assert sent(practice=replace(asked, scaled_on=TODAY - timedelta(days=14)), past=(*ASKED, Send.SCALE)) is (
        Send.CHECK_IN
    )


def test_the_end_celebrates_what_became_a_routine_and_asks_about_what_did_not() -> None:
    over = {"ends_on": TODAY}
    good = running(Answer.DONE, Answer.PARTLY, Answer.MISSED, Answer.DONE, **over)
    assert decide(situation(practice=good)) == Decision(Send.GRADUATION, Why.ENDED, ends_routine=True)
    for poor in (running(Answer.PARTLY, **over), running(Answer.MISSED, None, **over)):
        assert decide(situation(practice=poor)) == Decision(Send.CLOSE, Why.ENDED, ends_routine=True)
    assert sent(practice=running(Answer.PARTLY, **over, plateau=True)) is Send.GRADUATION
    silent = Decision(Send.NOTHING, Why.ENDED, ends_routine=True)
    assert decide(situation(practice=running(None, None, **over))) == silent
    assert decide(situation(practice=replace(good, ends_on=TODAY - timedelta(days=15)))) == silent
    assert decide(situation(practice=good, findings=(ACCESS,))) == silent
    assert sent(practice=replace(good, ends_on=None)) is Send.GRADUATION


@pytest.mark.parametrize(
    "waiting", [*(Found(blocker, sure) for blocker in BARRIERS for sure in (True, False)), MANAGEMENT]
)
@pytest.mark.parametrize("practice", [None, RUNNING])
def test_who_waits_for_somebody_else_is_not_nudged(waiting: Found, practice: Practice) -> None:
    decision = decide(situation(findings=(TIME, waiting), practice=practice))
    assert (decision.send, decision.why) == (Send.NOTHING, Why.SOMEBODY_ELSE_ACTS)


def test_what_others_have_mended_is_said_before_anything_else() -> None:
    for practice, past in ((None, ()), (RUNNING, ()), (running(Answer.DONE), ASKED), (running(None), ASKED)):
        for findings in ((), (TIME,)):
            told = decide(
                situation(practice=practice, past=past, findings=findings, story=True, lifted=Blocker.ACCESS)
            )
            assert (told.send, told.blocker) == (Send.NUDGE, Blocker.ACCESS)
    assert sent(lifted=Blocker.ACCESS, findings=(FIT,)) is Send.NOTHING, "something is still in the way"
    assert sent(lifted=Blocker.ACCESS, left=True) is Send.NOTHING, "they let their routine go"
    assert sent(lifted=Blocker.ACCESS, past=(Send.NUDGE,) * WITHOUT_ROUTINE) is Send.NOTHING


def test_a_suspicion_of_leaders_silences_nobody() -> None:
    suspected = Found(Blocker.MANAGEMENT, False)
    decision = decide(situation(findings=(suspected, Found(Blocker.HABIT, False))))
    assert (decision.send, decision.blocker) == (Send.NUDGE, Blocker.HABIT)
    assert sent(findings=(suspected,)) is Send.NOTHING
    assert decide(situation(findings=(suspected,), practice=RUNNING)).blocker is Blocker.HABIT


def test_who_has_nothing_in_the_way_is_left_in_peace() -> None:
    nothing = (Found(Blocker.NONE, True),)
    assert decide(situation(findings=nothing, practice=RUNNING)).why is Why.LEFT_IN_PEACE
    assert decide(situation()) == Decision(Send.NOTHING, Why.NOTHING_TO_SAY)


def test_without_a_routine_a_few_nudges_are_the_end_of_it_but_a_story_may_come() -> None:
    few = (Send.NUDGE,) * WITHOUT_ROUTINE
    assert sent(findings=(TIME,)) is Send.NUDGE
    assert sent(findings=(TIME,), past=few) is Send.NOTHING
    assert sent(findings=(TIME,), past=few, story=True) is Send.SHARE
    assert sent(findings=(TIME,), left=True) is Send.NOTHING
    assert sent(findings=(TIME,), left=True, story=True) is Send.NOTHING
    assert decide(situation(findings=(TIME,), over=True)) == Decision(Send.NOTHING, Why.ENDED)


def test_a_story_answers_confirmed_obstacles_and_none_while_the_person_cannot_get_in() -> None:
    assert story_answers((TRUST, Found(Blocker.TIME, False), FIT)) == (Blocker.TRUST, Blocker.FIT)
    assert story_answers((TRUST, Found(Blocker.ACCESS, False))) == ()
    assert sent(findings=(FIT,), story=True) is Send.SHARE
    assert sent(findings=(FIT, ACCESS), story=True) is Send.NOTHING


def test_the_earliest_barrier_comes_first_and_what_is_confirmed_before_what_is_probable() -> None:
    assert obstacle((Found(Blocker.SKILLS, True), Found(Blocker.MEANING, True))) is Blocker.MEANING
    assert obstacle((Found(Blocker.SKILLS, True), Found(Blocker.MEANING, False))) is Blocker.SKILLS
    assert obstacle((Found(Blocker.HABIT, False),)) is Blocker.HABIT
    assert obstacle((Found(Blocker.NONE, True),)) is None
    assert all(obstacle((Found(blocker, True),)) is None for blocker in NO_NUDGE)
    assert set(LEVERS) == set(CAUSES)


def test_what_is_told_first_goes_before_any_nudge_and_check_in() -> None:
    read_first = Step(Lever.DATA_SHEET, StepKind.TELL, once=True)
    assert sent(practice=RUNNING, step=read_first) is Send.TELL
    assert sent(practice=RUNNING, past=(Send.NUDGE,), story=True, step=read_first) is Send.TELL
    assert decide(situation(step=read_first, verdict=Verdict(False, Hold.BUDGET))).send is Send.NOTHING
    assert sent(practice=RUNNING, step=replace(read_first, once=False)) is Send.NUDGE
    assert sent(step=read_first, left=True) is Send.NOTHING


def test_about_what_others_have_to_mend_one_question_is_asked() -> None:
    ask = Step(Lever.TICKET, StepKind.BARRIER, once=True)
    assert sent(practice=RUNNING, findings=(ACCESS,), step=ask) is Send.TELL
    assert sent(practice=RUNNING, findings=(ACCESS,), step=replace(ask, once=False)) is Send.NOTHING


@pytest.mark.parametrize("kind", [StepKind.BARRIER, StepKind.MANAGER])
def test_a_step_of_somebody_else_keeps_the_person_in_silence(kind: StepKind) -> None:
    decision = decide(situation(practice=RUNNING, findings=(TIME,), step=Step(None, kind)))
    assert (decision.send, decision.why) == (Send.NOTHING, Why.SOMEBODY_ELSE_ACTS)
    assert sent(practice=RUNNING, findings=(ACCESS,), step=Step(Lever.IF_THEN_PLAN, StepKind.NUDGE)) is (
        Send.NUDGE
    )


def test_where_nothing_is_in_the_way_any_more_a_routine_ends_quietly() -> None:
    peace = Step(None, StepKind.PEACE)
    assert decide(situation(practice=RUNNING, step=peace)) == Decision(
        Send.NOTHING, Why.LEFT_IN_PEACE, ends_routine=True
    )


def test_at_the_wrong_moment_it_waits_for_the_right_one() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    decision = decide(situation(now=noon, practice=RUNNING))
    assert (decision.why, decision.again) == (Why.NOT_NOW, datetime(2026, 11, 25, 8, 15, tzinfo=UTC))


@pytest.mark.parametrize("arms", [Arms(held_out=True), Arms(wave_open=False)])
def test_a_test_that_asks_for_silence_gets_it_until_it_ends(arms: Arms) -> None:
    week = datetime(2026, 12, 1, 8, 15, tzinfo=UTC)
    silence = situation(practice=RUNNING, findings=(TRUST,), arms=arms)
    assert decide(silence) == Decision(Send.NOTHING, Why.TEST, week)
    soon = replace(arms, until=datetime(2026, 11, 26, 12, tzinfo=UTC))
    assert decide(replace(silence, arms=soon)).again == datetime(2026, 11, 27, 8, 15, tzinfo=UTC)
    assert decide(replace(silence, arms=replace(arms, until=week + timedelta(days=60)))).again == week


def test_a_routine_that_ends_during_a_test_ends_in_silence() -> None:
    kept = running(*(Answer.DONE,) * 3, ends_on=TODAY)
    assert sent(practice=kept) is Send.GRADUATION
    ended = decide(situation(practice=kept, arms=Arms(held_out=True)))
    assert ended == Decision(Send.NOTHING, Why.ENDED, ends_routine=True)
    over = situation(over=True, arms=Arms(held_out=True))
    assert decide(over) == Decision(Send.NOTHING, Why.ENDED)


def test_a_rule_survives_being_kept_as_text() -> None:
    rule = Rule(time(16, 45), "35")
    assert Rule.parse(str(rule)) == rule
    assert Rule.parse("") == Rule()
    with pytest.raises(ValueError, match="unpack"):
        Rule.parse("whenever")


@given(
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    days=st.sets(st.sampled_from("1234567"), min_size=1).map(lambda d: "".join(sorted(d))),
    minutes=st.integers(0, 60 * 24 * 400),
    name=st.sampled_from([PARIS, "America/Montreal", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_the_moment_a_rule_names_is_its_moment_even_for_a_slow_tick(
    at: time, days: str, minutes: int, name: str
) -> None:
    rule = Rule(at, days)
    week = WorkWeek(name)
    due = rule.next(NOW + timedelta(minutes=minutes), week)
    assert rule.is_now(due, week)
    assert rule.is_now(due + timedelta(minutes=5), week)
    assert rule.next(due, week) == due
