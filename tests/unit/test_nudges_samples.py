"""The draw: a place for everybody, the same under a seed, balanced in every group, with the same chance for each."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nudges.samples import Candidate, Stratum, Unit, balance, draw

NAMES = st.sampled_from([None, "a", "b", "c", "d"])
PEOPLE = st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=120).map(
    lambda rows: [Candidate(f"p{number}", *row) for number, row in enumerate(rows)]
)
SHARES = st.sampled_from(
    [
        {"in": 0.5, "out": 0.5},
        {"held": 0.1, "coached": 0.9},
        {"wave1": 0.2, "wave2": 0.3, "rest": 0.5},
        {"all": 1.0},
    ]
)
SEEDS = st.text(min_size=1, max_size=5)


@given(PEOPLE, SHARES, SEEDS, st.sampled_from(Unit), st.randoms())
def test_a_seed_gives_one_draw_whatever_the_order(people, shares, seed, unit, rng: Random) -> None:
    places = draw(people, shares, seed=seed, unit=unit)
    shuffled = list(people)
    rng.shuffle(shuffled)
    assert draw(shuffled, shares, seed=seed, unit=unit) == places
    assert places.keys() == {person.person for person in people}
    assert {place.arm for place in places.values()} <= shares.keys()


@given(PEOPLE, st.sampled_from([0.1, 0.3, 0.5]), SEEDS)
def test_each_group_gets_its_share_to_within_one(people, share, seed) -> None:
    """Of the first stratum, and of the second within it."""
    places = draw(people, {"in": share, "out": 1 - share}, seed=seed)
    inside = [person for person in people if places[person.person].arm == "in"]
    assert abs(len(inside) - share * len(people)) < 1
    for level in (1, 2):
        strata = (Stratum.PERSONA, Stratum.TEAM)[:level]
        sizes = Counter(tuple(map(person.group, strata)) for person in people)
        drawn = Counter(tuple(map(person.group, strata)) for person in inside)
        assert all(abs(drawn[group] - share * size) < 1 for group, size in sizes.items())


@given(PEOPLE, SHARES, SEEDS)
def test_waves_keep_to_their_shares_too(people, shares, seed) -> None:
    places = draw(people, shares, seed=seed)
    for persona in {person.persona for person in people}:
        members = [person for person in people if person.persona == persona]
        for arm, share in shares.items():
            drawn = sum(places[person.person].arm == arm for person in members)
            assert abs(drawn - share * len(members)) < 2


def test_everybody_has_the_same_chance_even_in_a_group_of_one() -> None:
    people = [Candidate("alone", "rare"), *(Candidate(f"p{n}", "planner") for n in range(9))]
    times = Counter(
        person
        for seed in range(4_000)
        for person, place in draw(people, {"in": 0.2, "out": 0.8}, seed=str(seed)).items()
        if place.arm == "in"
    )
    assert all(abs(times[person.person] - 800) < 4 * (4_000 * 0.2 * 0.8) ** 0.5 for person in people)


@given(PEOPLE, SHARES, SEEDS)
def test_a_team_stays_together(people, shares, seed) -> None:
    places = draw(people, shares, seed=seed, unit=Unit.TEAM)
    for team in {person.team for person in people} - {None}:
        assert len({places[person.person] for person in people if person.team == team}) == 1
    alone = [places[person.person].cluster for person in people if person.team is None]
    assert len(set(alone)) == len(alone)


@given(PEOPLE, SEEDS)
def test_half_the_teams_are_half_the_teams(people, seed) -> None:
    places = draw(people, {"in": 0.5, "out": 0.5}, seed=seed, unit=Unit.TEAM)
    arms = Counter({place.cluster: place.arm for place in places.values()}.values())
    assert abs(arms["in"] - arms["out"]) <= 1


@pytest.mark.parametrize("shares", [{"in": 0.5, "out": 0.6}, {"in": 0.0, "out": 1.0}])
def test_shares_that_are_none_are_refused(shares) -> None:
    with pytest.raises(ValueError, match="above 0 and add up to 1"):
        draw([Candidate("p")], shares, seed="s")


def test_the_same_person_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw([Candidate("p"), Candidate("p")], {"in": 1.0}, seed="s")


def _balance(people, drawn, strata=(Stratum.PERSONA,)):
    clusters = {person.person: number for number, person in enumerate(people)}
    return balance(people, drawn, strata, seed="s", clusters=clusters)


def test_a_draw_of_ours_is_nearer_than_plain_ones() -> None:
    people = [Candidate(f"p{n}", "abc"[n % 3], f"team{n // 10}") for n in range(120)]
    places = draw(people, {"in": 0.25, "out": 0.75}, seed="s")
    found = _balance(people, [person for person, place in places.items() if place.arm == "in"])
    assert found.largest < 0.1
    assert found.p > 0.9
    assert found.missing == ()


def test_a_hand_picked_sample_is_found_out() -> None:
    people = [Candidate(f"p{n}", "planner" if n < 60 else "buyer") for n in range(120)]
    found = _balance(people, [f"p{n}" for n in range(30)])
    assert found.largest == pytest.approx(1.0)
    assert found.p < 0.01
    assert found.missing == ((Stratum.PERSONA, "buyer"),)


def test_a_missing_group_of_few_is_not_named() -> None:
    people = [Candidate(f"p{n}", "planner" if n > 4 else None if n == 4 else "boss") for n in range(60)]
    assert _balance(people, [f"p{n}" for n in range(20, 40)]).missing == ()


def test_p_is_even_under_plain_draws_of_whole_teams() -> None:
    """Teams are drawn whole, so a chance draw must not look like a biased one."""
    people = [Candidate(f"p{n}", "ab"[n // 30 % 2], f"team{n // 6}") for n in range(180)]
    clusters = {person.person: int(person.person[1:]) // 6 for person in people}
    strata = (Stratum.PERSONA,)
    low = 0
    for seed in range(200):
        chosen = set(Random(seed).sample(range(30), 15))
        drawn = [person for person, cluster in clusters.items() if cluster in chosen]
        p = balance(people, drawn, strata, seed=str(seed), clusters=clusters, simulated=99).p
        low += p <= 0.1
    assert low <= 32


@pytest.mark.parametrize("drawn", [[], ["nobody"]])
def test_what_cannot_be_compared_is_refused(drawn) -> None:
    with pytest.raises(ValueError, match="some of the people"):
        _balance([Candidate("p")], drawn)
