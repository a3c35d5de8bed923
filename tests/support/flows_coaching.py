"""How coaching follows a routine to its end, and a lead a test on a sample, on any platform; see `tests.support.loop`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from nudges import trials
from nudges.samples import Unit
from nudges.trials import Assumed, Plan, Target
from storage.models import EndedFor, Routine, RoutineStatus, Sample, SampleKind
from storage.work import Work
from tests.support.flows_routine import Fill
from tests.support.loop import Loop

T = TypeVar("T")

SOON = timedelta(weeks=5)
RUNS = timedelta(weeks=10)


@dataclass(frozen=True)
class Words:
    """What one language's employee must read."""

    plan: str
    nothing_lost: tuple[str, ...]
    """One of these, after silence."""
    missed: str
    slower: str
    over: tuple[str, ...]
    """One of these, where it did not take hold."""
    goes_on: str
    celebrates: tuple[str, ...]


FRENCH = Words(
    "Après le point de 9 h, je mets une urgence",
    ("rien à rattraper", "supporte très bien les trous", "on peut changer l'heure", "rien n'est perdu"),
    "Une semaine manquée n'enlève rien aux autres",
    "un message toutes les 2 semaines au plus",
    ("la date prévue est arrivée", "Fin prévue de"),
    "C'est reparti pour deux semaines",
    (
        "maintenant elle est à toi",
        "tient sans moi",
        "maintenant ta façon de faire",
        "a trouvé sa place dans tes journées",
    ),
)
ENGLISH = Words(
    "After the 9:00 stand-up, I add one urgent order",
    (
        "nothing to catch up on",
        "copes well with gaps",
        "comes at a bad moment",
        "nothing of what you did before is lost",
    ),
    "A missed week takes nothing away",
    "one message every 2 weeks at most",
    ("the planned end is here", "was to end today"),
    "Two more weeks, then",
    ("it is yours now", "holds without me", "now the way you work", "has found its place in your days"),
)


def some(words: tuple[str, ...], text: str) -> bool:
    return any(each in text.replace("\u00a0", " ") for each in words)


async def to_its_end(loop: Loop, name: str, words: Words, fill: Fill) -> None:
    """From a template; silence, a miss, less often, an end that is put off, another routine, and a celebration."""
    await loop.press(name, "interview.decline")
    await loop.say(name, "routine")
    ends_on = (loop.clock.now() + RUNS).date()
    await fill(loop, name, {"template": "standup", "ends_on": ends_on.isoformat()})
    assert words.plan in loop.last(name).words
    await loop.until(lambda: loop.sees(name, "nudge.less"), SOON)
    assert words.plan in loop.last(name).words

    await loop.until(lambda: _asked(loop, name) == 1, SOON)
    await loop.until(lambda: some(words.nothing_lost, loop.last(name).words), SOON)
    await loop.until(lambda: _asked(loop, name) == 2, SOON)
    second, shown = loop.clock.now(), len(loop.shown(name))
    await loop.until(lambda: len(loop.shown(name)) > shown, SOON)
    assert loop.clock.now() - second >= timedelta(weeks=2), "two in a row met silence"
    await loop.until(lambda: _asked(loop, name) == 3, SOON)
    await loop.press(name, "routine.checkin", "missed")
    assert some((words.missed,), loop.last(name).words)

    await loop.press(name, "why")
    await loop.press(name, "nudge.less")
    assert some((words.slower,), loop.last(name).words)
    assert (await loop.person(name)).at_most_weeks == 2

    await loop.until(lambda: loop.sees(name, "routine.keep"), RUNS)
    assert some(words.over, loop.last(name).words)
    await loop.press(name, "routine.keep")
    assert some((words.goes_on,), loop.words(name))
    await loop.until(lambda: loop.sees(name, "routine.choose"), SOON)
    await loop.press(name, "routine.choose")
    await fill(loop, name, {"template": "friday", "ends_on": (loop.clock.now() + RUNS).date().isoformat()})

    def celebrated() -> bool:
        return some(words.celebrates, loop.last(name).words)

    while not celebrated():
        await loop.until(lambda: celebrated() or loop.last(name).has("routine.checkin"), RUNS)
        if not celebrated():
            await loop.press(name, "routine.checkin", "done")
    last = max(await loop.rows(Routine), key=lambda row: row.created_at)
    assert (last.status, last.ended_for) == (RoutineStatus.ENDED, EndedFor.GRADUATED)
    before = len(loop.shown(name))
    await loop.later(loop.clock.now() + timedelta(weeks=8))
    assert len(loop.shown(name)) == before
    await loop.assert_all_done()


async def pilot(loop: Loop) -> None:
    """None, drawn, started, looked at: what a lead reads at each, by rules that were written before the start."""
    await loop.say("Sandrine", "adoption pilote")
    assert "Aucun test n'est en cours" in loop.last("Sandrine").words

    def drawn(work: Work) -> str:
        project = work.projects.get(loop.project_id)
        return trials.draw(work, project, "quai", Plan(SampleKind.PILOT, Unit.PERSON), "seed").id

    await _written(loop, drawn)
    await loop.say("Sandrine", "adoption pilote")
    assert "pas encore commencé" in loop.last("Sandrine").words

    def start(work: Work) -> None:
        sample = _sample(loop, work)
        trials.start(work, sample, trials.foresee(work, sample, Assumed(), Target()))

    await _written(loop, start)
    await loop.later(loop.clock.now() + timedelta(weeks=5))
    await _written(loop, lambda work: trials.look(work, _sample(loop, work), {}))
    await loop.say("Sandrine", "adoption pilote")
    page = loop.last("Sandrine").words
    assert "Trop peu pour le dire" in page
    assert "Écrit avant le départ" in page
    assert "Amine" not in page
    await loop.say("Amine", "adoption pilote")
    assert "jamais de quel côté tu es" in loop.last("Amine").words
    await loop.assert_all_done()


async def _written(loop: Loop, function: Callable[[Work], T]) -> T:
    return await loop.application.database.run(loop.workspace_id, function)


def _sample(loop: Loop, work: Work) -> Sample:
    sample = work.samples.by_key(loop.project_id, "quai")
    assert sample
    return sample


def _asked(loop: Loop, name: str) -> int:
    """How many check-ins stand there unanswered."""
    return sum(message.has("routine.checkin") for message in loop.shown(name))
