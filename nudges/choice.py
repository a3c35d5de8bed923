"""Whether and when to write, and which wording: Thompson sampling over what fits, now and then by chance.

The chances of all that could be chosen are returned and kept, so that what worked can be told from what was merely shown.
A choice is drawn from exactly these chances: they are counted over draws from what is believed (Thompson 1933; Russo et
al. 2018), so that what is likely better is likelier.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from nudges.eligibility import Option
from nudges.learning import HOLD, SEND, Belief, Context

EXPLORED = 0.1
"""Part of the choices, at least, that go to any fitting wording, and to any moment, alike."""

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


def whether(belief: Belief, context: Context, rng: Random, moments: Collection[str] = (SEND,)) -> Chosen:
    """`HOLD` a nudge that could leave, or one of `moments` for it. Nothing being known, nine in ten leave."""
    return _from(rng, sending(belief, context, moments))


def sending(belief: Belief, context: Context, moments: Collection[str] = (SEND,)) -> dict[str, float]:
    """How likely each of `moments` is, SEND among them, and how likely it is to `HOLD`.

    Nothing being known, a nudge leaves at its usual moment, but for the tenth that goes to all moments alike.
    """
    added = belief.sending(context)
    worth_it = 1.0 if added is None else float(np.mean(added > PRICE))
    send, names = HELD_BACK + (1 - 2 * HELD_BACK) * worth_it, tuple(moments)
    values = belief.moments(names, context)
    best = [float(name == SEND) for name in names] if values is None else _shares(values)
    chance = {
        name: send * (EXPLORED / len(names) + (1 - EXPLORED) * float(share))
        for name, share in zip(names, best, strict=True)
    }
    return {**chance, HOLD: 1 - send}


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each column is the largest of its row."""
    return np.bincount(values.argmax(axis=1), minlength=values.shape[1]) / len(values)


def _from(rng: Random, propensities: Mapping[str, float]) -> Chosen:
    names = list(propensities)
    return Chosen(rng.choices(names, [propensities[name] for name in names])[0], propensities)
