"""Re-estimating the figures of the belief from interviews whose cause was confirmed. Pure, and blind to any person.

Every figure is smoothed towards the shipped one, as if `STRENGTH` interviews had shown just that (a Dirichlet prior), and
only figures that rest on at least `LEAST` interviews change; the others share what is left as they did before, and never
fewer than `LEAST` interviews stand behind what is left, so that no small group can be told by subtraction.

Shares start from what is believed of the shipped ones (`Model.believed`) and are believed as they come out. What the
reader mixes up is not learnt here, where nobody knows what was meant: `entrain blockers train` measures it.

Being confirmed needs a high counterfactual answer and no denial, so confirmed interviews say nothing fair about those:
"if it is the cause" and the confirming question are re-estimated from validated interviews alone, where usage spoke.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from content.blockers import Blocker
from surveys.figures import Model
from surveys.script import Role
from surveys.state import Answer

MINIMUM = 30
"""Confirmed interviews below which nothing is re-estimated."""

LEAST = 5
STRENGTH = 50.0
BOUNDS = (0.05, 0.95)

Key = TypeVar("Key")


class TooFew(Exception):
    """There are fewer confirmed interviews than anything can be learnt from."""


@dataclass(frozen=True)
class Case:
    """A closed interview: its confirmed main cause, whether usage has validated it, and what was answered."""

    cause: Blocker
    validated: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Change:
    """One figure: what it is now, what it becomes, and how many interviews that rests on."""

    figure: str
    before: float
    after: float
    based_on: int


@dataclass(frozen=True)
class Calibration:
    model: Model
    changes: tuple[Change, ...]
    cases: int


def calibrate(shipped: Model, current: Model, cases: Sequence[Case]) -> Calibration:
    """The figures that the cases speak for.

    Raises:
        TooFew: less than `MINIMUM` cases.
    """
    if len(cases) < MINIMUM:
        raise TooFew(
            f"fewer than {MINIMUM} interviews have a confirmed cause; nothing can be learnt from them yet"
        )
    shipped, current = shipped.believed(), current.believed()
    data = shipped.model_dump(mode="json")
    based: dict[str, int] = {}
    _shares(data["priors"], Counter(case.cause.value for case in cases), "priors", based)
    excuses = Counter(
        read.value for case in cases for _, read in _readings(shipped, case) if read is not case.cause
    )
    _shares(data["excuses"], excuses, "excuses", based)
    for role in shipped.probes:
        _honesty(data["probes"][role.value], shipped, role, cases, based)
    _bands(data["scale"]["bands"], shipped, cases, based)
    _confirming(data["confirm"]["answers"], [case for case in cases if case.validated], based)
    model = Model.model_validate(data)
    before = _flat(current.model_dump(mode="json"))
    changes = tuple(
        Change(figure, before[figure], after, based[figure])
        for figure, after in _flat(data).items()
        if figure in based and abs(after - before[figure]) >= 0.0005
    )
    return Calibration(model, changes, len(cases))


def _readings(model: Model, case: Case) -> Iterator[tuple[Role, Blocker]]:
    """What was read clearly enough in each open answer about the person's own cause."""
    for answer in case.answers:
        role = answer.prompt.role
        if role in model.probes and role is not Role.PROJECTIVE and answer.reading:
            label, p = answer.reading.top
            if p >= model.thresholds.offer:
                yield role, label


def _shares(figures: dict[Key, float], counts: Counter[Key], name: str, based: dict[str, int]) -> None:
    """Re-estimate figures that sum to 1, in place; those with too few counts keep their share of what is left."""
    told = {key for key in figures if counts[key] >= LEAST}
    while told and 0 < sum(counts[key] for key in figures if key not in told) < LEAST:
        told.remove(min(told, key=lambda key: counts[key]))
    total = sum(counts[key] for key in figures)
    if not told:
        return
    after = {key: (counts[key] + STRENGTH * figures[key]) / (total + STRENGTH) for key in told}
    rest = sum(figures[key] for key in figures if key not in told)
    left = 1 - sum(after.values())
    for key, share in figures.items():
        figures[key] = after[key] if key in told else share / rest * left
    based.update({f"{name}.{key}": counts[key] for key in told})
    if len(told) == len(figures) - 1:
        based.update({f"{name}.{key}": total for key in figures if key not in told})


