"""One week's page, the same for every lead: only what may be told, and no words of anybody.

Figures of answers come from what has been told of a round's cohorts (`digests.release`), figures of how things stand from
`digests.standing`. Published pages are never changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from content.actions import State
from content.blockers import Blocker
from content.stages import Stage
from digests.interval import difference, paired, wilson
from digests.outlook import Week
from digests.release import DID, SAID, SHIFTED, UNKNOWN, UNSERVED, Counts, Crossing, Told
from digests.response import Band, Stratum
from digests.standing import ELIGIBLE, Standing, tell
from digests.tables import NOBODY


class Headline(StrEnum):
    """What the page concludes."""

    TOO_FEW = "too_few"
    """Nothing can be told yet: too few answers, or no cause that enough people share. Which of them, nobody is told."""
    FAMILY = "family"
    """Single causes are too small; one family of causes is large enough."""
    BLOCKER = "blocker"
    EXCUSE = "excuse"
    """What most say first is not what holds most of them back."""


class Trend(StrEnum):
    """Against those who were counted before; `STABLE` where the interval of the difference includes none."""

    UP = "up"
    DOWN = "down"
    STABLE = "stable"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(_Part):
    """`count` people out of `of`, with the 95% interval of the share; `low` and `high` run from 0 to 1."""

    count: int
    of: int
    low: float
    high: float

    @classmethod
    def measure(cls, count: int, of: int) -> Self:
        low, high = wilson(count, of)
        return cls(count=count, of=of, low=low, high=high)

    @property
    def share(self) -> float:
        return self.count / self.of


class Cause(_Part):
    """A confirmed cause: `name` is a blocker, or a family where blockers are folded."""

    name: str
    share: Share
    trend: Trend | None = None


class Excuse(_Part):
    """What people said first most often, and how many it was for once they had been listened to (None: not told)."""

    name: str
    stated: Share
    confirmed: Share | None


class Group(_Part):
    """A persona or team of `answered` people, and the causes that are told of it."""

    name: str
    answered: int
    causes: tuple[Cause, ...]


class Matrix(_Part):
    """People by the cause they stated (rows) and the one that was confirmed (columns); the last of both is all others."""

    stated: tuple[str, ...]
    confirmed: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class SayDo(_Part):
    """`said` people out of `of` meant to use the tool the week after and did not, `did` used it without having meant to.

    `of` are those who were asked and of whose use in that week something is known. `low` and `high` are the 95% interval of
    the gap, from -1 to 1.
    """

    said: int
    did: int
    of: int
    low: float
    high: float

    @classmethod
    def measure(cls, said: int, did: int, of: int) -> Self:
        low, high = paired(said, did, of)
        return cls(said=said, did=did, of=of, low=low, high=high)

    @property
    def gap(self) -> float:
        """The share that meant to minus the share that did."""
        return (self.said - self.did) / self.of


class Gaps(_Part):
    """`excuse`: another cause confirmed than stated. `need`: a confirmed need that the tool does not serve.

    `say_do`: meant to use it the week after, against who did; it comes two weeks later than the others.
    """

    excuse: Share | None = None
    need: Share | None = None
    say_do: SayDo | None = None


class Tested(_Part):
    """What a test on a sample says, in a word ("go", "not_yet", "too_few"), by its name and kind."""

    name: str
    kind: str
    word: str


class Step(_Part):
    """A stage of the funnel; None where it cannot be told. Out of the eligible, where that is told."""

    stage: Stage
    count: int | None
    share: Share | None = None


class Unknown(_Part):
    """What part of each group of at least twice the threshold answered, by persona and by team."""

    personas: tuple[Stratum, ...] = ()
    teams: tuple[Stratum, ...] = ()

    @property
    def silent(self) -> tuple[str, ...]:
        """Teams of which fewer than a third have answered."""
        return tuple(stratum.name for stratum in self.teams if stratum.band is Band.FEW)


class Ideas(_Part):
    """Ideas that were on the board: how many no lead had answered, and the ids of the first ones."""

    open: int
    top: tuple[str, ...]


class Last(_Part):
    """The last action that somebody took, by its id, as it stood: its words are read, if still there, when it is shown.

    `asked`: there are people whom it concerns. `settled`: what they say has been counted. `counts`: how many said that
    their obstacle is gone, less, still there; None: it may not be told.
    """

    action: str
    state: State
    asked: bool
    settled: bool
    counts: tuple[int, int, int] | None = None


class Page(_Part):
    """`week` is the page's ISO week, `figures_week` the one in which its last answers were counted; `round` counts from 1.

    `answered` are counted in this round. `read` and `helped` are people at least. `standing` holds every figure of how
    things stand that was last told, shown today or not. `measured`: the tool tells who used it. `action` is what there is
    to act upon: a blocker, a family or a headline. `proposal` is what was proposed when the page was made, by its key;
    empty where there was nothing new, None in pages from before. `story` is a testimonial's id: its words are read, if
    still consented, when the page is shown, and so are those of `ideas`. `ahead` is whom the coach may write to in the days
    to come, as it was foreseen when the page was made.
    """

    version: Literal[2] = 2
    week: str
    figures_week: str
    round: int
    headline: Headline
    threshold: int
    words: int
    answered: int
    causes: tuple[Cause, ...]
    excuse: Excuse | None
    matrix: Matrix | None
    gaps: Gaps
    personas: tuple[Group, ...]
    teams: tuple[Group, ...]
    eligible: int | None
    funnel: tuple[Step, ...]
    unreachable: int | None
    running: int | None
    ended: int | None
    read: int | None
    helped: int | None
    standing: dict[str, int]
    measured: bool
    unknown: Unknown
    action: str
    proposal: str | None = None
    last: Last | None = None
    story: str | None
    tested: tuple[Tested, ...] = ()
    ideas: Ideas | None = None
    ahead: tuple[Week, ...] = ()

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.model_validate_json(text)


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
