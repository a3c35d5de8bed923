"""Pages to show: made from what may be told of a made-up project, as a lead would get them."""

from collections.abc import Sequence
from dataclasses import replace

from content.stages import Stage
from digests.composing import Round, page
from digests.page import Page, Tested, Unknown
from digests.release import DID, SAID, SHIFTED, UNKNOWN, UNSERVED, Crossing, Told
from digests.response import Band, Stratum
from digests.standing import Standing

WEEK, NEXT = "2026-W48", "2026-W49"

SANDRINE = Told(
    31,
    confirmed={"trust": 9, "time": 5, "fit": 5},
    stated={"time": 13, "overload": 6},
)
"""The cohort of a small project: what its lead reads in the first week."""

LARGE = Told(
    180,
    confirmed={"trust": 52, "fit": 40, "time": 21},
    stated={"time": 80, "overload": 33},
    shifted={SHIFTED: 96},
    needs={UNSERVED: 61},
    matrix=Crossing(("time",), ("trust", "time"), ((30, 18, 32), (22, 8, 70))),
    personas=Crossing(("planner",), ("trust",), ((35, 45), (17, 83))),
    teams=Crossing(("Quai",), ("trust",), ((25, 20), (27, 108))),
    deeds={SAID: 44, DID: 7, UNKNOWN: 40},
)
"""One that may be told of in every respect."""

STANDING = Standing(
    44,
    {Stage.AWARE: 36, Stage.TRIED: 20, Stage.REPEAT: 15, Stage.ROUTINE: 12, Stage.ADVOCATE: 2},
)

MANY = Standing(
    300,
    {Stage.AWARE: 240, Stage.TRIED: 150, Stage.REPEAT: 120, Stage.ROUTINE: 90, Stage.ADVOCATE: 12},
    unreachable=9,
    running=100,
    ended=20,
    read=60,
    helped=25,
)

HEARD = Unknown(
    personas=(Stratum("planner", Band.MOST), Stratum("seller", Band.HALF)),
    teams=(Stratum("Lille", Band.FEW), Stratum("Quai", Band.MOST)),
)


def round_(*told: Told, number: int = 1, earlier: Sequence[Told] = (), week: str = WEEK) -> Round:
    return Round(
        number, told, earlier, week if told else "", 5, 10, HEARD if told and told[-1] == LARGE else Unknown()
    )


def full(week: str = WEEK, stories: tuple[tuple[str, str], ...] = ()) -> Page:
    """What counts is not what was said first."""
    return page(round_(SANDRINE), replace(STANDING, stories=stories), week)


def large(week: str = WEEK) -> Page:
    """Every part that a page can have."""
    tests = (
        Tested(name="spring", kind="pilot", word="go"),
        Tested(name="quiet", kind="holdout", word="too_few"),
    )
    return page(round_(LARGE, number=2, earlier=(SANDRINE,)), MANY, week, tested=tests)


def too_few(week: str = WEEK) -> Page:
    return page(round_(), STANDING, week)


def family(week: str = WEEK) -> Page:
    return page(
        round_(replace(SANDRINE, confirmed={}, families={"motivation": 12}, stated={})), STANDING, week
    )


def blocker(week: str = WEEK) -> Page:
    return page(round_(replace(SANDRINE, stated={})), STANDING, week)


def stale(week: str = NEXT) -> Page:
    """A week later, with the figures of the week before."""
    return page(round_(SANDRINE), STANDING, week, full())
