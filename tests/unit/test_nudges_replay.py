"""Estimates against what is known to be true, over many logs."""

from math import sqrt
from random import Random
from statistics import mean, stdev

import pytest

from content.blockers import Blocker
from nudges.eligibility import Option
from nudges.learning import HOLD, SEND, Context, Logged
from nudges.moments import Moment
from nudges.pack import Tone
from nudges.replay import Replay, always, any_moment, large_enough, learned, never, shipped, uniform

NAMES = "abc"
OPTIONS = tuple(Option(f"time.{name}", Blocker.TIME, None, Tone.PLAIN, None) for name in NAMES)
TIME = Context(Blocker.TIME)
HELPS = {"time.a": 0.2, "time.b": 0.4, "time.c": 0.6}
LOGGED = {"time.a": 0.6, "time.b": 0.3, "time.c": 0.1}


def log(seed: int, count: int = 150) -> list[Logged]:
    rng, rows = Random(seed), []
    for person in range(count):
        chosen = rng.choices(list(LOGGED), list(LOGGED.values()))[0]
        rows.append(Logged(str(person), TIME, chosen, LOGGED, float(rng.random() < HELPS[chosen]), OPTIONS))
    return rows


@pytest.mark.parametrize("estimator", ["ips", "snips", "dr"])
def test_another_way_of_choosing_is_valued_without_bias(estimator: str) -> None:
    """Over 200 logs, within three standard errors; the normalised one is biased by about one over the choices."""
    found = [getattr(Replay(log(seed)), estimator)(uniform).value for seed in range(200)]
    error = stdev(found) / sqrt(len(found)) + (2 / 150 if estimator == "snips" else 0)
    assert abs(mean(found) - 0.4) < 3 * error


@pytest.mark.parametrize("estimator", ["ips", "dr"])
def test_intervals_hold_as_often_as_they_say(estimator: str) -> None:
    found = [getattr(Replay(log(seed)), estimator)(uniform) for seed in range(200)]
    assert sum(each.low <= 0.4 <= each.high for each in found) >= 180


def test_the_model_makes_it_narrower() -> None:
    replay = Replay(log(1, 2000))
    plain, doubly = replay.ips(uniform), replay.dr(uniform)
    assert doubly.high - doubly.low < plain.high - plain.low
    assert plain.ess < plain.n == 2000


def test_what_was_done_is_valued_at_what_came_of_it() -> None:
    rows = log(5)
    as_logged = Replay(rows).ips(lambda row, _: row.propensities)
    assert as_logged.value == pytest.approx(mean(row.response for row in rows))
    assert as_logged.ess == pytest.approx(150)


def test_what_is_learnt_does_better_and_is_tried_on_other_people() -> None:
    replay = Replay(log(2, 3000))
    assert replay.dr(learned).low > replay.dr(shipped).value


def test_outcomes_by_chance_alone_teach_nothing() -> None:
    """Learnt on those it is tried on, it would look better than it is."""
    rng = Random(9)
    gains = []
    for seed in range(40):
        rows = [
            Logged(row.person, row.context, row.chosen, row.propensities, float(rng.random() < 0.4), OPTIONS)
            for row in log(seed)
        ]
        replay = Replay(rows)
        gains.append(replay.dr(learned).value - replay.dr(uniform).value)
    assert abs(mean(gains)) < 3 * stdev(gains) / sqrt(len(gains))


def test_whether_to_write_is_replayed_too() -> None:
    rng = Random(4)
    rows = []
    for person in range(4000):
        arm = SEND if rng.random() < 0.9 else HOLD
        used = float(rng.random() < (0.5 if arm == SEND else 0.3))
        rows.append(Logged(str(person), TIME, arm, {SEND: 0.9, HOLD: 0.1}, used))
    replay = Replay(rows)
    assert replay.dr(always).value == pytest.approx(0.5, abs=0.04)
    assert replay.dr(never).value == pytest.approx(0.3, abs=0.08)


def test_when_to_write_is_replayed_too() -> None:
    """The afternoon helps; a log with a tenth of all moments shows it, and what is learnt from it does better."""
    rng = Random(6)
    then = {SEND: 0.45, Moment.AFTERNOON.value: 0.45, HOLD: 0.1}
    helps = {SEND: 0.35, Moment.AFTERNOON.value: 0.55, HOLD: 0.3}
    rows = []
    for person in range(4000):
        arm = rng.choices(list(then), list(then.values()))[0]
        rows.append(Logged(str(person), TIME, arm, then, float(rng.random() < helps[arm])))
    replay = Replay(rows)
    assert replay.dr(always).value == pytest.approx(0.35, abs=0.04)
    assert replay.dr(any_moment).value == pytest.approx(0.45, abs=0.04)
    assert replay.dr(learned).low > replay.dr(any_moment).value


def test_an_empty_log_is_refused() -> None:
    with pytest.raises(ValueError, match="no choices"):
        Replay([])


def of_people(sizes: dict[Blocker, int]) -> list[Logged]:
    return [
        Logged(f"{blocker}{number}", Context(blocker), "x", {"x": 1.0}, 1.0)
        for blocker, size in sizes.items()
        for number in range(size)
    ]


def shown(sizes: dict[Blocker, int]) -> set[Blocker]:
    return {rows[0].context.blocker for rows in large_enough(of_people(sizes), 5)}


def test_a_label_of_few_people_is_not_shown() -> None:
    assert shown({Blocker.TIME: 9, Blocker.FEAR: 3, Blocker.TRUST: 2}) == {Blocker.TIME}


def test_nor_can_it_be_told_by_subtraction() -> None:
    assert shown({Blocker.TIME: 9, Blocker.HABIT: 6, Blocker.FEAR: 3}) == {Blocker.TIME}
    assert shown({Blocker.TIME: 9, Blocker.FEAR: 4}) == set()
    assert shown({Blocker.TIME: 9, Blocker.FEAR: 5}) == {Blocker.TIME, Blocker.FEAR}
