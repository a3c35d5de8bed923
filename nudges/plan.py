"""What to send to one person this time, if anything. Pure: it sees values and returns a decision.

One message a week at most: on the first day of a routine its cue; a week later "did it happen?"; then the same question,
rarer as it holds, and once a month how automatic it has become in its place; after silence a word of recovery; after a miss
a nudge for the obstacle, or a colleague's story; before all that, once others have mended what was in the
way, that they did. Where use is seen from outside nobody is asked. At its end a farewell.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from content.arms import Arms
from content.blockers import Blocker
from nudges.calendar import WorkWeek
from nudges.pace import Hold, Verdict
from nudges.practice import Practice
from nudges.rule import Rule
from nudges.schedule import local_date

WITHOUT_ROUTINE = 4
"""Nudges for somebody who chose no routine, rarer from the second that meets nothing on; more would be nagging."""

TOO_LATE_FOR_FAREWELL = timedelta(days=14)


class Send(StrEnum):
    NOTHING = "nothing"
    TELL = "tell"
    NUDGE = "nudge"
    CHECK_IN = "check_in"
    SCALE = "scale"
    SHARE = "share"
    RECOVERY = "recovery"
    GRADUATION = "graduation"
    CLOSE = "close"


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


class StepKind(StrEnum):
    """Who acts next on an obstacle, and how."""

    TELL = "tell"
    """Something is told before any nudge: why the project exists, what is logged."""
    DO = "do"
    """The person does something once."""
    NUDGE = "nudge"
    BARRIER = "barrier"
    """Somebody else has to mend it."""
    MANAGER = "manager"
    PEACE = "peace"
    """Nothing is in the way, or the task never arises."""


@dataclass(frozen=True)
class Step:
    """What comes next for one person. `once`: it is said now, and not again once that is done."""

    lever: Lever | None
    kind: StepKind
    once: bool = False


BARRIERS = (Blocker.ACCESS, Blocker.FIT)
"""Obstacles that somebody else has to mend; a suspicion is enough to say nothing of the tool meanwhile."""

NO_NUDGE = frozenset({*BARRIERS, Blocker.MANAGEMENT})
"""Obstacles that the person cannot lift: somebody else has to act, so the person is not nudged."""

NO_STORY = frozenset({Blocker.ACCESS, Blocker.NONE})
"""Obstacles that no colleague's story answers."""


class Why(StrEnum):
    """What a decision comes from, for logs and tests."""

    DUE = "due"
    OPTED_OUT = "opted_out"
    SNOOZED = "snoozed"
    BUDGET = "budget"
    PAUSED = "paused"
    NOT_NOW = "not_now"
    TEST = "test"
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
class Situation:
    """Everything a decision depends on.

    `step` is what comes next for the person's obstacles; None where only `findings` say so.
    `past` are the kinds of message sent so far, oldest first: since the routine began, or for this project without one.
    `story` says that a colleague's testimonial fits. `lifted` is what others have just mended in this person's way. `left`
    says that an earlier routine was ended: nothing more then, unless a new one is chosen. `over` says that the project has
    ended. `arms` is what tests ask for.
    """

    now: datetime
    week: WorkWeek
    rule: Rule
    verdict: Verdict
    findings: tuple[Found, ...] = ()
    practice: Practice | None = None
    past: tuple[Send, ...] = ()
    story: bool = False
    lifted: Blocker | None = None
    left: bool = False
    over: bool = False
    step: Step | None = None
    arms: Arms = field(default_factory=Arms)

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.week.timezone)

    @property
    def waits(self) -> bool:
        """Whether somebody else has to act, so that the person is not nudged."""
        if self.step:
            return self.step.kind in {StepKind.BARRIER, StepKind.MANAGER}
        return not may_be_nudged(self.findings)


@dataclass(frozen=True)
class Decision:
    """What to send now, for which obstacle, and when to look again (None: not before something happens)."""

    send: Send
    why: Why
    again: datetime | None = None
    blocker: Blocker = Blocker.HABIT
    ends_routine: bool = False


def obstacle(findings: tuple[Found, ...]) -> Blocker | None:
    """The obstacle to nudge for: the earliest barrier among the confirmed ones, else among the probable ones."""
    for candidates in ({f.blocker for f in findings if f.confirmed}, {f.blocker for f in findings}):
        for blocker in LEVERS:
            if blocker in candidates and blocker not in NO_NUDGE:
                return blocker
    return None


