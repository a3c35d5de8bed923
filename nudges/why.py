"""Why somebody got a message, as the key of one sentence. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What the sentence may depend on.

    `routine`: it is about one. `first`: it is the routine's first message. `told`: the person confirmed the obstacle that
    it answers. `fixed`: it says that something is mended, as the person has seen themselves.
    """

    routine: bool = False
    first: bool = False
    told: bool = False
    fixed: bool = False


def why(kind: str, facts: Facts) -> str:
    """The key in `texts/why` for a message of this kind (an intent): the kind itself, but for what depends on facts."""
    if kind == "testimonial.share":
        return kind if facts.told else "testimonial.share_like"
    if kind != "routine.nudge":
        return kind
    if facts.fixed:
        return "routine.nudge_fixed"
    if facts.routine and facts.first:
        return "routine.nudge_first"
    if facts.told:
        return "routine.nudge_told"
    return "routine.nudge" if facts.routine else "routine.nudge_heard"
