"""How sure we are of each cause: a posterior over the 14 labels, and the statuses that follow from it.

posterior ∝ prior × Π likelihood of each answer. What a person tells of a cause c under a probe k is c itself with
probability `honesty`, otherwise an excuse; what is read of it goes through the reader's confusion. A reading is soft
evidence: its likelihood is the mean over what it may be (Pearl 1988, "virtual evidence"). All figures are in
`belief.yaml`. Probabilities are 0–1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from content.blockers import CAUSES, Blocker
from content.loader import load, validate
from surveys.reading import Reading
from surveys.state import Answer, Evidence

Probability = Annotated[float, Field(ge=0, le=1)]
Belief = dict[Blocker, float]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Probe(_Part):
    kind: str
    honesty: Probability


class Band(_Part):
    up_to: int
    if_cause: Probability
    if_not: Probability


class Scale(_Part):
    kind: str
    bands: tuple[Band, ...]


class Likelihoods(_Part):
    if_main: Probability
    if_second: Probability
    if_other: Probability


class Confirm(_Part):
    kind: str
    answers: dict[str, Likelihoods]


class Confusion(_Part):
    right: Probability
    mixed: dict[Blocker, dict[Blocker, Probability]]

    def read_as(self, read: Blocker, said: Blocker) -> float:
        """The probability that `said` is read as `read`."""
        if read is said:
            return self.right
        mixed = self.mixed.get(said, {})
        if read in mixed:
            return mixed[read]
        return (1 - self.right - sum(mixed.values())) / (len(Blocker) - 1 - len(mixed))


class Thresholds(_Part):
    accept: Probability
    offer: Probability
    probable: Probability
    confirmed: Probability
    settled: Probability
    solves: int = Field(ge=0, le=10)
    implied: int = Field(ge=0, le=10)
    moved: Probability


class Model(_Part):
    """The figures of `belief.yaml`."""

    priors: dict[Blocker, Probability]
    excuses: dict[Blocker, Probability]
    excuse_prone: frozenset[Blocker]
    never_final: frozenset[Blocker]
    shy: frozenset[Blocker]
    shyness: Probability
    probes: dict[str, Probe]
    scale: Scale
    confirm: Confirm
    confusion: Confusion
    thresholds: Thresholds

    @model_validator(mode="after")
    def _covers_every_label(self) -> Self:
        for name, table in (("priors", self.priors), ("excuses", self.excuses)):
            if set(table) != set(Blocker):
                raise ValueError(f"{name} must give a figure for each of the {len(Blocker)} labels")
            if abs(sum(table.values()) - 1) > 1e-6:
                raise ValueError(f"{name} must sum to 1, not {sum(table.values()):.3f}")
        if self.scale.bands[-1].up_to != 10:
            raise ValueError("the last band of the scale must go up to 10")
        return self

    @cached_property
    def read_given_cause(self) -> Mapping[str, Mapping[Blocker, Mapping[Blocker, float]]]:
        """Per probe: P(read label | real cause), what is said passed through the confusion."""
        return {
            step: {
                cause: {
                    read: sum(
                        self.said(said, cause, probe) * self.confusion.read_as(read, said) for said in Blocker
                    )
                    for read in Blocker
                }
                for cause in Blocker
            }
            for step, probe in self.probes.items()
        }

    def said(self, said: Blocker, cause: Blocker, probe: Probe) -> float:
        """P(told `said` | the real cause is `cause`)."""
        honesty = probe.honesty * (self.shyness if cause in self.shy else 1)
        return honesty * (said is cause) + (1 - honesty) * self.excuses[said]


@cache
def model() -> Model:
    """The shipped figures. Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("surveys") / "belief.yaml"), Model)


# ------------------------------------------------------------------ posterior


def kind_of(model: Model, step: str) -> str | None:
    """The kind of proof that a step's answer is; None if it proves nothing."""
    if step in model.probes:
        return model.probes[step].kind
    return {"counterfactual": model.scale.kind, "confirm": model.confirm.kind}.get(step)


def likelihood(model: Model, answer: Answer) -> Belief | None:
    """P(answer | cause) for each cause, up to a factor; None if the answer says nothing about causes."""
    prompt = answer.prompt
    if answer.skipped:
        return None
    if prompt.step == "counterfactual":
        if prompt.cause is None or answer.value is None:
            return None
        band = next(band for band in model.scale.bands if int(answer.value) <= band.up_to)
        return {label: band.if_cause if label is prompt.cause else band.if_not for label in Blocker}
    if prompt.step == "confirm" and answer.value in model.confirm.answers:
        given = model.confirm.answers[answer.value]
        by_place = {prompt.cause: given.if_main, prompt.second: given.if_second}
        return {label: by_place.get(label, given.if_other) for label in Blocker}
    probe = "own" if prompt.step == "confirm" else prompt.step
    if probe not in model.probes:
        return None
    if answer.value in set(Blocker):
        picked = Blocker(answer.value)
        return {cause: model.said(picked, cause, model.probes[probe]) for cause in Blocker}
    if answer.reading is None:
        return None
    return _read(model, probe, answer.reading)


def _read(model: Model, probe: str, reading: Reading) -> Belief:
    tables = model.read_given_cause[probe]
    return {
        cause: sum(p * tables[cause][read] for read, p in reading.probabilities.items()) for cause in Blocker
    }


