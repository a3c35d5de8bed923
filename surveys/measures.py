"""Scores of published instruments, from their items.

UMUX-Lite: two items from 1 to 7, scaled to 0–100; the regression-adjusted score stands where a SUS score would (Lewis,
Utesch & Maher 2013, "UMUX-LITE: when there's no time for the SUS"). ADKAR: five items from 1 to 5 in their order; the
barrier point is the first one at 3 or less, since the later ones cannot be worked on before it (Hiatt 2006).
"""

from collections.abc import Mapping

CAPABILITY, EASE = "umux_lite.capability", "umux_lite.ease"
ADKAR = tuple(f"adkar.{part}" for part in ("awareness", "desire", "knowledge", "ability", "reinforcement"))
BARRIER = 3


def umux_lite(capability: int, ease: int) -> float:
    """0–100 from two answers of 1–7."""
    return (capability + ease - 2) * 100 / 12


def umux_lite_adjusted(capability: int, ease: int) -> float:
    """The score on the scale of the SUS: 22.9 to 87.9."""
    return 0.65 * umux_lite(capability, ease) + 22.9


def adkar_barrier(answers: Mapping[str, int]) -> int | None:
    """Which of the five comes first at 3 or less, 1 to 5; 0 for none; None if one before it was not answered."""
    for place, item in enumerate(ADKAR, start=1):
        if item not in answers:
            return None
        if answers[item] <= BARRIER:
            return place
    return 0


def derived(answers: Mapping[str, int]) -> dict[str, float]:
    """The scores that the rated items allow, by name."""
    scores: dict[str, float] = {}
    if CAPABILITY in answers and EASE in answers:
        scores["umux_lite.score"] = round(umux_lite(answers[CAPABILITY], answers[EASE]), 1)
        scores["umux_lite.adjusted"] = round(umux_lite_adjusted(answers[CAPABILITY], answers[EASE]), 1)
    barrier = adkar_barrier(answers)
    return scores if barrier is None else {**scores, "adkar.barrier": float(barrier)}
