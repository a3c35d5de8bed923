"""What to send to one person this time, if anything. Pure: it sees values and returns a decision.

One message a week at most, in this order: on the first day of a routine its cue; a week later "did it happen?"; then, as
long as it happens, the same question; after a miss or silence, a nudge for the obstacle. A colleague's story takes the place
of a nudge. Four weeks on target: silence until the end, then a word of farewell.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from content.blockers import Blocker
from nudges.calendar import WorkWeek
from nudges.pace import Hold, Verdict
from nudges.rule import Rule
from nudges.schedule import local_date

ON_TARGET = 4
"""Weeks in a row, as told by the person, after which a routine no longer needs us."""

WITHOUT_ROUTINE = 2
"""Nudges for somebody who chose no routine; more would be nagging."""

TOO_LATE_FOR_FAREWELL = timedelta(days=14)


class Send(StrEnum):
    NOTHING = "nothing"
    NUDGE = "nudge"
    CHECK_IN = "check_in"
    SHARE = "share"
    GRADUATION = "graduation"


class Lever(StrEnum):
    """What lifts an obstacle (METHOD: "The obstacles")."""

    TICKET = "ticket"
    WORKAROUND = "workaround"
    MANAGER = "manager"
    LEADERS_WHY = "leaders_why"
    CO_DECIDED_RULES = "co_decided_rules"
    DATA_SHEET = "data_sheet"
    PRIVATE_PRACTICE = "private_practice"
    PERSONAL_CASE = "personal_case"
    RETIRE_FIRST = "retire_first"
    PROTECTED_SLOT = "protected_slot"
    TEAM_AGREEMENT = "team_agreement"
    ONE_TASK_SHOWN = "one_task_shown"
    IF_THEN_PLAN = "if_then_plan"


LEVERS: dict[Blocker, Lever] = {
    Blocker.ACCESS: Lever.TICKET,
    Blocker.FIT: Lever.WORKAROUND,
    Blocker.MANAGEMENT: Lever.MANAGER,
    Blocker.MEANING: Lever.LEADERS_WHY,
    Blocker.IMPOSED: Lever.CO_DECIDED_RULES,
    Blocker.TRUST: Lever.DATA_SHEET,
    Blocker.FEAR: Lever.PRIVATE_PRACTICE,
    Blocker.BENEFIT: Lever.PERSONAL_CASE,
    Blocker.OVERLOAD: Lever.RETIRE_FIRST,
    Blocker.TIME: Lever.PROTECTED_SLOT,
    Blocker.PEERS: Lever.TEAM_AGREEMENT,
    Blocker.SKILLS: Lever.ONE_TASK_SHOWN,
    Blocker.HABIT: Lever.IF_THEN_PLAN,
}
"""In the order in which obstacles have to be lifted: whoever does not see why needs the why before any training."""

NO_NUDGE = frozenset({Blocker.ACCESS, Blocker.FIT, Blocker.MANAGEMENT})
"""Obstacles that the person cannot lift: somebody else has to act, so the person is not nudged."""

NO_STORY = frozenset({Blocker.ACCESS, Blocker.NONE})
"""Obstacles that no colleague's story answers."""


class Answer(StrEnum):
    """What a person said of their week."""

    DONE = "done"
    PARTLY = "partly"
    MISSED = "missed"


class Why(StrEnum):
    """What a decision comes from, for logs and tests."""

    DUE = "due"
    OPTED_OUT = "opted_out"
    SNOOZED = "snoozed"
    BUDGET = "budget"
    PAUSED = "paused"
    NOT_NOW = "not_now"
    SOMEBODY_ELSE_ACTS = "somebody_else_acts"
    LEFT_IN_PEACE = "left_in_peace"
    ON_TARGET = "on_target"
    ENDED = "ended"
    NOTHING_TO_SAY = "nothing_to_say"
    HELD_BACK = "held_back"


@dataclass(frozen=True)
class Found:
    """An obstacle that is still there, probable or confirmed; `NONE` if the interview found nothing in the way."""

    blocker: Blocker
    confirmed: bool


@dataclass(frozen=True)
class Practice:
    """A routine under way: its last day, and what was answered to each check-in, oldest first."""

    ends_on: date | None
    weeks: tuple[Answer | None, ...] = ()

    @property
    def on_target(self) -> bool:
        return self.weeks[-ON_TARGET:] == (Answer.DONE,) * ON_TARGET


@dataclass(frozen=True)
class Situation:
    """Everything a decision depends on.

    `past` are the kinds of message sent so far, oldest first: since the routine began, or for this project without one.
    `story` says that a colleague's testimonial fits. `left` says that an earlier routine was ended: no more nudges
    then, unless a new one is chosen. `over` says that the project has ended.
    """

    now: datetime
    week: WorkWeek
    rule: Rule
    verdict: Verdict
    findings: tuple[Found, ...] = ()
    practice: Practice | None = None
    past: tuple[Send, ...] = ()
    story: bool = False
    left: bool = False
    over: bool = False

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.week.timezone)


@dataclass(frozen=True)
class Decision:
    """What to send now, for which obstacle, and when to look again (None: not before something happens)."""

    send: Send
    why: Why
    again: datetime | None = None
    blocker: Blocker = Blocker.HABIT
    ends_routine: bool = False


