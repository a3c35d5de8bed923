"""The page: what it concludes, whom its figures are of, what a week changes."""

from dataclasses import replace
from json import dumps, loads

import pytest

from content.stages import Stage
from digests.composing import page
from digests.page import Headline, Page, Trend
from digests.release import DID, SAID, UNKNOWN, Crossing, Told
from tests.support import pages
from tests.support.pages import LARGE, NEXT, SANDRINE, STANDING, WEEK, round_


def test_the_page_says_what_counts_and_what_was_said_first() -> None:
    made = pages.full(stories=(("habit", "story-1"), ("trust", "story-2")))
    assert made.headline is Headline.EXCUSE
    assert (made.causes[0].name, made.causes[0].share.count, made.causes[0].share.of) == ("trust", 9, 31)
    assert made.excuse
    assert made.excuse.name == "time"
    assert made.excuse.confirmed
    assert made.excuse.confirmed.count == 5
    assert made.action == "trust"
    assert made.story == "story-2"


def test_without_a_story_about_the_cause_the_newest_is_told() -> None:
    assert pages.full(stories=(("habit", "story-1"),)).story == "story-1"


def test_while_nothing_can_be_told_nobody_learns_why() -> None:
    made = pages.too_few()
    assert (made.headline, made.action, made.answered) == (Headline.TOO_FEW, "too_few", 0)
    assert (made.causes, made.excuse, made.matrix, made.gaps.excuse) == ((), None, None, None)


def test_small_causes_fold_to_their_family() -> None:
    made = pages.family()
    assert made.headline is Headline.FAMILY
    assert [(cause.name, cause.share.count) for cause in made.causes] == [("motivation", 12)]
    assert made.action == "motivation"


@pytest.mark.parametrize(
    "make", [pages.too_few, pages.family, pages.blocker, pages.full, pages.large, pages.stale]
)
def test_a_page_survives_being_stored(make: object) -> None:
    assert callable(make)
    made = make()
    assert Page.from_json(made.to_json()) == made


def test_cohorts_add_up() -> None:
    made = page(
        round_(SANDRINE, replace(SANDRINE, size=40, confirmed={"trust": 20, "time": 10})), STANDING, NEXT
    )
    assert made.answered == 71
    assert [(c.name, c.share.count, c.share.of) for c in made.causes] == [("trust", 29, 71), ("time", 15, 71)]


def test_a_cause_is_of_those_since_whom_it_is_told_without_a_gap() -> None:
    cohorts = [
        Told(20, confirmed={"trust": 8, "fit": 6}),
        Told(30, confirmed={"trust": 9}),
        Told(40, confirmed={"trust": 10, "fit": 12}),
    ]
    made = page(round_(*cohorts), STANDING, NEXT)
    assert {c.name: (c.share.count, c.share.of) for c in made.causes} == {"trust": (27, 90), "fit": (12, 40)}


@pytest.mark.parametrize(("count", "trend"), [(9, Trend.STABLE), (24, Trend.UP), (0, None)])
def test_a_move_inside_the_interval_of_the_difference_is_stable(count: int, trend: Trend | None) -> None:
    later = Told(36, confirmed={"trust": count, "fit": 4})
    made = page(round_(SANDRINE, later), STANDING, NEXT)
    trends = {cause.name: cause.trend for cause in made.causes}
    assert trends["trust"] is (trend or Trend.DOWN)


def test_the_first_cohort_of_a_round_is_held_against_the_round_before() -> None:
    again = replace(SANDRINE, confirmed={"trust": 22, "time": 5})
    made = page(round_(again, number=2, earlier=(SANDRINE,)), STANDING, NEXT)
    assert {cause.name: cause.trend for cause in made.causes} == {"trust": Trend.UP, "time": Trend.STABLE}
    assert {cause.trend for cause in pages.full().causes} == {None}


def test_tables_add_up_while_they_are_folded_the_same_way() -> None:
    other = replace(LARGE, teams=Crossing(("Lille",), ("trust",), ((10, 10), (5, 155))))
    made = page(round_(LARGE, LARGE), pages.MANY, NEXT)
    assert made.matrix
    assert made.matrix.counts == ((60, 36, 64), (44, 16, 140))
    assert [(group.name, group.answered) for group in made.teams] == [("Quai", 90)]
    assert [(g.name, g.answered) for g in page(round_(LARGE, other), pages.MANY, NEXT).teams] == [
        ("Lille", 20)
    ]


def test_a_figure_of_how_things_stand_waits_until_it_has_moved_by_many() -> None:
    first = pages.full()
    moved = replace(STANDING, stages={**STANDING.stages, Stage.ROUTINE: 13})
    second = page(round_(SANDRINE), moved, NEXT, first)
    assert {s.stage: s.count for s in second.funnel} == {s.stage: s.count for s in first.funnel}
    third = page(round_(SANDRINE), replace(moved, stages={**moved.stages, Stage.ROUTINE: 17}), NEXT, second)
    counts = {step.stage: step.count for step in third.funnel}
    assert (counts[Stage.ROUTINE], counts[Stage.TRIED]) == (17, None), "three lie between them"
    assert third.standing["tried"] == 20, "and the last one told is still known"


def test_a_page_names_its_week_and_the_week_of_its_figures() -> None:
    made = pages.stale()
    assert (made.week, made.figures_week) == (NEXT, WEEK)


def test_the_say_do_gap_is_of_those_cohorts_whose_week_after_is_known() -> None:
    known = replace(SANDRINE, deeds={SAID: 9, DID: 0, UNKNOWN: 6})
    assert page(round_(SANDRINE), STANDING, NEXT).gaps.say_do is None
    assert page(round_(replace(SANDRINE, deeds={})), STANDING, NEXT).gaps.say_do is None, "it may not be told"
    gap = page(round_(replace(SANDRINE, deeds={}), known, known, SANDRINE), STANDING, NEXT).gaps.say_do
    assert gap
    assert (gap.said, gap.did, gap.of) == (18, 0, 50)
    assert gap.low < gap.gap < gap.high


def test_a_page_from_before_the_say_do_gap_and_verdicts_is_still_read() -> None:
    told = loads(pages.large().to_json())
    del told["gaps"]["say_do"], told["tested"]
    read = Page.from_json(dumps(told))
    assert (read.gaps.say_do, read.tested) == (None, ())
