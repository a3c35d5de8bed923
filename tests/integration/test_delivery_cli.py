"""`entrain inbox …` and `entrain outbox …`, on what a bot has left behind."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import console
from bot.administration import open_database
from bot.cli import app
from bot.settings import read_settings
from storage.inbox import NewEvent, mark_done, put_many
from storage.models import InboxEvent, InboxState, OutboxMessage, OutboxState
from storage.repositories.outbox import Posting
from storage.work import SystemWork

SECRET = "my boss counts my delays"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell of a table is cut."""
    monkeypatch.setattr(console.out, "width", 200)


def run(*arguments: str, code: int = 0, told: str | None = None) -> str:
    result = CliRunner().invoke(app, list(arguments), input=told)
    assert result.exit_code == code, result.output
    return result.output


def change(function: Callable[[SystemWork], object]) -> None:
    with open_database(read_settings()) as database, database.system() as work:
        function(work)


def workspace_id(name: str = "T1") -> str:
    with open_database(read_settings()) as database, database.system() as work:
        known = work.workspaces.by_external("slack", name)
        return (known or work.workspaces.add("slack", name, name)).id


def receive(*events: str, workspace: str = "T1") -> None:
    here = workspace_id(workspace)
    kept = [NewEvent(here, event, "U1KARIM", "text", json.dumps({"text": SECRET})) for event in events]
    change(lambda work: put_many(work, kept))


def poison(*seqs: int, error: str = "ValueError") -> None:
    def set_aside(work: SystemWork) -> None:
        for seq in seqs:
            event = work.session.get_one(InboxEvent, seq)
            event.state, event.attempts, event.error = InboxState.POISON, 5, error

    change(set_aside)


def event(seq: int) -> InboxEvent:
    with open_database(read_settings()) as database, database.system() as work:
        return work.session.get_one(InboxEvent, seq)


def post(
    *states: OutboxState, workspace: str = "T1", intent: str = "interview.note", error: str | None = None
) -> None:
    with open_database(read_settings()) as database, database.transaction(workspace_id(workspace)) as work:
        person = work.people.ensure("U1KARIM", "Karim Benali")
        for number, state in enumerate(states):
            dedupe = f"{intent}:{number}:{state}:{error}"
            late = work.now + timedelta(hours=1)
            args = {"interview": "i1", "key": "closed_nothing"}
            work.outbox.put(Posting(person.id, intent, args, dedupe, work.now, late, paced=True))
            row = work.outbox.under(dedupe)
            assert row
            row.state, row.error, row.attempts = state, error, 3
            row.receipt_conversation = "D1KARIM"


def message(seq: int) -> OutboxMessage:
    with open_database(read_settings()) as database, database.system() as work:
        return work.session.get_one(OutboxMessage, seq)


def test_nothing_is_listed_where_nothing_has_come_in() -> None:
    assert "nothing yet" in run("inbox", "list")
    assert "nothing yet" in run("outbox", "list")


def test_what_was_set_aside_is_listed_without_anybodys_words_or_name() -> None:
    receive("e1", "e2")
    receive("e3", workspace="T2")
    poison(2, 3)
    told = run("inbox", "list")
    assert "new 1, poison 2" in told
    everywhere = json.loads(run("inbox", "list", "--json"))["rows"]
    assert [(row["seq"], row["workspace"], row["error"]) for row in everywhere] == [
        (3, "T2", "ValueError"),
        (2, "T1", "ValueError"),
    ]
    rows = json.loads(run("inbox", "list", "--json", "--workspace", "T1"))["rows"]
    assert [(row["seq"], row["kind"], row["attempts"]) for row in rows] == [(2, "text", 5)]
    for shown in (told, json.dumps(rows), run("inbox", "list", "--state", "new", "--json")):
        assert "KARIM" not in shown
        assert SECRET not in shown


def test_what_was_set_aside_is_handled_again_once() -> None:
    receive("e1", "e2", "e3")
    poison(1, 2)
    assert "1: will be handled again" in run("inbox", "replay", "1")
    assert (event(1).state, event(1).attempts, event(1).lease_until) == (InboxState.NEW, 0, None)
    assert "3: is waiting already" in run("inbox", "replay", "3", code=1)
    assert "99: there is no such row" in run("inbox", "replay", "99", code=1)
    assert "2: will be handled again" in run("inbox", "replay", "--all")
    run("inbox", "replay", code=2)
    run("inbox", "replay", "1", "--all", code=2)


