"""Tests on a sample: drawn from a project's people, started under rules that then stay, looked at once a week."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nudges import outcomes, samples
from nudges.effects import effect
from nudges.outcomes import Followed
from nudges.power import Design, detectable, enough
from nudges.samples import Balance, Candidate, Stratum, Unit
from nudges.schedule import local_date
from nudges.verdict import Look, Rules, Word, verdict
from storage.models import Project, Role, Sample, SampleKind
from storage.repositories.samples import Drawn
from storage.work import Work

PEOPLE = 5
"""People that a figure stands for at least."""

LEAST_UNITS: Mapping[Unit, int] = {Unit.TEAM: 8, Unit.PERSON: 30}
"""Units per arm below which the intervals of a test are not relied on."""

BEFORE = 8
"""Weeks before the start that are made use of, where something is known of them."""

MOST_WAVES = 9

TOLD = 4
"""Weeks after its end for which a test's verdict is still news."""

UNTREATED = "untreated"

Uses = Mapping[str, Collection[date]]
"""By person, the local dates on which they used the tool; who has none has not used it."""


class TrialRefused(Exception):
    """This cannot be done with this test; the message says what to do instead."""


@dataclass(frozen=True)
class Plan:
    """How to draw. `share`, 0–1, is treated; a pilot's share in `waves` of `wave_weeks`. `variants` only for their kind."""

    kind: SampleKind
    unit: Unit = Unit.TEAM
    share: float = 0.5
    strata: tuple[Stratum, ...] = (Stratum.PERSONA, Stratum.TEAM)
    waves: int = 1
    wave_weeks: int = 4
    variants: tuple[str, str] | None = None


@dataclass(frozen=True)
class Assumed:
    """What is not known before the start. `base`: a person's share of weeks with use; `icc`: how alike a team's people are;
    `r2`: how much of the difference between units their past foretells; each 0–1."""

    base: float = 0.3
    icc: float = 0.1
    r2: float = 0.0


@dataclass(frozen=True)
class Target:
    """What is decided before the start. `worth`: the least difference that is worth the trouble, 0–1."""

    worth: float = 0.1
    weeks: int = 12
    first_after: int = 4


@dataclass(frozen=True)
class Sizes:
    """People and units, treated and not."""

    people: tuple[int, int]
    units: tuple[int, int]


def draw(work: Work, project: Project, key: str, plan: Plan, seed: str) -> Sample:
    """Draw from the project's employees and champions of this moment; nothing changes for anybody before the start.

    Raises:
        TrialRefused
    """
    if work.samples.by_key(project.id, key):
        raise TrialRefused(
            f"there is a test {key!r} already; a draw is never repeated, so choose another name"
        )
    if not 0 < plan.share < 1 or not 1 <= plan.waves <= MOST_WAVES:
        raise TrialRefused(f"between 1 and 99 percent are treated, in 1 to {MOST_WAVES} waves")
    if (plan.kind is SampleKind.VARIANTS) is (plan.variants is None):
        raise TrialRefused("a test of variants, and no other kind, names the two that it compares")
    waves = plan.waves if plan.kind is SampleKind.PILOT else 1
    shares = {str(wave): plan.share / waves for wave in range(1, waves + 1)} | {UNTREATED: 1 - plan.share}
    places = samples.draw(_candidates(work, project), shares, seed=seed, unit=plan.unit, strata=plan.strata)
    drawn = [
        Drawn(person, place.cluster, place.arm != UNTREATED, 1 if place.arm == UNTREATED else int(place.arm))
        for person, place in places.items()
    ]
    if min(_sizes(drawn).people) < PEOPLE:
        raise TrialRefused(
            f"each side needs {PEOPLE} people at least; treat another share, or add people first"
        )
    sample = Sample(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        project_id=project.id,
        key=key,
        kind=plan.kind,
        unit=plan.unit,
        strata=",".join(plan.strata),
        seed=seed,
        share=plan.share,
        waves=waves,
        wave_weeks=plan.wave_weeks if waves > 1 else 0,
        treatment=plan.variants[0] if plan.variants else None,
        control=plan.variants[1] if plan.variants else None,
        drawn_at=work.now,
    )
    work.samples.add(sample, drawn)
    return sample


def foresee(work: Work, sample: Sample, assumed: Assumed, target: Target) -> Rules:
    """What this test could find and what will decide it, as it can be told before the start.

    Raises:
        RulesUnusable
    """
    drawn = work.samples.places(sample.id)
    units, treated = _members(drawn), _sizes(drawn).units[0]
    design = Design(
        sizes=list(units.values()),
        treated=treated / len(units),
        base=assumed.base,
        icc=assumed.icc if sample.unit == Unit.TEAM else 0.0,
        r2=assumed.r2,
        looks=target.weeks,
    )
    return Rules(
        worth=target.worth,
        weeks=target.weeks,
        first_after=target.first_after,
        clusters=LEAST_UNITS[Unit(sample.unit)],
        people=PEOPLE,
        planned=design.error(),
        detectable=min(1.0, detectable(design)),
        enough=enough(design, target.worth),
    )


