"""The bench runs and says what it is to say; its figures are measured elsewhere."""

import pytest

from benchmarks.run import PEERS, cases

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["enqueue-sqlite", "idle-sqlite", "drain-sqlite", "week-claims"])
def test_a_case_measures_both_sides(name: str) -> None:
    told = cases(0.001)[name]().as_json()
    assert list(told) == ["name", "ours", "unit", "peer", "peer_value", "target", "ratio", "holds"]
    assert isinstance(told["holds"], bool)


def test_the_peers_are_pinned_and_name_no_index() -> None:
    lines = PEERS.read_text().splitlines()
    assert all(line.startswith(("    --hash=sha256:", "#")) or "==" in line for line in lines)
    assert not any("://" in line or line.startswith("-") for line in lines)
