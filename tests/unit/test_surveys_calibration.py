"""Re-estimating the figures: towards the truth, from enough interviews, and never from a handful."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from content.blockers import CAUSES, Blocker
from surveys import figures
from surveys.calibration import LEAST, MINIMUM, Case, TooFew, calibrate
from surveys.reading import Reading
from surveys.script import Role
from surveys.state import Answer, Prompt

MODEL = figures.shipped().believed()
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def told(read: Blocker, role: Role = Role.INCIDENT) -> Answer:
    reading = Reading(probabilities={label: 0.87 if label is read else 0.01 for label in Blocker})
    return Answer(prompt=Prompt(number=3, step="a", role=role), at=NOW, text="…", reading=reading)


def scored(cause: Blocker, score: int) -> Answer:
    prompt = Prompt(number=4, step="b", role=Role.COUNTERFACTUAL, cause=cause)
    return Answer(prompt=prompt, at=NOW, value=str(score))


def confirmed(cause: Blocker, value: str) -> Answer:
    prompt = Prompt(number=5, step="c", role=Role.CONFIRM, cause=cause, second=Blocker.FEAR)
    return Answer(prompt=prompt, at=NOW, value=value)


def simulated(many: int, honesty: float, *, validated: bool = False, seed: int = 1) -> list[Case]:
    """People who all have `trust` or `habit`, tell it with probability `honesty`, read by the shipped confusion."""
    random, cases = Random(seed), []
    for _ in range(many):
        cause = random.choice((Blocker.HABIT, Blocker.PEERS))
        said = (
            cause
            if random.random() < honesty
            else random.choices(*zip(*MODEL.excuses.items(), strict=True))[0]
        )
        read = random.choices(list(Blocker), [MODEL.confusion.read_as(label, said) for label in Blocker])[0]
        other = scored(Blocker.TIME, random.choice((0, 1, 2, 9)))
        cases.append(Case(cause, validated, (told(read), other, confirmed(cause, "main"))))
    return cases


def test_a_few_interviews_change_nothing() -> None:
    with pytest.raises(TooFew, match="fewer than 30"):
        calibrate(MODEL, MODEL, simulated(MINIMUM - 1, 0.5))


@pytest.mark.parametrize("honesty", [0.25, 0.6, 0.85])
def test_honesty_is_found_again(honesty: float) -> None:
    after = calibrate(MODEL, MODEL, simulated(3000, honesty)).model.probes[Role.INCIDENT].honesty
    assert after == pytest.approx(honesty, abs=0.05)


def test_priors_move_towards_what_was_found_and_stay_a_distribution() -> None:
    after = calibrate(MODEL, MODEL, simulated(200, 0.5)).model.priors
    assert after[Blocker.HABIT] > 0.3 > 0.03 > after[Blocker.TIME]
    assert sum(after.values()) == pytest.approx(1)


def test_what_the_figures_foresee_leaves_them_as_they_are() -> None:
    """Interviews drawn from the shipped figures themselves, 4,000 of them, move hardly anything."""
    random, cases = Random(3), []
    for _ in range(4000):
        cause = random.choices(*zip(*MODEL.priors.items(), strict=True))[0]
        honest = MODEL.probes[Role.INCIDENT].honesty * (MODEL.shyness if cause in MODEL.shy else 1)
        excuse = random.choices(*zip(*MODEL.excuses.items(), strict=True))[0]
        said = cause if random.random() < honest else excuse
        cases.append(Case(cause, False, (told(said),)))
    after = calibrate(figures.shipped(), figures.shipped(), cases).model
    assert after.priors == pytest.approx(MODEL.priors, abs=0.02)
    assert after.excuses == pytest.approx(MODEL.excuses, abs=0.03)
    assert after.probes[Role.INCIDENT].honesty == pytest.approx(MODEL.probes[Role.INCIDENT].honesty, abs=0.1)


def test_whoever_rightly_chooses_the_third_cause_speaks_for_the_third() -> None:
    prompt = Prompt(
        number=5, step="c", role=Role.CONFIRM, cause=Blocker.TIME, second=Blocker.FEAR, third=Blocker.PEERS
    )
    answer = Answer(prompt=prompt, at=NOW, value="third")
    after = calibrate(MODEL, MODEL, [Case(Blocker.PEERS, True, (answer,))] * 200).model.confirm.answers[
        "third"
    ]
    before = MODEL.confirm.answers["third"]
    assert after.if_third > before.if_third
    assert (after.if_main, after.if_other) == (before.if_main, before.if_other)


def test_as_many_interviews_as_the_shipped_figures_weigh_move_half_way() -> None:
    cases = [Case(Blocker.TRUST, False, ()) for _ in range(50)]
    after = calibrate(MODEL, MODEL, cases).model.priors[Blocker.TRUST]
    assert after == pytest.approx((1 + MODEL.priors[Blocker.TRUST]) / 2)


def test_no_figure_rests_on_a_handful() -> None:
    few = [Case(cause, False, (told(cause),)) for cause in CAUSES for _ in range(2)]
    many = [Case(Blocker.HABIT, False, (told(Blocker.HABIT),)) for _ in range(40)]
    done = calibrate(MODEL, MODEL, few + many)
    assert done.changes
    assert all(change.based_on >= LEAST for change in done.changes)
    ratio = done.model.priors[Blocker.TRUST] / done.model.priors[Blocker.FEAR]
    assert ratio == pytest.approx(MODEL.priors[Blocker.TRUST] / MODEL.priors[Blocker.FEAR])


def test_the_few_left_over_cannot_be_told_by_subtraction() -> None:
    """31 of 34 have one cause: naming that figure would tell that 3 have another."""
    cases = [Case(Blocker.HABIT, False, ()) for _ in range(31)] + [
        Case(Blocker.FEAR, False, ()) for _ in range(3)
    ]
    done = calibrate(MODEL, MODEL, cases)
    assert done.model.priors == MODEL.priors
    assert not any(change.figure.startswith("priors") for change in done.changes)


def test_what_confirming_itself_selects_is_learnt_from_validated_interviews_alone() -> None:
    before = MODEL.confirm.answers["main"].if_main
    assert calibrate(MODEL, MODEL, simulated(200, 0.5)).model.confirm.answers["main"].if_main == before
    proven = calibrate(MODEL, MODEL, simulated(200, 0.5, validated=True)).model
    assert proven.confirm.answers["main"].if_main > before
    assert sum(row.if_main for row in proven.confirm.answers.values()) == pytest.approx(1)


def test_low_scores_for_another_cause_are_learnt() -> None:
    after = calibrate(MODEL, MODEL, simulated(400, 0.5)).model.scale.bands
    assert after[0].if_not > MODEL.scale.bands[0].if_not
    assert sum(band.if_not for band in after) == pytest.approx(1)


def test_every_change_says_before_and_after() -> None:
    done = calibrate(MODEL, MODEL, simulated(200, 0.5))
    by_name = {change.figure: change for change in done.changes}
    assert by_name["priors.habit"].before == MODEL.priors[Blocker.HABIT]
    assert by_name["priors.habit"].after == done.model.priors[Blocker.HABIT]
    assert (
        Counter(case.cause for case in simulated(200, 0.5))[Blocker.HABIT] == by_name["priors.habit"].based_on
    )
    again = calibrate(MODEL, done.model, simulated(200, 0.5))
    assert again.changes == ()
