"""The difference between the arms of a test: the same as textbook software finds, and an interval that keeps its word."""

from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from nudges.effects import ALPHA, STEADY, Cluster, effect, normal, reach, to_t
from nudges.power import Design
from tests.support.trials import World, halves


def clusters(rng: np.random.Generator, count: int = 24, before: bool = False) -> list[Cluster]:
    return [
        Cluster(
            number % 3 == 0,
            int(rng.integers(1, 20)),
            float(rng.random()),
            float(rng.random()) if before else None,
        )
        for number in range(count)
    ]


def arms(found: list[Cluster]) -> tuple[list[float], list[float]]:
    return [each.outcome for each in found if each.treated], [
        each.outcome for each in found if not each.treated
    ]


@pytest.mark.parametrize("seed", range(5))
def test_without_a_past_it_is_welchs_difference_of_means(seed: int) -> None:
    given = clusters(np.random.default_rng(seed))
    found = effect(given, planned=0.1)
    known = stats.ttest_ind(*arms(given), equal_var=False)
    assert found is not None
    assert found.value == pytest.approx(known.statistic * _error(known))
    assert found.high - found.value == pytest.approx(_error(known) * reach(_error(known) ** 2, 0.1, known.df))
    assert (found.clusters, found.adjusted) == ((8, 16), False)


def _error(known: Any) -> float:
    low, high = known.confidence_interval(0.95)
    return float((high - low) / 2 / stats.t.ppf(0.975, known.df))


@pytest.mark.parametrize("seed", range(5))
def test_with_a_past_it_is_the_coefficient_of_an_analysis_of_covariance(seed: int) -> None:
    given = clusters(np.random.default_rng(seed), before=True)
    design = np.array([[1.0, each.treated, each.before or 0.0] for each in given])
    known = np.linalg.lstsq(design, np.array([each.outcome for each in given]), rcond=None)[0]
    found = effect(given, planned=0.1)
    assert found is not None
    assert found.adjusted
    assert found.value == pytest.approx(known[1])


@pytest.mark.parametrize("freedom", [2, 4, 6, 8, 12, 30, 100])
@pytest.mark.parametrize("z", [1.6, 1.96, 2.5, 3.0])
def test_the_quantile_of_t_is_never_too_short(z: float, freedom: int) -> None:
    exact = stats.t.isf(stats.norm.sf(z), freedom)
    assert exact * 0.9999 <= to_t(z, freedom) <= exact * (1.01 if freedom >= 6 else 1.25)


def test_the_interval_is_narrowest_where_the_plan_ends() -> None:
    assert pytest.approx(STEADY, abs=1e-3) == np.log((STEADY + 1) / ALPHA**2)
    widths = [reach(0.01 * factor, 0.1, 1e6) for factor in (0.5, 1.0, 2.0)]
    assert min(widths) == widths[1] == pytest.approx(3.035, abs=1e-3)
    assert normal(0.975) == pytest.approx(1.96, abs=1e-3)


def test_too_few_or_all_alike_is_nothing_to_compare() -> None:
    assert effect([Cluster(True, 5, 0.5), *(Cluster(False, 5, n / 10) for n in range(9))], 0.1) is None
    assert effect([Cluster(n % 2 == 0, 5, 0.0) for n in range(20)], 0.1) is None


def _misses(teams: int, *, icc: float, alike: float, before: int, runs: int, gain: float = 0.0) -> float:
    """The part of tests of 26 weeks in which the interval left the truth out in at least one week."""
    rng = np.random.default_rng(teams)
    missed = 0
    for _ in range(runs):
        sizes = tuple(int(size) for size in rng.integers(3, 25, size=teams))
        planned = Design(sizes, 0.5, 0.4, icc).error()
        run = World(sizes, 0.4, icc, alike, gain, before).run(rng, halves(rng, teams), 26)
        looks = [effect(run.look(week), planned) for week in range(1, 27)]
        missed += any(not look.low <= gain <= look.high for look in looks if look)
    return missed / runs


@pytest.mark.parametrize(("teams", "before"), [(10, 0), (10, 8), (30, 8)])
def test_looking_every_week_for_half_a_year_finds_nothing_where_nothing_is(teams: int, before: int) -> None:
    runs = 150
    assert _misses(teams, icc=0.05, alike=0.3, before=before, runs=runs) <= 0.05 + 2 * sqrt(
        0.05 * 0.95 / runs
    )


@pytest.mark.slow
@pytest.mark.parametrize("teams", [10, 16, 30, 60])
@pytest.mark.parametrize(("icc", "alike"), [(0.0, 0.0), (0.0, 0.2), (0.1, 0.2), (0.1, 0.8), (0.3, 0.6)])
@pytest.mark.parametrize("before", [0, 8])
def test_coverage(teams: int, icc: float, alike: float, before: int) -> None:
    assert _misses(teams, icc=icc, alike=alike, before=before, runs=600) <= 0.05 + sqrt(0.05 * 0.95 / 600)


def test_the_past_narrows_the_interval_and_moves_the_value_by_nothing() -> None:
    """Over many tests with a true gain, teams alike in 20%, people steady."""
    rng = np.random.default_rng(1)
    plain, adjusted = [], []
    sizes = tuple(int(size) for size in rng.integers(4, 20, size=24))
    planned = Design(sizes, 0.5, 0.3, 0.2).error()
    for _ in range(400):
        run = World(sizes, 0.3, 0.2, 0.7, gain=0.1, before=8).run(rng, halves(rng, 24), 12)
        with_past = effect(look := run.look(12), planned)
        without = effect([Cluster(c.treated, c.people, c.outcome) for c in look], planned)
        assert with_past
        assert without
        adjusted.append((with_past.value, with_past.high - with_past.low))
        plain.append((without.value, without.high - without.low))
    values, widths = np.array(adjusted).T
    assert widths.mean() < 0.6 * np.array(plain)[:, 1].mean()
    assert abs(values.mean() - np.array(plain)[:, 0].mean()) < 4 * np.array(plain)[:, 0].std() / sqrt(400)
    assert abs(values.mean() - 0.1) < 4 * values.std() / sqrt(400)


def test_a_past_that_says_nothing_does_no_harm() -> None:
    rng = np.random.default_rng(2)
    values = []
    for _ in range(2_000):
        treated = halves(rng, 12)
        given = [Cluster(bool(arm), 5, *map(float, rng.normal(size=2))) for arm in treated]
        found = effect(given, planned=0.6)
        assert found
        values.append(found.value)
    assert abs(np.mean(values)) < 3 * np.std(values) / sqrt(2_000)
