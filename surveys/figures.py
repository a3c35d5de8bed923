"""The figures behind the belief, as data: `belief.yaml`, or what an installation has calibrated from it.

What a person tells of a cause c under a probe k is c itself with probability `honesty`, otherwise an excuse: their own
one with probability `sticky`, or any. What is read of it goes through the reader's confusion. Probabilities are 0–1.
"""

from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from content.blockers import Blocker
from content.loader import Source, load, validate
from surveys.script import Role

Probability = Annotated[float, Field(ge=0, le=1)]
Floats = NDArray[np.float64]
LABELS = tuple(Blocker)
"""The order of every axis of labels."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Trust(_Part):
    """How far shares that were set by hand are believed; the rest is spread evenly over the labels, so that a wrong
    share costs little (ε-contaminated prior: Berger 1985)."""

    priors: Probability
    excuses: Probability


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
    if_third: Probability
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
    third: Probability
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
    trust: Trust
    sticky: Probability
    excuse_prone: frozenset[Blocker]
    never_final: frozenset[Blocker]
    shy: frozenset[Blocker]
    shyness: Probability
    probes: dict[Role, Probe]
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
    def prior(self) -> Floats:
        """P(cause, excuse) before a word is said, 14 × 14."""
        causes, excuses = (
            _believed(shares, trust)
            for shares, trust in ((self.priors, self.trust.priors), (self.excuses, self.trust.excuses))
        )
        joint: Floats = np.outer(causes, excuses)
        return joint

    def believed(self) -> Self:
        """The same figures with their shares as they are believed, so that nothing more is spread evenly."""
        shares = {
            name: dict(zip(LABELS, map(float, _believed(table, trust)), strict=True))
            for name, table, trust in (
                ("priors", self.priors, self.trust.priors),
                ("excuses", self.excuses, self.trust.excuses),
            )
        }
        whole = {"trust": {"priors": 1.0, "excuses": 1.0}}
        return type(self).model_validate({**self.model_dump(), **shares, **whole})

    @cached_property
    def _tables(self) -> dict[Role, tuple[Floats, Floats]]:
        """Per probe: P(told | cause, excuse) and P(read | cause, excuse), each 14 × 14 × 14."""
        confusion = np.array([[self.confusion.read_as(read, said) for read in LABELS] for said in LABELS])
        told = {role: self._told(probe) for role, probe in self.probes.items()}
        return {role: (table, table @ confusion) for role, table in told.items()}

    def told(self, role: Role) -> Floats:
        """P(told | cause, excuse) under the probe of this role, 14 × 14 × 14."""
        return self._tables[role][0]

    def read(self, role: Role) -> Floats:
        """P(read | cause, excuse) under the probe of this role, 14 × 14 × 14."""
        return self._tables[role][1]

    def _told(self, probe: Probe) -> Floats:
        honesty = np.array([probe.honesty * (self.shyness if label in self.shy else 1) for label in LABELS])
        itself = np.eye(len(LABELS))
        excuse = self.sticky * itself + (1 - self.sticky) * _believed(self.excuses, self.trust.excuses)
        table: Floats = (
            honesty[:, None, None] * itself[:, None, :] + (1 - honesty)[:, None, None] * excuse[None, :, :]
        )
        return table


def _believed(shares: dict[Blocker, float], trust: float) -> Floats:
    """`shares` as far as they are trusted, the rest spread evenly; sums to 1."""
    result: Floats = trust * np.array([shares[label] for label in LABELS]) + (1 - trust) / len(LABELS)
    return result


def read(source: Source) -> Model:
    """The figures at `source`. Raises `content.loader.ContentError` if the file is missing or broken."""
    return validate(load(source), Model)


@cache
def shipped() -> Model:
    """The figures of this package. Raises `content.loader.ContentError` if the file is broken."""
    return read(files("surveys") / "belief.yaml")