def obstacle(findings: tuple[Found, ...]) -> Blocker | None:
    """The obstacle to work on: the earliest barrier among the confirmed ones, else among the probable ones."""
    for candidates in ({f.blocker for f in findings if f.confirmed}, {f.blocker for f in findings}):
        for blocker in LEVERS:
            if blocker in candidates:
                return blocker
    return None


def may_be_nudged(findings: tuple[Found, ...]) -> bool:
    """False while an obstacle that somebody else has to lift is there."""
    return not any(found.blocker in NO_NUDGE for found in findings)


def may_hear_stories(findings: tuple[Found, ...]) -> bool:
    """False while the person cannot get in at all."""
    return not any(found.blocker is Blocker.ACCESS for found in findings)


def story_answers(findings: tuple[Found, ...]) -> tuple[Blocker, ...]:
    """The confirmed obstacles that a story may answer, in their order."""
    if not may_hear_stories(findings):
        return ()
    return tuple(f.blocker for f in findings if f.confirmed and f.blocker not in NO_STORY)


def decide(situation: Situation) -> Decision:
    """What to do for this person now."""
    verdict, practice = situation.verdict, situation.practice
    if verdict.reason is Hold.OPTED_OUT:
        return Decision(Send.NOTHING, Why.OPTED_OUT, None if situation.over else _in_a_week(situation))
    if practice and _has_ended(situation, practice):
        return _farewell(situation, practice)
    if situation.over and not practice:
        return Decision(Send.NOTHING, Why.ENDED)
    if _in_peace(situation.findings):
        return _wait_for_end(situation, Why.LEFT_IN_PEACE)
    send = _next(situation)
    if send is Send.NOTHING:
        return _wait_for_end(situation, _why_nothing(situation))
    if not verdict.ok:
        again = situation.rule.next(verdict.next_at, situation.week) if verdict.next_at else None
        return Decision(Send.NOTHING, Why(verdict.reason or Hold.BUDGET), again)
    if not situation.rule.is_now(situation.now, situation.week):
        return Decision(Send.NOTHING, Why.NOT_NOW, situation.rule.next(situation.now, situation.week))
    return Decision(send, Why.DUE, _in_a_week(situation), obstacle(situation.findings) or Blocker.HABIT)


def _next(situation: Situation) -> Send:
    practice, nudge = situation.practice, Send.SHARE if situation.story else Send.NUDGE
    last = situation.past[-1] if situation.past else None
    if practice and practice.on_target:
        return Send.NOTHING
    if not may_be_nudged(situation.findings):
        return Send.SHARE if situation.story and may_hear_stories(situation.findings) else Send.NOTHING
    if practice is None:
        enough = situation.left or situation.past.count(Send.NUDGE) >= WITHOUT_ROUTINE
        can_nudge = not enough and obstacle(situation.findings) is not None
        return nudge if situation.story or can_nudge else Send.NOTHING
    if last is None:
        return Send.NUDGE
    if last is not Send.CHECK_IN:
        return Send.CHECK_IN
    on_its_way = practice.weeks[-1:] == (Answer.DONE,)
    return Send.CHECK_IN if on_its_way and not situation.story else nudge


def _has_ended(situation: Situation, practice: Practice) -> bool:
    if practice.ends_on is None:
        return practice.on_target
    return situation.today >= practice.ends_on


def _farewell(situation: Situation, practice: Practice) -> Decision:
    """A word at the end; in silence if it comes too late, if nothing was ever kept, or if the person waits for others."""
    today = situation.today
    late = practice.ends_on is not None and today - practice.ends_on > TOO_LATE_FOR_FAREWELL
    kept = any(answer in (Answer.DONE, Answer.PARTLY) for answer in practice.weeks)
    silent = Decision(Send.NOTHING, Why.ENDED, ends_routine=True)
    if late or not kept or not may_be_nudged(situation.findings):
        return silent
    if not situation.verdict.ok:
        if situation.verdict.next_at is None:
            return silent
        again = situation.rule.next(situation.verdict.next_at, situation.week)
        return Decision(Send.NOTHING, Why(situation.verdict.reason or Hold.BUDGET), again)
    if not situation.rule.is_now(situation.now, situation.week):
        return Decision(Send.NOTHING, Why.NOT_NOW, situation.rule.next(situation.now, situation.week))
    return Decision(Send.GRADUATION, Why.ENDED, ends_routine=True)


def _in_peace(findings: tuple[Found, ...]) -> bool:
    return bool(findings) and findings[0].blocker is Blocker.NONE


def _why_nothing(situation: Situation) -> Why:
    if situation.practice and situation.practice.on_target:
        return Why.ON_TARGET
    return Why.NOTHING_TO_SAY if may_be_nudged(situation.findings) else Why.SOMEBODY_ELSE_ACTS


def _wait_for_end(situation: Situation, why: Why) -> Decision:
    ends_on = situation.practice.ends_on if situation.practice else None
    return Decision(Send.NOTHING, why, situation.rule.on(ends_on, situation.week) if ends_on else None)


def _in_a_week(situation: Situation) -> datetime:
    today = situation.today
    return situation.rule.on(today + timedelta(days=7), situation.week)
