"""Which figures of a round may be told, so that no page can be subtracted from another one.

Everybody is told of once: in the cohort in which they are counted, and in no other. A page adds cohorts up, and never
splits one. Within a cohort

- the classes of a question are told together, and those in no class that is told are at least `k` people;
- two questions crossed are told as a whole table, every cell of which is nobody or at least `k` people;
- people are told of by persona or by team, never by both: everybody knows who is in which, so where one planner is of
  another team than all the others, planners without that team would be one person.

A cohort is closed as soon as there is something to tell of it: until then not even its size is told. Whether it is
told, and what, depends on its own people and on what has been told before; never on who looks, nor on what is erased later.

Why that is enough, and how it was attacked: docs/privacy-attack.md, decision 30.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from pydantic import TypeAdapter

from content.blockers import CAUSES, Blocker
from digests.tables import NOBODY, Pairs, Tables

TOP = 3
"""Classes of a question that are told at most."""

MIXED = 6
"""Causes that are not told at least, where the excuse gap is, or where nobody has one of those that are."""

SHIFTED = "shifted"
UNSERVED = "unserved"
SAID, DID, UNKNOWN = "said", "did", "unknown"
"""Meant to use the tool the week after, and did not; did, without having meant to; nobody knows one or the other."""

Counts = Mapping[str, int]
Places = Mapping[str, int]
"""How many people a group has, whether or not they answer."""


@dataclass(frozen=True)
class Crossing:
    """Two questions, folded: what is in no row of `rows` or column of `columns` is in the row or column `NOBODY`."""

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()
    """By row and column, `NOBODY` the last of both."""

    @classmethod
    def of(cls, table: Pairs, rows: Sequence[str], columns: Sequence[str]) -> Self:
        cells = fold(table, rows, columns)
        counts = tuple(tuple(cells[row, column] for column in (*columns, NOBODY)) for row in (*rows, NOBODY))
        return cls(tuple(rows), tuple(columns), counts)

    @property
    def cells(self) -> dict[tuple[str, str], int]:
        return {
            (row, column): n
            for row, line in zip((*self.rows, NOBODY), self.counts, strict=False)
            for column, n in zip((*self.columns, NOBODY), line, strict=True)
        }

    def row(self, name: str) -> int:
        """Everybody in one row."""
        return sum(self.counts[(*self.rows, NOBODY).index(name)])


@dataclass(frozen=True)
class Told:
    """What is told of one cohort of `size` people. `families` is told only where no single cause can be.

    `deeds` are told once the week after their interviews is over; None: it is not, or what happened in it is not known yet.
    """

    size: int
    confirmed: Counts = field(default_factory=dict)
    families: Counts = field(default_factory=dict)
    stated: Counts = field(default_factory=dict)
    shifted: Counts = field(default_factory=dict)
    needs: Counts = field(default_factory=dict)
    matrix: Crossing = Crossing()
    personas: Crossing = Crossing()
    teams: Crossing = Crossing()
    deeds: Counts | None = None

    def to_json(self) -> str:
        return _KEPT.dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> "Told":
        return _KEPT.validate_json(text)


_KEPT = TypeAdapter(Told)


def closing(
    pending: Tables,
    before: Sequence[Told],
    k: int,
    personas: Places,
    teams: Places,
    causes: Sequence[str] = CAUSES,
) -> Told | None:
    """What may be told of those who have not been counted yet; None: nothing, let them wait for others.

    They also wait as long as a cause that was told of the cohort before cannot be told of them, since its figure would end
    there; but not for more people than have been counted so far.
    """
    last = before[-1] if before else Told(0)
    confirmed = view(pending.confirmed, pending.size, k, last.confirmed)
    if confirmed and not any(confirmed.values()) and len(causes) - len(confirmed) < MIXED:
        confirmed = None
    families: Counts = {}
    if confirmed is None and pending.size >= sum(told.size for told in before):
        confirmed = view(pending.confirmed, pending.size, k)
    if not confirmed:
        families = _families(pending, k, causes)
        if not families or last.confirmed:
            return None
    confirmed = confirmed or {}
    stated = view(pending.stated, pending.size, k) or {}
    told = Told(
        pending.size,
        confirmed,
        families,
        stated,
        needs=view({UNSERVED: pending.needs.get(UNSERVED, 0)}, pending.size, k) or {},
        matrix=cross(pending.causes, tuple(stated), tuple(confirmed), k, last.matrix),
    )
    told = replace(told, shifted=_gap(pending.causes, told, k, causes))
    by_persona = _groups(pending.personas, personas, before, "personas", tuple(confirmed), k)
    by_team = _groups(pending.teams, teams, before, "teams", tuple(confirmed), k)
    if by_team.rows and (last.teams.rows or not by_persona.rows):
        return replace(told, teams=by_team)
    return replace(told, personas=by_persona)


def view(counts: Counts, of: int, k: int, asked: Iterable[str] = ()) -> Counts | None:
    """The classes that may be told of `of` people, the largest first; those `asked` for among them, or else None.

    A class that is asked for may also be told as nobody. Fewer than nobody have been counted wrongly: that is never told.
    """
    shown = {name: counts.get(name, 0) for name in asked}
    left = of - sum(shown.values())
    if left < k or any(n and n < k for n in shown.values()):
        return None
    for name, n in sorted(counts.items(), key=_largest):
        if name in shown or n < k:
            continue
        if len(shown) >= TOP or left - n < k:
            break
        shown[name] = n
        left -= n
    return dict(sorted(shown.items(), key=_largest))


def kept_word(counts: Counts, of: int, k: int) -> Counts:
    """Who did not do as they had said, and of whom it is not known, of `of` people; all of it may be told, or nothing.

    Colleagues see who uses the tool. Where nobody did without meaning to, everybody who is seen to had said that they would:
    so of nobody is told only beside those of whom it is not known.
    """
    told = view(counts, of, k, (SAID, DID, UNKNOWN)) or {}
    return told if told and (told[UNKNOWN] or (told[SAID] and told[DID])) else {}


def cross(
    table: Pairs,
    rows: Sequence[str],
    columns: Sequence[str],
    k: int,
    before: Crossing | None = None,
    *,
    groups: bool = False,
) -> Crossing:
    """The table as it may be told, folded like the one `before` where that can be; empty if it cannot be told.

    `groups`: everybody knows who is in which row.
    """
    if (
        before
        and before.rows
        and set(before.rows) <= set(rows)
        and set(before.columns) <= set(columns)
        and whole(fold(table, before.rows, before.columns), before.rows, k, groups=groups)
    ):
        return Crossing.of(table, before.rows, before.columns)
    for width in range(len(columns), 0, -1):
        chosen: tuple[str, ...] = ()
        for row in rows:
            if whole(fold(table, (*chosen, row), columns[:width]), (*chosen, row), k, groups=groups):
                chosen = (*chosen, row)
        if chosen:
            return Crossing.of(table, chosen, columns[:width])
    return Crossing()


def fold(table: Pairs, rows: Iterable[str], columns: Iterable[str]) -> dict[tuple[str, str], int]:
    """The table with all other rows and columns added up."""
    kept_rows, kept_columns = set(rows), set(columns)
    folded = {(row, column): 0 for row in (*kept_rows, NOBODY) for column in (*kept_columns, NOBODY)}
    for (row, column), n in table.items():
        folded[row if row in kept_rows else NOBODY, column if column in kept_columns else NOBODY] += n
    return folded


def whole(cells: Pairs, rows: Sequence[str], k: int, *, groups: bool = False) -> bool:
    """Whether a table may be told as a whole: no cell is small, and no row, all others included, is all of one mind.

    Of a group nor may all be in no column that is told: it has smaller ones within it that everybody knows, of which it
    would follow.
    """
    others = sum(n for (row, _), n in cells.items() if row == NOBODY)
    mixed = (*rows, NOBODY) if others else rows
    told = {row for (row, column), n in cells.items() if column != NOBODY and n}
    return (
        all(n == 0 or n >= k for n in cells.values())
        and all(cells[row, NOBODY] >= k for row in mixed)
        and (not groups or told.issuperset(mixed))
    )


def _groups(
    table: Pairs, places: Places, before: Sequence[Told], name: str, columns: Sequence[str], k: int
) -> Crossing:
    """Groups of at least 2k that answered, and of whom at least k never did: who is silent is nobody's business.

    The same holds of all other groups together, whose number follows from the total.
    """
    answered: Counter[str] = Counter()
    for (group, _), n in table.items():
        answered[group] += n
    counted: Counter[str] = Counter(answered)
    for told in before:
        crossing: Crossing = getattr(told, name)
        for row in crossing.rows:
            counted[row] += crossing.row(row)
    fit = [
        group
        for group, n in sorted(answered.items(), key=_largest)
        if group != NOBODY and n >= 2 * k and places.get(group, 0) - counted[group] >= k
    ]
    last: Crossing | None = getattr(before[-1], name) if before else None
    crossing = cross(table, fit, columns, k, last, groups=True)
    elsewhere = sum(n for group, n in places.items() if group not in crossing.rows)
    everybody = answered.total() + sum(told.size for told in before)
    answered_elsewhere = everybody - sum(counted[row] for row in crossing.rows)
    if elsewhere and elsewhere - answered_elsewhere < k:
        return Crossing()
    return crossing


def _families(pending: Tables, k: int, causes: Sequence[str]) -> Counts:
    """Families of causes, each too small to be told; unless every one of them would have to be as large as that allows."""
    members: Counter[str] = Counter(_family(cause) for cause in causes)
    folded: Counter[str] = Counter()
    for name, n in pending.confirmed.items():
        folded[_family(name)] += n
    told = view(folded, pending.size, k) or {}
    return {family: n for family, n in told.items() if n < members[family] * (k - 1)}


def _family(cause: str) -> str:
    family = Blocker(cause).family
    assert family is not None
    return family.value


def _gap(causes: Pairs, told: Told, k: int, known: Sequence[str]) -> Counts:
    """How many confirmed another cause than they had stated.

    It runs across the table of stated and confirmed causes, so it would give small cells of it away. Told only if those
    of whom a cause is not told are mixed enough to take up whatever the others might be: at least k who changed and k who
    did not, over many causes.
    """
    if len(known) - len(told.confirmed) < MIXED or len(known) - len(told.stated) < MIXED:
        return {}
    same = moved = shifted = 0
    for (first, last), n in causes.items():
        if NOBODY in {first, last}:
            continue
        shifted += n if first != last else 0
        if first in told.stated and last in told.confirmed:
            continue
        if first == last:
            same += n
        else:
            moved += n
    if same < k or moved < k:
        return {}
    return view({SHIFTED: shifted}, told.size, k) or {}


def _largest(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
