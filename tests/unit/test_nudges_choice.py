from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.choice import EXPLORED, choose

DAY = date(2026, 11, 24)
VARIANTS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)
USED = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3).map(lambda n: DAY - timedelta(days=n)))


@given(eligible=VARIANTS, used=USED, seed=st.integers(0, 10_000))
def test_the_probability_told_is_a_real_one(eligible: list[str], used: dict[str, date], seed: int) -> None:
    chosen = choose(eligible, used, Random(seed))
    assert chosen.variant in eligible
    assert EXPLORED / len(eligible) <= chosen.propensity <= 1
    assert choose(eligible, used, Random(seed)) == chosen


@given(eligible=VARIANTS, used=USED)
def test_probabilities_add_up_to_one(eligible: list[str], used: dict[str, date]) -> None:
    told = {c.variant: c.propensity for c in (choose(eligible, used, Random(seed)) for seed in range(400))}
    if set(told) == set(eligible):
        assert sum(told.values()) == pytest.approx(1)


def test_draws_come_as_often_as_told() -> None:
    used = {"a": DAY, "b": DAY - timedelta(days=9), "c": DAY - timedelta(days=9), "d": DAY}
    rng = Random(7)
    drawn = [choose("abcd", used, rng) for _ in range(20_000)]
    counted = Counter(chosen.variant for chosen in drawn)
    for variant, propensity in {chosen.variant: chosen.propensity for chosen in drawn}.items():
        assert counted[variant] / 20_000 == pytest.approx(propensity, abs=0.015)
    assert sum(counted[v] for v in "ad") / 20_000 == pytest.approx(EXPLORED / 2, abs=0.01)


def test_what_was_never_said_comes_first() -> None:
    used = {"a": DAY - timedelta(days=400), "b": DAY}
    most = Counter(choose("abc", used, Random(seed)).variant for seed in range(200)).most_common(1)
    assert most[0][0] == "c"


def test_nothing_eligible_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choose([], {}, Random(1))
