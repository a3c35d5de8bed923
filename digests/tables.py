"""What the people who are counted together answered, as counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

NOBODY = ""
"""In a pair: no cause, no persona, no team."""

Pairs = Mapping[tuple[str, str], int]
"""People by two answers, or by group and answer."""


@dataclass(frozen=True)
class Tables:
    """People counted together, each of them once in every table.

    `causes` holds them by the cause they stated first and the one that was confirmed, `personas` and `teams` by group and
    confirmed cause; `NOBODY` where there is none. `needs` are those who told a real need, by "served" and "unserved".
    """

    size: int = 0
    causes: Pairs = field(default_factory=Counter)
    personas: Pairs = field(default_factory=Counter)
    teams: Pairs = field(default_factory=Counter)
    needs: Mapping[str, int] = field(default_factory=Counter)

    def __add__(self, other: Self) -> "Tables":
        return Tables(
            self.size + other.size,
            Counter(self.causes) + Counter(other.causes),
            Counter(self.personas) + Counter(other.personas),
            Counter(self.teams) + Counter(other.teams),
            Counter(self.needs) + Counter(other.needs),
        )

    @property
    def stated(self) -> Counter[str]:
        """People by the cause they stated first."""
        return _margin((stated, n) for (stated, _), n in self.causes.items())

    @property
    def confirmed(self) -> Counter[str]:
        """People by confirmed cause."""
        return _margin((confirmed, n) for (_, confirmed), n in self.causes.items())


def _margin(counted: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, n in counted:
        if name != NOBODY:
            total[name] += n
    return total
