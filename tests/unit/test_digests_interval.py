"""Wilson's score interval, Newcombe's for a difference, Bonett and Price's for a paired one."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from digests.interval import difference, paired, wilson

shares = st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (9, 31, 0.161, 0.466),  # by hand: centre .3135, half width .1521
        (0, 10, 0.0, 0.278),  # upper end: z² / (n + z²)
        (10, 10, 0.722, 1.0),
        (81, 263, 0.255, 0.366),  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (15, 148, 0.062, 0.161),
        (1, 29, 0.006, 0.172),
    ],
)
def test_known_intervals(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=0.001)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_inside_and_the_interval_inside_0_to_1(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    assert 0 <= low <= counts[0] / counts[1] + 1e-12
    assert counts[0] / counts[1] - 1e-12 <= high <= 1


@given(st.integers(1, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_scipy_says_the_same(counts: tuple[int, int]) -> None:
    theirs = binomtest(*counts).proportion_ci(method="wilson")
    assert wilson(*counts) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(shares)
def test_statsmodels_says_the_same(counts: tuple[int, int]) -> None:
    assert wilson(*counts) == pytest.approx(proportion_confint(*counts, method="wilson"), abs=1e-9)


@given(shares, shares)
def test_statsmodels_says_the_same_of_a_difference(later: tuple[int, int], earlier: tuple[int, int]) -> None:
    theirs = confint_proportions_2indep(*later, *earlier, method="newcomb", compare="diff")
    within = max(-1.0, theirs[0]), min(1.0, theirs[1])
    assert difference(later, earlier) == pytest.approx(within, abs=1e-9)


@pytest.mark.parametrize(
    ("later", "earlier", "low", "high"),
    [
        (
            (56, 70),
            (48, 80),
            0.0524,
            0.3339,
        ),  # Newcombe, Statistics in Medicine 17 (1998), table II, method 10
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_known_differences(later: tuple[int, int], earlier: tuple[int, int], low: float, high: float) -> None:
    assert difference(later, earlier) == pytest.approx((low, high), abs=0.0001)


@given(*[st.integers(1, 300).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))] * 2)
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(
    later: tuple[int, int], earlier: tuple[int, int]
) -> None:
    low, high = difference(later, earlier)
    assert -1 <= low <= later[0] / later[1] - earlier[0] / earlier[1] + 1e-12 <= high + 2e-12 <= 1 + 2e-12
    assert difference(earlier, later) == pytest.approx((-high, -low))


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_four_times_the_people_narrow_the_interval(counts: tuple[int, int]) -> None:
    narrow, wide = wilson(counts[0] * 4, counts[1] * 4), wilson(*counts)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


@pytest.mark.parametrize(("count", "of"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        wilson(count, of)


@pytest.mark.parametrize(
    ("one", "other", "of", "low", "high"),
    [
        (7, 1, 21, 0.0134, 0.5084),  # by hand: 6/23 ± 1.96·√((10/23 − 36/529)/23)
        (0, 0, 10, -0.2309, 0.2309),  # no pair differs: 1.96·√((2/12)/12)
        (9, 0, 31, 0.0991, 0.4463),  # 9/33 ± 1.96·√((11/33 − 81/1089)/33)
    ],
)
def test_known_paired_differences(one: int, other: int, of: int, low: float, high: float) -> None:
    assert paired(one, other, of) == pytest.approx((low, high), abs=0.001)
    assert paired(other, one, of) == pytest.approx((-high, -low), abs=0.001)


@pytest.mark.parametrize(("first", "second"), [(0.3, 0.05), (0.2, 0.2), (0.1, 0.02), (0.5, 0.1)])
@pytest.mark.parametrize("of", [10, 31])
def test_a_paired_interval_holds_its_level_in_small_groups(of: int, first: float, second: float) -> None:
    """Over every outcome there can be, each as likely as it is."""
    held = 0.0
    for one in range(of + 1):
        for other in range(of + 1 - one):
            low, high = paired(one, other, of)
            if low <= first - second <= high:
                ways = comb(of, one) * comb(of - one, other)
                held += ways * first**one * second**other * (1 - first - second) ** (of - one - other)
    assert held >= 0.94


def test_more_people_than_there_are_is_no_paired_share() -> None:
    with pytest.raises(ValueError, match="not parts of 5"):
        paired(3, 3, 5)
