"""Workers whose clock is set, by hours and days, while the platform fails now and then: nothing twice, nothing stuck."""

from pathlib import Path

import pytest

from tests.support.slack_cloud import Weather
from tests.support.trial import trial

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("database_url", "ahead"),
    [
        pytest.param("sqlite", 2 * HOUR, id="sqlite-2 h"),
        pytest.param("postgres", -3 * DAY, id="postgres--3 d", marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)
def test_a_clock_that_is_set_and_set_right(database_url: str, tmp_path: Path, ahead: float) -> None:
    with trial(database_url, tmp_path, teams=3, people=40) as on:
        for number, team in enumerate(on.cloud.teams.values()):
            team.weather = Weather(number, share=0.04)
        on.plan(3)
        on.fleet.start()
        on.arrived(60)
        on.set_clock(ahead)
        on.arrived(100)
        on.set_clock(0)
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
