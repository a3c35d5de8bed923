"""An attacker with patience, who knows the rules: every organisation of some size is played, and equal pages compared.

What is the same in all that read the same, where as many of each role and team are there, is known for certain. The rules
themselves give something away (what is not shown was too small, or next to something small), which the solver does not see.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement, product

from digests.release import Told
from digests.tables import Tables
from tests.support.attack.figures import secrets
from tests.support.attack.organisation import DEEDS, Answer, Organisation, tables

Reading = Callable[[list[Tables], list[Counter[str]]], object]
"""What is told, as something that can be compared, of what was answered and done week by week."""


def certain(
    people: int,
    kinds: Sequence[Answer],
    told: Reading,
    k: int,
) -> int:
    """Over all ways in which `people` can be of these `kinds`: small secrets that follow from what is told, page by page.

    Who is of week -1 does not answer. How many are of each role within each team is known, with those who do not answer.
    """
    first = Organisation(
        (),
        1 + max(kind.week for kind in kinds),
        tuple(sorted({kind.confirmed for kind in kinds} | {kind.stated for kind in kinds})),
        tuple(sorted({kind.persona for kind in kinds})),
        tuple(sorted({kind.team for kind in kinds})),
    )
    wanted = [tuple(map(secret, kinds)) for secret in (*secrets(first), lambda kind: kind.week < 0)]
    wanted = [of for of in dict.fromkeys(wanted) if any(of)]
    seen: defaultdict[object, list[set[int]]] = defaultdict(lambda: [set() for _ in wanted])
    for counts in _ways(people, len(kinds)):
        weeks = [Counter[int]() for _ in range(first.weeks)]
        for at, n in enumerate(counts):
            if kinds[at].week >= 0:
                weeks[kinds[at].week][at] += n
        roster = Counter[tuple[str, str]]()
        for kind, n in zip(kinds, counts, strict=True):
            roster[kind.persona, kind.team] += n
        read = told([_tables(week, kinds) for week in weeks], [_deeds(week, kinds) for week in weeks])
        page = (tuple(sorted(roster.items())), read)
        for values, of in zip(seen[page], wanted, strict=True):
            values.add(sum(n for n, inside in zip(counts, of, strict=True) if inside))
    return sum(len(values) == 1 and 0 < min(values) < k for page in seen.values() for values in page)


def certain_deeds(people: int, causes: Sequence[str], told: Reading, k: int) -> int:
    """The same of causes and of who did as they had said, without playing each way in which the two can go together.

    The pages are made of how many had each cause and how many did each thing, and nothing else. Where r people had a cause
    and c did a thing, those of whom both is true may be any number from max(0, r + c - people) to min(r, c).
    """
    seen: defaultdict[object, defaultdict[tuple[str | None, str | None], set[int]]] = defaultdict(
        lambda: defaultdict(set)
    )
    had = [dict(zip(causes, counts, strict=True)) for counts in _ways(people, len(causes))]
    did = [dict(zip(DEEDS, counts, strict=True)) for counts in _ways(people, len(DEEDS))]
    for rows, columns in product(had, did):
        answered = [Answer(0, cause, cause, "p", "t") for cause, n in rows.items() for _ in range(n)]
        values = seen[told([tables(answered)], [Counter(columns)])]
        for (cause, r), (deed, c) in product(rows.items(), columns.items()):
            values[cause, None].add(r)
            values[None, deed].add(c)
            values[cause, deed].update(range(max(0, r + c - people), min(r, c) + 1))
    return sum(len(could) == 1 and 0 < min(could) < k for page in seen.values() for could in page.values())


def _ways(people: int, kinds: int) -> Iterator[tuple[int, ...]]:
    for chosen in combinations_with_replacement(range(kinds), people):
        counts = [0] * kinds
        for at in chosen:
            counts[at] += 1
        yield tuple(counts)


def _tables(counts: Counter[int], kinds: Sequence[Answer]) -> Tables:
    return tables([kinds[at] for at in counts.elements()])


def _deeds(counts: Counter[int], kinds: Sequence[Answer]) -> Counter[str]:
    return Counter(kinds[at].deed for at in counts.elements())


def as_read(pages: Sequence[Told]) -> object:
    """All that a reader of every page can see, as something that can be compared."""
    return tuple(
        (
            told.size,
            *(
                tuple(view.items())
                for view in (
                    told.confirmed,
                    told.families,
                    told.stated,
                    told.shifted,
                    told.needs,
                    told.deeds or {},
                )
            ),
            *(
                (crossing.rows, crossing.columns, tuple(sorted(crossing.cells.items())))
                for crossing in (told.matrix, told.personas, told.teams)
            ),
        )
        for told in pages
    )
