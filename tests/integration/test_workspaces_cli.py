"""`entrain workspaces`, `entrain doctor` and /metrics: what is held up where, in counts and without a name."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import console
from bot.administration import open_database
from bot.cli import app
from bot.metrics import Metrics
from bot.settings import read_settings
from storage import overview
from storage.models import InboxEvent, InboxState, Lane, OutboxState, WorkspaceStatus
from storage.repositories.outbox import Posting
from storage.work import SystemWork, Work


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ENTRAIN_SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("ENTRAIN_SLACK_SIGNING_SECRET", "s")
    monkeypatch.setenv("ENTRAIN_ENCRYPTION_KEYS", run("keys", "new").strip())
    monkeypatch.setattr(console.out, "width", 220)


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def filled(*, trouble: bool = True) -> None:
    """Two workspaces, one of them with every kind of trouble."""
    with open_database(read_settings()) as database:
        with database.system() as system:
            well = system.workspaces.add("slack", "T1", "Well").id
            ill = system.workspaces.add("slack", "T2", "Ill").id
            if trouble:
                system.workspaces.lose(ill, WorkspaceStatus.REVOKED, "token_revoked")
                spoilt(system, ill)
        with database.transaction(well) as work:
            plan(work)


def spoilt(system: SystemWork, workspace_id: str) -> None:
    event = {
        "workspace_id": workspace_id,
        "sender": "U1",
        "kind": "text",
        "payload": "x",
        "received_at": system.now,
    }
    system.session.add(InboxEvent(event_id="e1", state=InboxState.POISON, **event))


def plan(work: Work) -> None:
    for name, reason in (("Zebulon", "blocked"), ("Ygerne", "blocked"), ("Xavier", "deactivated")):
        person = work.people.ensure(name, name)
        work.outbox.put(Posting(person.id, "routine.nudge", {}, name, work.now))
        work.people.mark_unreachable(person.id, reason)
    for state, name in ((OutboxState.FAILED, "Zebulon"), (OutboxState.UNCERTAIN, "Ygerne")):
        row = work.outbox.under(name)
        assert row
        row.state = state


def test_every_workspace_is_told_with_its_state_and_counts_and_nobodys_name() -> None:
    filled()
    well, ill = sorted(json.loads(run("workspaces", "--json")), key=lambda place: str(place["workspace"]))
    counts = {"ready": 1, "uncertain": 1, "failed": 1, "poison": 0}
    assert well == well | counts | {"workspace": "T1", "state": "active", "since": None, "reason": None}
    assert well["unreachable"] == {"blocked": 2, "deactivated": 1}
    assert ill == ill | {"state": "revoked", "reason": "token_revoked", "poison": 1, "closed_for": "revoked"}
    assert ill["since"]
    assert ill["closed_until"]
    table = run("workspaces")
    assert "token_revoked" in table
    assert "blocked 2, deactivated 1" in table
    assert not any(name in table for name in ("Zebulon", "Ygerne", "Xavier"))


def test_without_a_workspace_it_says_what_to_do() -> None:
    assert "entrain project load" in run("workspaces")


def test_the_doctor_says_what_is_wrong_with_which_workspace_and_what_to_do() -> None:
    filled()
    told = run("doctor", code=1)
    assert "ok  slack workspace T1 (1 ready, 1 uncertain, 1 failed, people who cannot be reached" in told
    (line,) = [line for line in told.splitlines() if "workspace T2" in line]
    assert line.startswith("NO")
    assert "its credentials are refused since" in line
    assert "token_revoked" in line


def test_the_doctor_is_content_with_workspaces_that_work() -> None:
    filled(trouble=False)
    assert "NO" not in run("doctor")


def test_metrics_show_what_waits_now() -> None:
    filled()
    with open_database(read_settings()) as database, database.system() as work:
        later = work.now + timedelta(minutes=30)
        work.session.query(Lane).one().closed_until = later
        metrics = Metrics()
        metrics.measure(overview.load(work), work.now + timedelta(minutes=5))
        shown = metrics.text().decode()
        assert 'entrain_lanes_closed{platform="slack",reason="revoked"} 1.0' in shown
        assert "entrain_outbox_ready 1.0" in shown
        assert "entrain_inbox_poison 1.0" in shown
        (age,) = [
            line for line in shown.splitlines() if line.startswith("entrain_outbox_oldest_due_seconds ")
        ]
        assert 299 < float(age.split()[1]) < 400
        work.session.query(Lane).one().closed_until = None
        metrics.measure(overview.load(work), work.now)
    assert "entrain_lanes_closed{" not in metrics.text().decode(), "an open lane is not shown as closed"
