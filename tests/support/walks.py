"""Interviews stepped through the engine, by hand or at random."""

from datetime import UTC, datetime
from random import Random

from content.blockers import Blocker
from surveys import engine, figures, library
from surveys.reading import Reading
from surveys.script import Ask
from surveys.state import (
    Answered,
    Event,
    Invited,
    Skipped,
    State,
)

SCRIPT = library.script("adoption")
MODEL = figures.shipped()
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WAYS = {"trello": "tool", "mail": "other", "paper": "other", "never": "none"}
WORDS = {0: "?", 1: "dunno", 3: "no time really", 9: "I was on the dock and the PC was upstairs"}


def invited(seed: int = 1) -> State:
    state = engine.begin(SCRIPT, seed=seed, ways=WAYS, routines=("board", "tidy"), now=NOW)
    return engine.advance(SCRIPT, state, Invited(), NOW)[0]


def reads(*causes: str, sure: float = 0.8) -> Reading:
    """A reading that shares `sure` among `causes` and spreads the rest."""
    rest = (1 - sure) / len(Blocker) if causes else 1 / len(Blocker)
    share = sure / len(causes) if causes else 0
    return Reading(probabilities={b: rest + (share if b.value in causes else 0) for b in Blocker})


def tell(state: State, *causes: str, text: str = WORDS[9], distress: bool = False) -> State:
    return step(
        state,
        Answered(prompt=state.number, text=text, quote=text[:20], reading=reads(*causes), distress=distress),
    )


def press(state: State, value: str) -> State:
    return step(state, Answered(prompt=state.number, value=value))


def skip(state: State) -> State:
    return step(state, Skipped(prompt=state.number))


def step(state: State, event: Event, now: datetime = NOW) -> State:
    return engine.advance(SCRIPT, state, event, now)[0]


def asked(state: State) -> str | None:
    return state.prompt.step if state.prompt else None


def started(way: str = "paper") -> State:
    return press(press(invited(), "yes"), way)


def random_event(state: State, random: Random) -> Event:
    """Some answer that the open prompt allows."""
    assert state.prompt is not None
    ask = SCRIPT.step(state.prompt.step).ask
    if ask is not Ask.CONSENT and random.random() < 0.15:
        return Skipped(prompt=state.number)
    if ask is Ask.OPEN or (ask in {Ask.CONFIRM, Ask.PICK, Ask.ROUTINE} and random.random() < 0.2):
        causes = random.sample([b.value for b in Blocker], random.choice([0, 1, 1, 2, 3]))
        text = random.choice([WORDS[1], WORDS[3], WORDS[9], "after lunch, I open the board"])
        reading = reads(*causes, sure=random.choice([0.5, 0.8, 0.95]))
        return Answered(prompt=state.number, text=text, quote=text[:20], reading=reading)
    return Answered(prompt=state.number, value=random.choice(state.prompt.options))


def walk(seed: int) -> tuple[list[State], list[Event]]:
    random, states, events = Random(seed), [invited(seed)], []
    while states[-1].prompt:
        events.append(random_event(states[-1], random))
        states.append(step(states[-1], events[-1]))
        assert len(states) <= len(SCRIPT.steps) + 1
    return states, events
