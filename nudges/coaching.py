"""Coaching: what each of many people gets now in a project, decided and written down. Nothing is sent from here."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from content.blockers import Blocker
from content.catalog import Lang, Voice
from content.stages import stage
from nudges import choices, content, sharing, unsent
from nudges.calendar import WorkWeek
from nudges.choice import draw, whether
from nudges.choices import Believed, Whom
from nudges.compared import offered
from nudges.content import texts
from nudges.eligibility import Facts
from nudges.known import RECOVERY, Known
from nudges.learning import HOLD, IGNORED_MOST, Context
from nudges.lever import step
from nudges.management import WAITS
from nudges.moments import Moment, moments
from nudges.pace import MOST, History, allowed, per_week
from nudges.pack import After, Occasion
from nudges.plan import (
    BARRIERS,
    LEVERS,
    Decision,
    Lever,
    Send,
    Situation,
    Step,
    StepKind,
    Why,
    decide,
    story_answers,
)
from nudges.recall import KeptBy, any_use, recall
from nudges.rule import Rule
from nudges.schedule import local_date
from nudges.shelf import Shelf
from nudges.testimonials import Story
from storage.models import CheckInAnswer, EndedFor, Place, Project, Purpose
from storage.repositories.barriers import Said
from storage.repositories.choices import Made
from storage.repositories.nudges import Drawn
from storage.repositories.routines import Asking, Kept, Scaling
from storage.repositories.testimonials import Sharing
from storage.work import Work

WAITS_FOR_ROOM = frozenset({Why.NOTHING_TO_SAY, Why.SOMEBODY_ELSE_ACTS})
"""Where there is nothing else to say, a story that went to enough people this week is looked for again the week after."""

Rngs = Callable[[str], Random]
"""A source of randomness of its own for a person, so that nobody's chances depend on who else is due."""


@dataclass(frozen=True)
class Coached:
    """Somebody whose coaching is due. `lang` is the language they are written to in, `weeks` their wish (`pace.History`).

    `opted_out`: nothing may be sent, because they said stop or cannot be reached. `stories`: whether they want any.
    """

    person_id: str
    rule: Rule
    week: WorkWeek
    lang: str
    opted_out: bool = False
    snoozed_until: datetime | None = None
    weeks: int = 1
    stories: bool = True


@dataclass(frozen=True)
class Coaching:
    """A decision that was written down: `args` are the ids for its message, `key` names the message for good.

    `at` is the instant, in UTC, from which on the message may leave; None: now.
    """

    decision: Decision
    args: dict[str, str]
    key: str = ""
    at: datetime | None = None


def coach(
    work: Work,
    project_id: str,
    people: Sequence[Coached],
    rngs: Rngs,
    material: Set[Lever] = frozenset(),
    kept_by: KeptBy = any_use,
) -> list[Coaching]:
    """Decide what each of these people gets now in this project, and write it down; in their order.

    The people are different ones, and locked. `material` are the levers of which the organisation has written something
    to tell, `kept_by` tells what shows that a routine was done. Raises UnknownZone.
    """
    people = _as_they_wish(work, people)
    unsent.forget(work, [person.person_id for person in people])
    project, shelf = work.projects.get(project_id), Shelf(work, project_id)
    written = _Written(choices.believed(work))
    passed_on = frozenset(LEVERS[Blocker(blocker)] for blocker in work.barriers.shared(project_id))
    decided = [
        _coach(
            work,
            project,
            person,
            known,
            step(known.findings, known.said | passed_on, material),
            shelf,
            written,
            rngs,
        )
        for person, known in zip(
            people,
            recall(work, project_id, [person.person_id for person in people], kept_by),
            strict=True,
        )
    ]
    work.nudges.add_many(written.nudges)
    work.choices.add_many(written.choices)
    work.routines.add_check_ins(written.check_ins)
    work.routines.add_scales(written.scales)
    work.testimonials.add_shares(written.shares)
    work.stories.place(
        [
            (share.testimonial_id, share.person_id, Place.SHARE, sharing.share_key(share.id))
            for share in written.shares
        ]
    )
    work.barriers.add_steps(written.steps)
    for why, ended in written.ended.items():
        work.routines.end(ended, why)
    return decided


def _as_they_wish(work: Work, people: Sequence[Coached]) -> list[Coached]:
    """Nothing for those who said no to reminders, and no stories for those who said no to these."""
    refused = work.consents.withdrawn([person.person_id for person in people])
    return [
        replace(
            person,
            opted_out=person.opted_out or person.person_id in refused[Purpose.COACHING],
            stories=person.person_id not in refused[Purpose.STORIES],
        )
        for person in people
    ]


