"""CPU time of one interview turn beside storage: event in, state read and written as JSON, next question in words.

Run: python benchmarks/interview_turn.py [walks]. Prints, per script, the mean, the 95th and the 99th percentile in
milliseconds of process time, apart for turns by button and for turns whose words had to be read (most of which is the
reading, measured on its own in `reading.py`); the target is a mean of at most 1 ms over all turns.
"""

import gc
import sys
import time
from random import Random
from statistics import mean, quantiles

from bot.rehearsal import someone
from content.catalog import Address, Lang, Voice
from surveys import engine, hearing, library, walking, wording
from surveys.reading_model import reader
from surveys.state import Answered, Event, State

WORDS = (
    "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
    "je suis au quai, le pc est au bureau, et tout le monde voit ce que j'ai laissé traîner",
    "c'est pas une question de temps, c'est que personne ne répond dessus",
)
SUBJECT = someone(Voice(Lang.FRENCH, Address.TU))
READER = reader()
TARGET = 1.0


def turn(key: str, stored: str, event: Event, words: str | None) -> tuple[str, State]:
    """One turn as the bot does it, from the stored state to the stored state and the next question in words."""
    script = library.script(key)
    before = State.model_validate_json(stored)
    if words and before.prompt:
        event = (
            hearing.hear(script, before.prompt, SUBJECT, words, READER, library.model().excuse_prone) or event
        )
    state, _ = engine.advance(script, before, event, walking.NOW)
    if state.prompt:
        wording.question(script, state.prompt, SUBJECT)
    return state.model_dump_json(), state


def measure(key: str, walks: int) -> dict[str, list[float]]:
    """Milliseconds of process time per turn, by kind."""
    spent: dict[str, list[float]] = {"button": [], "words": []}
    script, random = library.script(key), Random(1)
    for seed in range(walks):
        state = walking.invited(script, seed)
        stored = state.model_dump_json()
        while state.prompt:
            event = walking.some_event(script, state, random)
            words = random.choice(WORDS) if isinstance(event, Answered) and event.text else None
            started = time.process_time_ns()
            stored, state = turn(key, stored, event, words)
            spent["words" if words else "button"].append((time.process_time_ns() - started) / 1e6)
    return spent


def main() -> None:
    walks = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    scripts = sorted(library.keys())
    for key in scripts:
        measure(key, 5)
    gc.freeze()
    everything: list[float] = []
    print(f"{'script':<10} {'kind':<7} {'turns':>6} {'mean':>6} {'p95':>6} {'p99':>6}  ms of CPU")
    for key in scripts:
        for kind, times in measure(key, walks).items():
            everything += times
            if len(times) > 1:
                cuts = quantiles(times, n=100)
                print(
                    f"{key:<10} {kind:<7} {len(times):>6} {mean(times):6.3f} {cuts[94]:6.3f} {cuts[98]:6.3f}"
                )
    verdict = "within" if mean(everything) <= TARGET else "ABOVE"
    print(f"all: {mean(everything):.3f} ms a turn, {verdict} the target of {TARGET:.0f} ms")


if __name__ == "__main__":
    main()
