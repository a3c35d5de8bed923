"""How sure we are of each cause: a posterior over the 14 labels, and what each answer did to it.

posterior ∝ prior × Π likelihood of each answer. A reading is soft evidence: its likelihood is the mean over what it
may be (Pearl 1988, "virtual evidence"). The figures are `surveys.figures.Model`. Probabilities are 0–1.
"""

from collections.abc import Iterable

from content.blockers import CAUSES, Blocker
from surveys.figures import Model
from surveys.reading import Reading
from surveys.script import Role
from surveys.state import Answer, Evidence, Prompt

Belief = dict[Blocker, float]


def kind_of(model: Model, role: Role | None) -> str | None:
    """The kind of proof that an answer in this role is; None if it proves nothing."""
    if role in model.probes:
        return model.probes[role].kind
    return (
        {Role.COUNTERFACTUAL: model.scale.kind, Role.CONFIRM: model.confirm.kind}.get(role) if role else None
    )


def likelihood(model: Model, answer: Answer) -> Belief | None:
    """P(answer | cause) for each cause, up to a factor; None if the answer says nothing about causes."""
    prompt = answer.prompt
    if answer.skipped:
        return None
    if prompt.role is Role.COUNTERFACTUAL:
        return scored(model, prompt, int(answer.value)) if answer.value else None
    if prompt.role is Role.CONFIRM and answer.value in model.confirm.answers:
        return confirming(model, prompt, answer.value)
    probe = Role.OWN if prompt.role is Role.CONFIRM else prompt.role
    if probe not in model.probes:
        return None
    if answer.value in set(Blocker):
        return picked(model, probe, Blocker(answer.value))
    return _read(model, probe, answer.reading) if answer.reading else None


def scored(model: Model, prompt: Prompt, score: int) -> Belief | None:
    """P(a score in the same band | cause) for the cause that `prompt` asks about."""
    if prompt.cause is None:
        return None
    band = next(band for band in model.scale.bands if score <= band.up_to)
    return {label: band.if_cause if label is prompt.cause else band.if_not for label in Blocker}


def confirming(model: Model, prompt: Prompt, value: str) -> Belief:
    """P(this answer to "mostly that?" | cause)."""
    given = model.confirm.answers[value]
    by_place = {prompt.cause: given.if_main, prompt.second: given.if_second}
    return {label: by_place.get(label, given.if_other) for label in Blocker}


def picked(model: Model, role: Role, cause: Blocker) -> Belief:
    """P(`cause` is picked | cause)."""
    return {real: model.said(cause, real, model.probes[role]) for real in Blocker}


def _read(model: Model, role: Role, reading: Reading) -> Belief:
    tables = model.read_given_cause[role]
    read = list(reading.probabilities.items())
    return {cause: sum(p * tables[cause][label] for label, p in read) for cause in Blocker}


def update(model: Model, belief: Belief, answer: Answer) -> tuple[Belief, Evidence | None]:
    """The belief after one more answer, and what it moved; no evidence if it says nothing about causes."""
    kind, given = kind_of(model, answer.prompt.role), likelihood(model, answer)
    if kind is None or given is None:
        return belief, None
    weighed = {label: belief[label] * given[label] for label in Blocker}
    total = sum(weighed.values())
    after = {label: weight / total for label, weight in weighed.items()}
    moved = {label: round(after[label] - belief[label], 4) for label in Blocker}
    return after, Evidence(
        prompt=answer.prompt.number,
        step=answer.prompt.step,
        kind=kind,
        moved=dict(sorted(moved.items(), key=lambda pair: -abs(pair[1]))),
    )


def weigh(model: Model, answers: Iterable[Answer]) -> tuple[Belief, tuple[Evidence, ...]]:
    """The posterior after `answers`, and what each of them moved."""
    belief: Belief = dict(model.priors)
    trail: list[Evidence] = []
    for answer in answers:
        belief, evidence = update(model, belief, answer)
        trail += [evidence] if evidence else []
    return belief, tuple(trail)


def ranked(belief: Belief) -> list[Blocker]:
    """Causes, likeliest first; ties in the labels' own order. `none` is not among them."""
    return sorted(CAUSES, key=lambda label: (-belief[label], CAUSES.index(label)))


def kinds_for(model: Model, trail: Iterable[Evidence], cause: Blocker) -> frozenset[str]:
    """The kinds of proof that raised the belief in `cause`."""
    return frozenset(item.kind for item in trail if item.moved.get(cause, 0) >= model.thresholds.moved)
