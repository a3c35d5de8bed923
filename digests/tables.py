"""What one cohort answered, as counts: all that is kept of it, so that nothing that happens later can change a figure."""

import json
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

    def to_json(self) -> str:
        return json.dumps(
            {
                "size": self.size,
                "causes": [[*pair, n] for pair, n in sorted(self.causes.items())],
                "personas": [[*pair, n] for pair, n in sorted(self.personas.items())],
                "teams": [[*pair, n] for pair, n in sorted(self.teams.items())],
                "needs": dict(sorted(self.needs.items())),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        kept = json.loads(text)
        causes, personas, teams = (
            Counter({(first, second): n for first, second, n in kept[name]})
            for name in ("causes", "personas", "teams")
        )
        return cls(kept["size"], causes, personas, teams, Counter(kept["needs"]))


def _margin(counted: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, n in counted:
        if name != NOBODY:
            total[name] += n
    return total
