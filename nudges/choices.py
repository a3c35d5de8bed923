"""The log of choices: written down, settled once it is known what came of them, and learnt from."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.blockers import Blocker
from content.stages import Stage
from nudges import content
from nudges.choice import Chosen
from nudges.eligibility import Option
from nudges.known import ANSWERS
from nudges.learning import Belief, Context, Logged, learn
from nudges.pack import After, Occasion, Tone
from nudges.practice import Told
from nudges.responses import AT_ANY_MOMENT, PROMPTLY, Unknown, response
from storage.models import Point
from storage.repositories.choices import Made, Open, Settled
from storage.work import Work

REMEMBERED = timedelta(days=365)
"""How far back choices are learnt from."""

LEARNT_EVERY = timedelta(hours=20)
"""How old a belief may be before it is learnt anew: once a night, whenever that is."""

TOGETHER = 500
"""People looked at in one statement."""


@dataclass(frozen=True)
class Believed:
    """What is believed in a workspace; `version` 0 before anything was learnt."""

    version: int
    belief: Belief


@dataclass(frozen=True)
class Whom:
    """For whom something is chosen, on which local date."""

    project_id: str
    person_id: str
    day: date


def believed(work: Work) -> Believed:
    """As it was learnt last."""
    kept = work.choices.learnt()
    return Believed(kept.version, Belief.from_json(kept.body)) if kept else Believed(0, Belief())


def written(
    id_: str, whom: Whom, chosen: Chosen, context: Context, *, belief: int, options: Sequence[Option] = ()
) -> Made:
    """A choice as it is kept, of a wording or, without `options`, of whether and when to write."""
    rested = {option.name: option.rested for option in options}
    known = {
        "blocker": context.blocker,
        "occasion": context.occasion,
        "after": context.after,
        "stage": context.stage,
        "persona": context.persona,
        "day": context.day,
        "recent": context.recent,
        "ignored": context.ignored,
    }
    return Made(
        id=id_,
        project_id=whom.project_id,
        person_id=whom.person_id,
        nudge_id=None,
        point=Point.WHAT if options else Point.WHETHER,
        day=whom.day,
        options=json.dumps([[name, p, rested.get(name)] for name, p in chosen.propensities.items()]),
        chosen=chosen.name,
        context=json.dumps({name: value for name, value in known.items() if value is not None}),
        belief=belief,
    )


def log(work: Work) -> dict[Point, list[Logged]]:
    """What is known to have come of each choice of the last year."""
    found: dict[Point, list[Logged]] = {point: [] for point in Point}
    for row in work.choices.settled(work.now.date() - REMEMBERED):
        found[row.point].append(_logged(row))
    return found


def learn_again(work: Work) -> bool:
    """Settle what can be settled and learn from all of it, if that was not done today; whether it was done now."""
    kept = work.choices.learnt()
    if kept and work.now - kept.learnt_at < LEARNT_EVERY:
        return False
    if not settle(work):
        return False
    known = log(work)
    work.choices.keep(learn([*known[Point.WHETHER], *known[Point.WHAT]]).to_json())
    return True


def settle(work: Work) -> int:
    """Write down what came of the choices of which it is known by now; how many those are."""
    today, done = work.now.date(), 0
    by_project: dict[str, list[Open]] = defaultdict(list)
    for choice in work.choices.open(today):
        by_project[choice.project_id].append(choice)
    for project_id, choices in by_project.items():
        seen = _Seen(work, project_id, sorted({choice.person_id for choice in choices}), choices[0].day)
        found = {choice.id: seen.of(choice, today) for choice in choices}
        responses = {
            id_: None if known is Unknown.EVER else float(known)
            for id_, known in found.items()
            if known is not Unknown.YET
        }
        work.choices.settle(responses, today)
        done += len(responses)
    return done


class _Seen:
    """What these people of a project did since a day, by their usage and by what they told."""

    def __init__(self, work: Work, project_id: str, person_ids: Sequence[str], since: date) -> None:
        self._until = work.usage.until(project_id) or date.min
        self._used: dict[str, list[date]] = {}
        self._told: dict[str, list[Told]] = {}
        for start in range(0, len(person_ids), TOGETHER):
            some = person_ids[start : start + TOGETHER]
            self._used |= work.usage.days(project_id, some, since)
            self._told |= _told(work, project_id, some)

    def of(self, choice: Open, today: date) -> float | Unknown:
        """What came of a choice. Usage data that end before say nothing."""
        days = PROMPTLY if choice.point is Point.WHAT else AT_ANY_MOMENT
        watched = self._until >= choice.day + timedelta(days=days)
        used = self._used.get(choice.person_id, [])
        known = response(choice.day, today, used, self._told[choice.person_id], watched=watched, days=days)
        return known if choice.left or known is Unknown.YET else Unknown.EVER


def _told(work: Work, project_id: str, person_ids: Sequence[str]) -> dict[str, list[Told]]:
    """By person, the check-ins of their routines in this project, oldest first."""
    routines, asked = work.routines.of_people(project_id, person_ids), work.routines.asked(person_ids)
    return {
        person_id: [
            Told(each.slot, ANSWERS[each.answer] if each.answer else None)
            for each in asked[person_id]
            if each.routine_id in {routine.id for routine in routines[person_id]}
        ]
        for person_id in person_ids
    }


def _logged(row: Settled) -> Logged:
    options = json.loads(row.options)
    context = json.loads(row.context)
    after, stage = context.get("after"), context.get("stage")
    return Logged(
        person=row.person_id,
        context=Context(
            blocker=Blocker(context["blocker"]),
            occasion=Occasion(context["occasion"]),
            after=After(after) if after else None,
            stage=Stage(stage) if stage else None,
            persona=context.get("persona"),
            day=context.get("day"),
            recent=context.get("recent"),
            ignored=context.get("ignored"),
        ),
        chosen=row.chosen,
        propensities={name: p for name, p, _ in options},
        response=row.response,
        options=tuple(_options(options)) if row.point is Point.WHAT else (),
    )


def _options(options: Sequence[tuple[str, float, int | None]]) -> Iterator[Option]:
    """A wording that has left the packs since is known by its name alone."""
    for name, _, rested in options:
        variant = content.variant(name)
        yield Option(
            name=name,
            blocker=Blocker(name.partition(".")[0]),
            lever=variant.lever if variant else None,
            tone=variant.tone if variant else Tone.PLAIN,
            rested=rested,
        )
