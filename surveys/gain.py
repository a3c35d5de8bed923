"""What a question is expected to tell: the mutual information of its answer and the cause, in bits.

gain = H(answer) − Σ belief(cause) · H(answer | cause), under the current belief and the likelihoods of the answers.
Own words count as one hard reading, since nobody knows beforehand how clearly they will read.
"""

from collections.abc import Iterable

from content.blockers import CAUSES, Blocker
from surveys import belief as beliefs
from surveys.belief import Belief
from surveys.figures import Model, entropy
from surveys.script import Role
from surveys.state import Prompt


def expected_gain(model: Model, belief: Belief, prompt: Prompt) -> float:
    """Bits by which the answer to `prompt` is expected to lower the uncertainty about the cause; 0 if it cannot."""
    role = prompt.role
    if role is Role.COUNTERFACTUAL:
        scores = (beliefs.scored(model, prompt, band.up_to) for band in model.scale.bands)
        return _information(belief, [row for row in scores if row])
    if role is Role.CONFIRM:
        return _information(
            belief, [beliefs.confirming(model, prompt, value) for value in model.confirm.answers]
        )
    if role is Role.CLARIFY:
        offered = [Blocker(value) for value in prompt.options if value in set(CAUSES)]
        rows = [beliefs.picked(model, role, cause) for cause in offered]
        rest = {cause: max(0.0, 1 - sum(row[cause] for row in rows)) for cause in Blocker}
        return _information(belief, [*rows, rest])
    if role not in model.probes:
        return 0.0
    tables, noise = model.read_given_cause[role], model.read_noise[role]
    held = list(belief.items())
    heard = (sum(p * tables[cause][read] for cause, p in held) for read in Blocker)
    return entropy(heard) - sum(p * noise[cause] for cause, p in held)


def _information(belief: Belief, rows: Iterable[Belief]) -> float:
    """`rows` are P(answer | cause), one per answer, each up to the same factor."""
    rows = list(rows)
    if not rows:
        return 0.0
    totals = {cause: sum(row[cause] for row in rows) for cause in belief}
    rows = [{cause: row[cause] / totals[cause] for cause in belief} for row in rows]
    answers = entropy(sum(belief[cause] * row[cause] for cause in belief) for row in rows)
    return answers - sum(p * entropy(row[cause] for row in rows) for cause, p in belief.items())