def may_be_nudged(findings: tuple[Found, ...]) -> bool:
    """False while an obstacle that somebody else has to lift is there.

    That leaders do not support it has to be confirmed: of a suspicion nobody could be told, so it would last.
    """
    return not any(
        found.blocker in BARRIERS or (found.blocker is Blocker.MANAGEMENT and found.confirmed)
        for found in findings
    )


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
    if situation.arms.silent:
        return _in_a_test(situation)
    if practice and practice.paused_until and situation.today < practice.paused_until:
        return Decision(Send.NOTHING, Why.PAUSED, situation.rule.on(practice.paused_until, situation.week))
    if practice and _has_ended(situation, practice):
        return _farewell(situation, practice)
    if situation.over and not practice:
        return Decision(Send.NOTHING, Why.ENDED)
    if situation.step and situation.step.kind is StepKind.PEACE:
        return Decision(Send.NOTHING, Why.LEFT_IN_PEACE, ends_routine=practice is not None)
    if _in_peace(situation.findings):
        return _wait_for_end(situation, Why.LEFT_IN_PEACE)
    send = _next(situation)
    if send is Send.NOTHING:
        return _wait(situation)
    if not verdict.ok:
        again = situation.rule.next(verdict.next_at, situation.week) if verdict.next_at else None
        return Decision(Send.NOTHING, Why(verdict.reason or Hold.BUDGET), again)
    if not situation.rule.is_now(situation.now, situation.week):
        return Decision(Send.NOTHING, Why.NOT_NOW, situation.rule.next(situation.now, situation.week))
    about = situation.lifted or obstacle(situation.findings) or Blocker.HABIT
    return Decision(send, Why.DUE, _in_a_week(situation), about)


def _in_a_test(situation: Situation) -> Decision:
    """Nothing while a test asks for that; what ends meanwhile ends in silence."""
    if situation.practice and _has_ended(situation, situation.practice):
        return Decision(Send.NOTHING, Why.ENDED, ends_routine=True)
    if situation.over and not situation.practice:
        return Decision(Send.NOTHING, Why.ENDED)
    until, again = situation.arms.until, _in_a_week(situation)
    if until is not None:
        again = min(again, situation.rule.next(until, situation.week))
    return Decision(Send.NOTHING, Why.TEST, again)


def _next(situation: Situation) -> Send:
    if situation.step and situation.step.once and not situation.left:
        return Send.TELL
    if situation.waits:
        return Send.SHARE if situation.story and may_hear_stories(situation.findings) else Send.NOTHING
    if situation.practice:
        return _for_routine(situation, situation.practice)
    if situation.left:
        return Send.NOTHING
    about = situation.lifted or obstacle(situation.findings)
    can_nudge = situation.past.count(Send.NUDGE) < WITHOUT_ROUTINE and about is not None
    if situation.lifted and can_nudge:
        return Send.NUDGE
    return Send.SHARE if situation.story else Send.NUDGE if can_nudge else Send.NOTHING


def _for_routine(situation: Situation, practice: Practice) -> Send:
    if not situation.past or situation.lifted:
        return Send.NUDGE
    last = situation.past[-1]
    scale = practice.scale_due and any(week.kept for week in practice.lately)
    if practice.watched and not practice.slipped:
        return Send.SCALE if scale else Send.NOTHING
    if practice.resting:
        return Send.NOTHING
    if practice.slipped and not practice.recovered and last is not Send.SHARE:
        return Send.SHARE if situation.story else Send.RECOVERY
    if last is not Send.CHECK_IN or (practice.done_lately and not situation.story):
        return Send.SCALE if scale else Send.CHECK_IN
    return Send.SHARE if situation.story else Send.NUDGE


def _has_ended(situation: Situation, practice: Practice) -> bool:
    if practice.ends_on is None:
        return practice.on_target
    return situation.today >= practice.ends_on


def _farewell(situation: Situation, practice: Practice) -> Decision:
    """A word at the end; in silence if it comes too late, if nothing was ever told, or if the person waits for others.

    It celebrates what has become a routine, and asks about what has not.
    """
    today = situation.today
    late = practice.ends_on is not None and today - practice.ends_on > TOO_LATE_FOR_FAREWELL
    silent = Decision(Send.NOTHING, Why.ENDED, ends_routine=True)
    if late or not practice.known or situation.waits:
        return silent
    if not situation.verdict.ok:
        if situation.verdict.next_at is None:
            return silent
        again = situation.rule.next(situation.verdict.next_at, situation.week)
        return Decision(Send.NOTHING, Why(situation.verdict.reason or Hold.BUDGET), again)
    if not situation.rule.is_now(situation.now, situation.week):
        return Decision(Send.NOTHING, Why.NOT_NOW, situation.rule.next(situation.now, situation.week))
    farewell = Send.GRADUATION if practice.established else Send.CLOSE
    return Decision(farewell, Why.ENDED, ends_routine=True)


def _in_peace(findings: tuple[Found, ...]) -> bool:
    return bool(findings) and findings[0].blocker is Blocker.NONE


def _wait(situation: Situation) -> Decision:
    """Nothing now: until the next question of a routine that holds, else until something happens."""
    practice = situation.practice
    if situation.waits:
        return _wait_for_end(situation, Why.SOMEBODY_ELSE_ACTS)
    if practice is None:
        return _wait_for_end(situation, Why.NOTHING_TO_SAY)
    weeks = practice.gap if practice.watched else practice.gap - practice.waited
    day = situation.today + timedelta(weeks=weeks)
    if practice.ends_on:
        day = min(day, practice.ends_on)
    return Decision(Send.NOTHING, Why.ON_TARGET, situation.rule.on(day, situation.week))


def _wait_for_end(situation: Situation, why: Why) -> Decision:
    ends_on = situation.practice.ends_on if situation.practice else None
    return Decision(Send.NOTHING, why, situation.rule.on(ends_on, situation.week) if ends_on else None)


def _in_a_week(situation: Situation) -> datetime:
    today = situation.today
    return situation.rule.on(today + timedelta(days=7), situation.week)
