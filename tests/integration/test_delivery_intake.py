"""From what a platform hands in to what a handler did: once, in order, in one transaction, whatever goes wrong."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import intake
from bot.platforms.errors import PlatformUnavailable
from bot.platforms.port import Accepted, MemberLeft, TextReceived, WorkspaceLost
from storage.inbox import Inbox, Received
from storage.models import InboxState, OutboxState, PersonStatus, WorkspaceStatus
from tests.support.delivery import ATTEMPTS, Delivery

pytestmark = pytest.mark.both_databases

MINUTE = timedelta(minutes=1)


async def test_an_event_is_handled_once_however_often_it_comes(delivery: Delivery) -> None:
    event = TextReceived(**delivery.event("karim", text="say hello"))
    assert await delivery.accept(event) is Accepted.STORED
    assert await delivery.accept(event) is Accepted.DUPLICATE
    await delivery.run()
    assert await delivery.accept(event) is Accepted.DUPLICATE
    await delivery.run()
    assert delivery.memory.heard == [("karim", "say hello")]
    assert delivery.said_to("karim") == ["hello"]
    assert [(row.state, row.payload) for row in delivery.incoming()] == [(InboxState.DONE, "")]


async def test_a_workspace_that_is_not_known_is_told_so(delivery: Delivery) -> None:
    event = TextReceived(**delivery.event("karim", text="say hello", workspace="elsewhere"))
    assert await delivery.accept(event) is Accepted.UNKNOWN_WORKSPACE
    await delivery.run()
    assert delivery.incoming() == []


async def test_what_cannot_be_handled_is_tried_again_then_set_aside(delivery: Delivery) -> None:
    delivery.memory.broken = {"say too much"}
    await delivery.writes("karim", "say too much")
    with capture_logs() as logs:
        for attempt in range(1, ATTEMPTS + 1):
            await delivery.run(MINUTE)
            (row,) = delivery.incoming()
            assert (row.attempts, row.error) == (attempt, "ValueError")
            await delivery.run()
            assert len(delivery.memory.heard) == attempt, "not again at once"
    assert row.state is InboxState.POISON
    assert row.payload, "everything needed to replay it is kept"
    assert "too much" not in row.payload, "sealed"
    assert delivery.states() == [], "what it had posted before it failed was rolled back"
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["event_failed"] * ATTEMPTS
    assert "too much" not in repr(logs)
    await delivery.run(timedelta(days=1))
    assert len(delivery.memory.heard) == ATTEMPTS, "poison is left alone"


async def test_each_person_is_heard_in_order_and_holds_nobody_else_up(delivery: Delivery) -> None:
    delivery.memory.broken = {"say 2"}
    for text in ("say 1", "say 2", "say 3"):
        await delivery.writes("karim", text)
    await delivery.writes("emma", "say 4")
    await delivery.run()
    assert delivery.said_to("emma") == ["4"]
    assert delivery.said_to("karim") == ["1"], "what was said later waits for what was said before"
    delivery.memory.broken = set()
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1", "2", "3"]


async def test_poison_lets_the_next_ones_pass(delivery: Delivery) -> None:
    delivery.memory.broken = {"say 1"}
    await delivery.writes("karim", "say 1")
    await delivery.writes("karim", "say 2")
    for _ in range(ATTEMPTS):
        await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["2"]
    assert delivery.metrics.handled.labels(kind="text", outcome="poison")._value.get() == 1


async def test_a_form_opens_from_the_press_and_no_message_is_needed(delivery: Delivery) -> None:
    await delivery.writes("aude", "ask here", trigger="t1")
    await delivery.run()
    assert [(user, form.context) for user, form in delivery.platform.forms] == [("aude", "here")]
    assert delivery.platform.sent == []


async def test_a_trigger_that_has_run_out_brings_the_form_in_a_message(delivery: Delivery) -> None:
    delivery.platform.expired_triggers.add("t1")
    await delivery.writes("aude", "ask here", trigger="t1")
    await delivery.run()
    (sent,) = delivery.platform.sent
    (form,) = sent.message.blocks
    assert (form.name, form.context) == ("story", "here")
    assert delivery.platform.forms == []


async def test_a_platform_that_is_down_when_a_form_should_open_loses_nothing(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_arguments: object) -> None:
        raise PlatformUnavailable

    monkeypatch.setattr(delivery.platform, "open_form", down)
    await delivery.writes("aude", "ask here", trigger="t1")
    await delivery.run()
    assert len(delivery.platform.sent) == 1


async def test_where_nothing_can_be_opened_the_form_is_a_message(delivery: Delivery) -> None:
    await delivery.writes("aude", "ask here")
    await delivery.run()
    assert len(delivery.platform.sent) == 1


async def test_no_form_opens_for_what_was_rolled_back(delivery: Delivery) -> None:
    delivery.memory.broken = {"ask here"}
    await delivery.writes("aude", "ask here", trigger="t1")
    await delivery.run()
    assert delivery.platform.forms == []
    assert delivery.platform.sent == []


async def test_who_leaves_gets_nothing_more_until_they_are_back(delivery: Delivery) -> None:
    await delivery.writes("karim", "later 1")
    await delivery.accept(MemberLeft(**delivery.event("karim")))
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.UNREACHABLE
    await delivery.run(timedelta(days=1))
    assert delivery.said_to("karim") == []
    assert delivery.states() == [OutboxState.CANCELLED]
    await delivery.writes("karim", "say 2")
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.ACTIVE
    assert delivery.said_to("karim") == ["2"]


async def test_a_workspace_that_removed_the_app_is_left_alone(delivery: Delivery) -> None:
    await delivery.writes("karim", "later 1")
    await delivery.writes("karim", "plan 2")
    await delivery.run()
    await delivery.accept(WorkspaceLost(**delivery.event("", status="uninstalled")))
    await delivery.run(timedelta(days=1))
    assert delivery.platform.sent == []
    with delivery.database.system() as system:
        (workspace,) = system.workspaces.all()
        assert workspace.status is WorkspaceStatus.UNINSTALLED


@pytest.mark.parametrize("action", ["gone.away", "", "'; DROP TABLE people; --", "é" * 100])
async def test_an_unknown_button_gets_a_kind_sentence(delivery: Delivery, action: str) -> None:
    await delivery.presses("karim", action)
    await delivery.run()
    assert len(delivery.said_to("karim")) == 1
    assert [row.state for row in delivery.incoming()] == [InboxState.DONE]


async def test_a_stranger_is_told_whom_to_ask(delivery: Delivery) -> None:
    await delivery.commands("nobody", "help")
    await delivery.commands("nobody", "frobnicate")
    await delivery.run()
    assert len(delivery.said_to("nobody")) == 2
    assert all(delivery.said_to("nobody"))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("x" * 40_000, "x" * 40_000),
        ("👩\u200d👩\u200d👧\u200d👦🇫🇷", "👩\u200d👩\u200d👧\u200d👦🇫🇷"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("\u202eevil\u202c", "\u202eevil\u202c"),
        ("a\r\n\tb", "a\r\n\tb"),
        ("a\x00b", "ab"),
        ("half \ud83d an emoji", "half \ufffd an emoji"),
        ("two halves \ud83d\ude00", "two halves 😀"),
    ],
    ids=["long", "emoji", "right to left", "override", "lines", "nul", "surrogate", "pair"],
)
async def test_any_text_is_heard(delivery: Delivery, text: str, heard: str) -> None:
    await delivery.writes("karim", f"note {text}")
    await delivery.run()
    assert delivery.memory.heard == [("karim", f"note {heard}")]
    assert [row.state for row in delivery.incoming()] == [InboxState.DONE]


async def test_a_name_that_no_database_takes_holds_nothing_up(delivery: Delivery) -> None:
    await delivery.writes("karim", "say 1", name="Ka\x00rim " + "é" * 500)
    await delivery.run()
    assert delivery.said_to("karim") == ["1"]


async def test_what_is_handed_in_at_once_is_all_there(delivery: Delivery) -> None:
    await asyncio.gather(*(delivery.writes(f"u{n % 7}", f"say {n}") for n in range(100)))
    await delivery.run()
    for user in range(7):
        said = sorted(int(text) for text in delivery.said_to(f"u{user}"))
        assert said == [n for n in range(100) if n % 7 == user]


async def test_more_are_claimed_together_while_each_transaction_is_short(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    claim = Inbox.claim

    async def noted(self: Inbox, limit: int) -> list[Received]:
        asked.append(limit)
        return await claim(self, limit)

    monkeypatch.setattr(Inbox, "claim", noted)
    for seconds in (60.0, 0.0):
        monkeypatch.setattr(intake, "SHORT_SECONDS", seconds)
        for number in range(60):
            await delivery.writes(f"u{number}", "say 1")
        await delivery.run()
    assert asked[:2] == [25, 50], "more and more"
    assert asked[-1] == 25, "fewer as soon as one was long, though it was not full"
