from random import Random

import numpy as np
import pytest

from content.blockers import Blocker
from nudges.choice import chances
from nudges.eligibility import Option
from nudges.learning import ENOUGH, HOLD, SEND, Belief, Context, Logged, learn
from nudges.pack import Occasion, Tone

OPTIONS = tuple(Option(f"time.{name}", Blocker.TIME, None, Tone.PLAIN, None) for name in "abcde")
TIME = Context(Blocker.TIME, Occasion.ROUTINE, persona="office")
ALIKE = {option.name: 0.2 for option in OPTIONS}


def said(number: int, helps: dict[str, float], seed: int = 1) -> list[Logged]:
    """Any wording alike, each of which helps so often."""
    rng = Random(seed)
    rows = []
    for person in range(number):
        chosen = rng.choice(OPTIONS).name
        rows.append(
            Logged(str(person), TIME, chosen, ALIKE, float(rng.random() < helps[chosen[-1]]), OPTIONS)
        )
    return rows


def decided(sent: int, held: int) -> list[Logged]:
    arms = [SEND] * sent + [HOLD] * held
    return [Logged(str(n), TIME, arm, {SEND: 0.9, HOLD: 0.1}, 1.0) for n, arm in enumerate(arms)]


HELPS = {"a": 0.30, "b": 0.30, "c": 0.45, "d": 0.30, "e": 0.30}


def test_the_best_wording_is_found() -> None:
    belief = learn([*decided(500, ENOUGH), *said(3000, HELPS)])
    found = chances(OPTIONS, belief, TIME)
    assert max(found, key=lambda name: found[name]) == "time.c"
    assert found["time.c"] > 0.8


def test_wordings_wait_until_it_is_known_what_writing_does() -> None:
    belief = learn([*decided(500, ENOUGH - 1), *said(3000, HELPS)])
    assert belief.what is None
    assert belief.whether is None


def test_more_is_believed_the_more_was_seen() -> None:
    few, many = (learn([*decided(60, 60), *said(count, HELPS)]) for count in (60, 6000))
    spread = [np.ptp(belief.wordings(OPTIONS, TIME).mean(axis=0)) for belief in (few, many)]
    assert spread[0] < spread[1]


def test_a_belief_survives_being_kept() -> None:
    belief = learn([*decided(100, 100), *said(500, HELPS)])
    kept = Belief.from_json(belief.to_json())
    for name, chance in chances(OPTIONS, belief, TIME).items():
        assert chances(OPTIONS, kept, TIME)[name] == pytest.approx(chance, abs=0.011)
    assert Belief.from_json(Belief().to_json()).what is None


def test_an_effect_never_seen_is_as_it_was_before() -> None:
    belief = learn([*decided(100, 100), *said(500, HELPS)])
    other = [Option(f"fear.{name}", Blocker.FEAR, None, Tone.PLAIN, None) for name in "ab"]
    found = chances(other, belief, Context(Blocker.FEAR))
    assert min(found.values()) > 0.3
