"""The obstacles that keep a person from a tool: one label per cause, three families."""

from enum import StrEnum


class Family(StrEnum):
    """What a cause acts on (COM-B: Michie, van Stralen & West 2011)."""

    OPPORTUNITY = "opportunity"
    CAPABILITY = "capability"
    MOTIVATION = "motivation"


class Blocker(StrEnum):
    """The cause of non-use. `NONE` means that nothing blocks: used already, or the task never arises."""

    TIME = "time"
    OVERLOAD = "overload"
    ACCESS = "access"
    FIT = "fit"
    PEERS = "peers"
    MANAGEMENT = "management"
    SKILLS = "skills"
    HABIT = "habit"
    BENEFIT = "benefit"
    MEANING = "meaning"
    IMPOSED = "imposed"
    TRUST = "trust"
    FEAR = "fear"
    NONE = "none"

    @property
    def family(self) -> Family | None:
        """The family that reports for small groups fold to; None for `NONE`."""
        return _FAMILIES.get(self)


_FAMILIES = {
    Blocker.TIME: Family.OPPORTUNITY,
    Blocker.OVERLOAD: Family.OPPORTUNITY,
    Blocker.ACCESS: Family.OPPORTUNITY,
    Blocker.FIT: Family.OPPORTUNITY,
    Blocker.PEERS: Family.OPPORTUNITY,
    Blocker.MANAGEMENT: Family.OPPORTUNITY,
    Blocker.SKILLS: Family.CAPABILITY,
    Blocker.HABIT: Family.MOTIVATION,
    Blocker.BENEFIT: Family.MOTIVATION,
    Blocker.MEANING: Family.MOTIVATION,
    Blocker.IMPOSED: Family.MOTIVATION,
    Blocker.TRUST: Family.MOTIVATION,
    Blocker.FEAR: Family.MOTIVATION,
}

CAUSES: tuple[Blocker, ...] = tuple(_FAMILIES)
