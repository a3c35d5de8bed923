"""What happens to a story between its author, its reader and a colleague, on any platform."""

from datetime import timedelta

from storage.models import Share, StoryQuestion, Testimonial
from tests.support.flows import CONSENTED, REASON, STORY
from tests.support.loop import HIDDEN_TRUST, Loop

QUESTION = "From your phone, <at the quay> & *standing*?"
ANSWER = "Yes: between two lorries, two *minutes* & <done>."


async def from_a_message(loop: Loop) -> None:
    """Aude's own message becomes her testimonial; Karim's does not become hers."""
    await loop.pick("Aude", STORY, "Karim")
    assert "Somebody else wrote that message" in loop.words("Aude")
    await loop.pick("Aude", f"{STORY} First.", "Aude")
    assert await loop.rows(Testimonial) == [], "nothing is kept before consent"
    await loop.desk.fill_form(loop.ids["Aude"], CONSENTED)
    await loop.settle()
    assert len(await loop.rows(Testimonial)) == 1
    assert STORY in loop.with_control("Sandrine", "testimonial.approve").words
    await loop.assert_all_done()


async def changed(loop: Loop) -> None:
    """Sandrine asks for a change; Aude tells it again and agrees again; both read exactly what the other wrote."""
    await loop.testimonial("Aude", CONSENTED)
    await loop.press("Sandrine", "testimonial.change")
    await loop.fill_shown("Sandrine", {"reason": REASON})
    assert REASON in loop.words("Aude")
    await loop.press("Aude", "testimonial.rewrite")
    again = CONSENTED | {"text": f"{STORY} And then it clicked.", "gain": "2 h → 40 min"}
    await loop.fill_shown("Aude", again)
    await loop.until(lambda: loop.sees("Sandrine", "testimonial.approve"), timedelta(weeks=2))
    shown = loop.with_control("Sandrine", "testimonial.approve").words
    assert again["text"] in shown
    assert again["gain"] in shown
    await loop.press("Sandrine", "testimonial.approve")
    assert sorted(row.status.value for row in await loop.rows(Testimonial)) == ["approved", "replaced"]
    await loop.assert_all_done()


async def asked_and_withdrawn(loop: Loop) -> None:
    """Karim asks, Aude answers; then she takes her story back, and it is gone from every screen."""
    await loop.interview("Karim", HIDDEN_TRUST)
    await loop.testimonial("Aude", CONSENTED)
    await loop.press("Sandrine", "testimonial.approve")
    await loop.until(lambda: STORY in loop.words("Karim"), timedelta(weeks=6))
    await loop.press("Karim", "question.open")
    await loop.fill_shown("Karim", {"text": QUESTION})
    await loop.until(lambda: QUESTION in loop.words("Aude"), timedelta(weeks=2))
    await loop.press("Aude", "question.answer")
    await loop.fill_shown("Aude", {"text": ANSWER})
    await loop.until(lambda: ANSWER in loop.words("Karim"), timedelta(days=4))
    (question,) = await loop.rows(StoryQuestion)
    assert QUESTION not in question.text, "sealed at rest"
    assert len(await loop.rows(Share)) == 1

    await loop.say("Aude", "testimonial withdraw")
    for name in ("Karim", "Sandrine"):
        assert STORY not in loop.words(name)
        assert ANSWER not in loop.words(name)
    await loop.assert_all_done()
