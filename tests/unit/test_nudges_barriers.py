"""What may be told of what stands in the way of several people: never who, never how many, and not by subtraction."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from nudges.barriers import TOLD, Given, may_look, shared, to_mend, to_write
from nudges.management import AT_MOST_EVERY, groups, ripe, to_tell
from nudges.plan import Lever

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)
FIVE = 5


def answers(*groups: tuple[int, Blocker | None], at: datetime = MONDAY) -> list[Given]:
    """So many people each, with this obstacle."""
    found = [frozenset({blocker} if blocker else ()) for count, blocker in groups for _ in range(count)]
    return [Given(f"p{n}", at, blockers) for n, blockers in enumerate(found)]


def test_five_who_share_it_beside_five_who_do_not() -> None:
    for sharing, others, told in [(4, 20, False), (5, 4, False), (5, 0, False), (5, 5, True), (20, 5, True)]:
        given_ = answers((sharing, Blocker.ACCESS), (others, None))
        assert (shared(given_, FIVE, {}) == [Blocker.ACCESS]) is told


def test_who_gave_their_name_leaves_the_others_to_be_enough() -> None:
    given_ = answers((6, Blocker.ACCESS), (10, None))
    assert shared(given_, FIVE, {Blocker.ACCESS: {"p0"}}) == [Blocker.ACCESS]
    assert shared(given_, FIVE, {Blocker.ACCESS: {"p0", "p1"}}) == []
    assert shared(given_, FIVE, {Blocker.FIT: {"p0", "p1"}}) == [Blocker.ACCESS]


def test_what_is_shared_is_for_somebody_to_mend_or_to_write() -> None:
    found = shared(answers((5, Blocker.TRUST), (5, Blocker.FIT), (5, Blocker.HABIT)), FIVE, {})
    assert found == [Blocker.FIT, Blocker.TRUST, Blocker.HABIT]
    assert to_mend(found) == [Blocker.FIT]
    assert to_write(found, frozenset()) == [Lever.DATA_SHEET]
    assert to_write(found, TOLD) == []


def test_a_group_is_looked_at_again_when_five_of_it_have_answered_since() -> None:
    assert not may_look(answers((9, None)), None, FIVE)
    assert may_look(answers((10, None)), None, FIVE)
    later = answers((4, Blocker.FIT), at=MONDAY + WEEK)
    before = answers((20, None))[4:]
    assert not may_look([*later, *before], MONDAY, FIVE)
    assert may_look([*answers((5, Blocker.FIT), at=MONDAY + WEEK), *before], MONDAY, FIVE)


@given(
    weeks=st.lists(st.lists(st.booleans(), max_size=9), min_size=1, max_size=12),
    threshold=st.integers(2, 6),
)
def test_who_knows_when_everybody_answered_and_sees_every_item_can_say_of_nobody_that_they_have_it_or_not(
    weeks: list[list[bool]], threshold: int
) -> None:
    """The worst reader: they know who answered in which week, when the item came, and that plenty do not have it.

    Of everybody who was looked at, both worlds stay possible.
    """
    weeks[0] = [*weeks[0], *[False] * threshold]
    given_: list[Given] = []
    last: datetime | None = None
    seen: list[tuple[int, bool]] = []
    for week, said in enumerate(weeks):
        at = MONDAY + week * WEEK
        given_ += [
            Given(f"p{len(given_) + n}", at, frozenset({Blocker.ACCESS} if has else ()))
            for n, has in enumerate(said)
        ]
        looked_at = at + timedelta(days=1)
        if may_look(given_, last, threshold):
            last = looked_at
            there = bool(seen and seen[-1][1]) or shared(given_, threshold, {}) == [Blocker.ACCESS]
            seen.append((len(given_), there))
    for block in range(len(seen)):
        assert _possible(seen, threshold, block, everybody=False), "somebody of these must have it"
        assert _possible(seen, threshold, block, everybody=True), "somebody of these cannot have it"


def _possible(seen: list[tuple[int, bool]], threshold: int, block: int, *, everybody: bool) -> bool:
    """Whether a world fits all that was seen in which one person of this block does not have it (or: does)."""
    totals = [total for total, _ in seen]
    sizes = [total - before for total, before in zip(totals, [0, *totals], strict=False)]
    sums = {0}
    opened = False
    for place, (_, there) in enumerate(seen):
        least = 1 if place == block and everybody else 0
        most = sizes[place] - (1 if place == block and not everybody else 0)
        sums = {before + more for before in sums for more in range(least, most + 1)}
        if not opened:
            told = {each for each in sums if each >= threshold}
            sums = told if there else sums - told
        opened = opened or there
    return bool(sums)


# ------------------------------------------------------------------ managers


def test_a_manager_of_four_reads_nothing_and_one_of_five_once() -> None:
    for sharing, told in [(4, []), (5, ["m"])]:
        people = answers((sharing, Blocker.MANAGEMENT), (5, None))
        by_manager = groups(people, {each.person_id: "m" for each in people})
        assert to_tell(by_manager, {}, MONDAY, FIVE) == told
        assert to_tell(by_manager, {"m": MONDAY}, MONDAY + timedelta(days=7), FIVE) == []


def test_groups_are_apart_and_those_without_a_manager_are_one() -> None:
    people = answers((10, Blocker.MANAGEMENT), (10, None))
    managers = {each.person_id: ("m" if n % 2 else None) for n, each in enumerate(people)}
    by_manager = groups(people, managers)
    assert sorted(map(str, to_tell(by_manager, {}, MONDAY, FIVE))) == ["None", "m"]
    assert sum(len(members) for members in by_manager.values()) == len(people)


def test_a_manager_is_told_again_after_four_weeks_if_five_more_have_answered() -> None:
    people = answers((5, Blocker.MANAGEMENT), (5, None))
    by_manager = groups(people, {each.person_id: "m" for each in people})
    assert ripe(by_manager, {"m": MONDAY}, FIVE) == []
    assert ripe(by_manager, {"m": MONDAY - WEEK}, FIVE) == ["m"]
    assert to_tell(by_manager, {"m": MONDAY - AT_MOST_EVERY}, MONDAY, FIVE) == ["m"]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_a_look_needs_new_answers_of_so_many_different_people(counts: list[int]) -> None:
    """Looks are as many as the answers allow, and no more."""
    given_: list[Given] = []
    last, looks, since = None, 0, 0
    for week, total in enumerate(accumulate(counts)):
        at = MONDAY + week * WEEK
        given_ += [Given(f"p{n}", at, frozenset()) for n in range(len(given_), total)]
        if may_look(given_, last, FIVE):
            assert total - since >= FIVE
            last, since, looks = at, total, looks + 1
    assert looks <= sum(counts) // FIVE
