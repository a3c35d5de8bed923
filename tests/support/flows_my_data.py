"""Somebody with a whole life in the bot reads what is held, says no to uses, and is erased, on any platform."""

from datetime import timedelta
from pathlib import Path

from storage.models import AuditEntry, Erasure, InboxEvent, Person, Testimonial
from tests.support.chat import typed
from tests.support.flows import AUDE, CONSENTED, SANDRINE, STORY
from tests.support.loop import HIDDEN_TRUST, Loop
from tests.support.sealed import readable_in

NAME = "Zebulon"
TEAM = (f"{NAME},fr,,champion,Xylophone,planner", "Karim,fr,,employee,Quai,planner", AUDE, SANDRINE)
MINUTE = timedelta(minutes=1)


async def erased_for_good(loop: Loop, folder: Path) -> None:
    """An interview, a routine and a story that was read; a minute after the second press nothing is left in any file."""
    await loop.interview(NAME, HIDDEN_TRUST)
    await loop.interview("Karim", HIDDEN_TRUST)
    await loop.testimonial(NAME, CONSENTED)
    await loop.press("Sandrine", "testimonial.approve")
    await loop.until(lambda: STORY in loop.words("Karim"), timedelta(weeks=6))
    user = loop.ids[NAME]
    person = await loop.person(NAME)
    needles = [NAME, "Xylophone", user, person.id]
    assert readable_in(folder, needles) >= {NAME, "Xylophone", user}, "the search finds what is held"

    await loop.say(NAME, "mes données")
    assert "Xylophone" in loop.last(NAME).words
    await loop.press(NAME, "my_data.erase")
    assert "rien" in loop.last(NAME).words
    asked = loop.clock.now()
    await loop.press(NAME, "my_data.sure")
    assert "effacé, dans la minute" in loop.last(NAME).words
    await loop.later(asked + MINUTE)

    assert user not in {row.external_id for row in await loop.rows(Person)}
    assert user not in {row.sender for row in await loop.rows(InboxEvent)}
    assert await loop.rows(Testimonial) == []
    assert [row.done_at is not None for row in await loop.rows(Erasure)] == [True]
    for reader in ("Karim", "Sandrine"):
        assert STORY not in loop.words(reader), "taken back where it was shown"
    left = readable_in(folder, needles)
    named = {row.subject for row in await loop.rows(AuditEntry)}
    assert left <= {person.id} & named, (
        "only the audit log keeps our number of them, which leads to nobody any more"
    )

    shown = len(loop.shown(NAME))
    await loop.later(asked + timedelta(weeks=8))
    assert len(loop.shown(NAME)) == shown, "never written to again"
    await loop.assert_all_done()


async def asked_again(loop: Loop) -> None:
    """Who was erased and writes again reads when that was, and that nothing is held."""
    await loop.say(NAME, "mes données")
    await loop.press(NAME, "my_data.erase")
    await loop.press(NAME, "my_data.sure")
    await loop.later(loop.clock.now() + MINUTE)
    await loop.say(NAME, "mes données")
    assert "j'ai effacé tout ce qui te concernait" in loop.last(NAME).words
    await loop.press(NAME, "my_data.return")
    assert await loop.rows(Erasure) == []


async def refused_use(loop: Loop) -> None:
    """A use is refused by one press and given again by another, and the message shows which holds."""
    await loop.say(NAME, "mes données")
    await loop.press(NAME, "my_data.uses")
    await loop.press(NAME, "my_data.change", "no")
    assert "non. Je ne t'invite plus" in typed(loop.last(NAME).words)
    await loop.press(NAME, "my_data.change", "yes")
    assert "je peux te poser quelques questions" in typed(loop.last(NAME).words)
