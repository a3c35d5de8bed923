from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from nudges.choice import EXPLORED, HELD_BACK, chances, draw, sending, whether
from nudges.eligibility import Option
from nudges.learning import HOLD, SEND, Belief, Context, Logged, fitted, recovered
from nudges.moments import Moment
from nudges.pack import Tone
from nudges.plan import Lever

HABIT = Context(Blocker.HABIT)
NOTHING = Belief()


def option(name: str, rested: int | None = None, tone: Tone = Tone.PLAIN) -> Option:
    return Option(f"habit.{name}", Blocker.HABIT, Lever.IF_THEN_PLAN, tone, rested)


OPTIONS = st.lists(
    st.builds(option, st.sampled_from("abcdefgh"), st.none() | st.integers(14, 400), st.sampled_from(Tone)),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each.name,
)


def seen(outcomes: dict[str, tuple[int, int]]) -> list[Logged]:
    """By wording, how often it was said and how often it helped; anything could have been said."""
    options = tuple(option(name) for name in outcomes)
    alike = {each.name: 1 / len(options) for each in options}
    return [
        Logged(f"{name}{number}", HABIT, f"habit.{name}", alike, float(number < helped), options)
        for name, (said, helped) in outcomes.items()
        for number in range(said)
    ]


@given(options=OPTIONS, seed=st.integers(0, 10_000))
def test_every_option_has_its_share_and_together_they_are_one(options: list[Option], seed: int) -> None:
    chosen = draw(options, NOTHING, HABIT, Random(seed))
    assert set(chosen.propensities) == {each.name for each in options}
    assert sum(chosen.propensities.values()) == pytest.approx(1)
    assert min(chosen.propensities.values()) >= EXPLORED / len(options) - 1e-12
    assert chosen.propensity == chances(options, NOTHING, HABIT)[chosen.name]
    assert draw(options, NOTHING, HABIT, Random(seed)) == chosen


def test_draws_come_as_often_as_told() -> None:
    belief = Belief(what=fitted(seen({"a": (60, 30), "b": (60, 20), "c": (60, 34), "d": (60, 25)})))
    options = [option("a", 20), option("b"), option("c", 40), option("d")]
    rng = Random(7)
    counted = Counter(draw(options, belief, HABIT, rng).name for _ in range(20_000))
    for name, chance in chances(options, belief, HABIT).items():
        assert counted[name] / 20_000 == pytest.approx(chance, abs=0.015)


def test_what_helped_is_said_more_often_and_nothing_is_given_up() -> None:
    before = chances([option(name) for name in "abcd"], NOTHING, HABIT)
    belief = Belief(what=fitted(seen({"a": (400, 120), "b": (400, 200), "c": (400, 120), "d": (400, 120)})))
    after = chances([option(name) for name in "abcd"], belief, HABIT)
    assert after["habit.b"] > 0.8 > before["habit.b"]
    assert min(after.values()) >= EXPLORED / 4


def test_a_wording_borrows_from_its_tone() -> None:
    """Nothing is known of two wordings but their tone, which has helped elsewhere."""
    options = tuple(option(f"{tone}{n}", tone=tone) for tone in (Tone.WARM, Tone.PLAIN) for n in range(6))
    alike = {each.name: 1 / 12 for each in options}
    log = [
        Logged(
            str(number),
            HABIT,
            each.name,
            alike,
            float(number % 10 < (6 if each.tone is Tone.WARM else 4)),
            options,
        )
        for each in options
        for number in range(100)
    ]
    found = chances([option("new", tone=Tone.WARM), option("fresh")], Belief(what=fitted(log)), HABIT)
    assert found["habit.new"] > 0.7


def test_what_was_read_lately_is_less_likely_and_comes_back() -> None:
    told = [
        chances([option("a", days), option("b")], NOTHING, HABIT)["habit.a"] for days in (14, 28, 84, 400)
    ]
    assert told == sorted(told)
    assert told[0] < 0.35
    assert recovered(15) == pytest.approx(0.5)
    assert recovered(None) == 1


def test_nothing_that_fits_is_refused() -> None:
    with pytest.raises(ValueError, match="say nothing"):
        draw([], NOTHING, HABIT, Random(1))