def start(work: Work, sample: Sample, rules: Rules) -> None:
    """Let the test begin now. Its rules are written down and stay.

    Raises:
        TrialRefused: it has started already, or another of its kind runs in this project.
    """
    if sample.started_at is not None:
        raise TrialRefused(f"{sample.key!r} has started already, and its rules stay as they are")
    if other := work.samples.running(sample.project_id, sample.kind):
        raise TrialRefused(f"{other.key!r} is under way; one test of a kind runs at a time, so end it first")
    if sample.waves > 1 and sample.wave_weeks * (sample.waves - 1) >= rules.weeks:
        raise TrialRefused("the last wave would begin after the end; let the test last longer")
    sample.rules, sample.started_at = rules.to_json(), work.now
    sample.ends_at = work.now + rules.duration


def end(work: Work, sample: Sample) -> None:
    """End it now, before its time: from here on nobody is held back by it. Raises TrialRefused."""
    if sample.ends_at is None or sample.ends_at <= work.now:
        raise TrialRefused(f"{sample.key!r} is not under way")
    sample.ends_at = work.now


def look(work: Work, sample: Sample, uses: Uses) -> Look:
    """The verdict after the whole weeks that have passed, kept for whoever asks next. All count where they were drawn.

    Raises:
        TrialRefused: it has not started.
    """
    if sample.rules is None or sample.started_at is None:
        raise TrialRefused(f"{sample.key!r} has not started; there is nothing to see yet")
    rules, drawn = Rules.from_json(sample.rules), work.samples.places(sample.id)
    begun, weeks = _local(work, sample.started_at), weeks_of(work, sample)
    units = outcomes.clusters(
        [
            Followed(
                place.cluster,
                place.treated,
                uses.get(place.person_id, ()),
                (place.wave - 1) * sample.wave_weeks,
            )
            for place in drawn
        ],
        begun,
        weeks,
        BEFORE,
    )
    found = effect(units, rules.planned)
    compared = Sizes(
        (
            sum(unit.people for unit in units if unit.treated),
            sum(unit.people for unit in units if not unit.treated),
        ),
        (sum(unit.treated for unit in units), sum(not unit.treated for unit in units)),
    )
    sizes = compared if units else _sizes(drawn)
    why = verdict(rules, weeks, sizes.people, sizes.units, found)
    made = Look.of(weeks, why, sizes.people, found, rules.people)
    sample.look = made.to_json()
    return made


def verdicts(work: Work, project_id: str) -> list[tuple[Sample, Word]]:
    """What the tests say, in a word, that run or have ended within `TOLD` weeks; the oldest first.

    Nothing of one that nobody has looked at, nor of one with a side too small to be told of.
    """
    since = work.now - timedelta(weeks=TOLD)
    looks = [
        (sample, Look.from_json(sample.look))
        for sample in work.samples.all(project_id)
        if sample.look and sample.ends_at and sample.ends_at > since
    ]
    return [(sample, look.why.word) for sample, look in looks if look.people]


def weeks_of(work: Work, sample: Sample) -> int:
    """Whole weeks since the start, to the end at most."""
    if sample.started_at is None:
        return 0
    until = min(work.now, sample.ends_at or work.now)
    return (_local(work, until) - _local(work, sample.started_at)).days // 7


def shown_sizes(work: Work, sample: Sample) -> tuple[int, int] | None:
    """People treated and not; None where a side is of so few people, or units, that its size would tell who is on it."""
    sizes = _sizes(work.samples.places(sample.id))
    return sizes.people if min(*sizes.people, *sizes.units) >= PEOPLE else None


def balance(work: Work, project: Project, sample: Sample) -> Balance:
    """How near the treated are to everybody who was drawn from and is still here. Teams drawn whole are not compared."""
    drawn = {place.person_id: place for place in work.samples.places(sample.id)}
    here = [person for person in _candidates(work, project) if person.person in drawn]
    strata = [Stratum(name) for name in sample.strata.split(",") if name]
    if sample.unit == Unit.TEAM:
        strata = [stratum for stratum in strata if stratum is not Stratum.TEAM]
    return samples.balance(
        here,
        [person.person for person in here if drawn[person.person].treated],
        strata,
        seed=sample.seed,
        clusters={person_id: place.cluster for person_id, place in drawn.items()},
        threshold=PEOPLE,
    )


def _candidates(work: Work, project: Project) -> list[Candidate]:
    return [
        Candidate(person.id, persona=membership.persona, team=person.team, site=person.site)
        for membership, person in work.projects.members(project.id)
        if membership.role in (Role.EMPLOYEE, Role.CHAMPION)
    ]


def _members(drawn: Sequence[Drawn]) -> dict[int, int]:
    return dict(Counter(place.cluster for place in drawn))


def _sizes(drawn: Sequence[Drawn]) -> Sizes:
    treated = [place for place in drawn if place.treated]
    units = len(_members(treated))
    return Sizes((len(treated), len(drawn) - len(treated)), (units, len(_members(drawn)) - units))


def _local(work: Work, instant: datetime) -> date:
    return local_date(instant, work.workspaces.get(work.workspace_id).timezone)
