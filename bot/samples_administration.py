"""Tests on a sample, as the command line does them. What is printed stands for five people or more, and names nobody."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from bot.administration import Report, UnknownPlace, open_database, project_of, workspace_id_of
from bot.console import operator
from bot.presenters.samples import enough, foretold, told
from bot.settings import Settings
from content.catalog import Lang, Voice
from content.markup import plain
from nudges import trials
from nudges.content import variant
from nudges.trials import Assumed, Plan, Target, TrialRefused, Uses
from nudges.verdict import RulesUnusable
from projects.definition import ProjectFile
from projects.service import definition
from storage.audit import Action
from storage.errors import StorageError
from storage.models import Project, Sample, SampleKind
from storage.work import Work

_VOICE = Voice(Lang.ENGLISH)

LARGEST = 20_000_000
"""Bytes of a file of uses."""


class UsesUnreadable(Exception):
    """The file of uses is a CSV with the columns person and date, a day of use a line."""


def draw(settings: Settings, place: tuple[str, str, str], key: str, plan: Plan, seed: str) -> Report:
    """`place`: platform, workspace, project. The report says how the draw came out and what the test could find."""

    def drawn(work: Work, project: Project) -> list[str]:
        _check(plan.variants, definition(project))
        sample = trials.draw(work, project, key, plan, seed)
        work.audit.record(Action.SAMPLE_DRAWN, operator(), sample.id, project=project.id)
        return [f"{key} is drawn; it starts with: entrain sample start {key}", *_drawn(work, project, sample)]

    return _in_project(settings, place, drawn)


def start(
    settings: Settings, place: tuple[str, str, str], key: str, assumed: Assumed, target: Target, *, yes: bool
) -> Report:
    """Say what the test could find; with `yes`, start it under these rules."""

    def started(work: Work, project: Project) -> list[str]:
        sample = _sample(work, project, key)
        rules = trials.foresee(work, sample, assumed, target)
        lines = [plain(text) for text in (*foretold(sample, rules, _VOICE), enough(sample, rules, _VOICE))]
        if not yes:
            return [*lines, "Nothing has started; --yes does that, and these rules stay from then on."]
        trials.start(work, sample, rules)
        work.audit.record(Action.SAMPLE_STARTED, operator(), sample.id, project=project.id)
        return [*lines, f"{key} has started; its rules stay as they are"]

    return _in_project(settings, place, started)


def status(settings: Settings, place: tuple[str, str, str], key: str) -> Report:
    """What a lead sees in the chat, and how near the drawn are to everybody."""

    def shown(work: Work, project: Project) -> list[str]:
        sample = _sample(work, project, key)
        _printed(work, sample)
        return [*_told(work, sample), *_drawn(work, project, sample)]

    return _in_project(settings, place, shown)


def verdict(settings: Settings, place: tuple[str, str, str], key: str, file: Path | None) -> Report:
    """Take a look with the uses of `file`, else with those that the tool has told, and say what it shows."""

    def looked(work: Work, project: Project) -> list[str]:
        sample = _sample(work, project, key)
        uses, unknown = read_uses(file.read_bytes(), work) if file else (told_uses(work, project, sample), 0)
        trials.look(work, sample, uses)
        _printed(work, sample)
        ignored = f"{unknown} lines are of people who are not in this workspace, and were left out"
        return [*_told(work, sample), *([ignored] if unknown else [])]

    return _in_project(settings, place, looked)


def end(settings: Settings, place: tuple[str, str, str], key: str) -> Report:
    """End a test before its time."""

    def ended(work: Work, project: Project) -> list[str]:
        sample = _sample(work, project, key)
        trials.end(work, sample)
        work.audit.record(Action.SAMPLE_ENDED, operator(), sample.id, project=project.id)
        return [f"{key} has ended; everybody gets what everybody gets"]

    return _in_project(settings, place, ended)


def read_uses(raw: bytes, work: Work) -> tuple[Uses, int]:
    """The days of use by person, and how many lines are of people whom nobody knows.

    Raises:
        UsesUnreadable: with the line.
    """
    if len(raw) > LARGEST:
        raise UsesUnreadable(
            f"the file is larger than {LARGEST // 1_000_000} MB; leave out what lies before the test"
        )
    ids = {person.external_id: person.id for person in work.people.all()}
    uses: dict[str, set[date]] = defaultdict(set)
    unknown = 0
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        if not {"person", "date"} <= set(rows.fieldnames or ()):
            raise UsesUnreadable(UsesUnreadable.__doc__)
        for row in rows:
            day = date.fromisoformat((row["date"] or "").strip())
            person = ids.get((row["person"] or "").strip())
            if person is None:
                unknown += 1
            else:
                uses[person].add(day)
    except UnicodeDecodeError:
        raise UsesUnreadable("the file of uses is not UTF-8; save it as CSV UTF-8") from None
    except (ValueError, csv.Error):
        raise UsesUnreadable(f"line {rows.line_num}: the date is written like 2026-11-24") from None
    return uses, unknown


def told_uses(work: Work, project: Project, sample: Sample) -> Uses:
    """The days of use by person that the tool has told, from the weeks before the start on.

    Raises:
        TrialRefused: it has told nothing, or not from before the start: then nothing is known of those days, which is not
            the same as no use.
    """
    begun = (sample.started_at or work.now).date()
    since = work.usage.since(project.id)
    if since is None or since > begun:
        raise TrialRefused("the tool has told no use from the start on; import it first, or give --usage")
    drawn = [place.person_id for place in work.samples.places(sample.id)]
    return work.usage.days(project.id, drawn, begun - timedelta(weeks=trials.BEFORE + 1))


def _in_project(
    settings: Settings, place: tuple[str, str, str], act: Callable[[Work, Project], list[str]]
) -> Report:
    platform, workspace, key = place
    try:
        with (
            open_database(settings) as database,
            database.transaction(workspace_id_of(database, platform, workspace)) as work,
        ):
            return act(work, project_of(work, key)), []
    except (OSError, RulesUnusable, StorageError, TrialRefused, UnknownPlace, UsesUnreadable) as error:
        return [], [str(error)]


def _check(variants: tuple[str, str] | None, file: ProjectFile) -> None:
    """Raises TrialRefused: these are not two nudges for one obstacle, nor two routines of one persona."""
    if variants is None:
        return
    nudges = all(variant(name) for name in variants)
    if nudges and len(set(variants)) > 1 and len({name.partition(".")[0] for name in variants}) == 1:
        return
    offered = [{routine.key for routine in persona.routines} for persona in file.personas.values()]
    if len(set(variants)) < len(variants) or not any(set(variants) <= keys for keys in offered):
        raise TrialRefused(
            f"{' and '.join(variants)} are not two nudges for one obstacle (like habit.first_cue), nor two routines of "
            "one persona in the project file"
        )


def _sample(work: Work, project: Project, key: str) -> Sample:
    sample = work.samples.by_key(project.id, key)
    if sample is None:
        raise TrialRefused(f"there is no test {key!r} in {project.key}; entrain sample draw makes one")
    return sample


def _printed(work: Work, sample: Sample) -> None:
    work.audit.record(Action.REPORT_PRINTED, operator(), sample.id, report="sample")


def _told(work: Work, sample: Sample) -> list[str]:
    return [plain(text) for text in told(work, sample, _VOICE, "UTC")]


def _drawn(work: Work, project: Project, sample: Sample) -> list[str]:
    sizes = trials.shown_sizes(work, sample)
    if sizes is None:
        return [f"One side has fewer than {trials.PEOPLE} people or {sample.unit}s: nothing is shown of it."]
    found = trials.balance(work, project, sample)
    lines = [
        f"{sizes[0]} people on one side, {sizes[1]} on the other.",
        f"The first differs from all by {found.largest:.2f} standard deviations at most (below 0.25 is near); of "
        f"plain random draws, {100 * found.p:.0f} in 100 lie as far from all.",
    ]
    if found.missing and sample.kind is SampleKind.PILOT:
        groups = ", ".join(f"{stratum.value} {name}" for stratum, name in found.missing)
        lines.append(f"Nobody was drawn of: {groups}.")
    return lines
