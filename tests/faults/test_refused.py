"""A team that is throttled, a token that is revoked, people who leave: only what they concern waits or ends."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.fleet import until
from tests.support.trial import Trial, trial

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

AT_ONCE = 8
LEFT = {f"U{number}" for number in range(10)}


def has_all(on: Trial, *teams: str) -> None:
    """Wait until these teams have been told everything."""
    until(lambda: on.lost(*teams) == 0, lambda: f"{on.lost(*teams)} missing, {on.states()}")


def test_a_throttled_team_holds_up_no_other(database_url: str, tmp_path: Path) -> None:
    with trial(database_url, tmp_path, teams=2, people=60) as on:
        throttled = on.cloud.teams["T0"]
        throttled.per_second = 3
        on.fleet.start()
        on.plan(1, teams=("T1",))
        has_all(on, "T1")
        on.plan(4, teams=("T1",))
        began = time.monotonic()
        has_all(on, "T1")
        alone = time.monotonic() - began
        on.plan(4, teams=("T0",))
        on.plan(4, teams=("T1",))
        began = time.monotonic()
        has_all(on, "T1")
        beside = time.monotonic() - began
        assert on.lost("T0") > 0, "it is still at it"
        assert beside < 3 * alone + 1.0, f"{alone:.1f} s alone, {beside:.1f} s beside it"
        assert throttled.hammered < AT_ONCE * throttled.faults["ratelimited"]
        throttled.per_second = 0
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()


def test_a_revoked_token_loses_nothing(database_url: str, tmp_path: Path) -> None:
    modules = ("bot.courier", "storage.installations", "storage.repositories.workspaces")
    rest = {f"{module}.ASKED_EVERY": timedelta(seconds=2) for module in modules}
    with trial(database_url, tmp_path, teams=3, people=60, patched=rest) as on:
        on.plan(3)
        on.fleet.start()
        on.arrived(60)
        on.cloud.teams["T0"].revoked = True
        has_all(on, "T1", "T2")
        assert on.lost("T0") > 0
        on.cloud.teams["T0"].revoked = False
        on.drained()
        assert (on.lost(), on.doubled()) == (0, 0), f"of {on.messages}"
        assert on.in_order()


def test_who_is_deactivated_stops_only_their_own(database_url: str, tmp_path: Path) -> None:
    with trial(database_url, tmp_path, people=60) as on:
        on.plan(4)
        on.fleet.start()
        on.arrived(70)
        for user in LEFT:
            on.cloud.teams["T0"].deactivate(user)
        on.drained()
        assert on.doubled() == 0
        for (_, user), planned, told in on.read():
            assert told == (planned[: len(told)] if user in LEFT else planned), user
        assert on.lost() > 0
        assert on.states() == {
            "sent": on.cloud.posted,
            "failed": len(LEFT),
            "cancelled": on.lost() - len(LEFT),
        }
