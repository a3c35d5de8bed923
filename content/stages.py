"""How far people have come with a tool."""

from enum import StrEnum


class Stage(StrEnum):
    """How far people have come, widest first.

    Aware: answered the invitation in any way. Tried: says so. Repeat: a check-in in two distinct weeks. Routine: in
    three of the last four weeks. Advocate: an approved testimonial; its author has tried the tool, no more is known.
    """

    AWARE = "aware"
    TRIED = "tried"
    REPEAT = "repeat"
    ROUTINE = "routine"
    ADVOCATE = "advocate"