def weigh(model: Model, answers: Iterable[Answer]) -> tuple[Belief, tuple[Evidence, ...]]:
    """The posterior after `answers`, and what each of them moved."""
    belief = dict(model.priors)
    trail: list[Evidence] = []
    for answer in answers:
        kind, given = kind_of(model, answer.prompt.step), likelihood(model, answer)
        if kind is None or given is None:
            continue
        weighed = {label: belief[label] * given[label] for label in Blocker}
        total = sum(weighed.values())
        after = {label: weight / total for label, weight in weighed.items()}
        moved = {label: round(after[label] - belief[label], 4) for label in Blocker}
        trail.append(
            Evidence(
                prompt=answer.prompt.number,
                step=answer.prompt.step,
                kind=kind,
                moved=dict(sorted(moved.items(), key=lambda pair: -abs(pair[1]))),
            )
        )
        belief = after
    return belief, tuple(trail)


def ranked(belief: Belief) -> list[Blocker]:
    """Causes, likeliest first; ties in the labels' own order. `none` is not among them."""
    return sorted(CAUSES, key=lambda label: (-belief[label], CAUSES.index(label)))


def kinds_for(model: Model, trail: Iterable[Evidence], cause: Blocker) -> frozenset[str]:
    """The kinds of proof that raised the belief in `cause`."""
    return frozenset(item.kind for item in trail if item.moved.get(cause, 0) >= model.thresholds.moved)


# ------------------------------------------------------------------ findings


class Sureness(StrEnum):
    """The values are those of `storage.models.FindingStatus`; `validated` needs usage and is not ours to give."""

    STATED = "stated"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Found:
    """A cause that an interview found. `rank` 1 is the main one.

    `belief` of the second cause is what it holds of the belief that the first one leaves, since a person may have two.
    """

    blocker: Blocker
    sureness: Sureness
    stated: bool
    belief: float
    rank: int


def stated(model: Model, answers: Iterable[Answer]) -> Blocker | None:
    """The cause that the person gave first, if it could be read."""
    for answer in answers:
        if answer.prompt.step in {"incident", "reflection", "clarify"} and not answer.skipped:
            if answer.value in set(CAUSES):
                return Blocker(answer.value)
            if answer.reading and answer.reading.top[1] >= model.thresholds.offer:
                label = answer.reading.top[0]
                return None if label is Blocker.NONE else label
    return None


def denied(model: Model, answers: Iterable[Answer]) -> frozenset[Blocker]:
    """The causes that the person refused when asked, and did not name again in own words."""
    refused: set[Blocker | None] = set()
    for answer in answers:
        if answer.skipped:
            continue
        if answer.prompt.step == "confirm" and answer.value == "second":
            refused.add(answer.prompt.cause)
        elif answer.prompt.step == "confirm" and answer.value != "main":
            refused |= {answer.prompt.cause, answer.prompt.second}
        if answer.prompt.step in {"confirm", "own"} and answer.reading:
            refused -= {
                label for label, p in answer.reading.probabilities.items() if p >= model.thresholds.offer
            }
    return frozenset(label for label in refused if label)


def counterfactual(model: Model, answers: Iterable[Answer], cause: Blocker) -> int | None:
    """The person's 0–10 for `cause` solved; naming it as what is missing for an 8 counts as that 8; None if not asked."""
    score: int | None = None
    for answer in answers:
        if answer.skipped:
            continue
        if answer.prompt.step == "counterfactual" and answer.prompt.cause is cause and answer.value:
            score = int(answer.value)
        if answer.prompt.step == "missing" and answer.reading:
            named = answer.reading.probabilities[cause] >= model.thresholds.offer
            score = model.thresholds.implied if named else score
    return score


def findings(
    model: Model, belief: Belief, trail: tuple[Evidence, ...], answers: tuple[Answer, ...]
) -> tuple[Found, ...]:
    """The top two causes as far as they are at least probable, and the stated one, best first."""
    first, second = ranked(belief)[:2]
    said = stated(model, answers)
    left = 1 - belief[first]
    shares = {first: belief[first], second: belief[second] / left if left else 0.0}
    found: list[tuple[Blocker, Sureness, float]] = []
    for cause, share in shares.items():
        sureness = _sureness(model, cause, share, trail, answers)
        if sureness:
            found.append((cause, sureness, share))
    if said and said not in {cause for cause, _, _ in found}:
        found.append((said, Sureness.STATED, belief[said]))
    return tuple(
        Found(cause, sureness, cause is said, round(share, 4), rank)
        for rank, (cause, sureness, share) in enumerate(found, start=1)
    )


def _sureness(
    model: Model, cause: Blocker, share: float, trail: tuple[Evidence, ...], answers: tuple[Answer, ...]
) -> Sureness | None:
    limits = model.thresholds
    kinds = kinds_for(model, trail, cause)
    if share < limits.probable or not kinds:
        return None
    solved = counterfactual(model, answers, cause)
    sure = share >= limits.confirmed and len(kinds) >= 2 and solved is not None and solved >= limits.solves
    return Sureness.CONFIRMED if sure and cause not in denied(model, answers) else Sureness.PROBABLE
