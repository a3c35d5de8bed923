"""You said, we did, on any platform: taken under the page, done in the lead's words, told, asked, and judged."""

import json
from datetime import timedelta

from storage.models import OutboxMessage
from tests.support.flows import CREW, NOT_CONCERNED, OTHERS
from tests.support.loop import HIDDEN_TRUST, HIDDEN_TRUST_IN_ENGLISH, Loop

SAID = "The rule is on the wall: <Trello> & *delays* never meet, @channel."


async def said_and_done(loop: Loop) -> None:
    """Seven in French and one in English distrust; five others never hear of it, nor does the lead of any of them."""
    for name in CREW:
        await loop.interview(name, HIDDEN_TRUST)
    await loop.interview("Emma", HIDDEN_TRUST_IN_ENGLISH)
    for name in OTHERS:
        await loop.interview(name, NOT_CONCERNED)
    concerned = (*CREW, "Emma")
    await loop.until(lambda: loop.sees("Sandrine", "action.take"), timedelta(days=8))
    await loop.press("Sandrine", "action.take")
    assert "entre les mains de Sandrine" in loop.with_control("Sandrine", "action.done").words
    await loop.press("Sandrine", "action.done")
    await loop.fill_shown("Sandrine", {"said": SAID})
    assert not loop.sees("Sandrine", "action.done")

    await loop.until(lambda: all(SAID in loop.words(name) for name in concerned), timedelta(days=14))
    assert "You said it, something was done" in loop.words("Emma")
    assert "Tu l'as dit, quelque chose a été fait" in loop.words("Amine")
    for name in concerned:
        await loop.until(lambda name=name: loop.sees(name, "action.answer"), timedelta(days=36))  # type: ignore[misc]
        await loop.press(name, "action.answer", "gone")
        assert not loop.sees(name, "action.answer")
    await loop.until(lambda: "Réglé" in loop.last("Sandrine").words, timedelta(days=28))
    assert not any(SAID in loop.words(name) for name in OTHERS)
    assert not any(name in repr(loop.shown("Sandrine")) for name in (*concerned, *OTHERS))
    args = [json.loads(row.args) for row in await loop.rows(OutboxMessage) if row.intent.startswith("action")]
    assert {key for each in args for key in each} == {"action", "project"}
    await loop.assert_all_done()
