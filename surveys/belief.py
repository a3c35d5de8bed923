"""How sure we are of each cause: a posterior over the 14 labels, and what each answer did to it.

posterior ∝ prior × Π likelihood of each answer. Beside the cause stands the excuse that hides it, since an excuse sticks:
told twice it is one excuse, not two proofs. So the joint of both is weighed, and the excuse summed out at the end.
A reading is soft evidence: its likelihood is the mean over what it may be (Pearl 1988, "virtual evidence").
The figures are `surveys.figures.Model`. Probabilities are 0–1.
"""

from collections.abc import Iterable

import numpy as np

from content.blockers import CAUSES, Blocker
from surveys.figures import LABELS, Floats, Model
from surveys.reading import Reading
from surveys.script import Role
from surveys.state import Answer, Evidence, Prompt

Belief = dict[Blocker, float]
Joint = Floats
"""Probabilities of (cause, excuse), 14 × 14 in the order of `LABELS`; sums to 1."""


def kind_of(model: Model, role: Role | None) -> str | None:
    """The kind of proof that an answer in this role is; None if it proves nothing."""
    if role in model.probes:
        return model.probes[role].kind
    return (
        {Role.COUNTERFACTUAL: model.scale.kind, Role.CONFIRM: model.confirm.kind}.get(role) if role else None
    )


def likelihood(model: Model, answer: Answer) -> Floats | None:
    """P(answer | cause, excuse) up to a factor, (14, 14) or (14, 1); None if the answer says nothing about causes."""
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


def scored(model: Model, prompt: Prompt, score: int) -> Floats | None:
    """P(a score in the same band | cause) for the cause that `prompt` asks about, (14, 1)."""
    if prompt.cause is None:
        return None
    band = next(band for band in model.scale.bands if score <= band.up_to)
    return np.array([[band.if_cause if label is prompt.cause else band.if_not] for label in LABELS])


def confirming(model: Model, prompt: Prompt, value: str) -> Floats:
    """P(this answer to "mostly that?" | cause), (14, 1)."""
    given = model.confirm.answers[value]
    by_place = {prompt.third: given.if_third, prompt.second: given.if_second, prompt.cause: given.if_main}
    return np.array([[by_place.get(label, given.if_other)] for label in LABELS])


def picked(model: Model, role: Role, cause: Blocker) -> Floats:
    """P(`cause` is picked | cause, excuse), (14, 14)."""
    return model.told(role)[:, :, LABELS.index(cause)]


def _read(model: Model, role: Role, reading: Reading) -> Floats:
    weights = np.array([reading.probabilities[label] for label in LABELS])
    result: Floats = model.read(role) @ weights
    return result


def weigh(model: Model, answers: Iterable[Answer]) -> tuple[Joint, tuple[Evidence, ...]]:
    """The posterior after `answers`, and what each of them moved; an answer that says nothing about causes moves nothing."""
    joint = model.prior
    trail: list[Evidence] = []
    for answer in answers:
        kind, given = kind_of(model, answer.prompt.role), likelihood(model, answer)
        if kind is None or given is None:
            continue
        before, joint = joint, joint * given
        joint = joint / joint.sum()
        trail.append(_evidence(answer.prompt, kind, before, joint))
    return joint, tuple(trail)


def causes(joint: Joint) -> Belief:
    """The posterior of the causes."""
    return dict(zip(LABELS, map(float, joint.sum(axis=1)), strict=True))


def _evidence(prompt: Prompt, kind: str, before: Joint, after: Joint) -> Evidence:
    change = (after - before).sum(axis=1)
    moved = {
        LABELS[place]: round(float(change[place]), 4) for place in np.argsort(-abs(change), kind="stable")
    }
    return Evidence(prompt=prompt.number, step=prompt.step, kind=kind, moved=moved)


def ranked(belief: Belief) -> list[Blocker]:
    """Causes, likeliest first; ties in the labels' own order. `none` is not among them."""
    return sorted(CAUSES, key=lambda label: (-belief[label], CAUSES.index(label)))


def kinds_for(model: Model, trail: Iterable[Evidence], cause: Blocker) -> frozenset[str]:
    """The kinds of proof that raised the belief in `cause`."""
    return frozenset(item.kind for item in trail if item.moved.get(cause, 0) >= model.thresholds.moved)
