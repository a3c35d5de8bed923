"""A script played in the terminal, with an invented person and project; numbers choose, words answer."""

from datetime import UTC, datetime, time
from pathlib import Path

import typer

from bot.console import out
from content.catalog import Lang, Voice
from content.markup import plain
from surveys import engine, hearing, library, wording
from surveys.explanation import explain
from surveys.reading_model import reader as trained
from surveys.script import Script, read
from surveys.state import Answered, Ask, Back, Event, Invited, Note, Phase, Prompt, Skipped, State, Stopped
from surveys.subject import RoutineOffer, Subject, WayOffer

SEED = 1
_SKIP, _BACK, _STOP = {"skip", "passer"}, {"back", "retour"}, {"stop"}


def rehearse(file: Path, voice: Voice, *, anonymous: bool) -> None:
    """Play until the script ends. Raises typer.Abort where the input does."""
    script, subject = read(file), someone(voice, anonymous=anonymous)
    now = datetime.now(UTC)
    ways = {way.key: way.kind for way in subject.ways}
    state = engine.begin(script, seed=SEED, ways=ways, routines=("morning",), now=now)
    state, _ = engine.advance(script, state, Invited(), now)
    while state.prompt:
        _show(script, state.prompt, subject)
        event = _event(script, state, subject, typer.prompt("", prompt_suffix="> ").strip())
        state, effects = engine.advance(script, state, event, now) if event else (state, ())
        for effect in effects:
            if isinstance(effect, Note):
                _say(plain(wording.note(effect.key, subject)))
        if not any(isinstance(effect, Ask) for effect in effects) and state.prompt:
            _say(plain(wording.note("use_buttons", subject)))
    _say("")
    told = explain(script, state, engine.found(state), subject, library.model())
    for line in told.lines:
        _say(plain(line))
    for said, moved in told.moves:
        _say(f"  {said}  →  {moved}")


def someone(voice: Voice, *, anonymous: bool = False) -> Subject:
    """An invented person who plans deliveries, in a project about a board."""
    french = voice.lang is Lang.FRENCH
    return Subject(
        voice=voice,
        name="Camille",
        tool="Trello",
        vision="Les urgences ne se perdent plus entre deux mails."
        if french
        else "No urgent order gets lost.",
        place="Personne ne les voit arriver plus tôt." if french else "Nobody sees them coming sooner.",
        task="qu'une urgence est tombée" if french else "an urgent order came in",
        ways=(
            WayOffer("board", "Dans Trello" if french else "In Trello", "tool"),
            WayOffer("mail", "Par mail" if french else "By e-mail", "other"),
            WayOffer("never", "Je n'en ai pas eu" if french else "There was none", "none"),
        ),
        routines=(
            RoutineOffer(
                "morning",
                "Après le point de 9 h" if french else "After the 9:00 stand-up",
                "je mets une urgence" if french else "I add one urgent order",
                "12345",
                time(9, 15),
            ),
        ),
        lead="Sandrine",
        sponsor="Hélène Sorel",
        contact="Sandrine",
        ends_on=None,
        threshold=5,
        words=10,
        anonymous=anonymous,
    )


def _show(script: Script, prompt: Prompt, subject: Subject) -> None:
    asked = wording.question(script, prompt, subject)
    _say("")
    for line in asked.lines:
        _say(plain(line))
    for number, (_, label) in enumerate(asked.options, start=1):
        _say(f"  {number}. {label}")
    if asked.ends:
        low, high = asked.ends
        _say(f"  {prompt.options[0]} ({low}) … {prompt.options[-1]} ({high})")


def _event(script: Script, state: State, subject: Subject, typed: str) -> Event | None:
    assert state.prompt is not None
    word = typed.casefold()
    if word in _SKIP:
        return Skipped(prompt=state.prompt.number)
    if word in _BACK:
        return Back()
    if word in _STOP:
        return Stopped()
    if state.phase is Phase.INVITED and word in {"", "1"}:
        return Answered(prompt=state.prompt.number, value=engine.YES)
    excuses = library.model().excuse_prone
    return hearing.hear(script, state.prompt, subject, typed, trained(), excuses)


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
