"""What others have to mend, on any platform: asked once, passed on with a yes, taken, fixed, and seen to work."""

from dataclasses import dataclass
from datetime import timedelta

from storage.models import Barrier, BarrierStatus, Finding
from tests.support.loop import Loop, Told

LOCKED_OUT = Told(
    frozenset({"paper", "9", "main", "access"}),
    (
        "je n'arrive pas à me connecter, mon compte est bloqué",
        "mon mot de passe est refusé, je ne peux pas entrer",
    ),
    "access",
)
LOCKED_OUT_IN_ENGLISH = Told(
    frozenset({"paper", "9", "main", "access"}),
    ("I cannot log in, my account is locked", "my password is refused, I cannot get in"),
    "access",
)


@dataclass(frozen=True)
class Words:
    """What one language's employee must read."""

    otherwise: str
    sentence: str
    passed_on: str
    works: str
    fixed: str
    because: str
    """Why the first nudge after it comes."""


FRENCH = Words(
    "Sinon, ça reste entre nous",
    "Karim n'arrive pas à se servir de Trello",
    "C'est transmis à Sandrine",
    "De ton côté, ça marche ?",
    "Bonne nouvelle",
    "Personne ne voit ta réponse avec ton nom, sauf si tu étais d'accord",
)
ENGLISH = Words(
    "If not, it stays between us",
    "Emma cannot use Trello",
    "It is with Sandrine now, word for word",
    "Does it work for you?",
    "Good news",
    "Nobody sees your answer with your name, unless you agreed to that",
)


async def barrier(loop: Loop, name: str, told: Told, words: Words) -> None:
    """One yes, one sentence, one lead; no nudge until the person has said that it works."""
    await loop.interview(name, told)
    await loop.until(lambda: loop.sees(name, "lever.answer"), timedelta(days=9))
    assert words.otherwise in loop.last(name).words
    assert words.sentence in loop.last(name).words
    assert words.sentence not in loop.words("Sandrine")
    await loop.press(name, "lever.answer", "yes")
    assert words.passed_on in loop.last(name).words
    assert not loop.sees(name, "lever.answer")

    await loop.until(lambda: loop.sees("Sandrine", "barrier.take"), timedelta(days=8))
    assert words.sentence in loop.with_control("Sandrine", "barrier.take").words
    await loop.press("Sandrine", "barrier.take")
    assert "C'est pour Sandrine, d'ici le" in loop.last("Sandrine").words
    await loop.press("Sandrine", "barrier.fixed")
    assert not loop.sees("Sandrine", "barrier.fixed")

    await loop.until(lambda: loop.sees(name, "lever.works"), timedelta(days=9))
    assert words.works in loop.last(name).words.replace("\u00a0", " ")
    await loop.press(name, "lever.works", "works")
    assert words.fixed in loop.last(name).words
    (row,) = await loop.rows(Barrier)
    assert (row.status, row.named_id) == (BarrierStatus.FIXED, (await loop.person(name)).id)
    assert [finding.blocker for finding in await loop.rows(Finding) if finding.resolved_at] == ["access"]
    assert await loop.sent(name, "routine.nudge") == []
    await loop.until(lambda: loop.sees(name, "nudge.less"), timedelta(weeks=4))
    await loop.press(name, "why")
    assert words.because in loop.last(name).words
    await loop.assert_all_done()


async def barrier_in_french(loop: Loop) -> None:
    await barrier(loop, "Karim", LOCKED_OUT, FRENCH)


async def barrier_in_english(loop: Loop) -> None:
    await barrier(loop, "Emma", LOCKED_OUT_IN_ENGLISH, ENGLISH)