def written(context: Context, sent: tuple[int, int], held: tuple[int, int]) -> list[Logged]:
    """How many were sent and how many of them used it; the same of those held back."""
    chances_then = {SEND: 0.9, HOLD: 0.1}
    return [
        Logged(f"{arm}{number}", context, arm, chances_then, float(number < used))
        for arm, (count, used) in ((SEND, sent), (HOLD, held))
        for number in range(count)
    ]


def test_nine_in_ten_leave_while_nothing_is_known() -> None:
    rng = Random(3)
    counted = Counter(whether(NOTHING, HABIT, rng).name for _ in range(10_000))
    assert counted[HOLD] / 10_000 == pytest.approx(HELD_BACK, abs=0.01)


@pytest.mark.parametrize(("used", "least", "most"), [(700, 0.85, 0.9), (250, 0.1, 0.15)])
def test_whether_to_write_follows_what_writing_did(used: int, least: float, most: float) -> None:
    belief = Belief(whether=fitted(written(HABIT, (1000, used), (500, 200))))
    chance = sending(belief, HABIT)
    assert least <= chance[SEND] <= most + 1e-9
    assert sum(chance.values()) == pytest.approx(1)


MOMENTS = tuple(Moment)


def at_moments(used: dict[Moment, int], persona: str | None = None, held: int = 40) -> list[Logged]:
    """A hundred nudges at each moment, any alike, and how many of them used it; the same of a hundred held back."""
    then = {**dict.fromkeys(map(str, MOMENTS), 0.225), HOLD: 0.1}
    context = Context(Blocker.HABIT, persona=persona)
    return [
        Logged(f"{arm}{number}", context, arm, then, float(number < count))
        for arm, count in [*((str(moment), used[moment]) for moment in MOMENTS), (HOLD, held)]
        for number in range(100)
    ]


USED = {Moment.USUAL: 50, Moment.AFTER_LUNCH: 50, Moment.AFTERNOON: 75, Moment.NEXT_DAY: 45}


def test_while_nothing_is_known_a_nudge_keeps_to_its_cue_but_for_a_tenth() -> None:
    chance = sending(NOTHING, HABIT, MOMENTS)
    assert chance[HOLD] == pytest.approx(HELD_BACK)
    others = [chance[moment] for moment in MOMENTS if moment is not Moment.USUAL]
    assert others == pytest.approx([(1 - HELD_BACK) * EXPLORED / 4] * 3)


def test_the_better_moment_is_chosen_and_none_is_given_up() -> None:
    belief = Belief(whether=fitted(at_moments(USED) * 5))
    chance = sending(belief, HABIT, MOMENTS)
    assert max(chance, key=lambda name: chance[name]) == Moment.AFTERNOON
    assert sum(chance.values()) == pytest.approx(1)
    assert min(chance[moment] for moment in MOMENTS) >= (1 - chance[HOLD]) * EXPLORED / 4 - 1e-9
    chosen = whether(belief, HABIT, Random(1), MOMENTS)
    assert chosen == whether(belief, HABIT, Random(1), MOMENTS)
    assert chosen.propensity == chance[chosen.name]


def test_the_best_moment_depends_on_whom() -> None:
    turned = {**USED, Moment.USUAL: 75, Moment.AFTERNOON: 50}
    log = [*at_moments(USED, "field"), *at_moments(turned, "office")] * 5
    belief = Belief(whether=fitted(log))
    field, office = (
        sending(belief, Context(Blocker.HABIT, persona=role), MOMENTS) for role in ("field", "office")
    )
    assert field[Moment.AFTERNOON] > 3 * field[Moment.USUAL]
    assert office[Moment.USUAL] > 3 * office[Moment.AFTERNOON]


@pytest.mark.parametrize("silent", [Context(Blocker.HABIT, ignored=2), Context(Blocker.HABIT, recent=False)])
def test_whether_to_write_depends_on_what_went_before(silent: Context) -> None:
    """Whoever hears us uses it more often after a nudge, the others as often without."""
    heard = Context(Blocker.HABIT, ignored=0, recent=True)
    log = [*written(heard, (1000, 650), (500, 200)), *written(silent, (1000, 390), (500, 200))]
    belief = Belief(whether=fitted(log * 4))
    assert sending(belief, heard)[SEND] > 0.85
    assert sending(belief, silent)[SEND] < sending(belief, heard)[SEND] - 0.2
