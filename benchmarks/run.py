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

from benchmarks.cases import answers, digest, drain, enqueue, idle_tick, planning, week
from benchmarks.cases.result import Result
from benchmarks.cases.scene import postgres, sqlite
from bot.server import spare_collections

RESULTS = Path("benchmarks/results/latest.json")
PEERS = Path("benchmarks/peers/requirements.txt")
ENVIRONMENT = Path("var/bench")

ENQUEUED, FEW, MANY, DRAINED, ANSWERING = 100_000, 1000, 1_000_000, 20_000, 10_000
DUE = (1000, 10_000, 100_000)
EACH, WORKSPACES = 500, 2000
REPORTED, PROJECTS = 100_000, 1000

PROXIED = 512
"""Connections that the proxy in front of a bot keeps open; Slack speaks TLS, so there always is one."""


def cases(scale: float) -> dict[str, Callable[[], Result | list[Result]]]:
    """Every case by name; the sizes are multiplied by `scale`."""
    enqueued, many, drained = (max(int(size * scale), 100) for size in (ENQUEUED, MANY, DRAINED))
    few, answering = min(FEW, many), max(int(ANSWERING * scale), 30)
    due = [max(int(size * scale), 100) for size in DUE]
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

    def drain_procrastinate() -> Result:
        with postgres() as place:
            return drain.against_procrastinate(place, drained, peers())

    def drain_dbos() -> Result:
        with postgres() as place:
            return drain.against_dbos(place, drained, peers())

    def answers_sqlite(connections: int) -> list[Result]:
        with sqlite() as place:
            return answers.run("sqlite", place, answering, connections)

    def answers_postgres(connections: int) -> list[Result]:
        with postgres() as place:
            return answers.run("postgresql", place, answering, connections)

    def digest_year() -> list[Result]:
        with sqlite() as place:
            return digest.year(place, max(int(REPORTED * scale), 100))

    def digest_monday() -> Result:
        with sqlite() as place:
            return digest.monday(place, max(int(PROJECTS * scale), 5))

    def week_claims() -> Result:
        with sqlite() as place:
            return week.claims(place, each)

    def week_postgres() -> Result:
        with postgres() as place:
            return week.week(place, each, workspaces)

    return {
        "answers-sqlite": lambda: answers_sqlite(PROXIED),
        "answers-sqlite-one-each": lambda: answers_sqlite(answering),
        "answers-postgresql": lambda: answers_postgres(PROXIED),
        "answers-postgresql-one-each": lambda: answers_postgres(answering),
        "digest-monday": digest_monday,
        "digest-year": digest_year,
        "enqueue-sqlite": enqueue_sqlite,
        "enqueue-postgresql": enqueue_postgres,
        "idle-sqlite": lambda: idle_tick.run("sqlite", sqlite, few, many),
        "idle-postgresql": lambda: idle_tick.run("postgresql", postgres, few, many),
        "plan-coaching-sqlite": lambda: planning.coaching("sqlite", sqlite, due),
        "plan-coaching-postgresql": lambda: planning.coaching("postgresql", postgres, due),
        "plan-machinery-sqlite": lambda: planning.machinery("sqlite", sqlite, due),
        "plan-machinery-postgresql": lambda: planning.machinery("postgresql", postgres, due),
        "drain-sqlite": drain_sqlite,
        "drain-postgresql-procrastinate": drain_procrastinate,
        "drain-postgresql-dbos": drain_dbos,
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
    spare_collections()
    console, results = Console(), []
    for name, case in cases(chosen.scale).items():
        if chosen.only in name:
            with console.status(name):
                told = case()
                results += told if isinstance(told, list) else [told]
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    as_json = json.dumps([result.as_json() for result in results], indent=2, ensure_ascii=False)
    chosen.output.write_text(as_json + "\n", "utf-8")
    console.print(table(results))
    return int(chosen.check and not all(result.holds for result in results))


if __name__ == "__main__":
    sys.exit(main())
