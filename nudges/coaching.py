"""Coaching: what each of many people gets now in a project, decided and written down. Nothing is sent from here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random

from nudges import choices, content, sharing, unsent
from nudges.calendar import WorkWeek
from nudges.choice import draw, whether
from nudges.choices import Believed, Whom
from nudges.eligibility import Facts
from nudges.known import Known, recall
from nudges.learning import HOLD, Context
from nudges.pace import MOST, History, allowed, per_week
from nudges.pack import After, Occasion
from nudges.plan import Decision, Send, Situation, Why, decide, story_answers
from nudges.rule import Rule
from nudges.schedule import local_date
from nudges.sharing import Shelf
from nudges.testimonials import Story
from storage.models import CheckInAnswer, Project
from storage.repositories.choices import Made
from storage.repositories.nudges import Drawn
from storage.repositories.routines import Asking
from storage.repositories.testimonials import Sharing
from storage.work import Work

Rngs = Callable[[str], Random]
"""A source of randomness of its own for a person, so that nobody's chances depend on who else is due."""


@dataclass(frozen=True)
class Coached:
    """Somebody whose coaching is due. `lang` is the language they are written to in, `weeks` their wish (`pace.History`).

    `opted_out`: nothing may be sent, because they said stop or cannot be reached.
    """

    person_id: str
    rule: Rule
    week: WorkWeek
    lang: str
    opted_out: bool = False
    snoozed_until: datetime | None = None
    weeks: int = 1


@dataclass(frozen=True)
class Coaching:
    """A decision that was written down: `args` are the ids for its message, `key` names the message for good."""

    decision: Decision
    args: dict[str, str]
    key: str = ""


def coach(work: Work, project_id: str, people: Sequence[Coached], rngs: Rngs) -> list[Coaching]:
    """Decide what each of these people gets now in this project, and write it down; in their order.

    The people are different ones, and locked. Raises UnknownZone.
    """
    unsent.forget(work, [person.person_id for person in people])
    project, shelf = work.projects.get(project_id), Shelf(work, project_id)
    written = _Written(choices.believed(work))
    decided = [
        _coach(work, project, person, known, shelf, written, rngs)
        for person, known in zip(
            people, recall(work, project_id, [person.person_id for person in people]), strict=True
        )
    ]
    work.nudges.add_many(written.nudges)
    work.choices.add_many(written.choices)
    work.routines.add_check_ins(written.check_ins)
    work.testimonials.add_shares(written.shares)
    work.routines.end(written.ended)
    return decided


@dataclass
class _Written:
    """What is to be written down at the end, all at once; and what is believed meanwhile."""

    believed: Believed
    choices: list[Made] = field(default_factory=list)
    nudges: list[Drawn] = field(default_factory=list)
    check_ins: list[Asking] = field(default_factory=list)
    shares: list[Sharing] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


def _coach(
    work: Work, project: Project, person: Coached, known: Known, shelf: Shelf, written: _Written, rngs: Rngs
) -> Coaching:
    routine = known.routine
    if not known.member:
        if routine:
            written.ended.append(routine.id)
        return Coaching(Decision(Send.NOTHING, Why.ENDED, ends_routine=routine is not None), {})
    today = local_date(work.now, person.week.timezone)
    story = _story(person, known, shelf, today)
    situation = _situation(work.now, project, person, known, story)
    decision = decide(situation)
    if routine and decision.ends_routine:
        written.ended.append(routine.id)
    match decision.send:
        case Send.SHARE if story:
            share = Sharing(work.ids.new(), story.id, person.person_id)
            written.shares.append(share)
            shelf.given(story)
            return Coaching(decision, {"share": share.id}, sharing.share_key(share.id))
        case Send.CHECK_IN if routine:
            check_in = Asking(work.ids.new(), routine.id, today)
            written.check_ins.append(check_in)
            return Coaching(decision, {"check_in": check_in.id}, unsent.check_in_key(check_in.id))
        case Send.GRADUATION if routine:
            return Coaching(decision, {"routine": routine.id}, f"graduation:{routine.id}")
        case Send.NUDGE:
            return _nudge(work, project.id, person, known, decision, rngs(person.person_id), written)
    return Coaching(decision, {})


def _story(person: Coached, known: Known, shelf: Shelf, today: date) -> Story | None:
    obstacles = story_answers(known.findings)
    if not obstacles:
        return None
    heard = {share.testimonial_id for share in known.shared}
    return shelf.match(person.person_id, obstacles, heard=heard, lang=person.lang, today=today)


def _situation(
    now: datetime, project: Project, person: Coached, known: Known, story: Story | None
) -> Situation:
    timezone = person.week.timezone
    past = known.past(timezone)
    history = History(
        timezone=timezone,
        sent=tuple(known.sent[-MOST:]),
        ignored=known.ignored(timezone),
        weeks=person.weeks,
        per_week=per_week(begins=known.routine is not None and not past, weeks=person.weeks),
        opted_out=person.opted_out,
        snoozed_until=person.snoozed_until,
    )
    return Situation(
        now=now,
        week=person.week,
        rule=person.rule,
        verdict=allowed(history, now),
        findings=known.findings,
        practice=known.practice(),
        past=past,
        story=story is not None,
        left=known.left,
        over=project.ends_on is not None and project.ends_on < local_date(now, timezone),
    )


def _nudge(
    work: Work,
    project_id: str,
    person: Coached,
    known: Known,
    decision: Decision,
    rng: Random,
    written: _Written,
) -> Coaching:
    """A wording for the obstacle, if one fits and it is not held back. The first message of a routine always leaves."""
    today, routine, believed = local_date(work.now, person.week.timezone), known.routine, written.believed
    facts = _facts(known, today)
    options = content.options(decision.blocker, facts)
    if not options and facts.first:
        options = content.options(decision.blocker, replace(facts, rested={}))
    if not options:
        return Coaching(replace(decision, send=Send.NOTHING, why=Why.NOTHING_TO_SAY), {})
    context = Context(decision.blocker, facts.occasion, facts.after, facts.stage, known.persona)
    whom, made = Whom(project_id, person.person_id, today), list[Made]()
    if facts.occasion is not Occasion.FIRST:
        left = whether(believed.belief, context, rng)
        made.append(choices.written(work.ids.new(), whom, left, context, belief=believed.version))
        if left.name == HOLD:
            written.choices += made
            return Coaching(replace(decision, send=Send.NOTHING, why=Why.HELD_BACK), {})
    chosen = draw(options, believed.belief, context, rng)
    made.append(
        choices.written(work.ids.new(), whom, chosen, context, belief=believed.version, options=options)
    )
    nudge = Drawn(work.ids.new(), project_id, person.person_id, chosen.name, today, chosen.propensity)
    written.nudges.append(nudge)
    written.choices += [choice._replace(nudge_id=nudge.id) for choice in made]
    args = {"nudge": nudge.id, "routine": routine.id if routine else ""}
    return Coaching(decision, args, unsent.nudge_key(nudge.id))


def _facts(known: Known, today: date) -> Facts:
    """What the choice of words depends on; answers count where a question came just before."""
    routine = known.routine
    first = routine is not None and not any(nudge.decided_at >= routine.created_at for nudge in known.decided)
    asked = [each for each in known.asked if routine and each.routine_id == routine.id]
    after = {None: After.SILENCE, CheckInAnswer.MISSED: After.MISS}.get(asked[-1].answer) if asked else None
    rested = {nudge.variant: (today - nudge.slot).days for nudge in known.nudged}
    return Facts(routine=routine is not None, first=first, after=after, rested=rested)
