"""Under which circumstances the interview is tried: as shipped, with figures made wrong, with harder people, and with
one ingredient taken away. All of it concerns the interviewer's figures, its script or the people, never the measures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import Any

from content.blockers import CAUSES, Blocker
from surveys.figures import Model
from surveys.script import Ask, Part, Role, Script, Step
from surveys.simulation.people import Population
from surveys.simulation.statements import Reads

Data = dict[str, Any]
Change = Callable[[Data, Random], None]
"""Changes the figures, as plain data, in place."""


@dataclass(frozen=True)
class Scenario:
    """`model` may differ from seed to seed; `reads` says how texts are read."""

    key: str
    group: str
    script: Script
    model: Callable[[Random], Model]
    people: Population
    reads: Reads = "held out"


def scenarios(script: Script, model: Model, people: Population, *, wrong: bool) -> list[Scenario]:
    """As shipped first, then, if `wrong`, everything else."""

    def asked(key: str, group: str, **other: Any) -> Scenario:
        whole = {"script": script, "model": lambda _random: model, "people": people}
        return Scenario(key, group, **{**whole, **other})

    base = [asked(AS_SHIPPED, "base")]
    if not wrong:
        return base
    return [
        *base,
        *(asked(key, "wrong", model=_changing(model, change)) for key, change in WRONG.items()),
        *(asked(key, "people", people=changed) for key, changed in harder(people).items()),
        *(asked(key, "without", script=without) for key, without in shorter(script).items()),
        asked("uniform priors", "without", model=_changing(model, _uniform_priors)),
        asked("shares believed as they stand", "without", model=_changing(model, _believing)),
        asked("excuses that do not stick", "without", model=_changing(model, _no_sticking)),
        asked("two causes to confirm", "without", model=_changing(model, _two_to_confirm)),
        asked("no contrast rules", "without", reads="no contrast"),
        asked("every answer read right", "reader", reads="exact"),
    ]


def _changing(model: Model, change: Change) -> Callable[[Random], Model]:
    def changed(random: Random) -> Model:
        data = model.model_dump()
        change(data, random)
        return Model.model_validate(data)

    return changed


# ------------------------------------------------------------------ figures made wrong


def _shares(weights: Mapping[Blocker, float]) -> dict[Blocker, float]:
    total = sum(weights.values())
    return {label: weight / total for label, weight in weights.items()}


def _bent(p: float, by: float) -> float:
    """The probability with its log-odds moved by `by`."""
    odds = min(max(p, 0.01), 0.99)
    return 1 / (1 + exp(-(log(odds / (1 - odds)) + by)))


def _uniform_priors(data: Data, _random: Random) -> None:
    data["priors"] = _shares(dict.fromkeys(Blocker, 1.0))


def _believing(data: Data, _random: Random) -> None:
    data["trust"] = {"priors": 1.0, "excuses": 1.0}


def _no_sticking(data: Data, _random: Random) -> None:
    data["sticky"] = 0.0


def _two_to_confirm(data: Data, _random: Random) -> None:
    data["thresholds"]["third"] = 1.0


def _other_priors(data: Data, random: Random) -> None:
    """The shares of the causes dealt out anew, and their differences doubled."""
    shares = [data["priors"][cause] ** 2 for cause in CAUSES]
    random.shuffle(shares)
    data["priors"] = _shares({**dict(zip(CAUSES, shares, strict=True)), Blocker.NONE: 0.001})


def _other_excuses(data: Data, random: Random) -> None:
    shares = list(data["excuses"].values())
    random.shuffle(shares)
    data["excuses"] = dict(zip(data["excuses"], shares, strict=True))


def _honesty(by: float) -> Change:
    def change(data: Data, _random: Random) -> None:
        for probe in data["probes"].values():
            probe["honesty"] = _bent(probe["honesty"], by)

    return change


def _trusting(data: Data, _random: Random) -> None:
    """A yes and a high score taken for nearly sure proof."""
    others = dict.fromkeys(("if_second", "if_third", "if_other"), 0.08)
    data["confirm"]["answers"]["main"] = {"if_main": 0.9, **others}
    data["scale"]["bands"][-1].update(if_cause=0.8, if_not=0.08)


def _sure_reader(data: Data, _random: Random) -> None:
    data["confusion"] = {"right": 0.97, "mixed": {}}


def _all_at_once(data: Data, random: Random) -> None:
    """Everything wrong at random: log-odds moved by a standard normal (half of one for the readers'), tables dealt anew."""
    _other_priors(data, random)
    _other_excuses(data, random)
    for probe in data["probes"].values():
        probe["honesty"] = _bent(probe["honesty"], random.gauss())
    for answer in (*data["confirm"]["answers"].values(), *data["scale"]["bands"]):
        for key in answer:
            if key.startswith("if_"):
                answer[key] = _bent(answer[key], random.gauss(0, 0.5))
    data["confusion"]["right"] = _bent(data["confusion"]["right"], random.gauss(0, 0.5))
    rest = 1 - data["confusion"]["right"]
    for mixed in data["confusion"]["mixed"].values():
        total = sum(mixed.values())
        mixed.update({label: p * rest * 0.5 / total for label, p in mixed.items()})
    data["shyness"] = random.uniform(0.4, 1)


ALL_AT_ONCE = "all at once"

AS_SHIPPED = "as shipped"
FULL = frozenset({AS_SHIPPED, ALL_AT_ONCE})
"""The scenarios that the headline figures come from."""

WRONG: Mapping[str, Change] = {
    ALL_AT_ONCE: _all_at_once,
    "other priors": _other_priors,
    "other excuses": _other_excuses,
    "people thought honest": _honesty(1.5),
    "people thought false": _honesty(-1.5),
    "yes thought sure": _trusting,
    "reading thought sure": _sure_reader,
}
"""Every way in which the figures are made wrong."""


# ------------------------------------------------------------------ harder people


def harder(people: Population) -> dict[str, Population]:
    """The same people with one trait made worse."""
    return {
        "people less honest": people.model_copy(
            update={"honesty": {probe: _bent(p, -0.8) for probe, p in people.honesty.items()}}
        ),
        "people agree to anything": people.model_copy(update={"agreeing": {"any": 0.45, "own_excuse": 0.65}}),
        "people keep to their excuse": people.model_copy(update={"stickiness": 1.0, "steadiness": 0.9}),
        "people leave sooner": people.model_copy(
            update={"leaving": {place: 2.5 * p for place, p in people.leaving.items()}}
        ),
    }


# ------------------------------------------------------------------ one ingredient less


def shorter(script: Script) -> dict[str, Script]:
    """The script without one ingredient each."""
    return {
        "no reflection": _dropping(script, Role.REFLECTION),
        "no clarifying": _dropping(script, Role.CLARIFY),
        "no projective": _dropping(script, Role.PROJECTIVE),
        "no counterfactual": _dropping(script, Role.COUNTERFACTUAL, Role.MISSING),
        "no 'what is missing'": _dropping(script, Role.MISSING),
        "no confirming": _dropping(script, Role.CONFIRM, Role.OWN),
        "no choice by gain": in_order(script),
    }


def _dropping(script: Script, *roles: Role) -> Script:
    return script.model_copy(update={"steps": tuple(step for step in script.steps if step.role not in roles)})


def in_order(script: Script) -> Script:
    """The script with its probes in its own order: a step that is never asked stands between any two."""
    steps: list[Step] = []
    for place, step in enumerate(script.steps):
        if step.part is Part.PROBE:
            never = f"{script.steps[0].key}=never"
            steps.append(Step(key=f"between{place}", ask=Ask.OPEN, part=Part.CLOSE, when=(never,)))
        steps.append(step)
    return script.model_copy(update={"steps": tuple(steps)})
