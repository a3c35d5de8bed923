"""What platforms deliver late, again and in between changes nothing of what an interview finds."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from bot.handlers import interview as chat_interview
from bot.platforms.port import Accepted, ButtonPressed, InboundEvent, MemberLeft
from storage.database import Database
from storage.models import InboxState, PersonStatus
from storage.work import Work
from tests.support.chat import Chat
from tests.support.clock import FixedClock
from tests.support.delivery import PLATFORM, Delivery

pytestmark = pytest.mark.both_databases

AGAIN = "again"
SECOND = timedelta(seconds=1)

WAYS = {
    "Karim": (
        "fr",
        "[Allons-y]",
        "[Papier, Excel]",
        "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
        "si je note dans trello tout le monde voit que j'ai laissé traîner, mon chef compte mes retards",
        "[4]",
        "faudrait que mon chef s'en serve pas pour compter mes retards",
        "[C'est ça]",
        "[Après le point de 9 h, je mets une urgence]",
    ),
    "Anna": (
        "en",
        "let's go",
        "e-mail",
        "I always do it this way, force of habit",
        "9",
        "yes",
        "because my mornings would be calmer",
        "[After the 9:00 stand-up, I add one urgent order]",
    ),
}
"""Language, and what people write and [press], in order."""

Found = list[tuple[object, ...]]


def found(work: Work, interview_id: str) -> Found:
    rows = work.interviews.findings(interview_id)
    return sorted((row.blocker, row.status.value, row.rank, row.stated, row.belief) for row in rows)


def in_order(database: Database, workspace_id: str, name: str) -> tuple[str, list[InboundEvent], Found]:
    """Somebody's interview as it should be: its id, its events and what it found."""
    with database.transaction(workspace_id) as work:
        lang, *steps = WAYS[name]
        chat, events = Chat(work, lang, name), []
        interview, handle = chat.invite(), chat.router.handle

        def recording(work: Work, event: InboundEvent) -> None:
            events.append(event.model_copy(update={"event_id": f"{name}:{len(events)}"}))
            handle(work, event)

        chat.router.handle = recording  # type: ignore[assignment, method-assign]
        chat.read()
        for step in steps:
            label = step.strip("[]")
            if label == step:
                chat.say(step)
            else:
                chat.press(int(label) if label.isdigit() else label)
        return interview.id, events, found(work, interview.id)


def as_delivered(events: list[InboundEvent], random: Random) -> Iterator[InboundEvent]:
    """In order; in between what came before comes again, and old buttons are pressed once more."""
    for number, event in enumerate(events):
        yield event
        for late in random.choices(events[: number + 1], k=random.randrange(3)):
            yield late
            if isinstance(late, ButtonPressed):
                yield late.model_copy(update={"event_id": f"late:{number}:{late.event_id}"})


def merged(streams: list[Iterator[InboundEvent]], random: Random) -> Iterator[InboundEvent]:
    """Each stream in its order, in any order among them."""
    left = list(streams)
    while left:
        stream = random.choice(left)
        event = next(stream, None)
        if event is None:
            left.remove(stream)
        else:
            yield event


@pytest.mark.parametrize("seed", range(4))
async def test_an_interview_finds_the_same_however_its_events_are_delivered(
    database: Database, workspace_id: str, clock: FixedClock, seed: int
) -> None:
    random = Random(seed)
    expected = {name: in_order(database, workspace_id, name) for name in WAYS}
    assert all(found for _, _, found in expected.values())
    with database.system() as system:
        again = system.workspaces.add(PLATFORM, AGAIN, "Again").id
    delivery = Delivery(database, again, clock, features=(chat_interview.FEATURE,))
    with database.transaction(again) as work:
        interviews = {name: Chat(work, lang, name).invite().id for name, (lang, *_) in WAYS.items()}

    await delivery.run()
    invitations = {sent.user: str(number) for number, sent in enumerate(delivery.platform.sent)}

    def here(name: str, event: InboundEvent) -> InboundEvent:
        told = {"workspace": AGAIN}
        if isinstance(event, ButtonPressed):
            told["value"] = event.value.replace(expected[name][0], interviews[name])
            told["message"] = invitations[event.user]
        return event.model_copy(update=told)

    streams = [
        as_delivered([here(name, event) for event in events], random)
        for name, (_, events, _) in expected.items()
    ]
    delivered = list(merged(streams, random))
    left = MemberLeft(event_id="left", workspace=AGAIN, user="karim", at=clock.now() - SECOND)
    delivered.insert(random.randrange(len(delivered)), left)
    stored = 0
    for event in delivered:
        stored += await delivery.accept(event) is Accepted.STORED
        if random.random() < 0.3:
            await delivery.run()
    await delivery.run()
    assert len(delivery.incoming()) == stored
    assert {row.state for row in delivery.incoming()} == {InboxState.DONE}
    with database.transaction(again) as work:
        assert {name: found(work, interviews[name]) for name in WAYS} == {
            name: found_in_order for name, (_, _, found_in_order) in expected.items()
        }
    assert delivery.person("karim").status is PersonStatus.ACTIVE
