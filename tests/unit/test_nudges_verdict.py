"""Three words by rules written beforehand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.effects import Effect
from nudges.verdict import Rules, RulesUnusable, Why, Word, verdict

RULES = Rules(
    worth=0.1, weeks=12, first_after=4, clusters=8, people=5, planned=0.05, detectable=0.2, enough=30
)
MANY = (80, 80)
SHARES = st.floats(-1, 1)


def effect(value: float, low: float, high: float) -> Effect:
    return Effect(value, low, high, (10, 10), MANY, adjusted=False)


@pytest.mark.parametrize(
    ("found", "weeks", "why"),
    [
        (effect(0.15, 0.02, 0.28), 4, Why.BETTER),
        (effect(0.15, 0.02, 0.28), 3, Why.EARLY),
        (effect(0.05, 0.01, 0.12), 8, Why.UNCLEAR),
        (effect(0.15, -0.02, 0.3), 12, Why.UNCLEAR),
        (effect(0.05, 0.01, 0.09), 8, Why.SMALL),
        (effect(-0.2, -0.3, -0.01), 2, Why.WORSE),
        (None, 8, Why.NO_USE),
        (None, 0, Why.EARLY),
    ],
)
def test_the_rules_decide(found, weeks, why) -> None:
    assert verdict(RULES, weeks, MANY, (10, 10), found) is why


@given(SHARES, st.floats(0, 1), st.integers(0, 52), st.integers(0, 7), st.integers(0, 30))
def test_below_eight_teams_an_arm_nothing_is_said(value, half, weeks, few, many) -> None:
    for clusters in ((few, many), (many, few)):
        found = verdict(RULES, weeks, MANY, clusters, effect(value, value - half, value + half))
        assert found.word is Word.TOO_FEW


@given(SHARES, st.floats(0, 1), st.integers(0, 52))
def test_go_means_better_than_nothing_and_worth_it(value, half, weeks) -> None:
    found = verdict(RULES, weeks, MANY, (10, 10), effect(value, value - half, value + half))
    if found.word is Word.GO:
        assert value - half > 0
        assert value >= RULES.worth
        assert weeks >= RULES.first_after


def test_of_fewer_than_five_people_nothing_is_said() -> None:
    assert verdict(RULES, 8, (4, 80), (10, 10), effect(0.5, 0.4, 0.6)) is Why.PEOPLE


def test_rules_survive_being_written_down() -> None:
    assert Rules.from_json(RULES.to_json()) == RULES


@pytest.mark.parametrize("wrong", [{"worth": 0.0}, {"worth": 1.5}, {"first_after": 13}, {"weeks": 60}])
def test_rules_that_decide_nothing_are_refused(wrong) -> None:
    with pytest.raises(RulesUnusable):
        replace(RULES, **wrong)
