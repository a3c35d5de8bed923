"""What is believed about nudges, learnt from those of a whole workspace together. Pure.

One linear model of "used within the days after" (0–1) for all: what a wording adds is the sum of what its lever, its tone,
its tone for this role, and it alone add. Each of these is near zero until something else is seen, so that a rare wording
borrows from its like (random effects; Gelman & Hill 2007). The posterior is normal and exact.

A wording adds less where it was read lately, and that comes back: half of it in `HALF_BACK` days (Yancey & Settles 2020).
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from content.blockers import Blocker
from content.stages import Stage
from nudges.eligibility import Option
from nudges.moments import Moment
from nudges.pack import After, Occasion

HALF_BACK = 15.0
"""Days after which half of what a wording lost by being read is back (Yancey & Settles 2020)."""

DRAWS = 200
"""Draws from the posterior by which the chance of each choice is counted."""

NOISE = 0.2
"""Variance of one outcome: that of a share between .3 and .7."""

PRIOR: Mapping[str, tuple[float, float]] = {
    "all": (0.4, 0.3),
    "label": (0.0, 0.1),
    "occasion": (0.0, 0.1),
    "after": (0.0, 0.1),
    "stage": (0.0, 0.1),
    "persona": (0.0, 0.1),
    "day": (0.0, 0.1),
    "recent": (0.0, 0.2),
    "ignored": (0.0, 0.1),
    "fresh": (0.05, 0.03),
    "lever": (0.0, 0.02),
    "tone": (0.0, 0.02),
    "suits": (0.0, 0.02),
    "variant": (0.0, 0.03),
    "send": (0.05, 0.05),
    "send_label": (0.0, 0.03),
    "send_family": (0.0, 0.03),
    "send_occasion": (0.0, 0.03),
    "send_after": (0.0, 0.03),
    "send_stage": (0.0, 0.03),
    "send_day": (0.0, 0.03),
    "send_recent": (0.0, 0.03),
    "send_ignored": (0.0, 0.03),
    "moment": (0.0, 0.02),
    "moment_persona": (0.0, 0.02),
    "moment_day": (0.0, 0.02),
}
"""Mean and standard deviation by the kind of effect, in shares of use. A nudge adds 1.4 points at scale and 8.7 in journals
(DellaVigna & Linos 2022); wordings of one message differ by about half of its effect (Milkman et al. 2022)."""

SEND, HOLD = str(Moment.USUAL), "nothing"
"""To write at the usual moment, and not to write at all."""

IGNORED_MOST = 2
"""Ignored messages in a row that are told apart; more are as many."""

Effects = Sequence[tuple[str, float]]
"""What adds up to the outcome, each with its weight."""


@dataclass(frozen=True)
class Context:
    """What is known where something is chosen; as coarse as it can be, since it is kept.

    `day` is the ISO weekday. `recent` says whether the latest week of which anything is known had a use, `ignored` how many
    messages in a row met nothing, `IGNORED_MOST` at most.
    """

    blocker: Blocker
    occasion: Occasion = Occasion.ROUTINE
    after: After | None = None
    stage: Stage | None = None
    persona: str | None = None
    day: int | None = None
    recent: bool | None = None
    ignored: int | None = None

    def effects(self) -> Effects:
        return [
            ("all", 1.0),
            *_named(
                label=self.blocker,
                occasion=self.occasion,
                after=self.after,
                stage=self.stage,
                persona=self.persona,
                day=self.day,
                recent=self.recent,
                ignored=self.ignored,
            ),
        ]

    def of_sending(self, moment: str = SEND) -> Effects:
        """What a message adds to none, and another moment than the usual one to that."""
        added = _named(
            send_label=self.blocker,
            send_family=self.blocker.family,
            send_occasion=self.occasion,
            send_after=self.after,
            send_stage=self.stage,
            send_day=self.day,
            send_recent=self.recent,
            send_ignored=self.ignored,
        )
        return [(SEND, 1.0), *added, *self.of_moment(moment)]

    def of_moment(self, moment: str) -> Effects:
        """What this moment adds to the usual one: for all, for people in this role, and on this weekday."""
        if moment == SEND:
            return []
        role, day = (value and f"{moment}/{value}" for value in (self.persona, self.day))
        return _named(moment=moment, moment_persona=role, moment_day=day)


def _named(**values: object) -> list[tuple[str, float]]:
    return [(f"{kind}:{value}", 1.0) for kind, value in values.items() if value is not None]


@dataclass(frozen=True)
class Logged:
    """One choice of a wording, or of whether and when to write (`options` is empty then, `chosen` HOLD or a moment).

    `propensities` are the chances of all that could have been chosen, by name. `response`, 0–1: used within a week.
    """

    person: str
    context: Context
    chosen: str
    propensities: Mapping[str, float]
    response: float
    options: tuple[Option, ...] = ()

    @cached_property
    def effects(self) -> Effects:
        """All that added up to the response."""
        return effects_of(self, self.chosen)


def recovered(rested: int | None) -> float:
    """The part of its effect, 0–1, that a wording has after so many days; all of it if it was never read."""
    return 1.0 if rested is None else float(1.0 - 0.5 ** (rested / HALF_BACK))


def of_wording(option: Option, context: Context) -> Effects:
    """What this wording adds here."""
    weight = recovered(option.rested)
    keys = [
        "fresh",
        f"lever:{option.blocker}/{option.lever or ''}",
        f"tone:{option.tone}",
        f"variant:{option.name}",
    ]
    if context.persona:
        keys.append(f"suits:{option.tone}/{context.persona}")
    return [(key, weight) for key in keys]


@dataclass(frozen=True, eq=False)
class Posterior:
    """Normal, over the effects `keys`: `mean`, and the lower triangle `root` of which the covariance is the square.

    An effect that is not among them is as it was before anything was seen.
    """

    keys: tuple[str, ...] = ()
    mean: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    root: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def _drawn(self) -> NDArray[np.float64]:
        """By effect, `DRAWS` draws; always the same ones, so that a chance is a property of the belief."""
        normal = np.random.default_rng(len(self.keys)).standard_normal((len(self.keys), DRAWS))
        return self.mean[:, None] + self.root @ normal

    def draws(self, effects: Effects) -> NDArray[np.float64]:
        """`DRAWS` draws of what adds up."""
        total = np.zeros(DRAWS)
        for key, weight in effects:
            place = self._place.get(key)
            total += weight * (_unseen(key) if place is None else self._drawn[place])
        return total

    def expected(self, effects: Effects) -> float:
        """The mean of what adds up."""
        return sum(
            weight * (_prior(key)[0] if (place := self._place.get(key)) is None else float(self.mean[place]))
            for key, weight in effects
        )

    @classmethod
    def of(cls, rows: Sequence[Effects], outcomes: Sequence[float]) -> Self:
        """What is believed after these outcomes."""
        keys = tuple(sorted({key for effects in rows for key, _ in effects}))
        place = {key: index for index, key in enumerate(keys)}
        prior = np.array([_prior(key) for key in keys]).reshape(-1, 2)
        precision, pull = np.diag(prior[:, 1] ** -2.0), prior[:, 0] * prior[:, 1] ** -2.0
        for start in range(0, len(rows), 4096):
            part = rows[start : start + 4096]
            design = np.zeros((len(part), len(keys)))
            lines = np.repeat(np.arange(len(part)), [len(effects) for effects in part])
            places = [place[key] for effects in part for key, _ in effects]
            design[lines, places] = [weight for effects in part for _, weight in effects]
            precision += design.T @ design / NOISE
            pull += design.T @ np.asarray(outcomes[start : start + 4096]) / NOISE
        if not keys:
            return cls()
        covariance = np.linalg.inv(precision)
        root = np.linalg.cholesky((covariance + covariance.T) / 2)
        return cls(keys, covariance @ pull, np.asarray(root, dtype=np.float64))

    def as_plain(self) -> dict[str, object]:
        lower = self.root[np.tril_indices(len(self.keys))].astype("<f4").tobytes()
        return {"keys": list(self.keys), "mean": self.mean.tolist(), "root": base64.b64encode(lower).decode()}

    @classmethod
    def from_plain(cls, keys: Sequence[str], mean: Sequence[float], root: str) -> Self:
        square = np.zeros((len(keys), len(keys)))
        square[np.tril_indices(len(keys))] = np.frombuffer(base64.b64decode(root), dtype="<f4")
        return cls(tuple(keys), np.asarray(mean, dtype=np.float64), square)


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed of wordings, and of whether and when to write. None: too little was seen to be learnt from."""

    what: Posterior | None = None
    whether: Posterior | None = None

    def wordings(self, options: Sequence[Option], context: Context) -> NDArray[np.float64]:
        """`DRAWS` draws of what each option adds here, a column each."""
        known = self.what or _NOTHING
        return np.stack([known.draws(of_wording(option, context)) for option in options], axis=1)

    def sending(self, context: Context) -> NDArray[np.float64] | None:
        """`DRAWS` draws of what a message adds to none; None where that is not known."""
        return self.whether.draws(context.of_sending()) if self.whether else None

    def moments(self, names: Sequence[str], context: Context) -> NDArray[np.float64] | None:
        """`DRAWS` draws of what each moment adds to the usual one, a column each; None where that is not known."""
        if self.whether is None:
            return None
        return np.stack([self.whether.draws(context.of_moment(name)) for name in names], axis=1)

    def to_json(self) -> str:
        parts = {"what": self.what, "whether": self.whether}
        return json.dumps({name: part and part.as_plain() for name, part in parts.items()})

    @classmethod
    @lru_cache(maxsize=8)
    def from_json(cls, text: str) -> Self:
        parts = {name: part and Posterior.from_plain(**part) for name, part in json.loads(text).items()}
        return cls(**parts)


