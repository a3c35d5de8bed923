"""Workers are killed again and again in the middle of sending: nobody misses a message, and nobody gets one twice."""

from pathlib import Path
from random import Random

import pytest

from tests.support.trial import trial

pytestmark = pytest.mark.slow

KILLS = 55
"""A run; there are four."""

PEOPLE, MOST_BETWEEN_KILLS = 500, 12


@pytest.mark.parametrize("workers", [1, 3])
def test_nothing_is_lost_and_nothing_comes_twice(database_url: str, tmp_path: Path, workers: int) -> None:
    random = Random(workers)
    with trial(database_url, tmp_path, people=PEOPLE) as on:
        on.plan(1)
        for _ in range(workers):
            on.fleet.start()
        while on.fleet.kills < KILLS:
            if on.open() < PEOPLE:
                on.plan(1)
            on.arrived(random.randint(1, MOST_BETWEEN_KILLS))
            on.fleet.kill(random.choice(on.fleet.workers))
            on.fleet.start()
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()
