"""Ours and its peers side by side, in one run: `make bench`.

Writes `benchmarks/results/latest.json`, a list of {"name", "ours", "unit", "peer", "peer_value", "ratio", "target",
"holds"}, and prints it as a table. The ratios decide; the absolute figures are those of the machine.

    python -m benchmarks.run [--scale 0.01] [--only idle] [--check]
"""

import argparse
import json
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.cases import drain, enqueue, idle_tick, week
from benchmarks.cases.result import Result
from benchmarks.cases.scene import postgres, sqlite

RESULTS = Path("benchmarks/results/latest.json")
PEERS = Path("benchmarks/peers/requirements.txt")
ENVIRONMENT = Path("var/bench")

ENQUEUED, FEW, MANY, DRAINED = 100_000, 1000, 1_000_000, 20_000
EACH, WORKSPACES = 500, 2000


def cases(scale: float) -> dict[str, Callable[[], Result]]:
    """Every case by name; the sizes are multiplied by `scale`."""
    enqueued, many, drained = (max(int(size * scale), 100) for size in (ENQUEUED, MANY, DRAINED))
    few = min(FEW, many)
    each, workspaces = max(int(EACH * min(scale * 100, 1)), 20), max(int(WORKSPACES * scale), 2)

    def enqueue_sqlite() -> Result:
        with sqlite() as place:
            return enqueue.run("sqlite", place, enqueued)

    def enqueue_postgres() -> Result:
        with postgres() as place:
            return enqueue.run("postgresql", place, enqueued)

    def drain_sqlite() -> Result:
        with sqlite() as place:
            return drain.on_sqlite(place, drained)

    def drain_postgres() -> Result:
        with postgres() as place:
            return drain.on_postgres(place, drained, peers())

    def week_claims() -> Result:
        with sqlite() as place:
            return week.claims(place, each)

    def week_postgres() -> Result:
        with postgres() as place:
            return week.week(place, each, workspaces)

    return {
        "enqueue-sqlite": enqueue_sqlite,
        "enqueue-postgresql": enqueue_postgres,
        "idle-sqlite": lambda: idle_tick.run("sqlite", sqlite, few, many),
        "idle-postgresql": lambda: idle_tick.run("postgresql", postgres, few, many),
        "drain-sqlite": drain_sqlite,
        "drain-postgresql": drain_postgres,
        "week-claims": week_claims,
        "week-postgresql": week_postgres,
    }


def peers() -> Path:
    """The interpreter of the environment that holds the peers, pinned; made once."""
    python, done = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed"
    if not done.exists() or done.read_text() != PEERS.read_text():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", PEERS], check=True
        )
        done.write_text(PEERS.read_text())
    return python


def table(results: list[Result]) -> Table:
    """As people read it."""
    shown = Table("case", "ours", "peer", "", "ratio", "target", "holds")
    for result in results:
        shown.add_row(
            result.name,
            f"{result.ours:,.3g} {result.unit}",
            f"{result.peer_value:,.3g}",
            result.peer,
            f"{result.ratio:.2f}",
            result.target,
            "yes" if result.holds else "NO",
        )
    return shown


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument(
        "--scale", type=float, default=1.0, help="multiply every size, e.g. 0.01 to try it"
    )
    arguments.add_argument("--only", default="", help="only cases whose name contains this")
    arguments.add_argument("--check", action="store_true", help="exit with 1 if a target does not hold")
    arguments.add_argument("--output", type=Path, default=RESULTS)
    chosen = arguments.parse_args()
    console, results = Console(), []
    for name, case in cases(chosen.scale).items():
        if chosen.only in name:
            with console.status(name):
                results.append(case())
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps([result.as_json() for result in results], indent=2, ensure_ascii=False)
    chosen.output.write_text(told + "\n", "utf-8")
    console.print(table(results))
    return int(chosen.check and not all(result.holds for result in results))


if __name__ == "__main__":
    sys.exit(main())
