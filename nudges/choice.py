"""Whether to write, and which wording: Thompson sampling over what fits, now and then by chance.

The chances of all that could be chosen are returned and kept, so that what worked can be told from what was merely shown.
A choice is drawn from exactly these chances: they are counted over draws from what is believed (Thompson 1933; Russo et
al. 2018), so that what is likely better is likelier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from nudges.eligibility import Option
from nudges.learning import HOLD, SEND, Belief, Context

EXPLORED = 0.1
"""Part of the choices, at least, that go to any fitting wording alike."""

HELD_BACK = 0.1
"""Part of the nudges, at least, that do not leave, and at least that do, so that it is seen what writing does."""

PRICE = 0.01
"""What a message has to add to be worth reading, in shares of use: about what nudges add at scale, +1.4 points (DellaVigna &
Linos 2022)."""


@dataclass(frozen=True)
class Chosen:
    """`propensities` are the probabilities of all options by name; that of what was chosen is above 0."""

    name: str
    propensities: Mapping[str, float]

    @property
    def propensity(self) -> float:
        return self.propensities[self.name]


def draw(
    options: Sequence[Option], belief: Belief, context: Context, rng: Random, *, explore: float = EXPLORED
) -> Chosen:
    """One of `options`, each with a chance of `explore` / number of options at least.

    Raises:
        ValueError: there are none.
    """
    return _from(rng, chances(options, belief, context, explore=explore))


def chances(
    options: Sequence[Option], belief: Belief, context: Context, *, explore: float = EXPLORED
) -> dict[str, float]:
    """How likely each of `options` is chosen, by name. Raises ValueError if there are none."""
    if not options:
        raise ValueError("nothing fits; say nothing instead")
    best = _shares(belief.wordings(options, context))
    return {
        option.name: explore / len(options) + (1 - explore) * float(share)
        for option, share in zip(options, best, strict=True)
    }


def whether(belief: Belief, context: Context, rng: Random) -> Chosen:
    """`SEND` or `HOLD` a nudge that could leave. Nothing being known, nine in ten leave."""
    return _from(rng, sending(belief, context))


def sending(belief: Belief, context: Context) -> dict[str, float]:
    """How likely it is to `SEND` and to `HOLD`."""
    added = belief.sending(context)
    worth_it = 1.0 if added is None else float(np.mean(added > PRICE))
    send = HELD_BACK + (1 - 2 * HELD_BACK) * worth_it
    return {SEND: send, HOLD: 1 - send}


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each column is the largest of its row."""
    return np.bincount(values.argmax(axis=1), minlength=values.shape[1]) / len(values)


def _from(rng: Random, propensities: Mapping[str, float]) -> Chosen:
    names = list(propensities)
    return Chosen(rng.choices(names, [propensities[name] for name in names])[0], propensities)
