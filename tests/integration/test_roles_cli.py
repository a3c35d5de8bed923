"""Roles by the command line and by CSV: who gave which to whom, when; and the log of it all."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot import console
from bot.administration import open_database
from bot.cli import app
from bot.handlers.digest import KIND
from bot.settings import read_settings
from storage.models import Role
from storage.work import Work

DEMO = Path(bot.__file__).parent / "demo_organisation"
PLACE = ("--platform", "slack", "--workspace", "T1")


@pytest.fixture(autouse=True)
def _loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A project of two people, sam and zoe, both employees."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(console.out, "width", 250)
    run("project", "load", str(DEMO / "project.yaml"), *PLACE)
    imported("sam,Sam,sam@example.org,employee", "zoe,Zoé,zoe@example.org,employee")


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def imported(*rows: str) -> None:
    file = Path("people.csv")
    file.write_text("\n".join(("external_id,name,email,role", *rows)), "utf-8")
    run("people", "import", str(file), "--project", "trello", *PLACE)


def log(action: str) -> list[dict[str, object]]:
    """What was recorded, oldest first."""
    return list(reversed(json.loads(run("audit", "list", "--action", action, "--json"))))


def role_of(name: str) -> Role:
    def found(work: Work) -> Role:
        project, person = work.projects.by_key("trello"), work.people.by_external(name)
        assert project
        assert person
        member = work.projects.member(project.id, person.id)
        assert member
        return member.role

    with open_database(read_settings()) as database:
        with database.system() as system:
            here = system.workspaces.all()[0].id
        with database.reading(here) as work:
            return found(work)


def due_digests() -> int:
    with open_database(read_settings()) as database:
        with database.system() as system:
            here = system.workspaces.all()[0].id
        with database.reading(here) as work:
            person = work.people.by_external("sam")
            assert person
            return sum(
                item.kind == KIND and item.next_due_at is not None
                for item in work.agenda.of_person(person.id)
            )


def test_a_file_that_makes_somebody_a_lead_leaves_a_trace_and_so_does_the_one_that_takes_it_back() -> None:
    imported("sam,Sam,,lead")
    imported("sam,Sam,,lead")
    imported("sam,Sam,,employee")
    imported("sam,Sam,,lead")
    told = run("role", "list").splitlines()
    assert [
        re.search(r"(lead of trello) (given to|taken from) (Sam) by the command line", line) for line in told
    ]
    assert ["given" in line for line in told] == [True, False, True]
    assert [entry["action"] for entry in log("role.")] == ["role.given", "role.taken", "role.given"]


def test_a_lead_who_becomes_a_champion_is_one_no_longer() -> None:
    imported("sam,Sam,,lead")
    imported("sam,Sam,,champion")
    assert [(entry["action"], entry["detail"]["role"]) for entry in log("role.")] == [  # type: ignore[index]
        ("role.given", "lead"),
        ("role.taken", "lead"),
        ("role.given", "champion"),
    ]


def test_a_lead_is_made_and_unmade_by_name() -> None:
    assert "Sam is lead from now on" in run("role", "grant", "sam@example.org", "lead", "--project", "trello")
    assert (role_of("sam"), due_digests()) == (Role.LEAD, 1)
    assert "already" in run("role", "grant", "sam", "lead", "--project", "trello")
    assert "no longer lead" in run("role", "take", "sam", "lead", "--project", "trello")
    assert role_of("sam") is Role.EMPLOYEE
    assert "not lead" in run("role", "take", "sam", "lead", "--project", "trello")
    assert len(log("role.")) == 2


def test_admins_and_auditors_are_of_the_whole_workspace() -> None:
    run("role", "grant", "zoe", "auditor")
    assert "already" in run("role", "grant", "zoe", "auditor")
    run("role", "grant", "zoe", "admin")
    run("role", "take", "zoe", "auditor")
    assert [line.split("  ")[1].partition(" by ")[0] for line in run("role", "list").splitlines()] == [
        "auditor given to Zoé",
        "admin given to Zoé",
        "auditor taken from Zoé",
    ]
    assert role_of("zoe") is Role.EMPLOYEE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("zoe", "lead"), "say which with --project"),
        (("zoe", "admin", "--project", "trello"), "leave the project out"),
        (("nobody", "admin"), "nobody here is known"),
        (("zoe", "lead", "--project", "other"), "no project 'other'"),
    ],
)
def test_what_cannot_be_given_says_why_and_leaves_nothing(arguments: tuple[str, ...], said: str) -> None:
    assert said in run("role", "grant", *arguments, code=1)
    assert log("role.") == []


def test_the_log_is_listed_checked_and_held_against_a_head_that_was_kept() -> None:
    kept = run("audit", "head").strip()
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", kept)
    run("role", "grant", "zoe", "auditor")
    assert "none changed, none missing" in run("audit", "verify", "--head", kept)
    assert "people.imported" in run("audit", "list")
    assert [entry["action"] for entry in log("audit")] == ["audit.read"], "reading the log is in the log"
    assert "not whole" in run("audit", "verify", "--head", f"1:{'0' * 64}", code=1)
    assert "number:digest" in run("audit", "verify", "--head", "1", code=1)


def test_a_log_of_no_workspace_is_told() -> None:
    assert "no such workspace" in run("audit", "list", "--workspace", "T2", code=1)
    assert "no such workspace" in run("audit", "head", "--workspace", "T2", code=1)
    assert "no such workspace" in run("role", "list", "--workspace", "T2", code=1)
