"""Many people answer at once: everything is stored and acknowledged first, then handled once, in each person's order."""

import asyncio
from collections import Counter

import httpx
import pytest
from sqlalchemy import Select, select
from starlette.applications import Starlette
from starlette.routing import Route

from bot.platforms.port import Accepted, TextReceived
from bot.platforms.slack.adapter import SlackPlatform
from storage.database import Database
from storage.inbox import InboxWriter, NewEvent
from storage.models import InboxEvent, InboxState, OutboxMessage, OutboxState
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery
from tests.support.fleet import FULL
from tests.support.slack_wire import recorded, signed

pytestmark = pytest.mark.both_databases

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PEOPLE = 200

CROWD = 2_500 if FULL else 600
"""Who answers within the same second."""


def said(number: int, user: str, text: str) -> dict[str, object]:
    """A message as Slack sends it."""
    payload = recorded("event_message_im") | {"team_id": "T061EG9R6"}
    told = {"user": user, "text": text, "ts": f"1764579845.{number:06d}", "channel": f"D{user}"}
    return payload | {"event": payload["event"] | told}


async def none_left(database: Database, left: Select[tuple[int]], seconds: float = 120.0) -> None:
    """Until there is no such row any more."""
    async with asyncio.timeout(seconds):
        while await database.read_system(lambda work: work.session.scalar(left.limit(1))):  # noqa: ASYNC110 - a database
            await asyncio.sleep(0.05)


async def settled(database: Database) -> None:
    """Everything that is stored has been handled."""
    await none_left(database, select(InboxEvent.seq).where(InboxEvent.state != InboxState.DONE))


async def answered(database: Database) -> None:
    """Everything that was posted has been sent."""
    await none_left(database, select(OutboxMessage.seq).where(OutboxMessage.state != OutboxState.SENT))


async def test_everybodys_signed_answer_is_taken_stored_and_handled_once(
    database: Database, clock: FixedClock, delivery: Delivery
) -> None:
    with database.system() as system:
        system.workspaces.add("slack", "T061EG9R6", "Exemple")
    inbound = delivery.gateway
    platform = SlackPlatform(
        bot_token="xoxb-1", signing_secret=SECRET, app_token=None, inbound=inbound, clock=clock
    )
    (route,) = platform.routes()
    transport = httpx.ASGITransport(Starlette(routes=[Route(route.path, route.app, methods=["POST"])]))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://slack.test") as http:

        async def answers(number: int) -> int:
            request = signed(said(number, f"u{number}", "thanks"), SECRET, clock)
            response = await http.post("/slack/events", content=request.content, headers=request.headers)
            return response.status_code

        await delivery.jobs.start()
        statuses = await asyncio.gather(*map(answers, [*range(PEOPLE), *range(0, PEOPLE, 2)]))
    assert Counter(statuses) == {200: PEOPLE + PEOPLE // 2}
    assert len(delivery.kept()) == PEOPLE, "stored before it was acknowledged"
    await settled(database)
    await delivery.jobs.stop(5.0)
    assert Counter(delivery.memory.heard) == {(f"u{number}", "thanks"): 1 for number in range(PEOPLE)}


@pytest.mark.slow
async def test_what_a_crowd_says_within_the_same_second_is_handled_and_answered_once_each(
    database: Database, delivery: Delivery
) -> None:
    """Every second one is delivered twice, as a platform does that has waited for too long."""
    people = [f"u{number}" for number in range(CROWD)]
    events = [TextReceived(**delivery.event(user, text=f"say to {user}")) for user in people]
    await delivery.jobs.start()
    accepted = Counter(await asyncio.gather(*map(delivery.accept, [*events, *events[::2]])))
    assert accepted == {Accepted.STORED: CROWD, Accepted.DUPLICATE: CROWD // 2}
    await settled(database)
    await answered(database)
    await delivery.jobs.stop(5.0)
    assert Counter(delivery.memory.heard) == {(user, f"say to {user}"): 1 for user in people}
    said = Counter((sent.user, sent.message.plain) for sent in delivery.platform.sent)
    assert said == {(user, f"to {user}"): 1 for user in people}


async def test_what_each_person_says_in_a_rush_is_heard_in_their_order(
    database: Database, delivery: Delivery
) -> None:
    people, each = 40, 6
    events = [
        TextReceived(**delivery.event(f"u{user}", text=f"say {number}"))
        for number in range(each)
        for user in range(people)
    ]
    await delivery.jobs.start()
    accepted = await asyncio.gather(*map(delivery.accept, events))
    assert accepted == [Accepted.STORED] * len(events)
    await settled(database)
    await delivery.jobs.stop(5.0)
    for user in range(people):
        heard = [text for who, text in delivery.memory.heard if who == f"u{user}"]
        assert heard == [f"say {number}" for number in range(each)]


async def test_nobody_looks_the_workspace_up_twice_at_the_same_time(
    database: Database, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    workspace_id = database.workspace_id

    async def counting(platform: str, external_id: str) -> str | None:
        nonlocal asked
        asked += 1
        return await workspace_id(platform, external_id)

    monkeypatch.setattr(database, "workspace_id", counting)
    await asyncio.gather(*(delivery.writes(f"u{number}", "say 1") for number in range(50)))
    assert asked == 1
    unknown = [TextReceived(**delivery.event("karim", text="?", workspace="elsewhere")) for _ in range(3)]
    assert set(await asyncio.gather(*map(delivery.accept, unknown))) == {Accepted.UNKNOWN_WORKSPACE}
    delivery.elsewhere()
    assert await delivery.accept(unknown[0]) is Accepted.STORED, "found once it is there"


async def test_others_stand_back_while_many_wait_and_go_on_in_the_end(
    database: Database, workspace_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, commits = InboxWriter(database), asyncio.Semaphore(0)
    run_system = database.run_system

    async def in_turn(function):  # type: ignore[no-untyped-def]
        await commits.acquire()
        return await run_system(function)

    def put(number: int) -> asyncio.Task[bool]:
        return asyncio.create_task(writer.put(NewEvent(workspace_id, str(number), "karim", "text", "{}")))

    monkeypatch.setattr(database, "run_system", in_turn)
    monkeypatch.setattr("storage.grouped.LONGEST_RUSH", 60.0)
    await asyncio.wait_for(writer.calm(), 1.0)
    one = put(0)
    await asyncio.sleep(0)
    await asyncio.wait_for(writer.calm(), 1.0)
    many = [put(number) for number in range(1, 101)]
    commits.release()
    assert await one
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(writer.calm(), 0.3)
    monkeypatch.setattr("storage.grouped.LONGEST_RUSH", 0.1)
    await asyncio.wait_for(writer.calm(), 5.0)
    monkeypatch.setattr("storage.grouped.LONGEST_RUSH", 60.0)
    commits.release()
    assert await asyncio.gather(*many) == [True] * 100
    await asyncio.wait_for(writer.calm(), 5.0)
