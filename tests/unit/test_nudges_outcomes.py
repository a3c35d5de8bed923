"""From days of use to a figure per unit."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nudges.outcomes import Followed, clusters

START = date(2026, 11, 24)
DAYS = st.lists(st.integers(-70, 200).map(lambda day: START + timedelta(days=day)), max_size=20)


def weeks(*numbers: int) -> list[date]:
    return [START + timedelta(weeks=number, days=number % 7) for number in numbers]


def test_a_week_counts_once_and_the_unfinished_one_not_at_all() -> None:
    people = [
        Followed(0, treated=True, used=[START, START + timedelta(days=6), *weeks(1, 4)]),
        Followed(1, treated=False, used=weeks(-1, -2)),
    ]
    treated, waiting = clusters(people, START, 4, 8)
    assert (treated.outcome - waiting.outcome, treated.before, waiting.before) == (0.5, 0.0, 0.25)


def test_a_team_is_the_mean_of_its_people() -> None:
    people = [
        Followed(0, treated=True, used=weeks(0, 1)),
        Followed(0, treated=True, used=[]),
        Followed(1, treated=False, used=[]),
    ]
    treated, waiting = clusters(people, START, 2, 8)
    assert (treated.people, treated.outcome - waiting.outcome) == (2, 0.5)


def test_a_later_wave_counts_from_its_turn_against_the_same_weeks() -> None:
    """Everybody begins in week 4, so the second wave gains nothing."""
    late = weeks(4, 5, 6, 7)
    people = [
        Followed(0, treated=True, used=late),
        Followed(1, treated=True, used=late, opened=4),
        Followed(2, treated=False, used=late),
    ]
    assert [unit.outcome for unit in clusters(people, START, 8, 8)] == [0, 0, 0]
    assert [unit.treated for unit in clusters(people, START, 4, 8)] == [True, False]


@given(st.lists(st.tuples(st.integers(0, 5), DAYS), min_size=1, max_size=20), st.integers(0, 30))
def test_a_difference_is_never_more_than_all_weeks(rows, passed) -> None:
    people = [Followed(cluster, cluster % 2 == 0, used) for cluster, used in rows]
    units = clusters(people, START, passed, 8)
    assert all(-1 <= unit.outcome <= 1 for unit in units)
    assert all(unit.before is not None and 0 <= unit.before <= 1 for unit in units)
    if passed == 0 or all(person.treated for person in people):
        assert units == []
