"""The smallest detectable difference, against simulated tests."""

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nudges.effects import effect
from nudges.power import Design, detectable, enough
from tests.support.trials import World, halves

DESIGN = Design(sizes=(10,) * 20, treated=0.5, base=0.3, icc=0.1, r2=0.5, looks=12)


def test_a_single_look_at_many_people_is_the_textbooks_sample_size() -> None:
    found = detectable(Design((1,) * 2_000, 0.5, 0.5))
    assert found == pytest.approx(
        (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * sqrt(0.25 * 2 / 1_000), rel=0.01
    )


@given(st.integers(4, 60), st.integers(1, 30), st.floats(0, 0.5), st.floats(0.05, 0.5))
def test_more_of_anything_good_finds_smaller_differences(teams, size, icc, base) -> None:
    design = Design((size,) * teams, 0.5, base, icc, 0.2, 12)
    found = detectable(design)
    assert detectable(replace(design, sizes=(size,) * (teams + 2))) < found
    assert detectable(replace(design, sizes=(size + 1,) * teams)) <= found
    assert detectable(replace(design, icc=icc + 0.1)) >= found
    assert detectable(replace(design, r2=0.6)) < found
    assert detectable(replace(design, looks=1)) < found


def test_one_team_in_an_arm_finds_nothing() -> None:
    assert detectable(Design((10,) * 20, 0.05, 0.3, 0.1)) == inf
    assert Design((10,) * 4, 0.1, 0.3).error() == inf


def test_what_would_be_enough_is_just_enough() -> None:
    count = enough(DESIGN, 0.1)
    assert count is not None
    assert detectable(replace(DESIGN, sizes=(10,) * 2 * count)) <= 0.1
    assert detectable(replace(DESIGN, sizes=(10,) * 2 * (count - 1))) > 0.1
    assert enough(DESIGN, 0.0001) is None


def _power(design: Design, weeks: int, alike: float, runs: int) -> float:
    rng, gain, seen = np.random.default_rng(3), detectable(design), 0
    sizes, teams = tuple(int(size) for size in design.sizes), len(design.sizes)
    for _ in range(runs):
        treated = halves(rng, teams)
        low = World(sizes, design.base, design.icc, alike).run(rng, treated, weeks)
        high = World(sizes, design.base + gain, design.icc, alike).run(rng, treated, weeks)
        run = replace(low, used=np.where(treated[:, None], high.used, low.used))
        looks = (effect(run.look(week), design.error()) for week in range(1, weeks + 1))
        seen += any(look.low > 0 for look in looks if look)
    return seen / runs


@pytest.mark.slow
@pytest.mark.parametrize(
    "design",
    [
        Design((10,) * 16, 0.5, 0.3, 0.1, looks=12),
        Design((10,) * 30, 0.5, 0.3, 0.2, looks=12),
        Design((8,) * 60, 0.5, 0.2, 0.05, looks=12),
        Design(tuple(range(3, 25)) * 2, 0.5, 0.3, 0.1, looks=12),
        Design((1,) * 200, 0.5, 0.3, looks=12),
    ],
)
def test_four_times_out_of_five_means_just_that(design: Design) -> None:
    """Where each person's weeks are all alike; where they are not, it is more often."""
    assert _power(design, 1, 1.0, 1_000) == pytest.approx(0.8, abs=0.05)
    assert _power(design, 12, 0.5, 300) >= 0.8


def test_four_times_out_of_five_at_a_glance() -> None:
    assert _power(Design((10,) * 30, 0.5, 0.3, 0.1, looks=12), 1, 1.0, 300) == pytest.approx(0.8, abs=0.08)
