"""The interview as a pure function: `advance(script, state, event, now) -> (state, effects)`.

At most `script.questions` questions are counted. Not counted: the consent (it asks whether to begin), saying in own
words what a pressed button announced, and the choice of a routine (an offer, after the questions).

Each step is asked at most once, so every interview ends. An answer counts only for the prompt
that is open: a double, late or reordered one changes nothing and has no effects. Going back drops the last answer and
asks again under a new number. Stopping drops what was said; so do words of distress, so that nothing of them is reported.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from surveys import belief, choosing, findings, library
from surveys.conditions import View
from surveys.figures import Model
from surveys.routine import NOT_NOW, routine
from surveys.script import Ask, Role, Script, Step
from surveys.state import (
    Answer,
    Answered,
    Back,
    Closed,
    Declined,
    Due,
    Effect,
    Ending,
    Event,
    Invited,
    Later,
    Note,
    Paused,
    Phase,
    Prompt,
    Remind,
    Resumed,
    Skipped,
    State,
    Stopped,
    TimePassed,
)
from surveys.state import Ask as Show
from surveys.words import LONGEST_READ

Effects = tuple[Effect, ...]
Change = tuple[State, Effects]

__all__ = ["NOT_NOW", "YES", "advance", "begin", "found", "intention", "routine"]

YES = choosing.YES


def begin(
    script: Script,
    *,
    seed: int,
    ways: Mapping[str, Literal["tool", "other", "none"]],
    routines: tuple[str, ...],
    now: datetime,
) -> State:
    """An interview before its invitation; `ways` maps the persona's keys to their kinds."""
    return State(script=script.key, seed=seed, ways=dict(ways), routines=routines, heard_at=now)


def advance(script: Script, state: State, event: Event, now: datetime, model: Model | None = None) -> Change:
    """What the event makes of the interview, and what is to be done. No effects: nothing has changed."""
    figures = model or library.model()
    if state.phase.open and not _knows(script, state):
        return _end(_emptied(state), Phase.STOPPED, Ending.STOPPED, Note(key="script_changed"))
    match event:
        case Invited() if state.number == 0:
            first = script.steps[0]
            prompt = choosing.prompt_for(View(script, figures, state), first)
            return _asking(script, state, prompt, now)
        case Answered() | Skipped() if _is_for_the_open_prompt(state, event):
            return _take(script, figures, state, event, now)
        case Back() if state.phase in {Phase.ACTIVE, Phase.PAUSED}:
            return _back(script, figures, state, now)
        case Paused() if state.phase is Phase.ACTIVE:
            paused = state.model_copy(update={"phase": Phase.PAUSED, "heard_at": now, "reminded_at": None})
            return paused, (Note(key="paused"), Due(at=now + _patience(script, Phase.PAUSED)))
        case Resumed() if state.phase.open and state.prompt:
            phase = Phase.INVITED if state.phase is Phase.INVITED else Phase.ACTIVE
            return _asking(script, state.model_copy(update={"phase": phase}), state.prompt, now)
        case Stopped() if state.phase.open:
            return _end(_emptied(state), Phase.STOPPED, Ending.STOPPED)
        case Declined() if state.phase is Phase.INVITED:
            return _end(state, Phase.DECLINED, Ending.DECLINED, Note(key="declined"))
        case Later() if state.phase is Phase.INVITED:
            waiting = state.model_copy(update={"heard_at": now, "reminded_at": None})
            return waiting, (Note(key="later"), Due(at=now + _patience(script, Phase.INVITED)))
        case TimePassed() if state.phase.open:
            return _after_silence(script, state, now)
        case _:
            return state, ()


def found(state: State, model: Model | None = None) -> tuple[findings.Found, ...]:
    """The findings of a closed interview; none unless it ended by its questions or in silence."""
    if state.ending not in {Ending.FOUND, Ending.DONE, Ending.SILENT} or not state.trail:
        return ()
    return findings.found(model or library.model(), state.belief, state.trail, state.answers)


def intention(state: State) -> int | None:
    """The counterfactual answer, 0–10."""
    answer = state.answer(Role.COUNTERFACTUAL)
    return int(answer.value) if answer and answer.value else None


# ------------------------------------------------------------------ answers


def _is_for_the_open_prompt(state: State, event: Answered | Skipped) -> bool:
    return state.phase.open and state.prompt is not None and event.prompt == state.prompt.number