@dataclass
class _Written:
    """What is to be written down at the end, all at once; and what is believed meanwhile."""

    believed: Believed
    choices: list[Made] = field(default_factory=list)
    nudges: list[Drawn] = field(default_factory=list)
    check_ins: list[Asking] = field(default_factory=list)
    shares: list[Sharing] = field(default_factory=list)
    scales: list[Scaling] = field(default_factory=list)
    steps: list[Said] = field(default_factory=list)
    ended: dict[EndedFor, list[str]] = field(default_factory=dict)

    def end(self, routine_id: str, why: EndedFor) -> None:
        self.ended.setdefault(why, []).append(routine_id)


def _coach(
    work: Work,
    project: Project,
    person: Coached,
    known: Known,
    turn: Step | None,
    shelf: Shelf,
    written: _Written,
    rngs: Rngs,
) -> Coaching:
    routine = known.routine
    if not known.member:
        if routine:
            written.end(routine.id, EndedFor.LEFT)
        return Coaching(Decision(Send.NOTHING, Why.ENDED, ends_routine=routine is not None), {})
    today = local_date(work.now, person.week.timezone)
    story = _story(person, known, shelf, today)
    room = story is not None and shelf.room(story)
    situation = _situation(work.now, project, person, known, turn, story if room else None)
    decision = _look_again(decide(situation), person, known, turn)
    if story and not room and decision.again is None and decision.why in WAITS_FOR_ROOM:
        decision = replace(decision, again=person.rule.on(today + timedelta(days=7), person.week))
    if routine and decision.ends_routine:
        written.end(routine.id, _ended_for(decision))
    weeks = situation.practice.span if situation.practice else 1
    match decision.send:
        case Send.SHARE if story:
            share = Sharing(work.ids.new(), story.id, person.person_id)
            written.shares.append(share)
            shelf.given(story)
            return Coaching(decision, {"share": share.id}, sharing.share_key(share.id))
        case Send.CHECK_IN if routine:
            return _check_in(work, routine, decision, weeks, today, written)
        case Send.TELL if turn and turn.lever and known.latest:
            said = Said(work.ids.new(), project.id, person.person_id, known.latest.interview_id, turn.lever)
            written.steps.append(said)
            return Coaching(decision, {"step": said.id}, unsent.step_key(said.id))
        case Send.SCALE if routine:
            scale = Scaling(work.ids.new(), routine.id, today)
            written.scales.append(scale)
            return Coaching(decision, {"scale": scale.id}, unsent.scale_key(scale.id))
        case Send.GRADUATION | Send.CLOSE if routine:
            key = f"{decision.send}:{routine.id}:{routine.ends_on or ''}"
            return Coaching(decision, {"routine": routine.id}, key)
        case Send.RECOVERY if routine:
            word = _word_of_recovery(work, project.id, person, known, rngs(person.person_id))
            written.nudges.append(word)
            args = {"nudge": word.id, "routine": routine.id}
            return Coaching(decision, args, unsent.nudge_key(word.id))
        case Send.NUDGE:
            return _nudge(work, project.id, person, known, decision, rngs(person.person_id), weeks, written)
    return Coaching(decision, {})


def _look_again(decision: Decision, person: Coached, known: Known, turn: Step | None) -> Decision:
    """Whoever is left to their manager is looked at when that is over."""
    if turn is None or turn.kind is not StepKind.MANAGER or not (known.latest and known.latest.closed_at):
        return decision
    over = local_date(known.latest.closed_at + WAITS, person.week.timezone) + timedelta(days=1)
    again = person.rule.on(over, person.week)
    return replace(decision, again=min(decision.again or again, again))


def _story(person: Coached, known: Known, shelf: Shelf, today: date) -> Story | None:
    obstacles = story_answers(known.findings)
    if not obstacles or not known.arms.stories or not person.stories:
        return None
    heard = {share.root for share in known.shared}
    return shelf.match(
        person.person_id, obstacles, heard=heard, lang=person.lang, today=today, near=known.near
    )


def _situation(
    now: datetime,
    project: Project,
    person: Coached,
    known: Known,
    turn: Step | None,
    story: Story | None,
) -> Situation:
    timezone = person.week.timezone
    past, today = known.past(timezone), local_date(now, timezone)
    history = History(
        timezone=timezone,
        sent=tuple(known.sent[-MOST:]),
        ignored=known.ignored(timezone, today),
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
        practice=known.practice(timezone, today),
        past=past,
        story=story is not None,
        lifted=known.lifted(timezone, now),
        left=known.left,
        arms=known.arms,
        over=project.ends_on is not None and project.ends_on < today,
        step=turn,
    )