def _honesty(
    probe: dict[str, Any], model: Model, role: Role, cases: Iterable[Case], based: dict[str, int]
) -> None:
    """P(the cause itself is told), from how often it was read: expected hits are linear in honesty, so solve for it."""
    asked, hits, by_excuse, slope = 0, 0, 0.0, 0.0
    for case in cases:
        for answered, read in _readings(model, case):
            if answered is role:
                excused = sum(
                    p * model.confusion.read_as(case.cause, said) for said, p in model.excuses.items()
                )
                asked, hits = asked + 1, hits + (read is case.cause)
                by_excuse += excused
                slope += (model.confusion.right - excused) * (model.shyness if case.cause in model.shy else 1)
    if asked < LEAST or slope <= 0:
        return
    estimate = min(max((hits - by_excuse) / slope, BOUNDS[0]), BOUNDS[1])
    probe["honesty"] = (STRENGTH * probe["honesty"] + asked * estimate) / (STRENGTH + asked)
    based[f"probes.{role.value}.honesty"] = asked


def _bands(bands: list[dict[str, Any]], model: Model, cases: Iterable[Case], based: dict[str, int]) -> None:
    """The 0–10 answers, for the cause and for another one."""
    counts: dict[str, Counter[int]] = {"if_cause": Counter(), "if_not": Counter()}
    for case in cases:
        for answer in case.answers:
            if answer.prompt.role is Role.COUNTERFACTUAL and answer.prompt.cause and answer.value:
                score = int(answer.value)
                band = next(i for i, each in enumerate(model.scale.bands) if score <= each.up_to)
                if answer.prompt.cause is not case.cause:
                    counts["if_not"][band] += 1
                elif case.validated:
                    counts["if_cause"][band] += 1
    for column, counted in counts.items():
        figures = {place: float(band[column]) for place, band in enumerate(bands)}
        rested: dict[str, int] = {}
        _shares(figures, counted, "band", rested)
        for place, share in figures.items():
            bands[place][column] = share
        based.update(
            {f"scale.bands.{name.partition('.')[2]}.{column}": times for name, times in rested.items()}
        )


def _confirming(answers: dict[str, dict[str, float]], cases: Iterable[Case], based: dict[str, int]) -> None:
    """The answers to "mostly that?", by where the cause stood in the question."""
    counts: dict[str, Counter[str]] = {
        column: Counter() for column in ("if_main", "if_second", "if_third", "if_other")
    }
    for case in cases:
        for answer in case.answers:
            prompt = answer.prompt
            if prompt.role is Role.CONFIRM and answer.value in answers:
                places = {prompt.third: "if_third", prompt.second: "if_second", prompt.cause: "if_main"}
                stood = places.get(case.cause, "if_other")
                counts[stood][answer.value] += 1
    for column, counted in counts.items():
        figures = {value: row[column] for value, row in answers.items()}
        rested: dict[str, int] = {}
        _shares(figures, counted, "answer", rested)
        for value, row in answers.items():
            row[column] = figures[value]
        based.update(
            {f"confirm.answers.{name.partition('.')[2]}.{column}": times for name, times in rested.items()}
        )


def _flat(data: Any, place: str = "") -> dict[str, float]:
    """Every number by its place, "probes.incident.honesty"."""
    if isinstance(data, Mapping):
        parts: Iterable[tuple[Any, Any]] = data.items()
    elif isinstance(data, list):
        parts = enumerate(data)
    else:
        return {place: float(data)} if isinstance(data, int | float) else {}
    return {
        name: value
        for key, child in parts
        for name, value in _flat(child, f"{place}.{key}" if place else str(key)).items()
    }
