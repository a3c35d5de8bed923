"""The assumptions as they are written down, and otherwise: what was built must not depend on their being right."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nudges.simulation.figures import Annoyance, Figures, Habit, Part, Peers, Reminder, Use

AS_ASSUMED, ALL_AT_ONCE = "as assumed", "all figures wrong at once"
FULL = (AS_ASSUMED, ALL_AT_ONCE)

OFF = 0.4
"""Sd of the log by which each figure is off where all are wrong."""


@dataclass(frozen=True)
class Scenario:
    """`figures`: what people are like in the organisation of a seed."""

    name: str
    figures: Callable[[int], Figures]


def scenarios(shipped: Figures, *, wrong: bool) -> list[Scenario]:
    """What is assumed; with `wrong`, also what may be the case instead."""
    right = Scenario(AS_ASSUMED, _always(shipped))
    if not wrong:
        return [right]
    changes: dict[str, dict[str, dict[str, float]]] = {
        "causes found half as often": {"interview": {"right": 0.3, "confirmed_right": 0.5}},
        "people soon annoyed": {"annoyance": {"leaving": 0.010}},
        "reminders as weak as at scale": {"reminder": {"lift": 0.10}},
        "fitting the cause does nothing": {"use": {"tailored": 0.0}},
        "check-ins change nothing": {"use": {"monitoring": 0.0}},
        "colleagues do not matter": {"peers": {"first": 0.0, "second": 0.0, "third": 0.0}},
        "wordings are all alike": {"reminder": {"variants": 0.0, "tones": 0.0}},
    }
    others = [Scenario(name, _always(changed(shipped, change))) for name, change in changes.items()]
    return [right, Scenario(ALL_AT_ONCE, lambda seed: off(shipped, seed)), *others]


def _always(figures: Figures) -> Callable[[int], Figures]:
    return lambda _: figures


def changed(shipped: Figures, change: dict[str, dict[str, float]]) -> Figures:
    """The figures with those of some parts replaced."""
    parts = {name: getattr(shipped, name).model_copy(update=values) for name, values in change.items()}
    return shipped.model_copy(update=parts)


def off(shipped: Figures, seed: int) -> Figures:
    """Every figure about people multiplied by chance, anew for each seed; shares stay shares."""
    rng = np.random.default_rng([seed, 4])
    parts: tuple[tuple[str, type[Part]], ...] = (
        ("use", Use),
        ("habit", Habit),
        ("reminder", Reminder),
        ("annoyance", Annoyance),
        ("peers", Peers),
    )
    change: dict[str, dict[str, float]] = {}
    for name, part in parts:
        values = {key: getattr(getattr(shipped, name), key) for key in part.model_fields}
        change[name] = {
            key: value * float(np.exp(OFF * rng.standard_normal()))
            for key, value in values.items()
            if isinstance(value, float)
        }
    return changed(shipped, change)


def with_people(shipped: Figures, people: int) -> Figures:
    """The same in an organisation of another size, with as many early adopters for its size."""
    pairs = max(1, round(shipped.seeds.pairs * people / shipped.organisation.people))
    return shipped.model_copy(
        update={
            "organisation": shipped.organisation.model_copy(update={"people": people}),
            "seeds": shipped.seeds.model_copy(update={"pairs": pairs}),
        }
    )
