"""What `entrain simulate interviews` does and prints."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from content.catalog import Lang
from surveys import library
from surveys.reading_statements import Kind
from surveys.simulation.people import population
from surveys.simulation.report import LABEL, MEASURES, Interval, Resamples, Summary, summary, targets
from surveys.simulation.run import POLICIES, POLL, Trial, trial
from surveys.simulation.scenarios import AS_SHIPPED, FULL, Scenario, scenarios
from surveys.simulation.statements import Bank, Reads, bank, lexicon_bank

out = Console()
err = Console(stderr=True)

KINDS: tuple[Kind, ...] = ("plain", "hard")
PART = 4
"""Beside the first two scenarios, one in so many people of each seed is asked: the seeds are all there."""


def run(
    *, seeds: int, people: int, wrong: bool, lang: str, reader: str, first: int, json_file: Path | None
) -> int:
    """The exit code of `entrain simulate interviews`; see there."""
    if lang not in {"both", *Lang} or reader not in {"trained", "lexicons"}:
        err.print("entrain: --lang is fr, en or both; --reader is trained or lexicons")
        return 2
    langs = list(Lang) if lang == "both" else [Lang(lang)]
    tried = scenarios(library.script("adoption"), library.model(), population(), wrong=wrong)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    found: list[Summary] = []
    base: dict[int, Trial] = {}
    with Progress(*columns, console=err) as progress:

        def whole(scenario: Scenario, asked: int) -> Trial:
            task = progress.add_task(f"{LABEL}: {scenario.key}", total=seeds)
            for step in trial(scenario, banks[scenario.reads], seeds=seeds, people=asked, first=first):
                if isinstance(step, Trial):
                    progress.remove_task(task)
                    return step
                progress.update(task, completed=step)
            raise AssertionError(scenario.key)

        try:
            banks = _banks(progress, langs, reader, {scenario.reads for scenario in tried})
        except ImportError:
            err.print("entrain: scikit-learn is missing; install it, or give --reader lexicons")
            return 2
        resamples = Resamples.of(seeds, Random(first))  # noqa: S311
        for scenario in tried:
            asked = people if scenario.key in FULL else max(1, people // PART)
            base[asked] = base.get(asked) or whole(tried[0], asked)
            done = base[asked] if scenario is tried[0] else whole(scenario, asked)
            found.append(summary(done, resamples, base[asked]))
    read = banks["held out"]
    _show(found, read)
    if json_file:
        document = {
            "data": LABEL,
            "reader": read.reader,
            "voices": len(read.voices),
            "scenarios": [item.as_json() for item in found],
        }
        json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def _banks(progress: Progress, langs: list[Lang], reader: str, wanted: set[Reads]) -> dict[Reads, Bank]:
    """The texts as read in each wanted way. Raises ImportError without scikit-learn."""
    task = progress.add_task("reading the statements, each author left out", total=None)
    read, mumbles = (bank if reader == "trained" else lexicon_bank), population().mumbles
    banks: dict[Reads, Bank] = {"held out": read(langs, mumbles, contrast=True)}
    if "no contrast" in wanted:
        banks["no contrast"] = read(langs, mumbles, contrast=False)
    if "exact" in wanted:
        banks["exact"] = banks["held out"].exact()
    progress.remove_task(task)
    return banks


def _show(found: Sequence[Summary], read: Bank) -> None:
    out.print(_ways(found[0]))
    out.print(_gains(found[0]))
    if len(found) > 1:
        out.print(_scenarios(found))
    for item in found:
        if item.scenario in FULL:
            for name, (value, met) in targets(item).items():
                held = "met" if met else "MISSED"
                out.print(f"{LABEL} · {item.scenario} · {name}: {value:.3f}, {held}", highlight=False)
    for kind in KINDS:
        first, three = read.quality(kind)
        out.print(
            f"{kind} statements, {read.reader}: read right {first:.1%}, among three {three:.1%}",
            highlight=False,
        )


def _ways(item: Summary) -> Table:
    title = f"{LABEL}: {item.scenario}, {item.seeds} seeds of {item.people} people, % ± half the 95% interval"
    table = Table("measure", *item.measures, title=title)
    for measure in MEASURES:
        table.add_row(measure, *(_text(row[measure], measure) for row in item.measures.values()))
    return table


def _gains(item: Summary) -> Table:
    others = [name for name in POLICIES if name in item.gains]
    table = Table("measure", *others, title=f"{LABEL}: the interview minus …, paired by seed")
    for measure in MEASURES:
        table.add_row(measure, *(_text(item.gains[name][measure], measure, signed=True) for name in others))
    return table


def _scenarios(found: Sequence[Summary]) -> Table:
    shown = (
        "right cause first",
        "right among two",
        "questions",
        "precision of confirmed",
        "has a confirmed cause",
    )
    table = Table(
        Column("scenario", no_wrap=True),
        *shown,
        "minus poll",
        "minus as shipped",
        title=f"{LABEL}: the interview elsewhere",
    )
    for item in found:
        row = item.measures["interview"]
        gains = (item.gains[other]["right cause first"] for other in (POLL, AS_SHIPPED))
        table.add_row(
            item.scenario,
            *(_text(row[measure], measure) for measure in shown),
            *(_text(gain, "right cause first", signed=True) for gain in gains),
        )
    return table


def _text(item: Interval, measure: str, *, signed: bool = False) -> str:
    """The figure and half the width of its interval; shares in percent."""
    if item.value is None or item.low is None or item.high is None:
        return "–"
    sign, half = "+" if signed else "", (item.high - item.low) / 2
    if measure == "questions":
        return f"{item.value:{sign}.2f} ±{half:.2f}"
    return f"{100 * item.value:{sign}.1f} ±{100 * half:.1f}"
