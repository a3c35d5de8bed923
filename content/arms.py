"""What the tests that run in a project ask for one person."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Arms:
    """`held_out`: gets nothing unasked, and may still ask. `wave_open`: while a pilot runs, whether it is their turn.

    `variant`: which of the two nudges or routines that are compared is theirs, by its full name, and `other` the one that
    is not; None without such a test. `stories`: whether testimonials may reach them. `until`: when `silent` ends by
    itself; None where it is False, or not known.
    """

    held_out: bool = False
    wave_open: bool = True
    variant: str | None = None
    stories: bool = True
    other: str | None = None
    until: datetime | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing unasked may reach them in this project."""
        return self.held_out or not self.wave_open
