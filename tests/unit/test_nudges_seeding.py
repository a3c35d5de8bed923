"""Who is asked in each team: two at most, both of it, none of them blocked."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nudges.seeding import Candidate, Pair, pairs, waits

TEAMS = st.sampled_from(["dock", "sales", "office"])
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        person_id=st.integers(0, 30).map("p{}".format),
        team=TEAMS,
        named=st.booleans(),
        signs=st.integers(1, 5),
        blocked=st.booleans(),
    ),
    unique_by=lambda each: each.person_id,
)


def somebody(id_: str, team: str = "dock", *, named: bool = False, signs: int = 1) -> Candidate:
    return Candidate(id_, team, named, signs)


@given(
    candidates=CANDIDATES,
    standing=st.dictionaries(TEAMS, st.integers(0, 4)),
    waiting=st.frozensets(TEAMS),
    per_team=st.sampled_from([2, 4]),
)
def test_pairs_keep_to_their_team_and_to_the_room_in_it(
    candidates: list[Candidate], standing: dict[str, int], waiting: frozenset[str], per_team: int
) -> None:
    found = pairs(candidates, per_team=per_team, standing=standing, waiting=waiting)
    by_id = {each.person_id: each for each in candidates}
    asked = [person for pair in found for person in pair.people]
    assert len(asked) == len(set(asked))
    for pair in found:
        assert {by_id[person].team for person in pair.people} == {pair.team}
        assert 1 <= len(pair.people) <= 2
        assert pair.team not in waiting
    assert not any(by_id[person].blocked for person in asked)
    for team, there in Counter(by_id[person].team for person in asked).items():
        assert standing.get(team, 0) + there <= per_team
    lonely = Counter(pair.team for pair in found if len(pair.people) == 1)
    for team, count in lonely.items():
        assert count <= 1 + standing.get(team, 0) % 2


@given(candidates=CANDIDATES)
def test_whoever_is_named_is_asked_before_the_others_of_the_team(candidates: list[Candidate]) -> None:
    asked = {person for pair in pairs(candidates) for person in pair.people}
    for kept in candidates:
        if kept.person_id in asked and not kept.named:
            assert not any(
                other.named and not other.blocked
                for other in candidates
                if other.team == kept.team and other.person_id not in asked
            )


def test_one_joins_whoever_stands_alone_and_then_the_team_is_full() -> None:
    there = [somebody("a"), somebody("b", signs=3), somebody("c", named=True)]
    assert pairs(there) == [Pair("dock", ("c", "b"))]
    assert pairs(there, standing={"dock": 1}) == [Pair("dock", ("c",))]
    assert pairs(there, standing={"dock": 2}) == []
    assert pairs(there, per_team=4, standing={"dock": 1}) == [Pair("dock", ("c",)), Pair("dock", ("b", "a"))]


def test_nobody_is_seeded_where_the_tool_does_not_open() -> None:
    assert pairs([Candidate("a", "dock", named=True, signs=3, blocked=True)]) == []
    assert pairs([somebody("a")], waiting={"dock"}) == []


def test_a_team_waits_from_a_third_on_and_never_for_one_person() -> None:
    assert waits(2, 6)
    assert not waits(2, 7)
    assert not waits(1, 1)
    assert not waits(0, 0)
