"""When a lead's page comes each week, as it is kept: "tuesday 14:00", in the lead's own zone. Pure."""

from dataclasses import dataclass
from datetime import time
from typing import Self

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Slot:
    """`day` is the ISO weekday, 1 for Monday to 7 for Sunday; `at` is local time."""

    day: int = 1
    at: time = time(9)

    @property
    def rule(self) -> str:
        return f"{WEEKDAYS[self.day - 1]} {self.at:%H:%M}"

    @classmethod
    def of(cls, rule: str) -> Self:
        """The slot that `rule` was made from; Monday at nine for any other text."""
        name, _, at = rule.partition(" ")
        try:
            return cls(WEEKDAYS.index(name) + 1, time.fromisoformat(at))
        except ValueError:
            return cls()
