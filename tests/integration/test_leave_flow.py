"""Whoever is on leave gets nothing unasked until it is over, which it is by itself."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.administration import open_database
from bot.cli import app
from bot.handlers import interview, membership
from bot.platforms.port import ButtonPressed
from bot.scene import Scene
from bot.settings import read_settings
from projects.service import load_project
from storage.database import Database
from storage.models import OutboxState, Role
from storage.work import Work
from surveys import service as surveys
from tests.support.chat import FILE
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def delivery(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    return Delivery(database, workspace_id, clock, features=(membership.FEATURE, interview.FEATURE))


async def until(delivery: Delivery, moment: str) -> None:
    await delivery.run(datetime.fromisoformat(moment).replace(tzinfo=UTC) - delivery.clock.now())


def absences(delivery: Delivery, user: str = "karim") -> list[tuple[date, date]]:
    with delivery.database.reading(delivery.workspace_id) as work:
        person = work.people.by_external(user)
        assert person
        return list(work.absences.of_person(person.id, date.min))


@pytest.mark.both_databases
async def test_leave_said_in_chat_is_confirmed_and_ends_by_itself(delivery: Delivery) -> None:
    """12 December 2026 is a Saturday."""
    await until(delivery, "2026-11-25T10:00")
    await delivery.writes("karim", "away until 12 December")
    await delivery.writes("karim", "unasked 1")
    await delivery.writes("karim", "soon 2")
    await delivery.writes("karim", "say 3")
    await delivery.run()
    confirmed, answer = delivery.said_to("karim")
    assert "Saturday, 12 December 2026" in confirmed
    assert "Monday, 14 December 2026" in confirmed
    assert answer == "3", "what somebody asks for is answered on leave too"
    await until(delivery, "2026-12-14T08:59")
    assert len(delivery.said_to("karim")) == 2
    await until(delivery, "2026-12-14T09:00")
    assert delivery.said_to("karim")[2:] == ["1"]
    assert [row.state for row in delivery.outgoing() if row.error == "too_late"] == [OutboxState.CANCELLED]


async def test_it_is_confirmed_in_french_and_by_tu(delivery: Delivery) -> None:
    def french(work: Work) -> None:
        work.people.ensure("karim", "Karim").lang = "fr"
        work.workspaces.get(work.workspace_id).address = "tu"

    delivery.change(french)
    await until(delivery, "2026-11-25T10:00")
    await delivery.writes("karim", "En congé du 30 novembre au 4 décembre")
    await delivery.writes("karim", "en congé jusqu'au 12")
    await delivery.run()
    noted, asked = delivery.said_to("karim")
    assert "du lundi 30 novembre 2026 au vendredi 4 décembre 2026" in noted
    assert "lundi 7 décembre 2026" in noted
    assert asked.startswith("Jusqu'à quand")
    assert absences(delivery) == [(date(2026, 11, 30), date(2026, 12, 4))]


async def test_leave_to_come_holds_nothing_before_it_begins(delivery: Delivery) -> None:
    await until(delivery, "2026-11-25T10:00")
    await delivery.writes("karim", "away from 26 to 27 November")
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    assert delivery.said_to("karim")[1:] == ["1"]
    await until(delivery, "2026-11-26T10:00")
    await delivery.writes("karim", "unasked 2")
    await delivery.run()
    await until(delivery, "2026-11-30T08:59")
    assert delivery.said_to("karim")[1:] == ["1"]
    await until(delivery, "2026-11-30T09:00")
    assert delivery.said_to("karim")[1:] == ["1", "2"]


@pytest.mark.parametrize("how", ["button", "words"])
async def test_who_is_back_early_gets_what_waited(delivery: Delivery, how: str) -> None:
    await until(delivery, "2026-11-25T10:00")
    await delivery.writes("karim", "away until 12 December")
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    await delivery.run(DAY)
    if how == "button":
        pressed = delivery.event("karim", action="membership.here", value="2026-11-25", message="0")
        await delivery.accept(ButtonPressed(**pressed))
    else:
        await delivery.writes("karim", "resume")
    await delivery.run()
    assert absences(delivery) == []
    assert "1" in delivery.said_to("karim")


async def test_a_button_that_is_not_ours_changes_nothing(delivery: Delivery) -> None:
    await delivery.writes("karim", "away until 2026-12-12")
    await delivery.presses("emma", "membership.here", "2026-11-24")
    await delivery.presses("karim", "membership.here", "someday")
    await delivery.run()
    assert len(absences(delivery)) == 1


async def test_an_invitation_and_its_silence_wait_for_the_end_of_leave(delivery: Delivery) -> None:
    await until(delivery, "2026-11-25T10:00")

    def invite(work: Work) -> None:
        project = load_project(work, FILE)
        person = work.people.ensure("karim", "Karim")
        person.timezone = "UTC"
        work.projects.join(project.id, person.id, Role.EMPLOYEE, "planner")
        scene = Scene(work, work.workspaces.get(work.workspace_id), person, "invitation")
        assert interview.invite(scene, surveys.start_campaign(work, project.id, "adoption"))
        work.absences.put(person.id, date(2026, 11, 25), date(2026, 12, 31))

    delivery.change(invite)
    await delivery.run()
    for _ in range(37):
        await delivery.run(DAY)
    assert delivery.clock.now() == datetime(2027, 1, 1, 10, tzinfo=UTC)
    rows = [row for row in delivery.outgoing() if row.state is OutboxState.SENT]
    assert [row.intent for row in rows] == ["interview.invite"], (
        "it was too late, so it takes the reminder's place"
    )
    await delivery.run(3 * DAY)
    assert [row.intent for row in delivery.outgoing()][1:] == ["interview.reminder"]


# ------------------------------------------------------------------ a spreadsheet


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A workspace with two people; its id."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    with open_database(read_settings()) as database:
        with database.system() as system:
            workspace_id = system.workspaces.add("slack", "T1", "Team").id
        with database.transaction(workspace_id) as work:
            work.people.ensure("U1", "Karim")
            work.people.ensure("U2", "Emma").email = "emma@example.org"
    return workspace_id


def imported(text: str, code: int = 0) -> str:
    Path("leave.csv").write_text(text, "utf-8")
    arguments = ["people", "leave", "leave.csv", "--platform", "slack", "--workspace", "T1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    return result.output


def kept(workspace_id: str, user: str) -> list[tuple[date, date]]:
    with open_database(read_settings()) as database, database.reading(workspace_id) as work:
        person = work.people.by_external(user)
        assert person
        return list(work.absences.of_person(person.id, date.min))


def test_leave_is_imported_by_id_or_email_and_changed_or_taken_back_by_a_later_file(here: str) -> None:
    text = "external_id;email;first_day;last_day\nU1;;2026-12-01;2026-12-04\n;EMMA@example.org;2026-12-24;2027-01-03\n"
    assert "2 absences" in imported(text)
    assert kept(here, "U1") == [(date(2026, 12, 1), date(2026, 12, 4))]
    assert kept(here, "U2") == [(date(2026, 12, 24), date(2027, 1, 3))]
    assert "0 absences" in imported(text), "the same file a second time changes nothing"
    assert "2 absences" in imported(
        "external_id,first_day,last_day\nU1,2026-12-01,2026-12-11\nU2,2026-12-24,\n"
    )
    assert kept(here, "U1") == [(date(2026, 12, 1), date(2026, 12, 11))]
    assert kept(here, "U2") == []


def test_every_mistake_is_told_with_its_row_and_the_rest_is_kept(here: str) -> None:
    told = imported(
        "external_id,email,first_day,last_day\n"
        "U9,,2026-12-01,2026-12-04\n"
        ",,2026-12-01,2026-12-04\n"
        "U1,,1 December,2026-12-04\n"
        "U1,,2026-12-04,2026-12-01\n"
        "U1,,2026-12-01\n"
        "U1,,2026-12-02,2026-12-03\n",
        code=1,
    )
    assert "1 absences" in told
    for row, what in (
        (2, "U9"),
        (3, "external_id or the email"),
        (4, "2026-12-24"),
        (5, "before"),
        (6, "cells"),
    ):
        (line,) = [line for line in told.splitlines() if line.startswith(f"row {row}:")]
        assert what in line
    assert "first_day" in imported("external_id,last_day\n", code=1)
