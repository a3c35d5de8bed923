"""The figures behind the belief, as data: `belief.yaml`, or what an installation has calibrated from it.

What a person tells of a cause c under a probe k is c itself with probability `honesty`, otherwise an excuse; what is
read of it goes through the reader's confusion. Probabilities are 0–1; information is in bits.
"""

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from math import log2
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from content.blockers import Blocker
from content.loader import Source, load, validate
from surveys.script import Role

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
    def read_given_cause(self) -> Mapping[Role, Mapping[Blocker, Mapping[Blocker, float]]]:
        """Per probe: P(read label | real cause), what is said passed through the confusion."""
        return {
            role: {
                cause: {
                    read: sum(
                        self.said(said, cause, probe) * self.confusion.read_as(read, said) for said in Blocker
                    )
                    for read in Blocker
                }
                for cause in Blocker
            }
            for role, probe in self.probes.items()
        }

    @cached_property
    def read_noise(self) -> Mapping[Role, Mapping[Blocker, float]]:
        """Per probe and cause: the entropy of what is read, in bits. It tells nothing about the cause."""
        return {
            role: {cause: entropy(row.values()) for cause, row in table.items()}
            for role, table in self.read_given_cause.items()
        }

    def said(self, said: Blocker, cause: Blocker, probe: Probe) -> float:
        """P(told `said` | the real cause is `cause`)."""
        honesty = probe.honesty * (self.shyness if cause in self.shy else 1)
        return honesty * (said is cause) + (1 - honesty) * self.excuses[said]


def entropy(probabilities: Iterable[float]) -> float:
    """In bits."""
    return -sum(p * log2(p) for p in probabilities if p > 0)


def read(source: Source) -> Model:
    """The figures at `source`. Raises `content.loader.ContentError` if the file is missing or broken."""
    return validate(load(source), Model)


@cache
def shipped() -> Model:
    """The figures of this package. Raises `content.loader.ContentError` if the file is broken."""
    return read(files("surveys") / "belief.yaml")
