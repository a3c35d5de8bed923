"""The life of an action that a page proposes, and what those concerned answer of it."""

from enum import StrEnum


class State(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"
    DONE = "done"
    """Those concerned are told, and asked later."""
    RESOLVED = "resolved"
    """Those concerned say so."""
    STILL = "still"
    """Those concerned do not say that it is resolved."""
    DECLINED = "declined"
    EXPIRED = "expired"
    """Nobody took it while it was proposed, or nothing came of it for too long."""


class Answer(StrEnum):
    """What somebody says of their obstacle, some weeks after something was done about it."""

    GONE = "gone"
    LESS = "less"
    STILL = "still"
