"""An idea from its author to the answer and back again, on any platform."""

from datetime import timedelta

from structlog.testing import capture_logs

from storage.models import AuditEntry, Idea, OutboxMessage
from tests.support.flows import AUDE, EMMA, SANDRINE
from tests.support.loop import HIDDEN_TRUST, Loop

NAME = "Zebulon"
TEAM = (f"{NAME},fr,,employee,Xylophone,planner", EMMA, AUDE, SANDRINE)
IDEA = "A *tablet* at the <quay>, @channel & [near](https://example.org) the door"
ADDED = "With a socket, <please> & thanks"
REASON = "Ordered on *Tuesday*, <arrives> Monday"
WEEK = timedelta(weeks=1)


async def proposed(loop: Loop) -> None:
    await loop.say(NAME, "idées")
    await loop.press(NAME, "idea.propose")
    await loop.fill_shown(NAME, {"text": IDEA, "naming": "unnamed", "consent": "yes"})


async def answered(loop: Loop) -> None:
    await loop.say("Sandrine", "idées")
    await loop.press("Sandrine", "idea.open")
    await loop.press("Sandrine", "idea.answer")
    await loop.fill_shown("Sandrine", {"status": "planned", "reason": REASON})


async def to_the_answer(loop: Loop) -> None:
    """Proposed without a name, supported, answered in the lead's exact words, and taken back from every screen."""
    await proposed(loop)
    (row,) = await loop.rows(Idea)
    assert IDEA not in row.text, "sealed at rest"
    await loop.say("Emma", "ideas")
    assert IDEA in loop.last("Emma").words
    await loop.press("Emma", "idea.open")
    await loop.press("Emma", "idea.support")
    assert loop.sees("Emma", "idea.unsupport")
    await loop.press("Emma", "idea.comment")
    await loop.fill_shown("Emma", {"text": ADDED})
    await loop.say("Sandrine", "idées")
    await loop.press("Sandrine", "idea.open")
    assert ADDED in loop.last("Sandrine").words
    await answered(loop)
    for name in (NAME, "Emma"):
        await loop.until(lambda name=name: REASON in loop.last(name).words, WEEK)  # type: ignore[misc]
        assert IDEA in loop.last(name).words
        assert len(await loop.sent(name, "idea.answered")) == 1

    await loop.say(NAME, "idées")
    await loop.press(NAME, "idea.open")
    await loop.press(NAME, "idea.withdraw")
    for name in ("Emma", "Sandrine"):
        assert IDEA not in loop.words(name), "taken back wherever it was shown"
        assert ADDED not in loop.words(name)
    await loop.assert_all_done()


async def whose_it_is(loop: Loop) -> None:
    """The author of an unnamed idea is on nobody else's screen, in no log line, metric, entry or row but their own."""
    person = await loop.person(NAME)
    needles = (NAME, "Xylophone", loop.ids[NAME], person.id)
    with capture_logs() as logged:
        await proposed(loop)
        await loop.say("Emma", "ideas")
        await loop.press("Emma", "idea.open")
        await loop.say("Sandrine", "adoption digest")
        await answered(loop)
        await loop.later(loop.clock.now() + WEEK)
        await loop.press("Sandrine", "idea.open")
        await loop.press("Sandrine", "idea.hide")
        await loop.fill_shown("Sandrine", {"reason": REASON})
        await loop.later(loop.clock.now() + WEEK)
    (row,) = await loop.rows(Idea)
    assert row.author_id == person.id
    assert len(await loop.sent(NAME, "idea.hidden")) == 1
    told = "".join(loop.words(name) for name in ("Emma", "Aude", "Sandrine"))
    assert REASON in loop.words(NAME)
    told += str(logged) + loop.application.metrics.text().decode()
    told += "".join(f"{entry.actor} {entry.subject} {entry.detail}" for entry in await loop.rows(AuditEntry))
    rows = await loop.rows(OutboxMessage)
    told += "".join(message.args + message.dedupe for message in rows if message.person_id != person.id)
    assert row.id in told, "the search looks where ideas are"
    for needle in needles:
        assert needle not in told, needle
    alone = [message for message in rows if message.person_id == person.id and row.id in message.args]
    assert {message.intent for message in alone} <= {"idea.answered"}, "as for everybody whom it concerns"


async def from_an_interview(loop: Loop) -> None:
    """After the last question, what was told stands in the form, for its author alone; consent comes first."""
    await loop.interview(NAME, HIDDEN_TRUST)
    await loop.press(NAME, "idea.from_interview")
    assert await loop.rows(Idea) == []
    await loop.fill_shown(NAME, {"naming": "named", "consent": "yes"})
    (row,) = await loop.rows(Idea)
    await loop.say("Emma", "ideas")
    assert HIDDEN_TRUST.words[-1] in loop.last("Emma").words
    assert f"{NAME}, Xylophone" in loop.last("Emma").words
    assert row.named
    await loop.assert_all_done()