def _check_in(
    work: Work, routine: Kept, decision: Decision, weeks: int, today: date, written: _Written
) -> Coaching:
    """Did it happen, in the last `weeks` weeks?"""
    check_in = Asking(work.ids.new(), routine.id, today, weeks)
    written.check_ins.append(check_in)
    return Coaching(decision, {"check_in": check_in.id}, unsent.check_in_key(check_in.id))


def _nudge(
    work: Work,
    project_id: str,
    person: Coached,
    known: Known,
    decision: Decision,
    rng: Random,
    weeks: int,
    written: _Written,
) -> Coaching:
    """A wording for the obstacle and a moment for it, if one fits and it is not held back.

    The first message of a routine always leaves, at its cue. Where all wordings rest, a routine is asked about instead.
    """
    today, routine, believed = local_date(work.now, person.week.timezone), known.routine, written.believed
    facts = _facts(known, today, decision.blocker)
    options = content.options(decision.blocker, facts)
    if not options and facts.first:
        options = content.options(decision.blocker, replace(facts, rested={}))
    left_by_tests = offered([option.name for option in options], known.arms, facts.rested)
    options = [option for option in options if option.name in left_by_tests]
    if not options and routine:
        return _check_in(work, routine, replace(decision, send=Send.CHECK_IN), weeks, today, written)
    if not options:
        return Coaching(replace(decision, send=Send.NOTHING, why=Why.NOTHING_TO_SAY), {})
    context = Context(
        decision.blocker,
        facts.occasion,
        facts.after,
        facts.stage,
        known.near.persona,
        day=today.isoweekday(),
        recent=known.recent(person.week.timezone, today),
        ignored=min(known.ignored(person.week.timezone, today), IGNORED_MOST),
    )
    whom, made, at = Whom(project_id, person.person_id, today), list[Made](), work.now
    if facts.occasion is not Occasion.FIRST:
        possible = moments(work.now, person.rule, person.week)
        left = whether(believed.belief, context, rng, possible)
        made.append(choices.written(work.ids.new(), whom, left, context, belief=believed.version))
        if left.name == HOLD:
            written.choices += made
            return Coaching(replace(decision, send=Send.NOTHING, why=Why.HELD_BACK), {})
        at = possible[Moment(left.name)]
        whom = replace(whom, day=local_date(at, person.week.timezone))
    chosen = draw(options, believed.belief, context, rng)
    made.append(
        choices.written(work.ids.new(), whom, chosen, context, belief=believed.version, options=options)
    )
    nudge = Drawn(work.ids.new(), project_id, person.person_id, chosen.name, whom.day, chosen.propensity)
    written.nudges.append(nudge)
    written.choices += [choice._replace(nudge_id=nudge.id) for choice in made]
    args = {"nudge": nudge.id, "routine": routine.id if routine else ""}
    return Coaching(decision, args, unsent.nudge_key(nudge.id), at)


def _facts(known: Known, today: date, blocker: Blocker) -> Facts:
    """What the choice of words depends on; answers count where a question came just before.

    Of what only others can mend there is nothing to say but that it was.
    """
    routine = known.routine
    first = routine is not None and not any(nudge.decided_at >= routine.created_at for nudge in known.decided)
    asked = [each for each in known.asked if routine and each.routine_id == routine.id]
    after = {None: After.SILENCE, CheckInAnswer.MISSED: After.MISS}.get(asked[-1].answer) if asked else None
    if blocker in BARRIERS:
        after = After.FIX
    rested = {nudge.variant: (today - nudge.slot).days for nudge in known.nudged}
    came = stage(known.used, today) if known.used else None
    return Facts(routine=routine is not None, first=first, stage=came, after=after, rested=rested)


def _word_of_recovery(work: Work, project_id: str, person: Coached, known: Known, rng: Random) -> Drawn:
    """Any of those that the person has not read for longest."""
    words = texts("routines").lines("recovery", Voice(Lang(person.lang)))
    read = {nudge.variant: nudge.slot for nudge in known.nudged}
    last = {name: read.get(name, date.min) for name in (f"{RECOVERY}{n}" for n in range(len(words)))}
    rested = [name for name, day in last.items() if day == min(last.values())]
    today = local_date(work.now, person.week.timezone)
    return Drawn(work.ids.new(), project_id, person.person_id, rng.choice(rested), today, 1 / len(rested))


def _ended_for(decision: Decision) -> EndedFor:
    if decision.why is Why.LEFT_IN_PEACE:
        return EndedFor.NO_NEED
    return EndedFor.GRADUATED if decision.send is Send.GRADUATION else EndedFor.RAN_OUT
