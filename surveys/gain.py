"""What a question is expected to tell: the mutual information of its answer and the cause, in bits.

gain = H(answer) − Σ belief(cause) · H(answer | cause), under the current belief and the likelihoods of the answers.
Own words count as one hard reading, since nobody knows beforehand how clearly they will read.
"""

from collections.abc import Iterable

import numpy as np

from content.blockers import CAUSES, Blocker
from surveys import belief as beliefs
from surveys.belief import Joint
from surveys.figures import Floats, Model
from surveys.script import Role
from surveys.state import Prompt


def expected_gain(model: Model, joint: Joint, prompt: Prompt) -> float:
    """Bits by which the answer to `prompt` is expected to lower the uncertainty about the cause; 0 if it cannot."""
    role = prompt.role
    if role is Role.COUNTERFACTUAL:
        scores = (beliefs.scored(model, prompt, band.up_to) for band in model.scale.bands)
        return _information(joint, [row for row in scores if row is not None])
    if role is Role.CONFIRM:
        return _information(
            joint, [beliefs.confirming(model, prompt, value) for value in model.confirm.answers]
        )
    if role is Role.CLARIFY:
        offered = [Blocker(value) for value in prompt.options if value in set(CAUSES)]
        rows = [beliefs.picked(model, role, cause) for cause in offered]
        return _information(joint, [*rows, np.maximum(0.0, 1 - sum(rows, np.zeros_like(joint)))])
    if role not in model.probes:
        return 0.0
    return _mutual(joint, model.read(role))


def _information(joint: Joint, rows: Iterable[Floats]) -> float:
    """`rows` are P(answer | cause, excuse), one per answer, each up to the same factor."""
    tables = [np.broadcast_to(row, joint.shape) for row in rows]
    if not tables:
        return 0.0
    table = np.stack(tables, axis=2)
    return _mutual(joint, table / table.sum(axis=2, keepdims=True))


def _mutual(joint: Joint, table: Floats) -> float:
    """`table` is P(answer | cause, excuse), its last axis the answers."""
    both = np.einsum("ce,cea->ca", joint, table)
    causes = joint.sum(axis=1)
    return _entropy(both.sum(axis=0)) + _entropy(causes) - _entropy(both.ravel())


def _entropy(probabilities: Floats) -> float:
    held = probabilities[probabilities > 0]
    return float(-(held * np.log2(held)).sum())
