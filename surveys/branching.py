"""Under which conditions a step is asked: names that the engine knows, or `step=value`, `step<=3`, `step>=3`."""

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from content.mistakes import did_you_mean

Named = Literal[
    "excuse_prone",
    "short",
    "unread",
    "two_readings",
    "nothing_read",
    "low_score",
    "refused",
    "scored",
    "can_practise",
    "own_routine",
    "own_cue",
]

NAMES: tuple[str, ...] = get_args(Named)

_COMPARISON = re.compile(r"([a-z][a-z0-9_]{0,39}) ?(=|<=|>=) ?([a-z0-9_]{1,40})")


@dataclass(frozen=True)
class Comparison:
    """An earlier answer compared with a value; numbers as numbers. A skipped step compares with nothing."""

    step: str
    sign: str
    value: str

    def holds(self, answered: str | None) -> bool:
        if answered is None:
            return False
        if self.sign == "=":
            return answered == self.value
        if not (answered.isdecimal() and self.value.isdecimal()):
            return False
        return int(answered) <= int(self.value) if self.sign == "<=" else int(answered) >= int(self.value)


def comparison(condition: str) -> Comparison | None:
    """The condition as a comparison; None if it is a name."""
    match = _COMPARISON.fullmatch(condition)
    return Comparison(*match.groups()) if match else None


def known_condition(condition: Any) -> Any:
    """The condition itself. Raises ValueError with what may have been meant."""
    if isinstance(condition, str) and (condition in NAMES or comparison(condition)):
        return condition
    raise ValueError(
        f"{condition!r} is no condition{did_you_mean(str(condition), NAMES)}; "
        "an earlier answer is compared as step=value, step<=3 or step>=3"
    )
