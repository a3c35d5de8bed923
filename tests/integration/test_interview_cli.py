"""The command line about interviews: rounds, an explanation by code, calibrating, writing scripts."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot.administration import open_database
from bot.cli import app
from bot.demo import load_demo
from bot.settings import read_settings
from storage.models import Finding, Interview, InterviewStatus
from storage.work import Work
from surveys import figures, library
from surveys import service as surveys
from surveys.library import Library

PROJECT = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
PEOPLE = Path(bot.__file__).parent / "demo_organisation" / "people.csv"
PLACE = ("--platform", "slack", "--workspace", "T1")
STATE = "interviews.state"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    yield
    library.use(Library())


def run(*arguments: str, code: int = 0, told: str | None = None) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments), input=told)
    assert result.exit_code == code, result.output
    return result.output


def loaded() -> None:
    run("project", "load", str(PROJECT), *PLACE, "--lang", "fr")
    run("people", "import", str(PEOPLE), "--project", "trello", *PLACE)


def workspaces() -> list[str]:
    with open_database(read_settings()) as database, database.system() as system:
        return [workspace.id for workspace in system.workspaces.all()]


def test_a_round_is_started_for_those_it_is_for() -> None:
    loaded()
    said = run(
        "campaign", "start", "--project", "trello", *PLACE, "--script", "leader", "--anonymous", "--invite"
    )
    assert "anonymous round of 'leader' has started in trello, 2 invited" in said
    assert "confidential round" in run("campaign", "start", "--project", "trello", *PLACE)
    larger = run("campaign", "start", "--project", "trello", *PLACE, "--figures", "8", "--words", "12")
    assert "figures are of 8 people or more, words of 12 or more" in larger
    run("campaign", "start", "--project", "trello", *PLACE, "--figures", "4", code=2)
    assert "did you mean" in run(
        "campaign", "start", "--project", "trello", *PLACE, "--script", "puls", code=1
    )


def _demo() -> tuple[str, Interview]:
    """Lampion, and the id of one interview that found something."""
    with open_database(read_settings()) as database:
        with database.system() as system:
            workspace = system.workspaces.add("playground", "demo", "Lampion", lang="fr", address="tu")
        with database.transaction(workspace.id) as work:
            load_demo(work)
        with database.transaction(workspace.id) as work:
            taken, _ = work.interviews.confirmed()[0]
            assert taken.status is InterviewStatus.CLOSED
            return workspace.id, taken


def test_an_explanation_is_printed_for_who_has_the_code_and_once() -> None:
    workspace_id, taken = _demo()
    assert "No interview opens" in run("interview", "explain", taken.id, "--code", "AAAAA-AAAAA", code=1)
    with open_database(read_settings()) as database, database.transaction(workspace_id) as work:
        again = work.interviews.find(taken.id)
        assert again
        surveys.issue_code(work, again)
        code = surveys.code(work, again)
        assert code
    said = run("interview", "explain", taken.id, "--code", code)
    assert "Voici ce que j'ai compris" in said
    assert "+" in said
    assert "No interview opens" in run("interview", "explain", taken.id, "--code", code, code=1)


def test_an_old_code_opens_nothing() -> None:
    workspace_id, taken = _demo()
    with open_database(read_settings()) as database, database.transaction(workspace_id) as work:
        again = work.interviews.find(taken.id)
        assert again
        earlier = replace(work, now=work.now - timedelta(minutes=11))
        surveys.issue_code(earlier, again)
        code = surveys.code(earlier, again)
        assert code
    run("interview", "explain", taken.id, "--code", code, code=1)


def test_a_few_interviews_teach_nothing(tmp_path: Path) -> None:
    _demo()
    assert "fewer than 30" in run("interview", "calibrate", "--apply", code=1)
    assert not (tmp_path / "var" / "belief.yaml").exists()


def test_calibrating_shows_first_and_writes_when_told(tmp_path: Path) -> None:
    workspace_id, taken = _demo()
    with open_database(read_settings()) as database, database.transaction(workspace_id) as work:
        pairs = work.interviews.confirmed()
        for copy in range(4):
            for interview, finding in pairs:
                _copy(work, interview, finding, copy)
    said = run("interview", "calibrate")
    assert "nothing was written" in said
    assert "priors.trust" in said
    assert not (tmp_path / "var" / "belief.yaml").exists()
    for line in said.splitlines():
        if line.strip().endswith("interviews"):
            assert int(line.split()[-2]) >= 5
    said = run("interview", "calibrate", "--apply")
    assert "is now" in said
    changed = figures.read(tmp_path / "var" / "belief.yaml")
    assert changed.priors["trust"] > figures.shipped().priors["trust"]  # type: ignore[index]
    library.use(Library(data=tmp_path / "var"))
    assert library.model() == changed
    assert taken.id not in said


def _copy(work: Work, interview: Interview, finding: Finding, copy: int) -> None:
    """The same answers again, as if by somebody else."""
    campaign = work.campaigns.add(work.campaigns.get(interview.campaign_id).project_id, "adoption")
    new = work.ids.new()
    work.interviews.add(
        Interview(
            id=new,
            workspace_id=work.workspace_id,
            campaign_id=campaign.id,
            person_id=interview.person_id,
            status=interview.status,
            state=work.seal(STATE, work.open(STATE, interview.state, row=interview.id), row=new),
            outcome=interview.outcome,
            invited_at=interview.invited_at,
            closed_at=datetime(2026, 1, 1 + copy, tzinfo=UTC),
        )
    )
    work.interviews.add_findings(
        [
            Finding(
                id=work.ids.new(),
                workspace_id=work.workspace_id,
                interview_id=new,
                blocker=finding.blocker,
                status=finding.status,
                stated=finding.stated,
                belief=finding.belief,
                rank=1,
            )
        ]
    )


def test_a_script_of_ones_own_is_checked_played_and_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "content" / "scripts" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(OWN)
    monkeypatch.setenv("ENTRAIN_CONTENT_DIR", str(tmp_path / "content"))
    assert "can be used" in run("content", "check")
    played = run("content", "try", str(mine), "--lang", "en", told="1\n4\nnothing much, really fine\n")
    assert "How calm was it?" in played
    loaded()
    assert "confidential round of 'mine'" in run(
        "campaign", "start", "--project", "trello", *PLACE, "--script", "mine"
    )


OWN = """key: mine
questions: 2
steps:
  - {key: consent, ask: consent, part: start, counts: false}
  - {key: calm, ask: rate, range: {low: 1, high: 5}}
  - {key: more, ask: open, when: ["calm<=4"]}
texts:
  en:
    calm: "How calm was it?"
    calm_low: "Not at all"
    calm_high: "Very"
    more: "What would have helped?"
  fr:
    calm: "C'était calme ?"
    calm_low: "Pas du tout"
    calm_high: "Très"
    more: "Qu'est-ce qui aurait aidé ?"
"""


def test_a_mistake_ends_with_file_line_and_what_was_meant(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(OWN.replace("calm<=4", "clam<=4").replace("    more:", "    mroe:", 1))
    said = run("content", "check", str(mine), code=1)
    assert "mine.yaml:6: 'clam<=4' asks about 'clam', which is no earlier step; did you mean 'calm'?" in said
    assert "mine.yaml:12: no step reads the text 'mroe'; did you mean 'more'?" in said


def test_nothing_of_the_data_folder_is_readable_words(tmp_path: Path) -> None:
    _demo()
    with sqlite3.connect(tmp_path / "var" / "entrain.db") as raw:
        states = raw.execute("select state from interviews").fetchall()
    assert states
    assert not any("camions" in state for (state,) in states)
