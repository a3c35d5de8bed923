"""From days of use to one figure per randomised unit: the share of weeks in which people used the tool."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from nudges.effects import Cluster


@dataclass(frozen=True)
class Followed:
    """Somebody in a test. `opened`: whole weeks after the start at which it was their turn, 0 for all but later waves."""

    cluster: int
    treated: bool
    used: Collection[date]
    opened: int = 0


def clusters(people: Sequence[Followed], start: date, weeks: int, before: int) -> list[Cluster]:
    """One per unit, after `weeks` whole weeks from `start`, with the `before` weeks ahead of it.

    A later wave counts from its own turn on, against what the untreated did in those same weeks: use changes with time for
    everybody. Whose turn has not come by then is left out. Empty where there is no week yet, or nobody untreated.
    """
    together: dict[int, list[Followed]] = defaultdict(list)
    for person in people:
        if not person.treated or person.opened < weeks:
            together[person.cluster].append(person)
    weekly = {cluster: _weekly(members, start, 0, weeks) for cluster, members in together.items()}
    untreated = [weekly[cluster] for cluster, members in together.items() if not members[0].treated]
    if weeks < 1 or not untreated:
        return []
    common = np.mean(untreated, axis=0)
    return [
        Cluster(
            treated=members[0].treated,
            people=len(members),
            outcome=float(
                (weekly[cluster] - common)[members[0].opened if members[0].treated else 0 :].mean()
            ),
            before=float(_weekly(members, start, -before, before).mean()),
        )
        for cluster, members in sorted(together.items())
    ]


def _weekly(people: Sequence[Followed], start: date, first: int, count: int) -> NDArray[np.float64]:
    """In each of `count` weeks from the week `first` of the test on, the share of these people who used the tool."""
    seen = np.zeros((len(people), count))
    for row, person in enumerate(people):
        for day in person.used:
            week = (day - start).days // 7 - first
            if 0 <= week < count:
                seen[row, week] = 1
    shares: NDArray[np.float64] = seen.mean(axis=0)
    return shares
