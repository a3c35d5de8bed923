"""Workers are killed again and again in the middle of sending: nobody misses a message, and nobody gets one twice."""

from pathlib import Path
from random import Random

import pytest

from tests.support.fleet import FULL
from tests.support.trial import trial

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

PEOPLE, MOST_BETWEEN_KILLS = 2000 if FULL else 700, 12
"""Whoever is killed takes a batch of people's turns along until its lease ends, so there must be many."""

BATCH = {"bot.courier.LARGEST_BATCH": 50}
"""The largest that a courier grows to would take everybody's along after a few kills, and the rest be spent waiting."""


@pytest.mark.parametrize(("workers", "kills"), [(1, 30), (3, 75)] if FULL else [(1, 8), (3, 20)])
def test_nothing_is_lost_and_nothing_comes_twice(
    database_url: str, tmp_path: Path, workers: int, kills: int
) -> None:
    random = Random(workers)
    with trial(database_url, tmp_path, people=PEOPLE, patched=BATCH) as on:
        on.plan(1)
        for _ in range(workers):
            on.fleet.start()
        while on.fleet.kills < kills:
            on.arrived(random.randint(1, MOST_BETWEEN_KILLS))
            on.fleet.kill(random.choice(on.fleet.workers))
            on.fleet.start()
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()
