"""What the tests that run in a project ask for one person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arms:
    """`held_out`: gets nothing unasked, and may still ask. `wave_open`: while a pilot runs, whether it is their turn.

    `variant`: which of the two nudges or routines that are compared is theirs, by its full name; None without such a test.
    `stories`: whether testimonials may reach them.
    """

    held_out: bool = False
    wave_open: bool = True
    variant: str | None = None
    stories: bool = True
