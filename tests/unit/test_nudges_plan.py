"""The coaching plan over whole lives: decisions are replayed day after day against what people do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.arms import Arms
from content.blockers import CAUSES, Blocker
from nudges.barriers import TOLD
from nudges.calendar import WorkWeek
from nudges.lever import step
from nudges.pace import History, Hold, Verdict, allowed, per_week
from nudges.plan import (
    BARRIERS,
    LEVERS,
    NO_NUDGE,
    Decision,
    Found,
    Lever,
    Send,
    Situation,
    Step,
    StepKind,
    Why,
    decide,
    may_be_nudged,
    obstacle,
    story_answers,
)
from nudges.practice import Answer, Practice, Told, Week, monday_of, weeks_of
from nudges.rule import Rule
from nudges.schedule import ENDS, STARTS, local_date, within, zone

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


def test_without_a_routine_two_nudges_are_the_end_of_it_but_a_story_may_come() -> None:
    two = (Send.NUDGE, Send.NUDGE)
    assert sent(findings=(TIME,)) is Send.NUDGE
    assert sent(findings=(TIME,), past=two) is Send.NOTHING
    assert sent(findings=(TIME,), past=two, story=True) is Send.SHARE
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


# ------------------------------------------------------------------ whole lives


@dataclass
class Life:
    """One person in one project, written to by the real decisions."""

    zone: str
    rule: Rule
    findings: tuple[Found, ...]
    practice: Practice | None
    stories: int
    now: datetime = NOW
    opted_out: bool = False
    snoozed_until: datetime | None = None
    weeks: int = 1
    past: list[Send] = field(default_factory=list)
    sent: list[tuple[datetime, Send]] = field(default_factory=list)
    ignored: int = 0
    ended: bool = False
    told: list[Told] = field(default_factory=list)
    recovered_on: date | None = None
    material: frozenset[Lever] = frozenset()
    read: list[Lever] = field(default_factory=list)

    def wake(self, answer: Answer | None) -> datetime | None:
        budget = per_week(begins=self.practice is not None and not self.past, weeks=self.weeks)
        history = History(
            self.zone,
            tuple(at for at, _ in self.sent),
            self.ignored,
            self.weeks,
            budget,
            self.opted_out,
            self.snoozed_until,
        )
        today = local_date(self.now, self.zone)
        if self.practice:
            self.practice = replace(
                self.practice,
                weeks=weeks_of(TODAY, self.told, (), today),
                silent=bool(self.told) and self.told[-1].answer is None,
                recovered_on=self.recovered_on,
                scale_due=(today - TODAY).days // 7 % 4 == 3,
            )
        next_step = step(self.findings, frozenset(self.read), self.material)
        decision = decide(
            Situation(
                self.now,
                WorkWeek(self.zone),
                self.rule,
                allowed(history, self.now),
                self.findings,
                self.practice,
                tuple(send for send in self.past if send is not Send.TELL),
                story=self.stories > 0 and bool(story_answers(self.findings)),
                left=self.ended,
                step=next_step,
            )
        )
        if decision.send is Send.TELL and next_step and next_step.lever:
            self.read.append(next_step.lever)
        if decision.ends_routine:
            self.practice, self.ended = None, True
        if decision.send is not Send.NOTHING:
            self._receive(decision.send, answer)
        assert decision.again is None or decision.again > self.now
        return decision.again

    def _receive(self, send: Send, answer: Answer | None) -> None:
        self.sent.append((self.now, send))
        self.past.append(send)
        if send is Send.CHECK_IN:
            self.told.append(Told(local_date(self.now, self.zone), answer))
        if send is Send.RECOVERY:
            self.recovered_on = local_date(self.now, self.zone)
        if send is Send.SHARE:
            self.stories -= 1
        if send in (Send.CHECK_IN, Send.SHARE):
            self.ignored = 0 if answer else self.ignored + 1


FINDINGS = st.lists(
    st.builds(Found, st.sampled_from(list(Blocker)), st.booleans()), max_size=2, unique_by=lambda f: f.blocker
).map(tuple)
LIVES = st.builds(
    Life,
    zone=st.sampled_from([PARIS, "America/Montreal", "Asia/Kolkata", "Pacific/Auckland", "UTC"]),
    rule=st.builds(
        Rule,
        at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
        days=st.sampled_from(["12345", "5", "135", "24"]),
    ),
    weeks=st.sampled_from([1, 2, 4]),
    findings=FINDINGS,
    practice=st.one_of(st.none(), st.integers(5, 300).map(lambda n: Practice(TODAY + timedelta(days=n)))),
    stories=st.integers(0, 4),
    material=st.frozensets(st.sampled_from(sorted(TOLD))),
)
ANSWERS = st.lists(st.sampled_from([*Answer, None]), min_size=1, max_size=60)
DISTURBED = st.lists(st.integers(1, 60 * 24 * 40), max_size=15)


@settings(max_examples=150, deadline=None)
@given(life=LIVES, answers=ANSWERS, disturbed=DISTURBED, stop_after=st.integers(0, 400), snooze=st.booleans())
def test_a_year_of_anybodys_life_keeps_every_promise(
    life: Life, answers: list[Answer | None], disturbed: list[int], stop_after: int, snooze: bool
) -> None:
    end, stops_at = NOW + timedelta(days=365), NOW + timedelta(days=stop_after)
    extra = [NOW + timedelta(minutes=sum(disturbed[: n + 1])) for n in range(len(disturbed))]
    snoozed: tuple[datetime, datetime] | None = None
    again: datetime | None = NOW
    for turn in range(1000):
        upcoming = [at for at in [*extra, again] if at and at >= life.now and (at > life.now or turn == 0)]
        if not upcoming or min(upcoming) > end:
            break
        life.now = min(upcoming)
        life.opted_out = life.now >= stops_at
        if snooze and snoozed is None and life.now > NOW + timedelta(days=20):
            life.snoozed_until = life.now + timedelta(days=14)
            snoozed = (life.now, life.snoozed_until)
        again = life.wake(answers[turn % len(answers)])
    else:
        pytest.fail("it never comes to rest")
    _check(life, stops_at, snoozed)


def _check(life: Life, stops_at: datetime, snoozed: tuple[datetime, datetime] | None) -> None:
    dates = [local_date(at, life.zone) for at, _ in life.sent]
    for first in dates:
        assert sum(0 <= (date - first).days < 7 * life.weeks for date in dates) <= 1
    for at, send in life.sent:
        assert within(at, life.zone, days=life.rule.days)
        assert STARTS <= at.astimezone(zone(life.zone)).time() <= ENDS
        assert at < stops_at
        assert snoozed is None or not snoozed[0] <= at < snoozed[1]
        if not may_be_nudged(life.findings):
            assert send in (Send.SHARE, Send.TELL)
        assert send is Send.TELL or not any(found.blocker is Blocker.ACCESS for found in life.findings)
        assert not (
            life.findings and life.findings[0].blocker is Blocker.NONE and send is not Send.GRADUATION
        )
    assert life.past.count(Send.GRADUATION) + life.past.count(Send.CLOSE) <= 1
    for send, following in pairwise(life.past):
        assert (send, following) != (Send.RECOVERY, Send.RECOVERY)
    assert len(life.read) == len(set(life.read)) == life.past.count(Send.TELL)
    if TRUST in life.findings and Lever.DATA_SHEET in life.material and Send.NUDGE in life.past:
        assert Send.TELL in life.past[: life.past.index(Send.NUDGE)]
        assert Lever.DATA_SHEET in life.read
