"""Never more than a platform allows, in whatever window, and hardly less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.budget import Budget, Limit, parse_limits

LIMITS = st.builds(Limit, st.integers(1, 600), st.sampled_from([1.0, 2.0, 30.0, 60.0, 3600.0]))
START = 1_795_600_000.0


def most_in_a_window(taken: list[float], seconds: float) -> int:
    """The largest number of instants within any half-open window."""
    most = first = 0
    for last, instant in enumerate(taken):
        while taken[first] <= instant - seconds + 1e-5:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(
    st.lists(LIMITS, min_size=1, max_size=4),
    st.lists(st.floats(0, 20), min_size=1, max_size=300),
    st.integers(1, 40),
)
def test_no_window_has_more_than_its_limit(limits: list[Limit], pauses: list[float], wanted: int) -> None:
    rates = {"send": tuple(limits)}
    budget, now, taken = Budget(rates), START, []
    for pause in pauses:
        now += pause
        taken += [now for _ in range(wanted) if budget.take(now, "send")]
        budget = Budget(rates, budget.dumps(now))
    for limit in limits:
        assert most_in_a_window(taken, limit.seconds) <= limit.count


@pytest.mark.slow
@given(LIMITS)
def test_whoever_sends_all_they_may_gets_all_but_a_fiftieth_of_the_limit(limit: Limit) -> None:
    budget, now, taken = Budget({"send": (limit,)}), START, 0
    end = START + 20 * limit.seconds
    while now < end:
        if budget.take(now, "send"):
            taken += 1
        else:
            following = budget.next_at(now)
            assert following is not None
            assert following > now
            now = following
    assert taken >= 0.98 * 20 * limit.count - 1


@given(LIMITS, st.floats(0, 1e6))
def test_a_clock_set_back_holds_nothing_up_for_long(limit: Limit, back: float) -> None:
    rates = {"send": (limit,)}
    budget = Budget(rates)
    while budget.take(START, "send"):
        pass
    following = Budget(rates, budget.dumps(START)).next_at(START - back)
    assert following is not None
    assert following - (START - back) <= limit.burst * limit.interval + 1e-3


def test_one_used_up_kind_takes_nothing_of_another() -> None:
    budget = Budget({"send": (Limit(525, 60),), "conversation": (Limit(1, 1),)})
    assert budget.take(START, "send", "conversation:karim")
    for _ in range(100):
        assert not budget.take(START, "send", "conversation:karim")
    for number in range(9):
        assert budget.take(START, "send", f"conversation:{number}")
    assert not budget.allows(START, "send"), "a burst of ten"
    assert budget.next_at(START) == pytest.approx(START + 60 / 516)


def test_what_is_full_again_is_not_kept() -> None:
    rates = {"conversation": (Limit(1, 1), Limit(60, 30))}
    budget = Budget(rates)
    for number in range(1000):
        assert budget.take(START, f"conversation:{number}")
    assert Budget(rates, budget.dumps(START + 2)).dumps(START + 2) == "{}"


def test_a_kind_without_limits_is_free() -> None:
    budget = Budget({})
    assert all(budget.take(START, "send", "conversation:karim") for _ in range(1000))
    assert budget.next_at(START) is None
    assert budget.dumps(START) == "{}"


def test_a_changed_setting_starts_afresh() -> None:
    kept = Budget({"send": (Limit(1, 60),)})
    assert kept.take(START, "send")
    assert Budget({"send": (Limit(1, 60), Limit(9, 90))}, kept.dumps(START)).take(START, "send")


def test_limits_are_read_as_documented() -> None:
    assert parse_limits("7/1, 60/30") == (Limit(7, 1), Limit(60, 30))
    assert parse_limits("") == ()
    for wrong in ("7", "0/1", "7/0", "a/1", "7/1/2", "-1/3"):
        with pytest.raises(ValueError, match="count/seconds"):
            parse_limits(wrong)


def test_a_limit_that_has_been_lifted_is_forgotten() -> None:
    budget = Budget({"send": (Limit(1, 60),), "call": (Limit(1, 60),)})
    assert budget.take(START, "send", "call")
    lifted = Budget({"call": (Limit(1, 60),)}, budget.dumps(START))
    assert lifted.take(START, "send")
    assert "send" not in lifted.dumps(START)
    assert not lifted.take(START, "call")
