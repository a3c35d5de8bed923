"""The figures and the posterior."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from content.loader import ContentError, parse, validate
from surveys import belief, figures, findings
from surveys.figures import Model
from surveys.findings import Sureness
from surveys.reading import Reading
from surveys.script import Role
from surveys.state import Answer, Prompt

MODEL = figures.shipped()
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def reads(cause: Blocker, sure: float = 0.9) -> Reading:
    rest = (1 - sure) / len(Blocker)
    return Reading(probabilities={b: rest + sure * (b is cause) for b in Blocker})


def told(step: str, cause: Blocker, number: int = 3, sure: float = 0.9) -> Answer:
    return Answer(
        prompt=Prompt(number=number, step=step, role=Role(step)), at=NOW, text="…", reading=reads(cause, sure)
    )


def scored(cause: Blocker, score: int) -> Answer:
    return Answer(
        prompt=Prompt(number=5, step="counterfactual", role=Role.COUNTERFACTUAL, cause=cause),
        at=NOW,
        value=str(score),
    )


def confirmed(main: Blocker, second: Blocker, value: str, third: Blocker | None = None) -> Answer:
    prompt = Prompt(number=6, step="confirm", role=Role.CONFIRM, cause=main, second=second, third=third)
    return Answer(prompt=prompt, at=NOW, value=value)


causes = st.sampled_from(list(Blocker))


def weighed(*answers: Answer, model: Model = MODEL) -> dict[Blocker, float]:
    joint, _ = belief.weigh(model, answers)
    return belief.causes(joint)


def changed(**figures_: object) -> Model:
    return Model.model_validate({**MODEL.model_dump(), **figures_})


@given(
    st.lists(
        st.tuples(st.sampled_from(["incident", "reflection", "projective", "missing"]), causes), max_size=6
    )
)
def test_a_belief_is_a_distribution(answers: list[tuple[str, Blocker]]) -> None:
    joint, trail = belief.weigh(MODEL, [told(step, cause) for step, cause in answers])
    posterior = belief.causes(joint)
    assert sum(posterior.values()) == pytest.approx(1)
    assert all(value > 0 for value in posterior.values())
    assert len(trail) == len(answers)
    for item in trail:
        assert sum(item.moved.values()) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("said", list(Blocker))
def test_what_is_read_of_a_cause_is_a_distribution(said: Blocker) -> None:
    assert sum(MODEL.confusion.read_as(read, said) for read in Blocker) == pytest.approx(1)
    for role in MODEL.probes:
        for table in (MODEL.told(role), MODEL.read(role)):
            assert table[list(Blocker).index(said)].sum(axis=1) == pytest.approx(1)


def test_the_answers_of_each_question_are_a_distribution() -> None:
    assert sum(band.if_cause for band in MODEL.scale.bands) == pytest.approx(1)
    assert sum(band.if_not for band in MODEL.scale.bands) == pytest.approx(1)
    for case in ("if_main", "if_second", "if_third", "if_other"):
        assert sum(getattr(row, case) for row in MODEL.confirm.answers.values()) == pytest.approx(1)


def test_a_reading_that_says_nothing_moves_nothing() -> None:
    empty = Reading(probabilities=dict.fromkeys(Blocker, 1 / len(Blocker)))
    answer = Answer(
        prompt=Prompt(number=3, step="incident", role=Role.INCIDENT), at=NOW, text="…", reading=empty
    )
    assert weighed(answer) == pytest.approx(weighed())


def test_an_excuse_moves_less_than_a_cause_nobody_uses_as_one() -> None:
    before = weighed()
    time, trust = weighed(told("incident", Blocker.TIME)), weighed(told("incident", Blocker.TRUST))
    assert trust[Blocker.TRUST] / before[Blocker.TRUST] > 1.5 * time[Blocker.TIME] / before[Blocker.TIME]


def test_an_excuse_told_twice_is_one_excuse_and_not_two_proofs() -> None:
    twice = told("incident", Blocker.TIME), told("reflection", Blocker.TIME, 4)
    each_time_anew = weighed(*twice, model=changed(sticky=0))
    assert weighed(*twice)[Blocker.TIME] < each_time_anew[Blocker.TIME]
    then_another = weighed(twice[0], told("reflection", Blocker.PEERS, 4))
    assert then_another[Blocker.PEERS] > weighed(*twice)[Blocker.TIME]


def test_shares_that_were_guessed_wrong_cost_little() -> None:
    never = {**MODEL.priors, Blocker.TRUST: 0.0, Blocker.TIME: MODEL.priors[Blocker.TIME] + 0.06}
    answers = told("incident", Blocker.TRUST), scored(Blocker.TRUST, 9)
    assert belief.ranked(weighed(*answers, model=changed(priors=never)))[0] is Blocker.TRUST


def test_a_low_counterfactual_lowers_the_cause_it_asked_about() -> None:
    said = told("incident", Blocker.ACCESS)
    before = weighed(said)
    low, high = (weighed(said, scored(Blocker.ACCESS, score)) for score in (2, 9))
    assert low[Blocker.ACCESS] < before[Blocker.ACCESS] < high[Blocker.ACCESS]


def test_a_no_proves_more_than_a_yes() -> None:
    said = [told("incident", Blocker.SKILLS), scored(Blocker.SKILLS, 8)]
    before = weighed(*said)
    yes, no = (
        weighed(*said, confirmed(Blocker.SKILLS, Blocker.FEAR, value)) for value in ("main", "neither")
    )

    def odds(posterior: dict[Blocker, float]) -> float:
        return posterior[Blocker.SKILLS] / (1 - posterior[Blocker.SKILLS])

    assert odds(before) / odds(no) > odds(yes) / odds(before) > 1


def test_the_first_answer_is_what_was_stated() -> None:
    answers = [told("incident", Blocker.TIME), told("reflection", Blocker.TRUST)]
    assert findings.stated(MODEL, answers) is Blocker.TIME
    assert findings.stated(MODEL, [told("incident", Blocker.TIME, sure=0.2)]) is None


def test_two_kinds_and_a_counterfactual_confirm_and_a_denial_forbids_it() -> None:
    said = (told("incident", Blocker.TRUST), scored(Blocker.TRUST, 9))
    agreed = (*said, confirmed(Blocker.TRUST, Blocker.FEAR, "main"))
    assert _status(agreed)[Blocker.TRUST] is Sureness.CONFIRMED
    only_told = (told("incident", Blocker.TRUST), told("reflection", Blocker.TRUST, 4))
    assert _status(only_told)[Blocker.TRUST] is Sureness.PROBABLE
    low = (told("incident", Blocker.TRUST), told("reflection", Blocker.TRUST, 4), scored(Blocker.TRUST, 3))
    assert _status((*low, confirmed(Blocker.TRUST, Blocker.FEAR, "main")))[Blocker.TRUST] is Sureness.PROBABLE
    denied = (*said, told("missing", Blocker.TRUST), confirmed(Blocker.TRUST, Blocker.FEAR, "neither"))
    assert _status(denied)[Blocker.TRUST] is not Sureness.CONFIRMED


def test_what_was_refused_stays_refused_whatever_is_read_of_own_words() -> None:
    neither = confirmed(Blocker.TRUST, Blocker.FEAR, "neither", third=Blocker.TIME)
    assert findings.denied(MODEL, [neither]) == {Blocker.TRUST, Blocker.FEAR, Blocker.TIME}
    assert findings.denied(MODEL, [neither, told("own", Blocker.TRUST)]) == {
        Blocker.TRUST,
        Blocker.FEAR,
        Blocker.TIME,
    }


def test_choosing_a_cause_passes_over_the_likelier_ones() -> None:
    def refused(value: str) -> frozenset[Blocker]:
        return findings.denied(MODEL, [confirmed(Blocker.TRUST, Blocker.FEAR, value, third=Blocker.TIME)])

    assert refused("main") == frozenset()
    assert refused("second") == {Blocker.TRUST}
    assert refused("third") == {Blocker.TRUST, Blocker.FEAR}


def test_naming_what_is_missing_counts_as_the_eight_it_was_asked_for() -> None:
    answers = [scored(Blocker.ACCESS, 4), told("missing", Blocker.TRUST)]
    assert findings.counterfactual(MODEL, answers, Blocker.ACCESS) == 4
    assert findings.counterfactual(MODEL, answers, Blocker.TRUST) == 8
    assert findings.counterfactual(MODEL, answers, Blocker.FEAR) is None


def test_naming_again_what_was_supposed_solved_does_not_make_it_solve() -> None:
    answers = [scored(Blocker.ACCESS, 4), told("missing", Blocker.ACCESS)]
    assert findings.counterfactual(MODEL, answers, Blocker.ACCESS) == 4


@pytest.mark.parametrize(
    ("levers", "uses", "expected"),
    [
        ([10], [12, 16], True),
        ([10], [12, 24], True),
        ([10], [12], False),
        ([10], [12, 13], False),
        ([10], [12, 25], False),
        ([10], [10, 16], False),
        ([10], [], False),
        ([10], [5, 12, 16], False),
        ([], [12, 16], False),
        ([1, 30], [2, 31, 37], True),
    ],
)
def test_use_in_two_weeks_after_its_lever_validates(
    levers: list[int], uses: list[int], expected: bool
) -> None:
    day = date(2026, 11, 1)
    dates = ([day + timedelta(days=n) for n in each] for each in (levers, uses))
    assert findings.validated(*dates) is expected


def test_broken_figures_are_told_with_the_file() -> None:
    document = parse(b"priors: {time: 2}\n", "mine.yaml")
    with pytest.raises(ContentError, match=r"mine\.yaml:1: priors\.time"):
        validate(document, Model)


def _status(answers: tuple[Answer, ...]) -> dict[Blocker, Sureness]:
    joint, trail = belief.weigh(MODEL, answers)
    return {f.blocker: f.sureness for f in findings.found(MODEL, belief.causes(joint), trail, answers)}
