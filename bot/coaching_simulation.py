"""What `entrain simulate coaching` does and prints."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from nudges.simulation.figures import figures
from nudges.simulation.report import AS_NUMBERS, LABEL, MEASURES, PAIRS, TARGETS, Compared, Interval, compared
from nudges.simulation.run import POLICIES, SEEDINGS, Tally, one_seed
from nudges.simulation.scenarios import FULL, scenarios, with_people
from nudges.simulation.wordings import EFFECTS, NUDGES, stream

out = Console()
err = Console(stderr=True)


PARTS = ("policies", "seeding", "wordings")

PART = 5
"""Where it takes long, one seed in so many is played: other assumptions one by one, and long streams."""

Played = Mapping[str, Tally]
"""One seed: a tally by way."""


@dataclass(frozen=True)
class Question:
    """One question put to the simulation: `play` gives what comes of a seed, `one_in` so many of which is played."""

    scenario: str
    part: str
    play: Callable[[int], Played]
    one_in: int = 1


def questions(people: int, *, wrong: bool) -> list[Question]:
    asked = []
    for number, scenario in enumerate(scenarios(figures(), wrong=wrong)):
        for part, ways in (("policies", POLICIES), ("seeding", SEEDINGS)):
            play = partial(_organisation, number, wrong, ways[0].name, people)
            asked.append(Question(scenario.name, part, play, 1 if scenario.name in FULL else PART))
    for number, effect in enumerate(EFFECTS):
        for nudges in NUDGES:
            name, play = f"effects {effect.name}, {nudges:,} nudges", partial(_stream, number, nudges)
            asked.append(Question(name, "wordings", play, 1 if nudges == NUDGES[0] else PART))
    return asked


def run(
    *, seeds: int, people: int, wrong: bool, first: int, only: str, jobs: int, json_file: Path | None
) -> int:
    """The exit code of `entrain simulate coaching`; see there."""
    if only not in {"", *PARTS}:
        err.print(f"entrain: --only is one of {', '.join(PARTS)}")
        return 2
    found: dict[str, dict[str, Compared]] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        for question in questions(people, wrong=wrong):
            if only not in {"", question.part}:
                continue
            numbers = range(first, first + seeds, question.one_in)
            task = progress.add_task(f"{LABEL}: {question.scenario}, {question.part}", total=len(numbers))
            done = []
            for played in _played(question.play, numbers, jobs):
                done.append(played)
                progress.advance(task)
            found.setdefault(question.scenario, {})[question.part] = compared(
                done, PAIRS[question.part], first
            )
            progress.remove_task(task)
    for scenario, by_part in found.items():
        for part, each in by_part.items():
            title = f"{LABEL} · {scenario} · {part}, {each.seeds} seeds"
            out.print(_ways(title, each), _relations(f"{title}: relative, paired by seed", each))
    _targets(found)
    if json_file:
        plain = {name: {part: each.as_plain() for part, each in row.items()} for name, row in found.items()}
        document = {"data": LABEL, "people": people, "scenarios": plain}
        json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def _played(play: Callable[[int], Played], seeds: range, jobs: int) -> Iterator[Played]:
    if jobs == 1:
        yield from map(play, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(play, seeds)


def _organisation(number: int, wrong: bool, first_way: str, people: int, seed: int) -> Played:
    ways = next(each for each in (POLICIES, SEEDINGS) if each[0].name == first_way)
    scenario = scenarios(figures(), wrong=wrong)[number]
    return one_seed(with_people(scenario.figures(seed), people), ways, seed)


def _stream(number: int, nudges: int, seed: int) -> Played:
    return stream(figures(), EFFECTS[number], nudges, seed)


def _ways(title: str, item: Compared) -> Table:
    """A row by way, and a column by measure: there are fewer measures than ways."""
    names = [name for name in MEASURES if any(name in row for row in item.measures.values())]
    table = Table("", *names, title=title)
    for way, row in item.measures.items():
        table.add_row(way, *(_text(row.get(name), name) for name in names))
    return table


def _relations(title: str, item: Compared) -> Table:
    table = Table("", "", Column("", no_wrap=True), title=title, show_header=False)
    for (way, other), row in item.over.items():
        table.add_section()
        for number, name in enumerate(name for name in MEASURES if name in row):
            table.add_row("" if number else f"{way} over {other}", name, _relative(row[name]))
    return table


def _targets(found: Mapping[str, Mapping[str, Compared]]) -> None:
    for scenario, by_part in found.items():
        over = {pair: row for item in by_part.values() for pair, row in item.over.items()}
        for target in TARGETS:
            if interval := over.get((target.way, target.other), {}).get(target.measure):
                held = "met" if target.met(interval) else "MISSED"
                out.print(f"{LABEL} · {scenario} · {target}: {_relative(interval)}, {held}", highlight=False)


def _text(item: Interval | None, measure: str) -> str:
    if item is None:
        return "–"
    if measure in AS_NUMBERS:
        return f"{item.value:.2f} ±{(item.high - item.low) / 2:.2f}"
    return f"{100 * item.value:.1f} ±{50 * (item.high - item.low):.1f}"


def _relative(item: Interval | None) -> str:
    return "–" if item is None else f"{item.value:+.1%} [{item.low:+.1%}, {item.high:+.1%}]"
