"""What an attacker reads off the pages: how many people are of such and such a kind."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from content.blockers import CAUSES, Blocker
from digests.release import SHIFTED, Counts, Crossing, Places, Told, closing, kept_word
from digests.tables import NOBODY, Tables
from tests.support.attack.organisation import DEEDS, Answer, Organisation

Kind = Callable[[Answer], bool]


@dataclass(frozen=True)
class Figure:
    """`count` people are of a kind."""

    kind: Kind
    count: int


Publisher = Callable[[Organisation, int], list[Figure]]
"""Everything ever published about an organisation, with the threshold k."""


def pages(
    weeks: Sequence[Tables],
    k: int,
    places: Places,
    causes: Sequence[str] = CAUSES,
    people: int = 10**6,
    deeds: Sequence[Counter[str]] = (),
) -> list[Told]:
    """What the digest tells, cohort by cohort, when so many of `people` have answered each week, and what they did then."""
    return [told for told, _ in _closed(weeks, k, places, causes, people, deeds)]


def published(organisation: Organisation, k: int) -> list[Figure]:
    """What the digest has told, from the first page to the last."""
    many = dict.fromkeys((*organisation.personas, *organisation.teams), 10**6)
    return [
        figure
        for told, weeks in _closed(
            organisation.tables(), k, many, organisation.causes, 10**6, organisation.deeds()
        )
        for figure in _figures(told, weeks)
    ]


def _closed(
    weeks: Sequence[Tables],
    k: int,
    places: Places,
    causes: Sequence[str],
    people: int,
    deeds: Sequence[Counter[str]],
) -> Iterator[tuple[Told, range]]:
    """Each cohort with the weeks that it is made of."""
    before: list[Told] = []
    pending, first = Tables(), 0
    for number, answered in enumerate(weeks):
        pending += answered
        if people - sum(told.size for told in before) - pending.size < k:
            continue
        if told := closing(pending, before, k, places, places, causes):
            done = sum(deeds[first : number + 1], Counter[str]())
            yield replace(told, deeds=kept_word(done, pending.size, k)), range(first, number + 1)
            before.append(told)
            pending, first = Tables(), number + 1


def _figures(told: Told, weeks: range) -> Iterator[Figure]:
    yield Figure(lambda a: a.week in weeks, told.size)
    yield from _view(told.confirmed, weeks, lambda a: a.confirmed)
    yield from _view(told.stated, weeks, lambda a: a.stated)
    yield from _view(told.families, weeks, _family)
    yield from _view(told.shifted, weeks, lambda a: SHIFTED if moved(a) else NOBODY)
    yield from _view(told.deeds or {}, weeks, lambda a: a.deed)
    yield from _crossing(told.matrix, weeks, lambda a: (a.stated, a.confirmed))
    yield from _crossing(told.personas, weeks, lambda a: (a.persona, a.confirmed))
    yield from _crossing(told.teams, weeks, lambda a: (a.team, a.confirmed))


def moved(a: Answer) -> bool:
    return NOBODY not in {a.stated, a.confirmed} and a.stated != a.confirmed


def _family(a: Answer) -> str:
    family = Blocker(a.confirmed).family if a.confirmed else None
    return family.value if family else NOBODY


def _view(shown: Counts, weeks: range, answer: Callable[[Answer], str]) -> Iterator[Figure]:
    for name, n in shown.items():
        yield Figure(lambda a, name=name: a.week in weeks and answer(a) == name, n)


def _crossing(
    crossing: Crossing, weeks: range, answer: Callable[[Answer], tuple[str, str]]
) -> Iterator[Figure]:
    def cell(a: Answer) -> tuple[str, str]:
        row, column = answer(a)
        return row if row in crossing.rows else NOBODY, column if column in crossing.columns else NOBODY

    for at, n in crossing.cells.items():
        yield Figure(lambda a, at=at: a.week in weeks and cell(a) == at, n)


def known(organisation: Organisation) -> list[Figure]:
    """What a colleague may know without any page: how many of each role within each team answered in each week."""
    counts = Counter((a.week, a.persona, a.team) for a in organisation.answers)
    return [
        Figure(lambda a, at=at: (a.week, a.persona, a.team) == at, counts[at])
        for at in product(range(organisation.weeks), organisation.personas, organisation.teams)
    ]


def naive(organisation: Organisation, k: int) -> list[Figure]:
    """The same pages with nothing but "at least k": each week every total so far that reaches the threshold."""
    told: list[Figure] = []
    questions: tuple[Callable[[Answer], object], ...] = (
        lambda _: "everybody",
        lambda a: a.confirmed,
        lambda a: a.stated,
        lambda a: moved(a),
        lambda a: a.deed,
        lambda a: (a.stated, a.confirmed),
        lambda a: (a.persona, a.confirmed),
        lambda a: (a.team, a.confirmed),
    )
    for last in range(organisation.weeks):
        for question in questions:
            counts = Counter(question(a) for a in organisation.answers if a.week <= last)
            for value, n in counts.items():
                if n >= k:
                    told.append(
                        Figure(
                            lambda a, q=question, value=value, last=last: a.week <= last and q(a) == value,
                            n,
                        )
                    )
    return told


def secrets(organisation: Organisation) -> list[Kind]:
    """Every count that nobody may learn where it is small: each answer, and each pair, in every run of weeks."""
    answers = (*organisation.causes, NOBODY)
    kinds: list[Kind] = [moved]
    kinds += [lambda a, c=c: a.confirmed == c for c in answers]
    kinds += [lambda a, s=s: a.stated == s for s in answers]
    kinds += [lambda a, s=s, c=c: a.stated == s and a.confirmed == c for s in answers for c in answers]
    kinds += [
        lambda a, p=p, c=c: a.persona == p and a.confirmed == c
        for p in organisation.personas
        for c in answers
    ]
    kinds += [
        lambda a, t=t, c=c: a.team == t and a.confirmed == c for t in organisation.teams for c in answers
    ]
    kinds += [
        lambda a, p=p, t=t, c=c: (a.persona, a.team, a.confirmed) == (p, t, c)
        for p, t, c in product(organisation.personas, organisation.teams, answers)
    ]
    kinds += [lambda a, d=d: a.deed == d for d in DEEDS]
    kinds += [lambda a, d=d, c=c: a.deed == d and a.confirmed == c for d in DEEDS for c in answers]
    kinds += [lambda a, d=d, s=s: a.deed == d and a.stated == s for d in DEEDS for s in answers]
    runs = [(first, last) for first in range(organisation.weeks) for last in range(first, organisation.weeks)]
    return [
        lambda a, kind=kind, first=first, last=last: first <= a.week <= last and kind(a)
        for kind in kinds
        for first, last in runs
    ]
