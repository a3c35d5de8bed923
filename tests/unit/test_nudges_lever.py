"""From obstacles to the lever that comes next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from nudges.barriers import TOLD
from nudges.lever import step
from nudges.plan import BARRIERS, LEVERS, NO_NUDGE, Found, Lever, Step, StepKind, obstacle

NOTHING: frozenset[Lever] = frozenset()
FINDINGS = st.lists(
    st.builds(Found, st.sampled_from(list(LEVERS)), st.booleans()), max_size=2, unique_by=lambda f: f.blocker
).map(tuple)
SOME = st.frozensets(st.sampled_from(list(Lever)))


def found(*blockers: Blocker, sure: bool = True) -> tuple[Found, ...]:
    return tuple(Found(blocker, sure) for blocker in blockers)


def test_of_two_obstacles_the_earlier_barrier_is_lifted_first() -> None:
    why_first = step(found(Blocker.SKILLS, Blocker.MEANING), NOTHING, TOLD)
    assert why_first == Step(Lever.LEADERS_WHY, StepKind.TELL, once=True)
    told = frozenset({Lever.LEADERS_WHY})
    nudged = Step(Lever.LEADERS_WHY, StepKind.NUDGE)
    assert step(found(Blocker.SKILLS, Blocker.MEANING), told, TOLD) == nudged


def test_trust_reads_the_data_sheet_before_any_nudge_whatever_else_is_in_the_way() -> None:
    sheet = Step(Lever.DATA_SHEET, StepKind.TELL, once=True)
    assert step(found(Blocker.TRUST), NOTHING, TOLD) == sheet
    assert step(found(Blocker.HABIT, Blocker.TRUST), NOTHING, TOLD) == sheet
    why_told = frozenset({Lever.LEADERS_WHY})
    assert step(found(Blocker.MEANING, Blocker.TRUST), why_told, TOLD) == sheet
    suspected = (Found(Blocker.HABIT, True), Found(Blocker.TRUST, False))
    assert step(suspected, NOTHING, TOLD) == Step(Lever.IF_THEN_PLAN, StepKind.NUDGE)


def test_without_a_text_of_the_organisation_the_nudge_comes_at_once() -> None:
    assert step(found(Blocker.TRUST), NOTHING, NOTHING) == Step(Lever.DATA_SHEET, StepKind.NUDGE)


@pytest.mark.parametrize("blocker", BARRIERS)
@pytest.mark.parametrize("sure", [True, False])
def test_what_others_have_to_mend_is_asked_about_once_and_then_waited_for(
    blocker: Blocker, sure: bool
) -> None:
    findings = (Found(Blocker.MEANING, True), Found(blocker, sure))
    asked = Step(LEVERS[blocker], StepKind.BARRIER, once=True)
    assert step(findings, NOTHING, TOLD) == asked
    waiting = Step(LEVERS[blocker], StepKind.BARRIER)
    assert step(findings, frozenset({LEVERS[blocker]}), TOLD) == waiting


def test_each_of_two_barriers_is_asked_about() -> None:
    both = found(Blocker.FIT, Blocker.ACCESS)
    first = step(both, NOTHING, TOLD)
    assert first == Step(Lever.TICKET, StepKind.BARRIER, once=True)
    second = step(both, frozenset({Lever.TICKET}), TOLD)
    assert second == Step(Lever.WORKAROUND, StepKind.BARRIER, once=True)
    assert step(both, frozenset({Lever.TICKET, Lever.WORKAROUND}), TOLD) == Step(
        Lever.TICKET, StepKind.BARRIER
    )


def test_management_is_the_managers_turn_once_confirmed() -> None:
    assert step(found(Blocker.MANAGEMENT, Blocker.SKILLS), NOTHING, TOLD) == Step(
        Lever.MANAGER, StepKind.MANAGER
    )
    assert step(found(Blocker.MANAGEMENT, sure=False), NOTHING, TOLD) is None


def test_nothing_in_the_way_is_left_in_peace_and_nothing_known_is_no_step() -> None:
    assert step(found(Blocker.NONE), NOTHING, TOLD) == Step(None, StepKind.PEACE)
    assert step((), NOTHING, TOLD) is None


@given(findings=FINDINGS, done=SOME, material=SOME)
def test_whoever_is_told_step_by_step_comes_to_rest_and_is_told_nothing_twice(
    findings: tuple[Found, ...], done: frozenset[Lever], material: frozenset[Lever]
) -> None:
    for _ in Lever:
        came = step(findings, done, material)
        if came is None or not came.once:
            break
        assert came.lever not in done
        assert came.kind is StepKind.BARRIER or came.lever in material
        done |= {came.lever} if came.lever else frozenset()
    else:
        pytest.fail("there is always something more to tell")
    if came and came.kind is StepKind.NUDGE:
        main = obstacle(findings)
        assert main is not None
        assert main not in NO_NUDGE
        assert came.lever is LEVERS[main]
        assert not any(each.blocker in BARRIERS for each in findings)
