"""The playground's platform on a real database: kept once, found again, changed in place, sealed."""

import pytest
from sqlalchemy import text as sql

from bot.platforms.errors import Misconfigured, RecipientUnreachable
from bot.platforms.playground.adapter import PlaygroundPlatform
from bot.platforms.playground.clock import PlaygroundClock
from bot.platforms.playground.render import said
from bot.platforms.playground.store import BOT, DatabaseConversations, UnknownPerson
from bot.platforms.port import Address, Button, Buttons, Message, Receipt, Text
from content.markup import literal
from storage.database import Database
from tests.support.clock import TUESDAY, FixedClock

KARIM = Address("demo", "karim")
HELLO = Message((Text(literal("Bonjour 🙂")), Buttons((Button("go", "1", "Allons-y"),))))


@pytest.fixture
async def platform(database: Database, workspace_id: str) -> PlaygroundPlatform:
    for name in ("karim", "aude"):
        await database.run(workspace_id, lambda work, name=name: work.people.ensure(name, name.title()))  # type: ignore[misc]
    return PlaygroundPlatform(DatabaseConversations(database, "demo"), "demo", first_version=10)


@pytest.mark.both_databases
async def test_a_message_is_kept_once_per_key(platform: PlaygroundPlatform) -> None:
    first = await platform.send(KARIM, HELLO, "k1")
    again = await platform.send(KARIM, Message((Text(literal("something else")),)), "k1")

    (kept,) = await platform.conversations.after("karim", 0)
    assert first == again == Receipt(str(kept.id), "karim")
    assert (kept.author, kept.at, kept.body["text"]) == (BOT, TUESDAY, "Bonjour 🙂")
    assert await platform.find_sent(KARIM, "k1", TUESDAY) == first
    assert await platform.find_sent(KARIM, "k2", TUESDAY) is None
    assert await platform.find_sent(Address("demo", "aude"), "k1", TUESDAY) is None


async def test_an_update_changes_the_message_in_its_place(platform: PlaygroundPlatform) -> None:
    receipt = await platform.send(KARIM, HELLO, "k1")
    await platform.send(KARIM, HELLO, "k2")
    before = platform.version
    for _ in range(2):
        await platform.update(KARIM, receipt, Message((Text(literal("✔ Allons-y")),)))

    first, second = await platform.conversations.after("karim", 0)
    assert (first.body["text"], first.body["actions"]) == ("✔ Allons-y", [])
    assert second.body["actions"]
    assert [kept.id for kept in await platform.changed("karim", before)] == [first.id]
    assert await platform.changed("karim", platform.version) == []
    assert await platform.changed("aude", before) == []
    assert len(await platform.changed("karim", 3)) == 2


async def test_what_cannot_be_reached_is_told(platform: PlaygroundPlatform) -> None:
    receipt = await platform.send(KARIM, HELLO, "k1")

    with pytest.raises(RecipientUnreachable):
        await platform.send(Address("demo", "nobody"), HELLO, "k2")
    for to, held in (
        (Address("demo", "aude"), receipt),
        (Address("demo", "nobody"), receipt),
        (KARIM, Receipt("999", "karim")),
        (KARIM, Receipt("not a number", "karim")),
    ):
        with pytest.raises(RecipientUnreachable):
            await platform.update(to, held, HELLO)
    with pytest.raises(Misconfigured):
        await platform.send(Address("elsewhere", "karim"), HELLO, "k3")


async def test_lines_belong_to_their_person_and_latest_counts_the_bots_only(
    platform: PlaygroundPlatform,
) -> None:
    sent = await platform.send(KARIM, HELLO, "k1")
    own = await platform.line("karim", "e1", said("bonjour"))

    assert own.author == "karim"
    assert await platform.conversations.latest() == {"karim": int(sent.message)}
    assert await platform.conversations.get("aude", own.id) is None
    assert [kept.author for kept in await platform.conversations.after("karim", 0)] == [BOT, "karim"]
    with pytest.raises(UnknownPerson):
        await platform.line("nobody", "e2", said("x"))


async def test_words_are_sealed_at_rest(platform: PlaygroundPlatform, database: Database) -> None:
    await platform.line("karim", "e1", said("my chief counts my delays"))

    with database.system() as system:
        bodies = system.session.execute(sql("SELECT body FROM playground_messages")).scalars().all()
    assert len(bodies) == 1
    assert "chief" not in bodies[0]


async def test_an_empty_playground_says_so(database: Database) -> None:
    conversations = DatabaseConversations(database, "demo")

    with pytest.raises(UnknownPerson, match="empty"):
        await conversations.after("karim", 0)


async def test_the_clocks_lead_outlives_a_restart(platform: PlaygroundPlatform, clock: FixedClock) -> None:
    first = PlaygroundClock(clock)
    assert await platform.conversations.ahead() is None
    await first.start(platform.conversations, at_work=True)

    again = PlaygroundClock(clock)
    await again.start(platform.conversations, at_work=True)

    assert again.now() == first.now() > clock.now()
