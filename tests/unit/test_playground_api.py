"""The playground's HTTP API, in memory: its shapes, its refusals, hostile input."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.platforms.port import (
    ButtonPressed,
    FormSubmitted,
    Message,
    Shortcut,
    Text,
    TextReceived,
)
from content.markup import literal
from tests.support.clock import FixedClock
from tests.support.playground import (
    BASE,
    DAY,
    FORM,
    GOOD,
    QUESTION,
    START,
    CannedPlayground,
    canned,
    echo,
    post,
)


async def test_a_post_answers_with_the_persons_line_and_what_the_bot_said(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)

    answer = (await post(http, "messages", person="karim", text="bonjour")).json()

    assert [(message["from"], message["text"]) for message in answer["messages"]] == [
        ("karim", "bonjour"),
        ("entrain", "text bonjour"),
    ]
    first = answer["messages"][0]
    assert {"id", "at", "from", "text", "actions", "form"} <= first.keys()
    assert (first["id"], first["actions"], first["form"]) == (2, [], None)
    event = playground.bot.events[0]
    assert isinstance(event, TextReceived)
    assert (event.workspace, event.user, event.text, event.at) == ("demo", "karim", "bonjour", START)


async def test_a_conversation_is_read_from_any_message_on(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    await post(http, "messages", person="Karim Benali", text="a")

    everything = (await http.get("/playground/api/conversations/KARIM")).json()["messages"]
    rest = (await http.get("/playground/api/conversations/karim?after=1")).json()["messages"]

    assert [message["id"] for message in everything] == [1, 2, 3]
    assert rest == everything[1:]
    assert everything[0]["actions"][:2] == [
        {"action": "interview.answer", "value": "i1|tool", "label": "The board"},
        {"action": "interview.answer", "value": "i1|mail", "label": "Mail"},
    ]
    assert everything[0]["actions"][-1] == {"action": "interview.answer", "value": "i1|10", "label": "10"}
    assert (await http.get("/playground/api/conversations/emma")).json()["messages"] == []


async def test_a_press_is_shown_by_its_label_and_each_is_an_event_of_its_own(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    press = {"person": "karim", "message": 1, "action": "interview.answer", "value": "i1|mail"}

    lines = [(await post(http, "actions", **press)).json()["messages"][0]["text"] for _ in range(2)]

    assert lines == ["Mail", "Mail"]
    first, second = playground.bot.events
    assert isinstance(first, ButtonPressed)
    assert (first.action, first.value, first.label, first.message) == (
        "interview.answer",
        "i1|mail",
        "Mail",
        "1",
    )
    assert first.event_id != second.event_id


async def test_a_stale_press_is_handed_to_the_bot(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", Message((Text(literal("Done")),)))

    answer = await post(
        http, "actions", person="karim", message=1, action="interview.answer", value="i1|mail"
    )

    assert answer.status_code == 200
    own, heard = answer.json()["messages"]
    assert own["text"] == "Un bouton qui n'est plus là"
    assert heard["text"] == "button interview.answer i1|mail "


async def test_a_replaced_message_is_told_to_who_asks_by_version(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    before = (await http.get("/playground/api/conversations/karim")).json()

    await playground.bot.change("karim", "1", Message((Text(literal("✔ Mail")),)))

    url = f"/playground/api/conversations/karim?after=1&version={before['version']}"
    after = (await http.get(url)).json()
    assert [(message["id"], message["text"], message["actions"]) for message in after["updated"]] == [
        (1, "✔ Mail", [])
    ]
    again = (await http.get(url.replace(str(before["version"]), str(after["version"])))).json()
    assert again["updated"] == []
    restarted = (await http.get("/playground/api/conversations/karim?after=1&version=5")).json()
    assert [message["id"] for message in restarted["updated"]] == [1]


async def test_a_form_comes_back_with_its_context(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("aude", Message((FORM,)))

    answer = await post(
        http, "forms", person="aude", message=1, form="testimonial", values={**GOOD, "until": " "}
    )

    assert answer.json()["messages"][0]["text"].startswith("What changed? It saves time")
    event = playground.bot.events[0]
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.context, event.message, event.values) == ("testimonial", "project-1", "1", GOOD)


async def test_a_form_with_gaps_says_which_in_the_persons_language(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    for person, number, sentence in (
        ("aude", 1, "Please fill this in."),
        ("karim", 2, "Merci de remplir ce champ."),
    ):
        await playground.bot.say(person, Message((FORM,)))
        answer = await post(
            http, "forms", person=person, message=number, form="testimonial", values={"blocker": "fear"}
        )
        assert answer.status_code == 422
        assert answer.json()["fields"]["text"] == sentence
        assert answer.json()["error"]
    assert playground.bot.events == []


async def test_a_form_that_has_gone_is_a_kind_conflict(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("aude", QUESTION)

    answer = await post(http, "forms", person="aude", message=1, form="testimonial", values=GOOD)

    assert answer.status_code == 409
    assert answer.json() == {"error": "This form has been sent already, or is no longer needed."}


async def test_people_tell_whom_the_bot_wrote_to_last(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("sandrine", QUESTION)

    people = (await http.get("/playground/api/people")).json()["people"]

    assert people[0] == {
        "id": "karim",
        "name": "Karim Benali",
        "role": "employee",
        "lang": "fr",
        "timezone": "Europe/Paris",
        "latest": 0,
    }
    assert [person["latest"] for person in people] == [0, 0, 0, 1]


async def test_the_clock_moves_by_a_duration_or_to_the_morning(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.clock.start(playground.conversations)
    playground.schedule.plan(START + DAY * 3)

    assert (await http.get("/playground/api/clock")).json() == {"now": "2026-11-24T02:00:00Z"}
    assert (await post(http, "clock", until="next-working-morning")).json() == {"now": "2026-11-24T08:30:00Z"}
    assert (await post(http, "clock", advance="P7D")).json() == {"now": "2026-12-01T08:30:00Z"}
    assert playground.schedule.done == [START + DAY * 3]
    assert playground.conversations.seconds == timedelta(days=7, hours=6, minutes=30).total_seconds()


@pytest.mark.parametrize(
    "body",
    [{}, {"advance": "-P1D"}, {"advance": "P0D"}, {"advance": "P9999D"}, {"advance": 86400}, {"advance": "soon"},
     {"until": "friday"}, {"advance": "P1D", "until": "next-working-morning"}, {"advance": "P1D", "x": 1}],
    ids=str,
)  # fmt: skip
async def test_the_clock_refuses_anything_but_a_step_forward(
    http: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await post(http, "clock", **body)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (await http.get("/playground/api/clock")).json() == {"now": "2026-11-24T02:00:00Z"}


async def test_a_slow_bot_does_not_hold_the_post_for_ever() -> None:
    playground = canned(echo, FixedClock(START), settling=0.01)
    playground.bot.slow = 0.1
    async with httpx.AsyncClient(transport=httpx.ASGITransport(playground.app), base_url=BASE) as http:
        answer = (await post(http, "messages", person="karim", text="a")).json()
        assert [message["text"] for message in answer["messages"]] == ["a"]
        for _ in range(100):
            await asyncio.sleep(0.02)
            later = (await http.get("/playground/api/conversations/karim?after=1")).json()["messages"]
            if later:
                break
        assert [message["text"] for message in later] == ["text a"]


async def test_both_languages_have_the_same_words(http: httpx.AsyncClient) -> None:
    french = (await http.get("/playground/words/fr.json")).json()
    english = (await http.get("/playground/words/en.json")).json()

    assert french.keys() == english.keys()
    assert french["chat.send"] == "Envoyer"


async def test_the_api_is_described(http: httpx.AsyncClient) -> None:
    paths = (await http.get("/openapi.json")).json()["paths"]

    assert set(paths) == {
        f"/playground/api/{name}"
        for name in ("people", "conversations/{person}", "messages", "actions", "shortcuts", "forms", "clock")
    }


async def test_a_message_of_ones_own_is_picked_and_the_form_comes_with_its_words(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    playground.bot.form_shown = FORM
    await post(http, "messages", person="aude", text="Je note <tout> & ça tient.")

    answer = (await post(http, "shortcuts", person="aude", message=1)).json()

    own, shown = answer["messages"]
    assert (own["from"], own["text"]) == ("aude", "Make this a testimonial")
    assert shown["form"]["form"] == FORM.name
    picked = playground.bot.events[-1]
    assert isinstance(picked, Shortcut)
    assert (picked.text, picked.author, picked.user) == ("Je note <tout> & ça tient.", "aude", "aude")


async def test_a_message_of_the_bots_is_nobodys_own(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    await playground.bot.say("karim", QUESTION)
    answer = (await post(http, "shortcuts", person="karim", message=1)).json()
    assert [message["form"] for message in answer["messages"]] == [None, None]
    picked = playground.bot.events[-1]
    assert isinstance(picked, Shortcut)
    assert picked.author == ""


async def test_only_what_a_person_wrote_themselves_may_become_a_testimonial(
    http: httpx.AsyncClient, playground: CannedPlayground
) -> None:
    playground.bot.form_shown = FORM
    for text in ("Je note tout, et ça tient.", "/testimonial", "aide", "adoption digest"):
        await post(http, "messages", person="sandrine", text=text)
    await playground.bot.say("sandrine", QUESTION)
    shown = (await http.get("/playground/api/conversations/sandrine")).json()["messages"]
    await post(
        http,
        "actions",
        person="sandrine",
        message=shown[-1]["id"],
        action="interview.answer",
        value="i1|tool",
    )
    await post(http, "shortcuts", person="sandrine", message=shown[0]["id"])

    shown = (await http.get("/playground/api/conversations/sandrine")).json()["messages"]
    assert len([message for message in shown if message["from"] == "sandrine"]) == 6
    assert [message["text"] for message in shown if message["own_words"]] == ["Je note tout, et ça tient."]
