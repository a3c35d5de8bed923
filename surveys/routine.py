"""The routine that a person chose at the end: one of the persona's, or a cue and an action in own words."""

from surveys.script import Role
from surveys.state import Answer, State
from surveys.words import count

NOT_NOW = "not_now"


def routine(state: State) -> str | tuple[str, str] | None:
    """A template's key, or (cue, action) in own words; None if there is none."""
    answer = state.answer(Role.ROUTINE)
    if answer is None or answer.skipped or answer.value == NOT_NOW:
        return None
    if answer.value in state.routines:
        return answer.value
    return _own(state, answer)


def _own(state: State, answer: Answer) -> tuple[str, str] | None:
    told = answer if answer.text else state.answer(Role.ROUTINE_CUE)
    action = state.answer(Role.ROUTINE_ACTION)
    if told is None or not told.text:
        return None
    if action is not None and action.text:
        return told.text, action.text
    return split_routine(told.text)


def split_routine(text: str) -> tuple[str, str] | None:
    """ "When X, I do Y" as (cue, action); None if the text is only one of the two."""
    cue, _, action = (part.strip() for part in text.partition(","))
    return (cue, action) if count(cue) >= 2 and count(action) >= 2 else None
