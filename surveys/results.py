"""What an interview leaves beside its causes: how the person does today, their needs, what they rated and chose.

Three layers stay apart: the stated need (asked for first), the real need (what lies behind it), and usage.
"""

from dataclasses import dataclass
from typing import Literal

from surveys.measures import derived
from surveys.script import Ask, Role, Script
from surveys.state import Ending, State

KEPT = frozenset({Ending.FOUND, Ending.UNCLEAR, Ending.DONE, Ending.ADVOCATE, Ending.NONE, Ending.SILENT})
"""Endings whose answers count; the others leave nothing."""

Layer = Literal["stated", "real"]


@dataclass(frozen=True)
class Need:
    """A need of one layer; `served` is how well it is met today (1–5), None if not asked."""

    layer: Layer
    need: str
    served: int | None = None


@dataclass(frozen=True)
class Result:
    """What was rated (`value`) or chosen (`choice`) under the name `item`, "umux_lite.score" or "leader.given"."""

    item: str
    value: float | None = None
    choice: str | None = None


def usage(state: State) -> str | None:
    """How the person does the task, as they say: tool, partly, other or none; None if that was not answered."""
    answer = state.answer(Role.USAGE)
    if answer is None or answer.value is None:
        return None
    return state.ways.get(answer.value, answer.value)


def needs(state: State) -> tuple[Need, ...]:
    """The stated need and the real one, as far as they were told."""
    stated, real = _value(state, Role.NEED_STATED), _value(state, Role.NEED_REAL)
    served = _value(state, Role.NEED_SERVED)
    found = [Need("stated", stated)] if stated else []
    return (*found, *([Need("real", real, int(served) if served else None)] if real else ()))


def results(script: Script, state: State) -> tuple[Result, ...]:
    """Every rating and free choice, and the scores of known instruments that follow from them."""
    rated: dict[str, int] = {}
    chosen: list[Result] = []
    for answer in state.answers:
        step = script.step(answer.prompt.step)
        if answer.value is None:
            continue
        if step.ask is Ask.RATE:
            rated[step.measure or f"{script.key}.{step.key}"] = int(answer.value)
        elif step.ask is Ask.OPTIONS and step.role is None:
            chosen.append(Result(f"{script.key}.{step.key}", choice=answer.value))
    scores = [Result(item, value=value) for item, value in {**rated, **derived(rated)}.items()]
    return (*scores, *chosen)


def _value(state: State, role: Role) -> str | None:
    answer = state.answer(role)
    return answer.value if answer else None
