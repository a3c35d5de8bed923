"""The attacks of docs/privacy-attack.md, with what they found, beside "at least five" alone: `make attack`."""

import argparse
import time
from random import Random

from rich.console import Console
from rich.table import Table

from tests.support.attack.figures import naive, published
from tests.support.attack.organisation import Organisation, invent
from tests.support.attack.solver import by_algebra, by_bounds, small_secrets
from tests.support.attack.walk import certain_after

K = 5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=1.0, help="multiply the number of organisations")
    scale = arguments.parse_args().scale
    shown = Table(
        "attack", "organisations", "people", "small secrets", "found", "at least five alone", "seconds"
    )
    for name, count, causes, attack in (
        ("sums and differences", 3000, 5, by_algebra),
        ("bounds from both sides", 150, 3, by_bounds),
    ):
        made = [invent(Random(seed), K, causes) for seed in range(max(int(count * scale), 3))]
        started = time.perf_counter()
        found = sum(attack(one, published(one, K), K) for one in made)
        took = time.perf_counter() - started
        tenth = made[: max(len(made) // 10, 3)]
        beside = sum(attack(one, naive(one, K), K) for one in tenth)
        shown.add_row(*_row(name, made), f"{found:,}", f"{beside:,} in {len(tenth):,}", f"{took:,.0f}")
    made = [invent(Random(500 + seed), K) for seed in range(max(int(20 * scale), 2))]
    started = time.perf_counter()
    found = sum(certain_after(one, K, 40_000, Random(1)) for one in made)
    shown.add_row(
        *_row("knowing the rules: a walk", made), f"{found:,}", "", f"{time.perf_counter() - started:,.0f}"
    )
    Console().print(shown)


def _row(name: str, made: list[Organisation]) -> tuple[str, str, str, str]:
    people = sum(len(one.answers) for one in made)
    secrets = sum(len(small_secrets(one, K)) for one in made)
    return name, f"{len(made):,}", f"{people:,}", f"{secrets:,}"


if __name__ == "__main__":
    main()
