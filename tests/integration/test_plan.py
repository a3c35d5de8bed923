"""`entrain plan`: what is foretold is what then happens, nothing is touched, and nobody's obstacle is told."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, select
from typer.testing import CliRunner

from bot import console, demo
from bot.administration import open_database
from bot.app import router
from bot.cli import app
from bot.forecast import Entry, forecast, kind_of
from bot.handlers import digest, explanation, interview, levers, routines, testimonials
from bot.kinds import Held
from bot.settings import read_settings
from content.blockers import Blocker
from nudges.content import packs
from storage.database import Database
from storage.models import Base, OutboxMessage, OutboxState, Person
from tests.support.clock import TUESDAY, FixedClock
from tests.support.databases import keyring
from tests.support.delivery import Delivery
from tests.support.population import PARIS, populate

DAYS = 9
FEATURES = (interview, explanation, levers, routines, testimonials, digest)


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.system() as system:
        connection = system.session.connection()
        return {
            table.name: sorted(map(repr, _rows(connection, table))) for table in Base.metadata.sorted_tables
        }


def _rows(connection: Any, table: Table) -> list[Any]:
    return list(connection.execute(select(table)))


async def foretold(database_url: str, workspace_id: str, days: int = DAYS) -> list[Entry]:
    return await forecast(database_url, keyring(), router(), workspace_id, TUESDAY, days)


@pytest.mark.both_databases
async def test_what_is_foretold_then_happens_and_foretelling_changes_nothing(
    database: Database, database_url: str, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        populate(work, 25, Random(4), zones=PARIS)
    before = everything(database)
    entries = await foretold(database_url, workspace_id)
    assert everything(database) == before
    told = Counter((entry.person_id, entry.kind, entry.at) for entry in entries if entry.held is None)
    assert {kind for _, kind, _ in told} == {"coaching"}

    delivery = Delivery(database, workspace_id, clock, features=tuple(each.FEATURE for each in FEATURES))
    await delivery.run()
    while (due := await delivery.jobs.next_due(clock.now())) and due <= TUESDAY + timedelta(days=DAYS):
        await delivery.run(due - clock.now())
    sent = [row for row in delivery.outgoing() if row.sent_at and row.sent_at >= TUESDAY]
    assert told == Counter((row.person_id, kind_of(row.intent), row.sent_at) for row in sent)
    assert len(sent) > 10


async def test_why_something_is_held_back_is_told_in_words_that_give_nobody_away(
    database: Database, database_url: str, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        stopped, paused, recent, invited, *_ = populate(work, 12, Random(4), zones=PARIS, odd=0)
        people = {id_: work.session.get_one(Person, id_) for id_ in (stopped, paused, recent, invited)}
        people[stopped].opted_out_at = TUESDAY - timedelta(days=1)
        people[paused].snoozed_until = TUESDAY + timedelta(days=60)
        for person in (recent, paused):
            _post(work, person, "routine.nudge", OutboxState.SENT)
        _post(work, paused, "interview.invite", OutboxState.READY)
        _post(work, stopped, "interview.invite", OutboxState.READY)
    entries = await foretold(database_url, workspace_id)
    held = {(entry.person_id, entry.kind): entry.held for entry in reversed(entries) if entry.held}
    assert held[stopped, "coaching"] is held[stopped, "interview"] is Held.STOPPED
    assert held[paused, "interview"] is Held.PAUSED
    assert held.get((recent, "coaching"), Held.NOTHING) in {Held.BUDGET, Held.NOTHING}
    assert all(entry.person_id not in {stopped, paused} for entry in entries if entry.held is None)
    assert {entry.held for entry in entries} <= {None, *Held}


def _post(work: Any, person: str, intent: str, state: OutboxState) -> None:
    work.session.add(
        OutboxMessage(
            workspace_id=work.workspace_id,
            person_id=person,
            intent=intent,
            args="{}",
            dedupe=f"{intent}:{person}",
            state=state,
            not_before=TUESDAY - timedelta(hours=1),
            paced=True,
            created_at=TUESDAY - timedelta(hours=1),
        )
    )


# ---------------------------------------------------------------- the command


@pytest.fixture
def _organisation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The demo organisation, and two dozen people with all kinds of histories."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(console.out, "width", 200)
    with open_database(read_settings()) as opened:
        demo.load(opened)
        with opened.system() as system:
            (workspace,) = system.workspaces.all()
        with opened.transaction(workspace.id) as work:
            populate(work, 24, Random(2), zones=PARIS, odd=0.3)


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments])
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.usefixtures("_organisation")
def test_the_command_tells_people_times_and_kinds_and_no_obstacle_wording_or_variant() -> None:
    shown = {lang: run("--lang", lang, "--days", "8") for lang in ("en", "fr")}
    as_json = run("--json", "--days", "8")
    for told in (*shown.values(), as_json):
        assert "Sandrine Roux" in told
        for secret in secrets():
            assert secret not in told.casefold(), secret
    assert "coaching" in shown["en"]
    assert "accompagnement" in shown["fr"]
    assert "Nothing was sent" in shown["en"]
    rows = json.loads(as_json)
    assert {row["kind"] for row in rows} <= {
        "coaching",
        "interview",
        "digest",
        "testimonial",
        "champions",
        "answer",
    }
    assert all(set(row) == {"at", "person", "kind", "held"} for row in rows)


@pytest.mark.usefixtures("_organisation")
def test_the_command_keeps_to_one_project_and_says_what_is_missing() -> None:
    assert "no project 'nowhere'" in CliRunner().invoke(app, ["plan", "--project", "nowhere"]).output
    assert "no such workspace" in CliRunner().invoke(app, ["plan", "--workspace", "T9"]).output
    with open_database(read_settings()) as opened, opened.system() as system:
        system.workspaces.add("slack", "T1", "Another")
    assert "several workspaces" in CliRunner().invoke(app, ["plan"]).output
    assert "Rien" in run("--workspace", "T1", "--lang", "fr")


def secrets() -> set[str]:
    """Obstacles, names of wordings, and whatever tells one kind of coaching from another."""
    variants = {key for pack in packs().values() for key in pack.variants}
    kinds = {"nudge", "check_in", "check-in", "story", "share", "graduation", "routine", "on_target", "peace"}
    return {blocker.value for blocker in Blocker if blocker is not Blocker.NONE} - {"time"} | variants | kinds
