"""An attacker with patience, who knows the rules: every organisation of some size is played, and equal pages compared.

What is the same in all that read the same is known for certain. The rules themselves give something away (what is not
shown was too small, or next to something small), which the solver does not see.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement

from digests.release import Told
from digests.tables import Tables
from tests.support.attack.figures import secrets
from tests.support.attack.organisation import Answer, Organisation, tables


def certain(
    people: int,
    kinds: Sequence[Answer],
    told: Callable[[list[Tables], list[Counter[str]]], object],
    k: int,
) -> int:
    """Over all ways in which `people` can be of these `kinds`: small secrets that follow from what is told, page by page.

    Who is of week -1 does not answer.
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
        page = told([_tables(week, kinds) for week in weeks], [_deeds(week, kinds) for week in weeks])
        for values, of in zip(seen[page], wanted, strict=True):
            values.add(sum(n for n, inside in zip(counts, of, strict=True) if inside))
    return sum(len(values) == 1 and 0 < min(values) < k for page in seen.values() for values in page)


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