def test_what_was_handled_is_not_handled_again_and_what_overtook_is_told() -> None:
    receive("e1", "e2")
    poison(1)
    with open_database(read_settings()) as database, database.transaction(workspace_id()) as work:
        mark_done(work, [2])
    assert "2: was handled already" in run("inbox", "replay", "2", code=1)
    assert "newer events of the same people were handled before these: 1" in run("inbox", "replay", "1")


def test_an_event_whose_key_is_missing_waits_for_the_key() -> None:
    receive("e1")
    poison(1, error="SealBroken")
    change(lambda work: setattr(work.session.get_one(InboxEvent, 1), "payload", "gone:AAAA"))
    assert "ENTRAIN_ENCRYPTION_KEYS" in run("inbox", "replay", "1", code=1)
    assert event(1).state is InboxState.POISON


def test_messages_are_listed_by_what_is_asked_and_never_tell_whose_they_are() -> None:
    post(OutboxState.READY, OutboxState.FAILED, error="RateLimited")
    post(OutboxState.READY, workspace="T2", intent="digest.weekly")
    told = run("outbox", "list")
    assert "failed 1, ready 2" in told
    for filters, seqs in (
        (("--state", "failed"), [2]),
        (("--workspace", "T2"), [3]),
        (("--intent", "interview.note"), [2, 1]),
        (("--due",), [3, 1]),
        (("--limit", "1"), [3]),
    ):
        rows = json.loads(run("outbox", "list", "--json", *filters))["rows"]
        assert [row["seq"] for row in rows] == seqs
    for shown in (told, run("outbox", "show", "2"), run("outbox", "list", "--json")):
        for secret in ("KARIM", "Karim", "closed_nothing", 'i1"'):
            assert secret not in shown
    assert "RateLimited" in run("outbox", "show", "2")
    run("outbox", "show", "99", code=1)


def test_what_failed_or_became_too_late_is_sent_after_all() -> None:
    post(OutboxState.FAILED, error="PlatformUnavailable")
    post(OutboxState.CANCELLED, error="too_late")
    assert "1, 2: will be sent at the next fitting moment" in run("outbox", "retry", "1", "2")
    for seq in (1, 2):
        row = message(seq)
        assert (row.state, row.attempts, row.not_after, row.error) == (OutboxState.READY, 0, None, None)
        assert row.not_before <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (OutboxState.SENT, "was sent already"),
        (OutboxState.READY, "is waiting already"),
        (OutboxState.SENDING, "is under way"),
        (OutboxState.UNCERTAIN, "is under way"),
        (OutboxState.CANCELLED, "not wanted any more"),
        (OutboxState.SUPERSEDED, "not wanted any more"),
    ],
)
def test_nothing_else_is_sent_again(state: OutboxState, told: str) -> None:
    post(state)
    assert told in run("outbox", "retry", "1", code=1)
    assert message(1).state is state


def test_what_has_not_left_can_be_cancelled() -> None:
    post(OutboxState.READY, OutboxState.SENT)
    post(OutboxState.READY, workspace="T2")
    told = run("outbox", "cancel", "1", "2", code=1)
    assert "1: will not be sent" in told
    assert "2: was sent already" in told
    assert message(1).state is OutboxState.CANCELLED
    assert "is not wanted any more" in run("outbox", "retry", "1", code=1), "what a person decided holds"
    run("outbox", "cancel", "--workspace", "T2", told="n\n", code=1)
    assert message(3).state is OutboxState.READY
    run("outbox", "cancel", "--workspace", "T2", "--intent", "interview.note", "--yes")
    assert message(3).state is OutboxState.CANCELLED
    run("outbox", "cancel", code=2)
    run("outbox", "cancel", "1", "--workspace", "T2", code=2)


@pytest.mark.parametrize("command", ["outbox show", "outbox retry", "outbox cancel", "inbox replay"])
def test_a_number_that_no_row_can_have_is_refused_in_words(command: str) -> None:
    told = CliRunner().invoke(app, [*command.split(), "9" * 23])
    assert told.exit_code == 2
    assert told.exception is None or isinstance(told.exception, SystemExit)
