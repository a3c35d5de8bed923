"""Which probe goes first: the one whose answer is expected to tell most, by the current belief."""

from itertools import pairwise
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import CAUSES, Blocker
from surveys import belief as beliefs
from surveys import figures
from surveys.belief import Joint
from surveys.gain import expected_gain
from surveys.measures import adkar_barrier, umux_lite, umux_lite_adjusted
from surveys.script import Role
from surveys.state import Prompt

MODEL = figures.shipped()


def prompt(role: Role, *options: str, cause: Blocker | None = None, second: Blocker | None = None) -> Prompt:
    return Prompt(number=3, step="x", role=role, options=options, cause=cause, second=second)


def joint(shares: list[float]) -> Joint:
    """Causes with these shares; excuses as the figures have them."""
    return np.outer(np.array(shares) / sum(shares), MODEL.prior.sum(axis=0))


def sure_of(cause: Blocker, p: float) -> Joint:
    return joint([p if label is cause else (1 - p) / (len(Blocker) - 1) for label in Blocker])


def entropy(shares: Joint) -> float:
    held = shares[shares > 0]
    return float(-(held * np.log2(held)).sum())


PROBES = [
    prompt(Role.INCIDENT),
    prompt(Role.REFLECTION),
    prompt(Role.MISSING),
    prompt(Role.CLARIFY, "time", "trust", "other"),
    prompt(Role.COUNTERFACTUAL, cause=Blocker.TIME),
    prompt(Role.CONFIRM, cause=Blocker.TIME, second=Blocker.TRUST),
]
weights = st.lists(st.floats(min_value=0.001, max_value=1), min_size=len(Blocker), max_size=len(Blocker))


@given(weights, st.sampled_from(PROBES))
def test_a_gain_is_never_negative_nor_more_than_what_is_unknown(held: list[float], asked: Prompt) -> None:
    belief = joint(held)
    assert -1e-9 <= expected_gain(MODEL, belief, asked) <= entropy(belief.sum(axis=1)) + 1e-9


def test_it_is_the_expected_fall_in_entropy() -> None:
    """Computed the long way round, for the counterfactual: Σ P(answer) · (H(before) − H(after))."""
    belief, asked = sure_of(Blocker.TIME, 0.6), prompt(Role.COUNTERFACTUAL, cause=Blocker.TIME)
    fall = 0.0
    for band in MODEL.scale.bands:
        given_cause = beliefs.scored(MODEL, asked, band.up_to)
        assert given_cause is not None
        both = belief * given_cause
        fall += both.sum() * (entropy(belief.sum(axis=1)) - entropy(both.sum(axis=1) / both.sum()))
    assert expected_gain(MODEL, belief, asked) == pytest.approx(fall)


def test_asking_again_what_is_known_tells_little() -> None:
    open_, known = sure_of(Blocker.TIME, 1 / len(Blocker)), sure_of(Blocker.TIME, 0.99)
    for asked in PROBES:
        assert expected_gain(MODEL, known, asked) < expected_gain(MODEL, open_, asked)


def test_a_more_honest_probe_tells_more() -> None:
    gains = [
        expected_gain(MODEL, MODEL.prior, prompt(role))
        for role in (Role.PROJECTIVE, Role.INCIDENT, Role.REFLECTION)
    ]
    assert all(less < more for less, more in pairwise(gains))


def test_a_counterfactual_about_nothing_and_a_question_that_is_no_probe_tell_nothing() -> None:
    assert expected_gain(MODEL, MODEL.prior, prompt(Role.COUNTERFACTUAL)) == 0
    assert expected_gain(MODEL, MODEL.prior, prompt(Role.NEED_REAL, "calm")) == 0


def test_the_choice_between_the_two_likeliest_tells_most() -> None:
    rest = 0.04 / (len(Blocker) - 2)
    belief = joint([0.48 if label in {Blocker.TIME, Blocker.TRUST} else rest for label in Blocker])
    near = expected_gain(MODEL, belief, prompt(Role.CLARIFY, "time", "trust", "other"))
    far = expected_gain(MODEL, belief, prompt(Role.CLARIFY, "fear", "peers", "other"))
    assert near > far
    assert near <= log2(len(CAUSES))


@pytest.mark.parametrize(
    ("items", "score", "adjusted"), [((1, 1), 0, 22.9), ((7, 7), 100, 87.9), ((4, 4), 50, 55.4)]
)
def test_umux_lite_as_published(items: tuple[int, int], score: float, adjusted: float) -> None:
    assert umux_lite(*items) == pytest.approx(score)
    assert umux_lite_adjusted(*items) == pytest.approx(adjusted)


def test_the_barrier_point_is_the_first_at_three_or_less() -> None:
    items = ("awareness", "desire", "knowledge", "ability", "reinforcement")

    def barrier(*values: int) -> int | None:
        return adkar_barrier({f"adkar.{item}": value for item, value in zip(items, values, strict=False)})

    assert barrier(5, 4, 3, 1, 1) == 3
    assert barrier(1, 5, 5, 5, 5) == 1
    assert barrier(4, 4, 4, 4, 4) == 0
    assert barrier(4, 4) is None