def _take(script: Script, model: Model, state: State, event: Answered | Skipped, now: datetime) -> Change:
    assert state.prompt is not None
    step = script.step(state.prompt.step)
    if isinstance(event, Skipped):
        if step.ask is Ask.CONSENT:
            return state, ()
        answer = Answer(prompt=state.prompt, at=now, skipped=True)
    elif event.distress:
        return _end(_emptied(state), Phase.CLOSED, Ending.DISTRESS, Note(key="contact"))
    elif _fits(step, state.prompt, event):
        answer = Answer(
            prompt=state.prompt,
            at=now,
            value=event.value,
            text=event.text[:LONGEST_READ] if event.text else None,
            quote=event.quote,
            reading=event.reading,
        )
    else:
        return state, ()
    if answer.reading and answer.prompt.role is Role.OWN:
        refused = findings.denied(model, state.answers)
        answer = answer.model_copy(update={"reading": answer.reading.without(refused)})
    heard = _weighed(model, state.model_copy(update={"answers": (*state.answers, answer)}))
    return _next(script, model, heard, now)


def _weighed(model: Model, state: State) -> State:
    """The active interview with the belief that its answers leave."""
    joint, trail = belief.weigh(model, state.answers)
    return state.model_copy(update={"phase": Phase.ACTIVE, "belief": belief.causes(joint), "trail": trail})


def _fits(step: Step, prompt: Prompt, event: Answered) -> bool:
    if event.value is not None:
        return event.value in prompt.options
    told = bool(event.text and event.text.strip())
    return told and step.ask in {Ask.OPEN, Ask.PICK, Ask.CONFIRM, Ask.ROUTINE}


def _back(script: Script, model: Model, state: State, now: datetime) -> Change:
    if len(state.answers) <= 1:
        return state, (Note(key="nothing_before"),)
    kept, dropped = state.answers[:-1], state.answers[-1]
    prompt = dropped.prompt.model_copy(update={"number": state.number + 1})
    return _asking(script, _weighed(model, state.model_copy(update={"answers": kept})), prompt, now)


def _knows(script: Script, state: State) -> bool:
    """Whether the script still has every step that was asked; a file may have been changed while somebody answered."""
    keys = {step.key for step in script.steps}
    asked = (state.prompt, *(answer.prompt for answer in state.answers))
    return all(prompt.step in keys for prompt in asked if prompt)


# ------------------------------------------------------------------ what comes next


def _next(script: Script, model: Model, state: State, now: datetime) -> Change:
    view = View(script, model, state)
    if view.way == "none" or view.nothing_blocks:
        return _end(state, Phase.CLOSED, Ending.NONE, Note(key="closed_none"))
    if prompt := choosing.next_prompt(view):
        return _asking(script, state, prompt, now)
    if view.advocates:
        return _end(state, Phase.CLOSED, Ending.ADVOCATE, Note(key=_thanks_to_advocate(state)))
    return _end(
        state,
        Phase.CLOSED,
        _ending(script, model, state),
        Note(key="closed_routine" if routine(state) else "closed"),
    )


def _ending(script: Script, model: Model, state: State) -> Ending:
    if not script.seeks_blockers:
        return Ending.DONE
    ended = state.model_copy(update={"ending": Ending.FOUND})
    return Ending.FOUND if found(ended, model) else Ending.UNCLEAR


def _thanks_to_advocate(state: State) -> str:
    answer = state.answer(Role.TELL)
    return "closed_advocate" if answer and answer.value == "yes_gladly" else "closed_quiet_advocate"


# ------------------------------------------------------------------ asking, waiting, ending


def _patience(script: Script, phase: Phase) -> timedelta:
    if phase is Phase.PAUSED:
        return timedelta(days=script.pause_days)
    return timedelta(hours=script.patience_hours)


def _asking(script: Script, state: State, prompt: Prompt, now: datetime) -> Change:
    asking = state.model_copy(
        update={"prompt": prompt, "number": prompt.number, "heard_at": now, "reminded_at": None}
    )
    return asking, (Show(prompt=prompt), Due(at=now + _patience(script, asking.phase)))


def _after_silence(script: Script, state: State, now: datetime) -> Change:
    patience = _patience(script, state.phase)
    since = state.reminded_at or state.heard_at
    if now < since + patience or state.prompt is None:
        return state, (Due(at=since + patience),)
    if state.reminded_at is None:
        return state.model_copy(update={"reminded_at": now}), (
            Remind(prompt=state.prompt),
            Due(at=now + patience),
        )
    phase = Phase.DECLINED if state.phase is Phase.INVITED else Phase.CLOSED
    return _end(state, phase, Ending.SILENT)


def _emptied(state: State) -> State:
    return state.model_copy(update={"answers": (), "belief": {}, "trail": ()})


def forgotten(state: State, at: datetime) -> State:
    """What is left of a closed interview once nothing said may be linked to the person."""
    left: dict[str, object] = {
        "ways": {},
        "routines": (),
        "ending": None,
        "heard_at": at,
        "reminded_at": None,
        "number": 1,
    }
    return _emptied(state).model_copy(update=left)


def _end(state: State, phase: Phase, ending: Ending, *notes: Note) -> Change:
    ended = state.model_copy(update={"phase": phase, "ending": ending, "prompt": None})
    return ended, (*notes, Closed(ending=ending), Due(at=None))