ENOUGH = 50
"""Outcomes on each side before whether and when to write is learnt; wordings are learnt after that."""


def learn(log: Iterable[Logged]) -> Belief:
    """What the log shows: first whether and when to write, and only where that is known, what."""
    said: list[Logged] = []
    asked: list[Logged] = []
    for row in log:
        (said if row.options else asked).append(row)
    held = sum(row.chosen == HOLD for row in asked)
    if min(held, len(asked) - held) < ENOUGH:
        return Belief()
    return Belief(
        what=fitted(said) if said else None,
        whether=fitted(asked),
    )


def fitted(log: Sequence[Logged]) -> Posterior:
    """What is believed after these choices, all of wordings or all of whether and when to write."""
    return Posterior.of([row.effects for row in log], [row.response for row in log])


def effects_of(row: Logged, name: str) -> Effects:
    """All that adds up to the outcome of a choice, had `name` been chosen."""
    if not row.options:
        return [*row.context.effects(), *(() if name == HOLD else row.context.of_sending(name))]
    option = next(option for option in row.options if option.name == name)
    return [*row.context.effects(), *of_wording(option, row.context)]


def _prior(key: str) -> tuple[float, float]:
    return PRIOR[key.partition(":")[0]]


@lru_cache(maxsize=4096)
def _unseen(key: str) -> NDArray[np.float64]:
    mean, spread = _prior(key)
    return mean + spread * np.random.default_rng(crc32(key.encode())).standard_normal(DRAWS)


_NOTHING = Posterior()
