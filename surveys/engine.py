"""The interview as a pure function: `advance(script, state, event, now) -> (state, effects)`.

At most `script.questions` questions are counted. Not counted: the consent (it asks whether to begin), saying in own
words what a pressed button announced, and the choice of a routine (an offer, after the questions).

Steps come in the script's order and each at most once, so every interview ends. An answer counts only for the prompt
that is open: a double, late or reordered one changes nothing and has no effects. Going back drops the last answer and
asks again under a new number. Stopping drops what was said; so do words of distress, so that nothing of them is reported.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from surveys import belief
from surveys.belief import Model
from surveys.belief import model as shipped_model
from surveys.conditions import View, split_routine, two_causes
from surveys.script import Ask, Part, Script, Step
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

OWN = "own"
NOT_NOW = "not_now"
YES = "yes"
OTHER = "other"


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
    figures = model or shipped_model()
    match event:
        case Invited() if state.number == 0:
            first = script.steps[0]
            prompt = _prompt(View(script, figures, state), first)
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


def found(state: State, model: Model | None = None) -> tuple[belief.Found, ...]:
    """The findings of a closed interview; none unless it ended by its questions or in silence."""
    if state.ending not in {Ending.FOUND, Ending.SILENT} or not state.belief:
        return ()
    return belief.findings(model or shipped_model(), state.belief, state.trail, state.answers)


def intention(state: State) -> int | None:
    """The counterfactual answer, 0–10."""
    answer = state.answer("counterfactual")
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
    answers = (*state.answers, answer)
    state = _weighed(model, state.model_copy(update={"answers": answers, "phase": Phase.ACTIVE}))
    return _next(script, model, state, now)


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
    earlier = state.model_copy(update={"answers": kept, "phase": Phase.ACTIVE})
    return _asking(script, _weighed(model, earlier), prompt, now)


def _weighed(model: Model, state: State) -> State:
    posterior, trail = belief.weigh(model, state.answers)
    return state.model_copy(update={"belief": posterior, "trail": trail})


# ------------------------------------------------------------------ what comes next


def _next(script: Script, model: Model, state: State, now: datetime) -> Change:
    view = View(script, model, state)
    if view.way == "none":
        return _end(state, Phase.CLOSED, Ending.NONE, Note(key="closed_none"))
    position = script.steps.index(view.step_of(view.last)) + 1
    for step in script.steps[position:]:
        if _is_wanted(view, step):
            return _asking(script, state, _prompt(view, step), now)
    if view.way == "tool":
        return _end(state, Phase.CLOSED, Ending.ADVOCATE, Note(key=_thanks_to_advocate(state)))
    ended = state.model_copy(update={"ending": Ending.FOUND})
    ending = Ending.FOUND if found(ended, model) else Ending.UNCLEAR
    return _end(state, Phase.CLOSED, ending, Note(key="closed_routine" if routine(state) else "closed"))


def _thanks_to_advocate(state: State) -> str:
    answer = state.answer("tell")
    return "closed_advocate" if answer and answer.value == "yes_gladly" else "closed_quiet_advocate"


def _is_wanted(view: View, step: Step) -> bool:
    uses_it = view.way == "tool"
    if step.part is not Part.START and uses_it is not (step.part is Part.ADVOCATE):
        return False
    if step.counts and view.asked + 1 + step.leaves > view.script.questions:
        return False
    if step.part in {Part.PROBE, Part.ADVOCATE} and (view.tired or (not uses_it and view.settled)):
        return False
    if step.part is Part.CLOSE and step.counts and view.tired:
        return False
    return not step.when or any(view.holds(condition) for condition in step.when)


def _prompt(view: View, step: Step) -> Prompt:
    state, stated = view.state, view.stated
    prompt = Prompt(number=state.number + 1, step=step.key)
    match step.ask:
        case Ask.CONSENT:
            return prompt.model_copy(update={"options": (YES,)})
        case Ask.WAYS:
            return prompt.model_copy(update={"options": tuple(state.ways)})
        case Ask.OPTIONS:
            return prompt.model_copy(update={"options": step.options})
        case Ask.PICK:
            offered = two_causes(view.model, view.told) if view.told else None
            causes = tuple(cause.value for cause in offered or ())
            return prompt.model_copy(update={"options": (*_shuffled(causes, state, step), OTHER)})
        case Ask.SCALE:
            return prompt.model_copy(
                update={
                    "options": tuple(str(number) for number in range(11)),
                    "cause": view.main if view.has_proof else None,
                }
            )
        case Ask.CONFIRM:
            main, second = belief.ranked(state.belief)[:2]
            options = (*_shuffled(("main", "second", "neither"), state, step), OWN)
            return prompt.model_copy(
                update={"options": options, "cause": main, "second": second, "stated": stated}
            )
        case Ask.ROUTINE:
            return prompt.model_copy(update={"options": (*state.routines[:2], OWN, NOT_NOW)})
        case Ask.OPEN:
            quote = next((a.quote for a in reversed(state.answers) if a.quote), None)
            told = {"quote": quote, "score": view.score, "stated": stated, "way": view.way_key}
            return prompt.model_copy(update=told)


def _shuffled(options: tuple[str, ...], state: State, step: Step) -> tuple[str, ...]:
    """The options in an order that the seed alone decides."""
    return tuple(
        sorted(options, key=lambda option: sha256(f"{state.seed}|{step.key}|{option}".encode()).digest())
    )


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


def _end(state: State, phase: Phase, ending: Ending, *notes: Note) -> Change:
    ended = state.model_copy(update={"phase": phase, "ending": ending, "prompt": None})
    return ended, (*notes, Closed(ending=ending), Due(at=None))


# ------------------------------------------------------------------ the routine


def routine(state: State) -> str | tuple[str, str] | None:
    """The routine chosen: a template's key, or (cue, action) in own words; None if there is none."""
    answer = state.answer("routine")
    if answer is None or answer.skipped or answer.value == NOT_NOW:
        return None
    if answer.value in state.routines:
        return answer.value
    return _own_routine(state, answer)


def _own_routine(state: State, answer: Answer) -> tuple[str, str] | None:
    told = answer if answer.text else state.answer("routine_cue")
    action = state.answer("routine_action")
    if told is None or not told.text:
        return None
    if action is not None and action.text:
        return told.text, action.text
    return split_routine(told.text)
