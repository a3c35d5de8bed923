"""The page: what it concludes, what it keeps to itself, what a week changes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import CAUSES, Blocker
from content.stages import Stage
from digests.page import Headline, Page, Trend, page
from digests.snapshot import Snapshot

WEEK, NEXT = "2026-W48", "2026-W49"

SANDRINE = Snapshot(
    eligible=44,
    invited=44,
    answered=31,
    funnel={Stage.AWARE: 36, Stage.TRIED: 20, Stage.REPEAT: 15, Stage.ROUTINE: 12, Stage.ADVOCATE: 2},
    confirmed={Blocker.TRUST: 9, Blocker.TIME: 5, Blocker.FEAR: 3, Blocker.FIT: 4},
    stated={Blocker.TIME: 13, Blocker.OVERLOAD: 6, Blocker.TRUST: 2},
    compared=21,
    shifted=14,
    stories=(("habit", "story-1"), ("trust", "story-2")),
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    confirmed = draw(st.dictionaries(st.sampled_from(CAUSES), st.integers(1, 15), max_size=6))
    unclear = draw(st.integers(0, 12))
    answered = sum(confirmed.values()) + unclear
    compared = draw(st.integers(0, sum(confirmed.values())))
    eligible = answered + draw(st.integers(0, 20))
    stages = sorted(draw(st.lists(st.integers(0, eligible), min_size=5, max_size=5)), reverse=True)
    stated = {}
    left = answered
    for cause in draw(st.lists(st.sampled_from(CAUSES), unique=True, max_size=4)):
        stated[cause] = draw(st.integers(0, left))
        left -= stated[cause]
    return Snapshot(
        eligible=eligible,
        invited=eligible,
        answered=answered,
        funnel=dict(zip(Stage, stages, strict=True)),
        confirmed=confirmed,
        stated=stated,
        compared=compared,
        shifted=draw(st.integers(0, compared)),
    )


def test_the_page_says_what_counts_and_what_was_said_first() -> None:
    made = page(SANDRINE, WEEK)
    assert made.headline is Headline.EXCUSE
    assert (made.causes[0].name, made.causes[0].share.count, made.causes[0].share.of) == ("trust", 9, 31)
    assert made.excuse
    assert made.excuse.name == "time"
    assert made.excuse.confirmed
    assert made.excuse.confirmed.count == 5
    assert made.shifted
    assert made.shifted.count == 14
    assert made.action == "trust"
    assert made.story == "story-2"


def test_without_a_story_about_the_cause_the_newest_is_told() -> None:
    assert page(replace(SANDRINE, stories=(("habit", "story-1"),)), WEEK).story == "story-1"


@given(st.integers(0, 4))
def test_below_the_threshold_only_the_missing_answers_are_told(answered: int) -> None:
    few = replace(
        SANDRINE, answered=answered, confirmed={Blocker.TRUST: answered}, stated={}, compared=0, shifted=0
    )
    made = page(few, WEEK)
    assert made.headline is Headline.TOO_FEW
    assert made.missing == 5 - answered
    assert (made.causes, made.excuse, made.shifted, made.funnel) == ((), None, None, ())


def test_small_causes_fold_to_their_family() -> None:
    scattered = replace(
        SANDRINE,
        confirmed={Blocker.TRUST: 4, Blocker.FEAR: 4, Blocker.TIME: 2},
        stated={},
        compared=0,
        shifted=0,
    )
    made = page(scattered, WEEK)
    assert made.headline is Headline.FAMILY
    assert [(cause.name, cause.share.count) for cause in made.causes] == [("motivation", 8)]
    assert made.action == "motivation"


def test_when_nothing_is_shared_the_page_says_so() -> None:
    made = page(replace(SANDRINE, confirmed={Blocker.TRUST: 3}, stated={}, compared=0, shifted=0), WEEK)
    assert (made.headline, made.action, made.causes) == (Headline.SPREAD, "spread", ())


@given(snapshots())
def test_no_figure_on_a_page_stands_for_few_people_nor_leaves_few(snapshot: Snapshot) -> None:
    made = page(snapshot, WEEK)
    if made.headline is Headline.TOO_FEW:
        return
    shown = [cause.share for cause in made.causes]
    assert all(share.count >= 5 for share in shown)
    assert not shown or snapshot.answered - sum(share.count for share in shown) >= 5
    assert all(step.share.count >= 5 for step in made.funnel if step.share)
    if made.excuse:
        assert made.excuse.stated.count >= 5
        assert snapshot.answered - made.excuse.stated.count >= 5
    if made.shifted:
        assert made.shifted.count >= 5
        assert made.shifted.of - made.shifted.count >= 5
        assert snapshot.answered - made.shifted.of not in range(1, 5)


@given(snapshots())
def test_a_page_survives_being_stored(snapshot: Snapshot) -> None:
    made = page(snapshot, WEEK)
    assert Page.from_json(made.to_json()) == made


@given(snapshots(), st.integers(0, 4), st.sampled_from(CAUSES))
def test_fewer_than_five_new_answers_change_no_figure(before: Snapshot, new: int, cause: Blocker) -> None:
    first = page(before, WEEK)
    after = replace(
        before,
        eligible=before.eligible + new,
        answered=before.answered + new,
        confirmed={**before.confirmed, cause: before.confirmed.get(cause, 0) + new},
    )
    second = page(after, NEXT, first)
    if first.headline is Headline.TOO_FEW:
        return
    assert second.week == NEXT
    assert second.figures_week == WEEK
    assert (second.answered, second.causes, second.excuse, second.shifted) == (
        first.answered,
        first.causes,
        first.excuse,
        first.shifted,
    )


@given(snapshots(), st.lists(st.integers(-4, 4), min_size=5, max_size=5))
def test_the_funnel_never_moves_by_few_people(before: Snapshot, moves: list[int]) -> None:
    first = page(before, WEEK)
    moved = {
        stage: max(0, min(before.eligible, n + move))
        for (stage, n), move in zip(before.funnel.items(), moves, strict=True)
    }
    second = page(replace(before, funnel=moved), NEXT, first)
    shown = {step.stage: step.share.count for step in first.funnel if step.share}
    for step in second.funnel:
        if step.share and step.stage in shown:
            assert step.share.count == shown[step.stage]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(-4, 4))
def test_who_could_not_be_reached_is_a_figure_like_the_others(
    eligible: int, unreachable: int, move: int
) -> None:
    unreachable = min(unreachable, eligible)
    there = replace(SANDRINE, eligible=eligible, answered=0, funnel={}, unreachable=unreachable)
    first = page(there, WEEK)
    assert first.unreachable in {None, unreachable}
    if first.unreachable is not None:
        assert unreachable >= 5
        assert eligible - unreachable >= 5
        moved = replace(there, unreachable=max(0, min(unreachable + move, eligible)))
        assert page(moved, NEXT, first).unreachable == unreachable, "a few people do not move it"


@given(snapshots(), st.lists(st.integers(0, 40), min_size=2, max_size=4))
def test_whom_stories_helped_is_told_in_whole_steps(before: Snapshot, helped: list[int]) -> None:
    shown = None
    for number in helped:
        made = page(replace(before, helped=number), WEEK, shown)
        shown = made
        if made.helped is None:
            assert number < before.threshold or before.eligible - number < 2 * before.threshold
        else:
            assert made.helped % before.threshold == 0
            assert before.threshold <= made.helped <= number < made.helped + before.threshold
            assert before.eligible - made.helped >= before.threshold


def test_the_missing_answers_stand_still_within_a_week() -> None:
    one = replace(SANDRINE, answered=1, confirmed={}, stated={}, compared=0, shifted=0)
    first = page(one, WEEK)
    later = replace(one, answered=3)
    assert page(later, WEEK, first).missing == 4
    assert page(later, NEXT, first).missing == 2


@pytest.mark.parametrize(("count", "trend"), [(9, Trend.STABLE), (12, Trend.STABLE), (22, Trend.UP)])
def test_a_move_inside_the_interval_is_stable(count: int, trend: Trend) -> None:
    first = page(SANDRINE, WEEK)
    more = replace(SANDRINE, answered=36, confirmed={Blocker.TRUST: count, Blocker.FIT: 4})
    second = page(more, NEXT, first)
    assert second.figures_week == NEXT
    assert second.causes[0].trend is trend
