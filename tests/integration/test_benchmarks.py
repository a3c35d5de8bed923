"""The bench runs and says what it is to say; its figures are measured elsewhere."""

import pytest

from benchmarks.cases.result import Result
from benchmarks.run import PEERS, cases

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "name",
    [
        "digest-monday",
        "enqueue-sqlite",
        "idle-sqlite",
        "plan-coaching-sqlite",
        "plan-machinery-sqlite",
        "drain-sqlite",
        "week-claims",
    ],
)
def test_a_case_measures_both_sides(name: str) -> None:
    result = cases(0.001)[name]()
    assert isinstance(result, Result)
    told = result.as_json()
    assert list(told) == ["name", "ours", "unit", "peer", "peer_value", "target", "ratio", "holds"]
    assert isinstance(told["holds"], bool)


def test_a_digest_is_held_against_a_scan_and_its_memory_measured() -> None:
    told = cases(0.003)["digest-year"]()
    assert isinstance(told, list)
    assert [(result.unit, result.ours > 0) for result in told] == [("s", True), ("MB", True)]


@pytest.mark.parametrize("name", ["answers-sqlite", "answers-sqlite-one-each"])
def test_everybody_who_answers_is_acknowledged_and_stored(name: str) -> None:
    told = cases(0.03)[name]()
    assert isinstance(told, list)
    assert [(result.unit, result.ours > 0) for result in told] == [("s", True), ("MB", True)]


def test_the_peers_are_pinned_and_name_no_index() -> None:
    lines = PEERS.read_text().splitlines()
    assert all(line.startswith(("    --hash=sha256:", "#")) or "==" in line for line in lines)
    assert not any("://" in line or line.startswith("-") for line in lines)
