"""Every command of the command line, on an organisation that has answered: what it records, and what it never prints."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from click import Command
from typer.testing import CliRunner

import bot
from bot import console, demo
from bot.administration import open_database
from bot.cli import app
from bot.settings import read_settings
from content.blockers import Blocker
from digests.service import publish
from storage.audit import Action
from storage.database import Database
from surveys import library
from surveys import service as surveys
from surveys.library import Library

PROJECT = str(Path(bot.__file__).parent / "demo_organisation" / "project.yaml")
PLACE = ("--platform", "playground", "--workspace", "demo")
WHERE = ("--project", "trello", *PLACE)

NOTHING_OF_PEOPLE = frozenset(
    [
        "blockers read",
        "blockers train",
        "chat",
        "content check",
        "content try",
        "keys new",
        "manifest",
        "people members",
        "run",
        "settings",
        "simulate coaching",
        "simulate interviews",
    ]
)
"""What opens no database of an organisation here, or is a program of its own: the bot, and a terminal to talk to it."""

DELIVERS = None
"""What looks at deliveries or mends them, or tells what is configured: no setting changes, no report on people is read."""

STEPS: list[tuple[str, tuple[str, ...], Action | None]] = [
    ("project load", (PROJECT, *PLACE), Action.PROJECT_LOADED),
    ("people import", ("people.csv", *WHERE, "--invite"), Action.PEOPLE_IMPORTED),
    ("people leave", ("leave.csv", *PLACE), Action.LEAVE_IMPORTED),
    ("campaign start", WHERE, Action.CAMPAIGN_STARTED),
    ("role grant", ("sandrine", "auditor"), Action.ROLE_GIVEN),
    ("role list", (), DELIVERS),
    ("role take", ("sandrine", "auditor"), Action.ROLE_TAKEN),
    ("sample draw", ("spring", *WHERE, "--seed", "s"), Action.SAMPLE_DRAWN),
    ("sample start", ("spring", *WHERE, "--yes"), Action.SAMPLE_STARTED),
    ("sample status", ("spring", *WHERE), Action.REPORT_PRINTED),
    ("sample verdict", ("spring", *WHERE, "--usage", "uses.csv"), Action.REPORT_PRINTED),
    ("sample end", ("spring", *WHERE), Action.SAMPLE_ENDED),
    ("usage import", ("usage.csv",), Action.USAGE_IMPORTED),
    ("usage token new", ("webhook", *PLACE), Action.TOKEN_MADE),
    ("usage token list", PLACE, DELIVERS),
    ("usage token revoke", ("TOKEN", *PLACE), Action.TOKEN_REVOKED),
    ("interview explain", ("INTERVIEW", "--code", "CODE"), Action.INTERVIEW_EXPLAINED),
    ("interview calibrate", (), Action.REPORT_PRINTED),
    ("nudges evaluate", PLACE, Action.REPORT_PRINTED),
    ("keys rotate", (), Action.KEYS_ROTATED),
    ("keys status", (), DELIVERS),
    ("digest", ("--project", "trello"), Action.REPORT_PRINTED),
    ("digest", ("--project", "trello", "--format", "csv", "--out", "page.csv"), Action.REPORT_PRINTED),
    ("plan", (), Action.REPORT_PRINTED),
    ("plan", ("--json", "--days", "30"), Action.REPORT_PRINTED),
    ("audit list", (), Action.AUDIT_READ),
    ("audit list", ("--json",), Action.AUDIT_READ),
    ("audit head", (), DELIVERS),
    ("audit verify", (), DELIVERS),
    ("privacy sheet", ("--lang", "fr"), DELIVERS),
    ("data export", ("--code", "NONE"), DELIVERS),
    ("data purge", ("--dry-run",), DELIVERS),
    ("data purges", (), DELIVERS),
    ("workspaces", ("--json",), DELIVERS),
    ("doctor", (), DELIVERS),
    ("inbox list", ("--state", "done", "--json"), DELIVERS),
    ("inbox replay", ("--all",), DELIVERS),
    ("outbox list", ("--json", "--limit", "1000"), DELIVERS),
    ("outbox list", (), DELIVERS),
    ("outbox show", ("1",), DELIVERS),
    ("outbox retry", ("1",), DELIVERS),
    ("outbox cancel", ("1", "--yes"), DELIVERS),
    ("db copy", ("sqlite:///var/entrain.db", "sqlite:///var/copy.db"), DELIVERS),
    ("db wall check", (), DELIVERS),
    ("db wall off", (), DELIVERS),
    ("db wall on", (), DELIVERS),
]

REFUSED = frozenset(
    [
        "data export",
        "db wall check",
        "db wall off",
        "db wall on",
        "inbox replay",
        "interview calibrate",
        "outbox cancel",
        "outbox retry",
        "sample verdict",
    ]
)
"""What may have nothing to do here, and says so with exit code 1."""


@dataclass(frozen=True)
class Ran:
    """What one command printed, and which actions it left in the log."""

    name: str
    output: str
    recorded: tuple[str, ...]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Ran]]:
    """Every step in turn, on Lampion, whose people have answered and told stories."""
    folder = tmp_path_factory.mktemp("commands")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("ENTRAIN_DATA_DIR", str(folder / "var"))
        patch.setattr(console.out, "width", 400)
        _files()
        with open_database(read_settings()) as database:
            demo.load(database)
            known = _published_and_explained(database)
        found = []
        for name, arguments, _ in STEPS:
            found.append(_run(name, [known.get(each, each) for each in arguments]))
            if name == "usage token new":
                known["TOKEN"] = found[-1].output.strip().split("_")[1]
        yield found
    library.use(Library())


def _files() -> None:
    Path("people.csv").write_text("external_id,name,role\nkarim,Karim,employee\nnew,New,lead\n", "utf-8")
    Path("leave.csv").write_text("external_id,first_day,last_day\nkarim,2027-01-04,2027-01-08\n", "utf-8")
    Path("uses.csv").write_text("person,date\nkarim,2026-11-24\n", "utf-8")
    Path("usage.csv").write_text(
        "workspace,person,event,at,source_id\ndemo,karim,card_created,2026-11-24T09:00:00Z,1\n", "utf-8"
    )


def _published_and_explained(database: Database) -> dict[str, str]:
    with database.system() as system:
        here = system.workspaces.all()[0].id
    with database.transaction(here) as work:
        publish(work, work.projects.all()[0], work.now.date())
        taken, _ = work.interviews.confirmed()[0]
        surveys.issue_code(work, taken)
        return {"INTERVIEW": taken.id, "CODE": surveys.code(work, taken) or ""}


def _log() -> list[str]:
    with open_database(read_settings()) as database:
        with database.system() as system:
            here = system.workspaces.all()[0].id
        with database.reading(here) as work:
            return [entry.action for entry in work.audit.latest(10_000)]


def _run(name: str, arguments: list[str]) -> Ran:
    before = len(_log())
    result = CliRunner().invoke(app, [*name.split(), *arguments])
    assert result.exit_code in ({0, 1} if name in REFUSED else {0}), f"{name}: {result.output}"
    after = _log()
    return Ran(name, result.output, tuple(after[: len(after) - before]))


def _commands(command: Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if subcommands := getattr(command, "commands", None):
        for name, each in subcommands.items():
            yield from _commands(each, (*path, name))
    else:
        yield " ".join(path)


def test_every_command_is_tried_here() -> None:
    """A new one is added to the steps with what it records: a report that is read, a setting that is changed."""
    known = {name for name, _, _ in STEPS} | NOTHING_OF_PEOPLE
    assert set(_commands(typer.main.get_command(app))) == known


@pytest.mark.parametrize("number", range(len(STEPS)), ids=[f"{n}-{step[0]}" for n, step in enumerate(STEPS)])
def test_what_reads_a_report_or_changes_a_setting_is_recorded(ran: list[Ran], number: int) -> None:
    name, _, action = STEPS[number]
    recorded = ran[number].recorded
    if action is None:
        assert recorded == ()
    else:
        assert action.value in recorded, ran[number].output
    assert ran[number].name == name


def _needles() -> set[str]:
    """Every sentence that somebody at Lampion wrote to Entrain, but for the stories that they agreed to share."""
    return {
        text for colleague in demo.background().values() for text in colleague.answers.values() if " " in text
    }


def test_no_command_prints_what_somebody_told(ran: list[Ran]) -> None:
    assert len(_needles()) > 30
    for each in ran:
        if each.name != "interview explain":
            assert not [needle for needle in _needles() if needle in each.output], each.name


def test_no_command_prints_a_person_beside_an_obstacle(ran: list[Ran]) -> None:
    people = demo.people()
    names = {row.name for row in people} | {f'"{row.external_id}"' for row in people}
    for each in ran:
        if each.name == "interview explain":
            continue
        for line in each.output.splitlines():
            if any(name in line for name in names):
                words = set(json.dumps(line).replace('"', " ").replace(",", " ").split())
                assert not words & {blocker.value for blocker in Blocker} - {"none"}, (each.name, line)
