"""What may become of an action, what is proposed next, and when an obstacle counts as resolved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.actions import State
from content.blockers import CAUSES, Family
from content.catalog import Lang
from digests.actions import AGAIN, LAPSES, Move, Past, Verdict, after, lapsed, propose, tellable, verdict
from digests.content import actions, follow_up, proposals
from digests.page import Headline

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
LIBRARY = {"trust": ("rule", "sheet"), "time": ("slot",)}
counts = st.integers(0, 40)
moves = st.lists(st.sampled_from(Move), max_size=30)


@given(moves)
def test_whatever_is_pressed_an_action_moves_forward_and_ends_once(made: list[Move]) -> None:
    """What is over stays so; nothing is done that nobody took, nor resolved that nobody did."""
    order = [State.PROPOSED, State.TAKEN, State.DONE]
    over = {State.RESOLVED, State.STILL, State.DECLINED, State.EXPIRED}
    state, seen = State.PROPOSED, [State.PROPOSED]
    for move in made:
        to = after(state, move)
        if to is None:
            continue
        assert state not in over
        assert to in over or order.index(to) - order.index(state) == (0 if move is Move.CHANGE else 1)
        state = to
        seen.append(state)
    if state in {State.RESOLVED, State.STILL}:
        assert {State.TAKEN, State.DONE} <= set(seen)


def test_the_first_that_takes_it_has_it() -> None:
    assert after(State.PROPOSED, Move.TAKE) is State.TAKEN
    assert after(State.TAKEN, Move.TAKE) is None


def test_the_main_cause_comes_first_and_what_was_declined_is_left_out() -> None:
    def past(state: State, subject: str = "trust", proposal: str = "rule", **more: bool) -> Past:
        return Past(subject, proposal, state, NOW - timedelta(weeks=1), **more)

    def next_one(*before: Past) -> tuple[str, str] | None:
        return propose(("trust", "time"), LIBRARY, before, NOW)

    assert next_one() == ("trust", "rule")
    assert next_one(past(State.DECLINED)) == ("trust", "sheet")
    assert next_one(past(State.EXPIRED)) == ("trust", "rule"), "nobody answered: it may come again"
    assert next_one(past(State.DECLINED), past(State.DECLINED, proposal="sheet")) == ("time", "slot")
    assert next_one(past(State.TAKEN)) == ("time", "slot"), "one thing at a time for one obstacle"
    assert next_one(past(State.DONE)) == ("time", "slot"), "those concerned are still asked"
    assert next_one(past(State.DONE, settled=True)) == ("trust", "sheet")
    assert next_one(past(State.STILL)) == ("trust", "sheet"), "it was not enough: something else"
    assert next_one(past(State.RESOLVED)) == ("time", "slot")
    assert next_one(past(State.TAKEN), past(State.TAKEN, "time", "slot")) is None


def test_what_was_declined_or_resolved_comes_back_after_a_while() -> None:
    long_ago = [
        Past("trust", "rule", State.DECLINED, NOW - AGAIN),
        Past("time", "slot", State.RESOLVED, NOW - AGAIN),
    ]
    assert propose(("trust",), LIBRARY, long_ago, NOW) == ("trust", "rule")
    assert propose(("time",), LIBRARY, long_ago, NOW) is None, "what was done is not done again"


def test_an_action_that_nobody_says_is_done_is_given_up_long_after_its_date() -> None:
    due = date(2026, 12, 1)
    assert not lapsed(State.TAKEN, due, due + LAPSES)
    assert lapsed(State.TAKEN, due, due + LAPSES + timedelta(days=1))
    assert not lapsed(State.DONE, due, due + 2 * LAPSES)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((4, 0, 0), Verdict.TOO_FEW),
        ((2, 3, 0), Verdict.RESOLVED),
        ((5, 0, 1), Verdict.STILL),
        ((5, 2, 1), Verdict.RESOLVED),
        ((6, 4, 10), Verdict.STILL),
        ((0, 0, 0), Verdict.TOO_FEW),
    ],
)
def test_resolved_only_if_those_concerned_say_so(answers: tuple[int, int, int], expected: Verdict) -> None:
    """Wilson's lower bound is 57% for 5 of 5, 44% for 5 of 6, 53% for 7 of 8 and 30% for 10 of 20."""
    assert verdict(*answers, 5) is expected


@given(counts, counts, counts, st.integers(5, 12))
def test_more_who_still_have_it_never_make_it_resolved(gone: int, less: int, still: int, k: int) -> None:
    if verdict(gone, less, still + 1, k) is Verdict.RESOLVED and gone + less + still >= k:
        assert verdict(gone, less, still, k) is Verdict.RESOLVED


@given(counts, counts, counts, st.integers(5, 12))
def test_no_count_is_told_that_points_at_fewer_than_k(gone: int, less: int, still: int, k: int) -> None:
    answers = (gone, less, still)
    if tellable(*answers, k):
        assert all(count == 0 or min(count, sum(answers) - count) >= k for count in answers)
        assert sum(answers) >= 2 * k
    assert not tellable(gone, 0, 0, k), "all of one mind would tell what each of them said"


# ------------------------------------------------------------------ the words


def test_there_are_several_actions_for_everything_that_a_page_can_name() -> None:
    names = {*(cause.value for cause in CAUSES), *(family.value for family in Family), Headline.TOO_FEW.value}
    assert set(proposals()) == names
    assert all(len(each) >= 3 for each in proposals().values())


def test_every_action_has_its_first_step_and_somebody_who_can() -> None:
    for lang in Lang:
        assert actions().keys(lang) == {
            f"{subject}.{each}.{part}"
            for subject, those in proposals().items()
            for each in those
            for part in ("text", "first", "who")
        }


def test_what_is_said_around_an_action_is_the_same_in_both_languages() -> None:
    assert follow_up().keys(Lang.FRENCH) == follow_up().keys(Lang.ENGLISH)
    for key in follow_up().keys(Lang.FRENCH):
        assert follow_up().placeholders(key, Lang.FRENCH) == follow_up().placeholders(key, Lang.ENGLISH), key
