"""Who is asked to help in each team: two of them, so that neither is alone with it. Pure.

A new habit is copied from several people, not from one (complex contagion: Centola & Macy 2007), and seeds spread when
two of them stand in the same circle (Beaman, BenYishay, Magruder & Mobarak 2021).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

PER_TEAM = 2

WAITS_FROM = 2
"""People of a team with something in the way that they cannot lift, from which on the team may have to wait."""

WAITS_SHARE = 3
"""One in so many of a team, from which on it does wait: a helper has no answer to a tool that does not open."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked. `named`: colleagues say they go to them. `signs` counts every sign.

    `blocked`: the tool does not open for them, or does not fit their work; they are not asked.
    """

    person_id: str
    team: str
    named: bool
    signs: int
    blocked: bool = False


@dataclass(frozen=True)
class Pair:
    """Who is asked in a team: two people, or one who joins somebody or is alone so far."""

    team: str
    people: tuple[str, ...]


def pairs(
    candidates: Iterable[Candidate],
    *,
    per_team: int = PER_TEAM,
    standing: Mapping[str, int] | None = None,
    waiting: Set[str] = frozenset(),
) -> list[Pair]:
    """Whom to ask, team by team: named people first, then those with most signs.

    `standing` counts who helps already or has been asked, by team; `waiting` are teams to leave alone for now.
    """
    teams: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if not candidate.blocked and candidate.team not in waiting:
            teams[candidate.team].append(candidate)
    found = []
    for team, there in sorted(teams.items()):
        taken = (standing or {}).get(team, 0)
        best = [each.person_id for each in sorted(there, key=_first)][: max(per_team - taken, 0)]
        joining = taken % 2
        if joining and best:
            found.append(Pair(team, (best[0],)))
        found += [Pair(team, tuple(best[at : at + 2])) for at in range(joining, len(best), 2)]
    return found


def waits(blocked: int, people: int) -> bool:
    """Whether a team is left alone for now, `blocked` of its `people` having the tool closed to them or unfit."""
    return blocked >= WAITS_FROM and blocked * WAITS_SHARE >= people


def _first(candidate: Candidate) -> tuple[bool, int, str]:
    return not candidate.named, -candidate.signs, candidate.person_id
