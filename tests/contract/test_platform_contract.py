"""What every adapter promises, whatever the platform. A bench that lacks a capability skips what depends on it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platforms.errors import OutcomeUnknown, RateLimited, RecipientUnreachable, TriggerExpired
from bot.platforms.port import (
    Address,
    Block,
    Button,
    Buttons,
    Chart,
    Choice,
    FieldKind,
    Fields,
    Form,
    FormField,
    Image,
    Link,
    Message,
    Quote,
    Scale,
    Table,
    Text,
)
from bot.platforms.steering import inert
from content.markup import literal, rich
from tests.contract.platforms import BENCHES, Bench

FORM = Form("testimonial", "Vos mots", (FormField("text", FieldKind.LINE, "Racontez"),), "Envoyer", "p1")
HOSTILE = "<!channel> & <at>Karim</at> *gras* _doux_ [lien](https://a.fr) \u202e عربي 👩‍🌾"

BLOCKS: dict[str, Block] = {
    "text": Text(rich("**Bonjour** {name}", {"name": "Karim"})),
    "quote": Quote("Ça a marché", "Équipe Quai"),
    "fields": Fields((("Routine", "12 sur 44"),)),
    "buttons": Buttons((Button("a.yes", "1", "Allons-y", primary=True), Button("a.no", "1", "Non merci"))),
    "choice": Choice("a.pick", "Choisir", (("1", "Un"), ("2", "Deux"))),
    "scale": Scale("a.rate", "i7", 0, 10, "non", "c'est sûr"),
    "image": Image("https://exemple.fr/i.png", "Un tableau"),
    "chart": Chart("La confiance d'abord", (("Confiance", 29.0), ("Temps", 14.0)), "%"),
    "table": Table("Le temps cache autre chose", ("Au départ", "Confiance"), (("Pas le temps", "6"),)),
    "link": Link("La page entière", "https://entrain.exemple.fr/d/abc"),
    "form": FORM,
}


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with BENCHES[request.param]() as opened:
        yield opened


def said(text: str) -> Message:
    return Message((Text(literal(text)),))


async def test_a_message_arrives_and_its_receipt_leads_back_to_it(bench: Bench) -> None:
    karim = bench.person("Karim")
    receipt = await bench.platform.send(karim, said("Bonjour"), "k1")
    assert receipt.message
    assert receipt.conversation
    await bench.platform.send(replace(karim, conversation=receipt.conversation), said("Encore"), "k2")
    await bench.platform.update(karim, receipt, said("Bonsoir"))
    await bench.platform.update(karim, receipt, said("Bonsoir"))
    shown = bench.shown(karim)
    assert len(shown) == 2
    assert "Bonsoir" in shown[0]
    assert "Bonjour" not in shown[0]
    assert "Encore" in shown[1]


async def test_people_do_not_see_each_others_messages(bench: Bench) -> None:
    karim, aude = bench.person("Karim"), bench.person("Aude")
    await bench.platform.send(karim, said("Pour Karim"), "k1")
    await bench.platform.send(aude, said("Pour Aude"), "k2")
    assert [len(bench.shown(karim)), len(bench.shown(aude))] == [1, 1]
    assert "Pour Aude" in bench.shown(aude)[0]


@pytest.mark.parametrize("kind", BLOCKS)
async def test_every_kind_of_block_can_be_sent_and_replaced(bench: Bench, kind: str) -> None:
    karim = bench.person("Karim")
    message = Message((BLOCKS[kind],), "en clair")
    receipt = await bench.platform.send(karim, message, "k1")
    await bench.platform.update(karim, receipt, message)
    assert len(bench.shown(karim)) == 1


async def test_all_blocks_fit_in_one_message(bench: Bench) -> None:
    karim = bench.person("Karim")
    await bench.platform.send(karim, Message(tuple(BLOCKS.values())), "k1")
    (shown,) = bench.shown(karim)
    assert "Équipe Quai" in shown


async def test_a_persons_words_are_shown_as_they_are(bench: Bench) -> None:
    """But for marks that would turn whatever follows."""
    karim = bench.person("Karim")
    await bench.platform.send(karim, Message((Quote(HOSTILE), Text(literal(HOSTILE)))), "k1")
    (shown,) = bench.shown(karim)
    assert inert(shown).count(inert(HOSTILE)) == 2


async def test_forty_thousand_characters_do_not_stop_a_message(bench: Bench) -> None:
    karim = bench.person("Karim")
    await bench.platform.send(karim, Message((Quote("mot " * 10_000), BLOCKS["buttons"])), "k1")
    assert len(bench.shown(karim)) == 1


async def test_too_fast_means_that_nothing_was_sent(bench: Bench) -> None:
    karim = bench.person("Karim")
    bench.limit_next_send(7)
    with pytest.raises(RateLimited) as raised:
        await bench.platform.send(karim, said("Bonjour"), "k1")
    assert raised.value.retry_after == 7
    assert bench.shown(karim) == []
    bench.clock.advance(timedelta(seconds=7))
    await bench.platform.send(karim, said("Bonjour"), "k1")
    assert len(bench.shown(karim)) == 1


async def test_one_person_who_cannot_be_reached_stops_nobody_else(bench: Bench) -> None:
    karim, aude = bench.person("Karim"), bench.person("Aude")
    bench.block_next_send()
    with pytest.raises(RecipientUnreachable):
        await bench.platform.send(karim, said("Bonjour"), "k1")
    await bench.platform.send(aude, said("Bonjour"), "k2")
    assert [len(bench.shown(karim)), len(bench.shown(aude))] == [0, 1]


async def test_a_lost_answer_is_an_unknown_outcome_that_can_be_looked_up(bench: Bench) -> None:
    karim = bench.person("Karim")
    bench.lose_next_answer()
    with pytest.raises(OutcomeUnknown):
        await bench.platform.send(karim, said("Bonjour"), "k1")
    assert len(bench.shown(karim)) == 1
    if not bench.platform.capabilities.finds_sent:
        pytest.skip(f"{bench.platform.name} cannot look a message up")
    since = bench.clock.now() - timedelta(minutes=10)
    found = await bench.platform.find_sent(karim, "k1", since)
    assert found is not None
    await bench.platform.update(karim, found, said("Bonsoir"))
    assert "Bonsoir" in bench.shown(karim)[0]
    assert await bench.platform.find_sent(karim, "never sent", since) is None


async def test_a_form_opens_and_a_late_one_says_so(bench: Bench) -> None:
    if not bench.platform.capabilities.opens_forms:
        pytest.skip(f"{bench.platform.name} cannot open forms")
    karim = bench.person("Karim")
    await bench.platform.open_form(karim, bench.trigger(), FORM)
    assert bench.opened() == ["testimonial"]
    late = bench.trigger()
    bench.expire(late)
    with pytest.raises(TriggerExpired):
        await bench.platform.open_form(karim, late, FORM)
    assert bench.opened() == ["testimonial"]


async def test_members_are_listed(bench: Bench) -> None:
    if not bench.platform.capabilities.lists_members:
        pytest.skip(f"{bench.platform.name} cannot list members")
    people: list[Address] = [bench.person("Karim"), bench.person("Aude")]
    members = [member async for member in bench.platform.list_members(people[0].workspace)]
    assert {member.user for member in members} >= {person.user for person in people}
    assert {"Karim", "Aude"} <= {member.name for member in members}
