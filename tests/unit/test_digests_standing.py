"""Figures of how things stand: never small, never a small step apart, never moved by few."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from content.stages import Stage
from digests.response import Band, Stratum, band, strata
from digests.standing import STAGES, Standing, tell

K = 5
FIGURES = ("unreachable", "running", "ended", "read", "helped")


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    eligible = draw(st.integers(0, 60))
    chain = sorted(draw(st.lists(st.integers(0, eligible), min_size=5, max_size=5)), reverse=True)
    others = {name: draw(st.integers(0, eligible)) for name in FIGURES}
    return Standing(eligible, dict(zip(Stage, chain, strict=True)), **others)


@given(standings(), st.integers(0, 60))
def test_nothing_is_small_nor_leaves_few(now: Standing, answered: int) -> None:
    told = tell(now, {}, min(answered, now.eligible), K)
    assert all(n >= K for n in told.values())
    assert all(now.eligible - n >= K for name, n in told.items() if name != "eligible")
    chain = [told[stage.value] for stage in STAGES if stage.value in told]
    assert all(
        a == b or abs(a - b) >= K for a in chain for b in (*chain, answered or a) if answered <= now.eligible
    )
    if "eligible" in told:
        assert told["eligible"] - min(answered, now.eligible) >= K, "how many are silent is nobody's business"


@given(standings(), standings(), st.integers(0, 20))
def test_a_figure_that_was_told_moves_by_at_least_k(first: Standing, second: Standing, answered: int) -> None:
    before = tell(first, {}, answered, K)
    after = tell(second, before, answered, K)
    assert all(n == before[name] or abs(n - before[name]) >= K for name, n in after.items() if name in before)


@given(standings(), st.lists(st.integers(0, 60), min_size=2, max_size=4))
def test_whom_stories_reached_is_told_in_whole_steps(now: Standing, numbers: list[int]) -> None:
    told: dict[str, int] = {}
    for read in numbers:
        one = replace(now, read=read, helped=read // 2)
        shown = tell(one, told, 0, K)
        for name, n in (("read", one.read), ("helped", one.helped)):
            if name in shown:
                assert shown[name] % K == 0
                assert abs(shown[name] - n) < K
        told |= shown


def test_those_who_tell_others_stand_beside_the_chain() -> None:
    now = Standing(44, {Stage.AWARE: 36, Stage.TRIED: 20, Stage.ROUTINE: 12, Stage.ADVOCATE: 11})
    told = tell(now, {}, 31, K)
    assert (told["routine"], told["advocate"]) == (12, 11), "an author need not have a routine"


def test_how_much_of_a_group_has_answered_is_said_in_words() -> None:
    assert [band(n, 12) for n in (0, 3, 4, 7, 8, 12)] == [
        Band.FEW,
        Band.FEW,
        Band.HALF,
        Band.HALF,
        Band.MOST,
        Band.MOST,
    ]


def test_small_groups_are_not_spoken_of() -> None:
    told = strata({"Quai": 9, "Lille": 3}, {"Quai": 12, "Lille": 9}, 12, K)
    assert told == (Stratum("Quai", Band.MOST),)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4))
def test_words_and_the_total_leave_every_group_in_doubt(groups: list[tuple[int, int]]) -> None:
    places = {f"team {n}": answered + silent for n, (answered, silent) in enumerate(groups)}
    answered = {f"team {n}": count for n, (count, _) in enumerate(groups)}
    told = strata(answered, places, sum(answered.values()), K)
    for stratum in told:
        others = [one for one in told if one is not stratum]
        within = [n for n in range(places[stratum.name] + 1) if band(n, places[stratum.name]) is stratum.band]
        spare = sum(n for name, n in places.items() if name not in {one.name for one in told})
        low = sum(
            min(n for n in range(places[o.name] + 1) if band(n, places[o.name]) is o.band) for o in others
        )
        high = sum(
            max(n for n in range(places[o.name] + 1) if band(n, places[o.name]) is o.band) for o in others
        )
        total = sum(answered.values())
        assert len([n for n in within if low <= total - n <= high + spare]) >= 3
