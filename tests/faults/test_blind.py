"""Killed on a platform that cannot tell what arrived (Teams): what each kind's policy says, and no more."""

from pathlib import Path

import pytest

from tests.support.fleet import FULL
from tests.support.trial import Trial, trial
from tests.support.worker import LINE

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

KILLS, PEOPLE, CLAIMED = *((6, 600) if FULL else (3, 300)), 50


def killed(on: Trial, intent: str) -> int:
    """Kill workers in mid-drain, then let one finish; how many messages had arrived and nobody knew."""
    on.plan(1, intent=intent, paced=True)
    unknown = 0
    for _ in range(KILLS):
        worker = on.fleet.start()
        on.arrived(10)
        on.fleet.kill(worker)
        unknown += on.cloud.posted - on.states()["sent"]
    on.fleet.start()
    on.drained()
    return unknown


def test_coaching_is_dropped_and_never_doubled(database_url: str, tmp_path: Path) -> None:
    with trial(database_url, tmp_path, people=PEOPLE, finds_sent=False) as on:
        killed(on, LINE)
        assert on.doubled() == 0
        assert on.lost() <= on.states()["failed"] <= KILLS * CLAIMED


def test_an_invitation_is_sent_once_more_and_never_lost(database_url: str, tmp_path: Path) -> None:
    with trial(database_url, tmp_path, people=PEOPLE, finds_sent=False) as on:
        unknown = killed(on, "interview.invite")
        assert on.lost() == 0
        assert on.doubled() <= unknown
