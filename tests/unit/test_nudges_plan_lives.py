"""The coaching plan over whole lives: decisions are replayed day after day against what people do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.blockers import Blocker
from nudges.barriers import TOLD
from nudges.calendar import WorkWeek
from nudges.lever import step
from nudges.pace import History, allowed, per_week
from nudges.plan import (
    Found,
    Lever,
    Send,
    Situation,
    decide,
    may_be_nudged,
    story_answers,
)
from nudges.practice import Answer, Practice, Told, weeks_of
from nudges.rule import Rule
from nudges.schedule import ENDS, STARTS, local_date, within, zone

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
TODAY = NOW.date()
PARIS = "Europe/Paris"
TRUST = Found(Blocker.TRUST, True)


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
