"""Workers are told to stop in the middle of sending: what is under way ends or is handed back, in ten seconds."""

from pathlib import Path

import pytest

from tests.support.fleet import FULL
from tests.support.trial import trial

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

STOPS, PEOPLE = (8, 60) if FULL else (4, 30)
GRACE = 10.0
"""Seconds from being told to stop to the end of the process."""


@pytest.mark.parametrize("workers", [1, 3])
def test_nothing_is_lost_and_nothing_comes_twice(database_url: str, tmp_path: Path, workers: int) -> None:
    with trial(database_url, tmp_path, people=PEOPLE) as on:
        on.plan(6)
        on.cloud.teams["T0"].slowness = 0.2
        for _ in range(workers):
            on.fleet.start()
        for _ in range(STOPS):
            on.arrived(5)
            code, took = on.fleet.terminate(on.fleet.workers[0])
            assert (code, took < GRACE) == (0, True), f"exit code {code} after {took:.1f} s"
            on.fleet.start()
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()
