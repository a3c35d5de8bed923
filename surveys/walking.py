"""Random walks through a script: any answer that each question allows, from the seed alone."""

from datetime import UTC, datetime
from random import Random

from content.blockers import Blocker
from surveys import engine
from surveys.branching import comparison
from surveys.reading import Reading
from surveys.script import Ask, Script
from surveys.state import Answered, Event, Invited, Skipped, State
from surveys.subject import WayKind

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
WAYS: dict[str, WayKind] = {"with": "tool", "mail": "other", "paper": "other", "never": "none"}
ROUTINES = ("first", "second")

_SHORT = ("?", "bof", "dunno")
_TOLD = (
    "no time for it really",
    "I was on the dock and the computer was upstairs",
    "after lunch, I open the board",
)
_MAY_BE_TOLD = (Ask.CONFIRM, Ask.PICK, Ask.ROUTINE)


def ways_of(script: Script) -> dict[str, WayKind]:
    """Ways of doing the task: of each kind, and those of the organisation that the script's conditions name."""
    asked = {step.key for step in script.steps if step.ask is Ask.WAYS}
    named = [compared for step in script.steps for when in step.when if (compared := comparison(when))]
    return {
        **WAYS,
        **{each.value: "other" for each in named if each.step in asked and each.value not in WAYS},
    }


def invited(script: Script, seed: int) -> State:
    """An interview whose invitation is open."""
    state = engine.begin(script, seed=seed, ways=ways_of(script), routines=ROUTINES, now=NOW)
    return engine.advance(script, state, Invited(), NOW)[0]


def some_event(script: Script, state: State, random: Random) -> Event:
    """Some answer that the open question allows."""
    prompt = state.prompt
    assert prompt is not None
    ask = script.step(prompt.step).ask
    if ask is not Ask.CONSENT and random.random() < 0.12:
        return Skipped(prompt=prompt.number)
    if ask is Ask.OPEN or (ask in _MAY_BE_TOLD and random.random() < 0.2):
        text = random.choice(_SHORT if random.random() < 0.15 else _TOLD)
        return Answered(prompt=prompt.number, text=text, quote=text[:40], reading=some_reading(random))
    return Answered(prompt=prompt.number, value=random.choice(prompt.options))


def some_reading(random: Random) -> Reading:
    """A reading of nothing, one cause or two, more or less clear."""
    causes = random.sample(list(Blocker), random.choice((0, 1, 1, 2)))
    sure = random.choice((0.6, 0.8, 0.95)) if causes else 0.0
    weights = (0.7, 0.3) if len(causes) == 2 else (1.0,)
    rest = (1 - sure) / len(Blocker)
    share = dict(zip(causes, weights, strict=False))
    return Reading(probabilities={label: rest + sure * share.get(label, 0.0) for label in Blocker})


def walk(script: Script, seed: int) -> State:
    """One whole interview; the state that it ends in."""
    random, state = Random(seed), invited(script, seed)  # noqa: S311
    for _ in range(len(script.steps) + 1):
        if state.prompt is None:
            return state
        state = engine.advance(script, state, some_event(script, state, random), NOW)[0]
    raise AssertionError(f"the interview {script.key!r} does not end (seed {seed})")


def reached(script: Script, walks: int, random: Random) -> set[str]:
    """The steps that were asked in any of so many walks; stops once there are no others."""
    asked: set[str] = set()
    for _ in range(walks):
        asked |= {answer.prompt.step for answer in walk(script, random.getrandbits(32)).answers}
        if len(asked) == len(script.steps):
            break
    return asked
