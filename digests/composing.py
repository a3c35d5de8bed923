"""Composing a week's page (`digests.page`) from what may be told of a round and of how things stand. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from content.blockers import Blocker
from content.stages import Stage
from digests.interval import difference
from digests.page import (
    Cause,
    Excuse,
    Gaps,
    Group,
    Headline,
    Matrix,
    Page,
    SayDo,
    Share,
    Step,
    Tested,
    Trend,
    Unknown,
)
from digests.release import DID, SAID, SHIFTED, UNKNOWN, UNSERVED, Counts, Crossing, Told
from digests.standing import ELIGIBLE, Standing, tell
from digests.tables import NOBODY


@dataclass(frozen=True)
class Round:
    """A round of interviews as it may be told: its cohorts, oldest first, and those of the round before.

    `week` is the ISO week in which the last cohort was counted. `threshold` and `words` are what people were promised.
    """

    number: int
    told: Sequence[Told]
    earlier: Sequence[Told]
    week: str
    threshold: int
    words: int
    unknown: Unknown


def page(
    round_: Round, now: Standing, week: str, before: Page | None = None, tested: Sequence[Tested] = ()
) -> Page:
    """The page of ISO `week` ("2026-W48"); `before` is the project's latest page, whatever its week."""
    told = round_.told
    causes = _causes(round_, lambda one: one.confirmed) or _causes(round_, lambda one: one.families)
    excuse = _excuse(told, causes)
    headline = _headline(causes, excuse)
    action = causes[0].name if causes else headline.value
    answered = sum(one.size for one in told)
    standing = tell(now, before.standing if before else {}, answered, round_.threshold)
    return Page(
        week=week,
        figures_week=round_.week or week,
        round=round_.number,
        headline=headline,
        threshold=round_.threshold,
        words=round_.words,
        answered=answered,
        causes=causes,
        excuse=excuse,
        matrix=_matrix(told),
        gaps=Gaps(
            excuse=_share(told, lambda one: one.shifted, SHIFTED),
            need=_share(told, lambda one: one.needs, UNSERVED),
            say_do=_say_do(told),
        ),
        personas=_groups(told, lambda one: one.personas),
        teams=_groups(told, lambda one: one.teams),
        eligible=standing.get(ELIGIBLE),
        funnel=_funnel(standing),
        unreachable=standing.get("unreachable"),
        running=standing.get("running"),
        ended=standing.get("ended"),
        read=standing.get("read"),
        helped=standing.get("helped"),
        standing={**(before.standing if before else {}), **standing},
        measured=now.measured,
        unknown=round_.unknown,
        action=action,
        story=now.story(action),
        tested=tuple(tested),
    )


Question = Callable[[Told], Counts]
Pair = Callable[[Told], Crossing]


def _since(told: Sequence[Told], question: Question, name: str) -> Sequence[Told]:
    """The last cohorts without a gap of which this class is told: whom its figure is of."""
    for at in range(len(told), 0, -1):
        if name not in question(told[at - 1]):
            return told[at:]
    return told


def _share(told: Sequence[Told], question: Question, name: str) -> Share | None:
    since = _since(told, question, name)
    of = sum(one.size for one in since)
    return Share.measure(sum(question(one)[name] for one in since), of) if of else None


def _say_do(told: Sequence[Told]) -> SayDo | None:
    """Of the last cohorts without a gap of which it is told, as soon as that is known of them."""
    known = [one for one in told if one.deeds is not None]
    since = _since(known, lambda one: one.deeds or {}, SAID)
    if not since:
        return None
    counted = [one.deeds or {} for one in since]
    said, did = (sum(each[name] for each in counted) for name in (SAID, DID))
    of = sum(one.size for one in since) - sum(each[UNKNOWN] for each in counted)
    return SayDo.measure(said, did, of)


def _causes(round_: Round, question: Question) -> tuple[Cause, ...]:
    causes = []
    for name in question(round_.told[-1]) if round_.told else ():
        share = _share(round_.told, question, name)
        if share and share.count:
            causes.append(Cause(name=name, share=share, trend=_trend(round_, question, name)))
    return tuple(sorted(causes, key=lambda cause: (-cause.share.share, cause.name)))


def _trend(round_: Round, question: Question, name: str) -> Trend | None:
    """The last cohort against those before it, else this round against the one before: other people, or other answers."""
    *before, last = _since(round_.told, question, name)
    earlier = _share(before, question, name) or _share(round_.earlier, question, name)
    if earlier is None:
        return None
    low, high = difference((question(last)[name], last.size), (earlier.count, earlier.of))
    if low <= 0 <= high:
        return Trend.STABLE
    return Trend.UP if low > 0 else Trend.DOWN


def _excuse(told: Sequence[Told], causes: tuple[Cause, ...]) -> Excuse | None:
    """None unless both the first words and the confirmed cause may be told, and differ."""
    if not causes or causes[0].name not in set(Blocker):
        return None
    stated = {name: _share(told, lambda one: one.stated, name) for name in told[-1].stated}
    first = max(((share.share, name) for name, share in stated.items() if share), default=(0.0, None))[1]
    if first is None or first == causes[0].name:
        return None
    share = stated[first]
    assert share is not None
    return Excuse(
        name=first,
        stated=share,
        confirmed=next((cause.share for cause in causes if cause.name == first), None),
    )


def _headline(causes: tuple[Cause, ...], excuse: Excuse | None) -> Headline:
    if not causes:
        return Headline.TOO_FEW
    if causes[0].name not in set(Blocker):
        return Headline.FAMILY
    return Headline.EXCUSE if excuse else Headline.BLOCKER


def _pooled(told: Sequence[Told], pair: Pair) -> Crossing | None:
    """The last cohorts' table, with those before it as far as they are folded the same way; None: it is not told."""
    tables = [pair(one) for one in told]
    if not tables or not tables[-1].rows:
        return None
    last = tables[-1]
    counts = last.counts
    for table in reversed(tables[:-1]):
        if (table.rows, table.columns) != (last.rows, last.columns):
            break
        counts = tuple(
            tuple(a + b for a, b in zip(one, other, strict=True))
            for one, other in zip(counts, table.counts, strict=True)
        )
    return Crossing(last.rows, last.columns, counts)


def _matrix(told: Sequence[Told]) -> Matrix | None:
    pooled = _pooled(told, lambda one: one.matrix)
    return Matrix(stated=pooled.rows, confirmed=pooled.columns, counts=pooled.counts) if pooled else None


def _groups(told: Sequence[Told], pair: Pair) -> tuple[Group, ...]:
    pooled = _pooled(told, pair)
    if pooled is None:
        return ()
    cells = pooled.cells
    return tuple(
        Group(
            name=row,
            answered=pooled.row(row),
            causes=tuple(
                Cause(name=column, share=Share.measure(cells[row, column], pooled.row(row)))
                for column in sorted(pooled.columns, key=lambda column: -cells[row, column])
                if cells[row, column] and column != NOBODY
            ),
        )
        for row in pooled.rows
    )


def _funnel(standing: Mapping[str, int]) -> tuple[Step, ...]:
    eligible = standing.get(ELIGIBLE)
    steps = []
    for stage in Stage:
        count = standing.get(stage.value)
        share = Share.measure(count, eligible) if count is not None and eligible else None
        steps.append(Step(stage=stage, count=count, share=share))
    return tuple(steps)
