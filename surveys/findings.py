"""What an interview found: the top two causes, the stated one, and how sure each is by the rules of the method.

Stated: the first answer. Probable: belief ≥ `probable`. Confirmed: belief ≥ `confirmed` from two kinds of proof, a
counterfactual answer ≥ `solves`, not denied. Validated is not an interview's to give: usage gives it, later, by
`validated`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from content.blockers import CAUSES, Blocker
from surveys.belief import Belief, kinds_for, ranked
from surveys.figures import Model
from surveys.script import Role
from surveys.state import Answer, Evidence

LEVER_WORKS = timedelta(days=14)
"""Within how long usage must change after a cause's lever for the cause to be validated."""

REPEATED = 2
"""Different weeks with a use, from which on usage has changed."""


class Sureness(StrEnum):
    """The values are those of `storage.models.FindingStatus`. `VALIDATED` comes later, by usage."""

    STATED = "stated"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    VALIDATED = "validated"


@dataclass(frozen=True)
class Found:
    """A cause that an interview found. `rank` 1 is the main one.

    `belief` of the second cause is what it holds of the belief that the first one leaves, since a person may have two.
    """

    blocker: Blocker
    sureness: Sureness
    stated: bool
    belief: float
    rank: int


def stated(model: Model, answers: Iterable[Answer]) -> Blocker | None:
    """The cause that the person gave first, if it could be read."""
    for answer in answers:
        if answer.prompt.role in {Role.INCIDENT, Role.REFLECTION, Role.CLARIFY} and not answer.skipped:
            if answer.value in set(CAUSES):
                return Blocker(answer.value)
            if answer.reading and answer.reading.top[1] >= model.thresholds.offer:
                label = answer.reading.top[0]
                return None if label is Blocker.NONE else label
    return None


def denied(model: Model, answers: Iterable[Answer]) -> frozenset[Blocker]:
    """The causes that the person refused when asked. Own words instead of a button refuse what they do not name."""
    refused: set[Blocker | None] = set()
    for answer in answers:
        if answer.skipped:
            continue
        if answer.prompt.role is Role.CONFIRM:
            offered = {
                "main": answer.prompt.cause,
                "second": answer.prompt.second,
                "third": answer.prompt.third,
            }
            refused |= _likelier_than(answer.value, offered)
        if answer.prompt.role is Role.CONFIRM and answer.reading:
            refused -= {
                label for label, p in answer.reading.probabilities.items() if p >= model.thresholds.offer
            }
    return frozenset(label for label in refused if label)


def _likelier_than(chosen: str | None, offered: dict[str, Blocker | None]) -> set[Blocker | None]:
    """The causes that a person passed over who chose one of `offered`; all of them if they chose none."""
    before = list(offered)[: list(offered).index(chosen)] if chosen in offered else list(offered)
    return {offered[place] for place in before}


def counterfactual(model: Model, answers: Iterable[Answer], cause: Blocker) -> int | None:
    """The person's 0–10 for `cause` solved; None if not asked.

    Naming another cause as what is missing for an 8 counts as that 8. Naming the one just supposed solved counts for
    nothing: with it solved, the person has said, they would not use the tool either.
    """
    score: int | None = None
    for answer in answers:
        if answer.skipped:
            continue
        if answer.prompt.role is Role.COUNTERFACTUAL and answer.prompt.cause is cause and answer.value:
            score = int(answer.value)
        if answer.prompt.role is Role.MISSING and answer.reading and score is None:
            named = answer.reading.probabilities[cause] >= model.thresholds.offer
            score = model.thresholds.implied if named else score
    return score


def found(
    model: Model, belief: Belief, trail: tuple[Evidence, ...], answers: tuple[Answer, ...]
) -> tuple[Found, ...]:
    """The top two causes as far as they are at least probable, and the stated one, best first."""
    first, second = ranked(belief)[:2]
    said = stated(model, answers)
    left = 1 - belief[first]
    shares = {first: belief[first], second: belief[second] / left if left else 0.0}
    kept: list[tuple[Blocker, Sureness, float]] = []
    for cause, share in shares.items():
        sureness = _sureness(model, cause, share, trail, answers)
        if sureness:
            kept.append((cause, sureness, share))
    if said and said not in {cause for cause, _, _ in kept}:
        kept.append((said, Sureness.STATED, belief[said]))
    return tuple(
        Found(cause, sureness, cause is said, round(share, 4), rank)
        for rank, (cause, sureness, share) in enumerate(kept, start=1)
    )


def _sureness(
    model: Model, cause: Blocker, share: float, trail: tuple[Evidence, ...], answers: tuple[Answer, ...]
) -> Sureness | None:
    limits = model.thresholds
    kinds = kinds_for(model, trail, cause)
    if share < limits.probable or not kinds:
        return None
    solved = counterfactual(model, answers, cause)
    sure = share >= limits.confirmed and len(kinds) >= 2 and solved is not None and solved >= limits.solves
    return Sureness.CONFIRMED if sure and cause not in denied(model, answers) else Sureness.PROBABLE


def validated(levers: Iterable[date], uses: Iterable[date]) -> bool:
    """Whether usage changed after a lever: none in the 14 days before it, some in two different weeks of the 14 days after.

    Once is trying it; a second week is a change (METHOD: "repeat (2 distinct weeks)").
    """
    used = list(uses)
    return any(
        len({use.isocalendar()[:2] for use in used if lever < use <= lever + LEVER_WORKS}) >= REPEATED
        and not any(lever - LEVER_WORKS <= use <= lever for use in used)
        for lever in levers
    )
