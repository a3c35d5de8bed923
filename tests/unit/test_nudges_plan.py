"""The coaching plan over whole lives: decisions are replayed day after day against what people do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.arms import Arms
from content.blockers import CAUSES, Blocker
from nudges.calendar import WorkWeek
from nudges.pace import History, Verdict, allowed, per_week
from nudges.plan import (
    LEVERS,
    NO_NUDGE,
    Answer,
    Decision,
    Found,
    Practice,
    Send,
    Situation,
    Why,
    decide,
    obstacle,
    story_answers,
)
from nudges.rule import Rule
from nudges.schedule import ENDS, STARTS, local_date, within, zone

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PARIS = "Europe/Paris"
FREE = Verdict(True)
RUNNING = Practice(TODAY + timedelta(days=60))
TIME, ACCESS, FIT, TRUST = (
    Found(b, True) for b in (Blocker.TIME, Blocker.ACCESS, Blocker.FIT, Blocker.TRUST)
)


def situation(**changes: object) -> Situation:
    return replace(Situation(NOW, WorkWeek(PARIS), Rule(), FREE), **changes)  # type: ignore[arg-type]


def sent(**changes: object) -> Send:
    return decide(situation(**changes)).send


def test_the_first_day_of_a_routine_brings_its_cue_and_the_next_week_a_question() -> None:
    first = decide(situation(practice=RUNNING))
    assert first == Decision(Send.NUDGE, Why.DUE, datetime(2026, 12, 1, 8, 15, tzinfo=UTC), Blocker.HABIT)
    assert sent(practice=RUNNING, past=(Send.NUDGE,)) is Send.CHECK_IN


@pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.MISSED, None])
def test_after_a_miss_or_silence_a_nudge_follows_and_a_story_takes_its_place(answer: Answer | None) -> None:
    late = {"practice": replace(RUNNING, weeks=(answer,)), "past": (Send.NUDGE, Send.CHECK_IN)}
    assert sent(**late) is Send.NUDGE
    assert sent(**late, story=True) is Send.SHARE


def test_a_story_waits_for_the_first_cue_and_the_first_question_only() -> None:
    assert sent(practice=RUNNING, story=True) is Send.NUDGE
    assert sent(practice=RUNNING, past=(Send.NUDGE,), story=True) is Send.CHECK_IN
    kept = replace(RUNNING, weeks=(Answer.DONE,))
    assert sent(practice=kept, past=(Send.NUDGE, Send.CHECK_IN)) is Send.CHECK_IN
    assert sent(practice=kept, past=(Send.NUDGE, Send.CHECK_IN), story=True) is Send.SHARE


def test_four_weeks_on_target_bring_silence_until_the_end() -> None:
    kept = replace(RUNNING, weeks=(Answer.MISSED, *(Answer.DONE,) * 4))
    decision = decide(situation(practice=kept, past=(Send.CHECK_IN,) * 5, story=True))
    assert (decision.send, decision.why) == (Send.NOTHING, Why.ON_TARGET)
    assert decision.again is not None
    assert RUNNING.ends_on is not None
    assert local_date(decision.again, PARIS) >= RUNNING.ends_on


def test_the_end_is_a_word_of_farewell_unless_nothing_was_kept_or_it_is_too_late() -> None:
    over = Practice(TODAY, (Answer.DONE, None))
    assert decide(situation(practice=over)) == Decision(Send.GRADUATION, Why.ENDED, ends_routine=True)
    silent = Decision(Send.NOTHING, Why.ENDED, ends_routine=True)
    assert decide(situation(practice=Practice(TODAY, (Answer.MISSED, None)))) == silent
    assert decide(situation(practice=Practice(TODAY - timedelta(days=15), (Answer.DONE,)))) == silent
    assert decide(situation(practice=over, findings=(ACCESS,))) == silent
    endless = Practice(None, (Answer.DONE,) * 4)
    assert sent(practice=endless) is Send.GRADUATION


@pytest.mark.parametrize("blocker", sorted(NO_NUDGE))
@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("practice", [None, RUNNING])
def test_who_waits_for_somebody_else_is_not_nudged(
    blocker: Blocker, confirmed: bool, practice: Practice
) -> None:
    findings = (Found(Blocker.TIME, True), Found(blocker, confirmed))
    decision = decide(situation(findings=findings, practice=practice))
    assert (decision.send, decision.why) == (Send.NOTHING, Why.SOMEBODY_ELSE_ACTS)


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
    assert sent(findings=(TIME,), left=True, story=True) is Send.SHARE
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
    assert set(LEVERS) == set(CAUSES)


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
    kept = Practice(TODAY, (Answer.DONE,))
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
        decision = decide(
            Situation(
                self.now,
                WorkWeek(self.zone),
                self.rule,
                allowed(history, self.now),
                self.findings,
                self.practice,
                tuple(self.past),
                story=self.stories > 0 and bool(story_answers(self.findings)),
                left=self.ended,
            )
        )
        if decision.ends_routine:
            self.practice, self.ended = None, True
        if decision.send is not Send.NOTHING:
            self._receive(decision.send, answer)
        assert decision.again is None or decision.again > self.now
        return decision.again

    def _receive(self, send: Send, answer: Answer | None) -> None:
        self.sent.append((self.now, send))
        self.past.append(send)
        if send is Send.CHECK_IN and self.practice:
            self.practice = replace(self.practice, weeks=(*self.practice.weeks, answer))
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
    for step in range(1000):
        upcoming = [at for at in [*extra, again] if at and at >= life.now and (at > life.now or step == 0)]
        if not upcoming or min(upcoming) > end:
            break
        life.now = min(upcoming)
        life.opted_out = life.now >= stops_at
        if snooze and snoozed is None and life.now > NOW + timedelta(days=20):
            life.snoozed_until = life.now + timedelta(days=14)
            snoozed = (life.now, life.snoozed_until)
        again = life.wake(answers[step % len(answers)])
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
        if any(found.blocker in NO_NUDGE for found in life.findings):
            assert send is Send.SHARE
        assert not any(found.blocker is Blocker.ACCESS for found in life.findings)
        assert not (
            life.findings and life.findings[0].blocker is Blocker.NONE and send is not Send.GRADUATION
        )
    assert life.past.count(Send.GRADUATION) <= 1
