"""Platforms as they are: three calls in a hundred meet each kind of trouble, and one team may be throttled."""

from pathlib import Path

import pytest

from tests.support.fleet import FULL
from tests.support.slack_cloud import Weather
from tests.support.trial import trial

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

WORKERS, TEAMS, EACH = 3, *((10, 4) if FULL else (5, 3))


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_each_kind_of_trouble_at_three_in_a_hundred(database_url: str, tmp_path: Path) -> None:
    with trial(database_url, tmp_path, teams=TEAMS, people=30) as on:
        for number, team in enumerate(on.cloud.teams.values()):
            team.weather = Weather(number)
        on.plan(EACH)
        for _ in range(WORKERS):
            on.fleet.start()
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()
        befallen = sum((team.faults for team in on.cloud.teams.values()), start=type(team.faults)())
        assert len(befallen) >= 5, "every kind, carried out or not"
        assert befallen.total() > 0.08 * on.messages
