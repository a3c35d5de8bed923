"""A routine of one's own, on any platform: chosen in own words, asked about, explained, changed, paused, ended."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from nudges.automaticity import read
from storage.models import Automaticity, CheckIn, Ease, EndedFor, Routine, RoutineStatus
from tests.support.loop import Loop

Fill = Callable[[Loop, str, dict[str, str]], Awaitable[None]]
"""Fill in the form of a routine that somebody has been given: (loop, who, values)."""

WEEKS = timedelta(weeks=12)
WORDS = {
    "fr": {"cue": "Après le point de 9 h", "action": "je mets <une> urgence & je respire"},
    "en": {"cue": "After the 9:00 stand-up", "action": "I add <one> urgent order & breathe"},
}


async def of_ones_own(loop: Loop, name: str, lang: str, fill: Fill) -> None:
    words = WORDS[lang]
    plan = f"{words['cue']}, {words['action']}"
    await loop.press(name, "interview.decline")
    await loop.say(name, "routine")
    await fill(loop, name, {"template": "own", **words})
    assert plan in loop.last(name).words
    routine = await _of(loop, name)
    assert (routine.at, routine.days, routine.template) == ("09:15", "12345", None)

    await loop.until(lambda: loop.sees(name, "why"), timedelta(days=9))
    await loop.press(name, "why")
    assert ("c'est son premier jour" if lang == "fr" else "today is its first day") in loop.last(name).words
    await loop.press(name, "routine.look")
    assert plan in loop.last(name).words

    for week in range(3):
        await loop.until(lambda: loop.sees(name, "routine.checkin"), WEEKS)
        await loop.press(name, "routine.checkin", "done")
        if week == 0:
            await loop.press(name, "routine.ease", Ease.ON_PURPOSE.value)
    assert ("3 semaines sur 3" if lang == "fr" else "3 weeks out of 3") in loop.words(name)
    await loop.until(lambda: loop.sees(name, "routine.scale"), WEEKS)
    for value in ("6", "5", "6", "7"):
        await loop.press(name, "routine.scale", value)
    (scale,) = await loop.rows(Automaticity)
    assert read(scale.answers) == (6, 5, 6, 7)
    assert not loop.sees(name, "routine.scale")

    await loop.say(name, "routine")
    await loop.press(name, "routine.change")
    await fill(loop, name, {"template": "own", **words, "days": "5", "at": "11:30"})
    assert (await _of(loop, name)).id == routine.id
    await loop.say(name, "routine")
    await loop.press(name, "routine.pause")
    await loop.press(name, "routine.go_on")
    await loop.press(name, "routine.end")
    ended = await _of(loop, name)
    assert (ended.status, ended.ended_for) == (RoutineStatus.ENDED, EndedFor.LET_GO)
    assert [row.ease for row in await loop.rows(CheckIn)][:1] == [Ease.ON_PURPOSE]
    before = len(loop.shown(name))
    await loop.later(loop.clock.now() + timedelta(weeks=4))
    assert len(loop.shown(name)) == before
    await loop.assert_all_done()


async def _of(loop: Loop, name: str) -> Routine:
    person = await loop.person(name)
    (routine,) = [row for row in await loop.rows(Routine) if row.person_id == person.id]
    return routine
