"""A worker that stands still past its lease, while another takes over: at most one message comes twice for each pause."""

from pathlib import Path
from random import Random

import pytest

from tests.support.fleet import FULL, until
from tests.support.trial import Trial, trial

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

PAUSES, PEOPLE = 4 if FULL else 2, 40


def taken_over(on: Trial) -> None:
    """Another worker sends all that is left, while the first one stands still."""
    other = on.fleet.start()
    on.drained()
    on.fleet.kill(other)


def test_at_any_moment(database_url: str, tmp_path: Path) -> None:
    random = Random(3)
    with trial(database_url, tmp_path, people=PEOPLE) as on:
        worker = on.fleet.start()
        for _ in range(PAUSES):
            on.plan(1)
            on.arrived(random.randint(1, PEOPLE // 2))
            on.pause(worker)
            taken_over(on)
            on.fleet.resume(worker)
        on.plan(1)
        on.drained()
        assert on.lost() == 0
        assert on.doubled() <= PAUSES


def test_at_the_worst_moment(database_url: str, tmp_path: Path) -> None:
    """Between the last look at the lease and the first byte. What else it had claimed does not leave."""
    with trial(database_url, tmp_path, people=PEOPLE) as on:
        on.plan(2)
        worker = on.fleet.start(pause_before_write=PEOPLE + 10)
        until(lambda: stands_still(worker.pid), lambda: f"it never stopped: {on.cloud.posted}")
        taken_over(on)
        assert (on.lost(), on.doubled()) == (0, 0)
        on.fleet.resume(worker)
        on.plan(1)
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 1)


def stands_still(pid: int | None) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
