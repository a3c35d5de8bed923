"""One week's page, the same for every lead: only what may be shown, and no words of anybody.

A page is made from a `Snapshot` and the page before it. Figures change only when at least `threshold` more people have
answered: two pages that lie closer together would tell, by subtraction, what the few in between said.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from content.blockers import Blocker
from content.stages import Stage
from digests.interval import wilson
from digests.snapshot import Snapshot
from digests.suppression import may_split, suppress, suppress_chain

TOP = 3
"""Blockers on a page at most."""


STAGES = (Stage.ROUTINE, Stage.TRIED, Stage.REPEAT, Stage.AWARE, Stage.ADVOCATE)
"""What a lead wants to see first: of two stages that lie too close together, the later one here is hidden."""


class Headline(StrEnum):
    """What the page concludes."""

    TOO_FEW = "too_few"
    """Fewer answers than the threshold: nothing is shown but how many are missing."""
    SPREAD = "spread"
    """Enough answers, but no cause is shared by enough people to be shown."""
    FAMILY = "family"
    """Single causes are too small; one family of causes is large enough."""
    BLOCKER = "blocker"
    EXCUSE = "excuse"
    """What most say first is not what holds most of them back."""


class Trend(StrEnum):
    """Against the page before; `STABLE` if that one's share lies inside the interval of today's."""

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

    def trend(self, before: "Share | None") -> Trend | None:
        if before is None:
            return None
        if self.low <= before.share <= self.high:
            return Trend.STABLE
        return Trend.UP if self.share > before.share else Trend.DOWN


class Cause(_Part):
    """A confirmed cause: `name` is a blocker, or a family where blockers are folded."""

    name: str
    share: Share
    trend: Trend | None = None


class Excuse(_Part):
    """What people said first most often, and how many it was for once they had been listened to (None: too few)."""

    name: str
    stated: Share
    confirmed: Share | None


class Step(_Part):
    """A stage of the funnel, out of the eligible; None where it is too small or would give a small one away."""

    stage: Stage
    share: Share | None
    trend: Trend | None = None


class Page(_Part):
    """`week` is the page's ISO week; `figures_week` the week that its causes and answers were counted in.

    `missing` is how many more answers it takes before anything can be shown. `action` names the suggestion: a blocker,
    a family or a headline. `story` is a testimonial's id: its words are read, if still consented, when the page is shown.
    """

    week: str
    figures_week: str
    headline: Headline
    eligible: int
    invited: int
    answered: int
    threshold: int
    missing: int
    causes: tuple[Cause, ...]
    excuse: Excuse | None
    shifted: Share | None
    """The excuse gap: people whose confirmed cause differs from the stated one."""
    funnel: tuple[Step, ...]
    action: str
    story: str | None
    unreachable: int | None = None
    """People who could not be reached; None where they, or all others, are too few to be shown."""
    helped: int | None = None
    """People at least whom a colleague's story was right for, in steps of the threshold; None as above."""

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.model_validate_json(text)


def page(snapshot: Snapshot, week: str, before: Page | None = None) -> Page:
    """The page of ISO `week` ("2026-W48"); `before` is the project's latest page, whatever its week."""
    if before is not None and not renews(before, snapshot, week):
        return before.model_copy(
            update={
                "week": week,
                "funnel": _settled_funnel(snapshot, before),
                "story": snapshot.story(before.action),
                "unreachable": _unreachable(snapshot, before),
                "helped": _helped(snapshot),
            }
        )
    if snapshot.answered < snapshot.threshold:
        return _too_few(snapshot, week, before)
    causes = _causes(snapshot, before)
    excuse = _excuse(snapshot, causes)
    headline = _headline(causes, excuse)
    action = causes[0].name if causes else headline.value
    return Page(
        week=week,
        figures_week=week,
        headline=headline,
        eligible=snapshot.eligible,
        invited=snapshot.invited,
        answered=snapshot.answered,
        threshold=snapshot.threshold,
        missing=0,
        causes=causes,
        excuse=excuse,
        shifted=_shifted(snapshot, causes),
        funnel=_funnel(
            snapshot.funnel,
            snapshot.eligible,
            snapshot.answered,
            snapshot.threshold,
            before.funnel if before else (),
        ),
        action=action,
        story=snapshot.story(action),
        unreachable=_unreachable(snapshot, before),
        helped=_helped(snapshot),
    )


def renews(before: Page, snapshot: Snapshot, week: str) -> bool:
    """Whether enough has changed since `before` for new figures to be shown.

    The count of missing answers stands still within a week: ticking with each answer, it would tell who has just given one.
    """
    if before.headline is Headline.TOO_FEW:
        return snapshot.answered >= snapshot.threshold or week != before.week
    return snapshot.answered - before.answered >= snapshot.threshold


def _too_few(snapshot: Snapshot, week: str, before: Page | None) -> Page:
    return Page(
        week=week,
        figures_week=week,
        headline=Headline.TOO_FEW,
        eligible=snapshot.eligible,
        invited=snapshot.invited,
        answered=snapshot.answered,
        threshold=snapshot.threshold,
        missing=snapshot.threshold - snapshot.answered,
        causes=(),
        excuse=None,
        shifted=None,
        funnel=(),
        action=Headline.TOO_FEW.value,
        story=snapshot.story(),
        unreachable=_unreachable(snapshot, before),
        helped=_helped(snapshot),
    )


def _helped(snapshot: Snapshot) -> int | None:
    """Rounded down to a whole step, so that no press can be read off two pages."""
    number = snapshot.helped - snapshot.helped % snapshot.threshold
    return number if may_split(number, snapshot.eligible, snapshot.threshold) else None


def _unreachable(snapshot: Snapshot, before: Page | None) -> int | None:
    """Those who cannot be written to; the figure stays until it has moved by the threshold, like the stages."""
    number = snapshot.unreachable
    shown = before.unreachable if before else None
    if shown is not None and abs(number - shown) < snapshot.threshold:
        number = shown
    return number if may_split(number, snapshot.eligible, snapshot.threshold) else None


def _causes(snapshot: Snapshot, before: Page | None) -> tuple[Cause, ...]:
    counts = {blocker.value: n for blocker, n in snapshot.confirmed.items() if blocker.family}
    shown = suppress(counts, snapshot.answered, snapshot.threshold) or suppress(
        _families(snapshot.confirmed), snapshot.answered, snapshot.threshold
    )
    earlier = {cause.name: cause.share for cause in before.causes} if before else {}
    measured = [(name, Share.measure(n, snapshot.answered)) for name, n in shown.items()]
    return tuple(
        Cause(name=name, share=share, trend=share.trend(earlier.get(name))) for name, share in measured[:TOP]
    )


def _families(confirmed: Mapping[Blocker, int]) -> dict[str, int]:
    folded: dict[str, int] = {}
    for blocker, n in confirmed.items():
        if blocker.family:
            folded[blocker.family.value] = folded.get(blocker.family.value, 0) + n
    return folded


def _excuse(snapshot: Snapshot, causes: tuple[Cause, ...]) -> Excuse | None:
    """None unless both the first words and the confirmed cause may be shown, and differ."""
    if not causes or causes[0].name not in set(Blocker):
        return None
    counts = {blocker.value: n for blocker, n in snapshot.stated.items() if blocker.family}
    stated = suppress(counts, snapshot.answered, snapshot.threshold)
    first = next(iter(stated), None)
    if first is None or first == causes[0].name:
        return None
    return Excuse(
        name=first,
        stated=Share.measure(stated[first], snapshot.answered),
        confirmed=next((cause.share for cause in causes if cause.name == first), None),
    )


def _shifted(snapshot: Snapshot, causes: tuple[Cause, ...]) -> Share | None:
    """The gap, unless its total would give a small group away: those without a confirmed cause, or the hidden causes."""
    shown = sum(cause.share.count for cause in causes)
    around = (snapshot.answered - snapshot.compared, snapshot.compared - shown)
    if not may_split(snapshot.shifted, snapshot.compared, snapshot.threshold):
        return None
    if any(0 < n < snapshot.threshold for n in around):
        return None
    return Share.measure(snapshot.shifted, snapshot.compared)


def _headline(causes: tuple[Cause, ...], excuse: Excuse | None) -> Headline:
    if not causes:
        return Headline.SPREAD
    if causes[0].name not in set(Blocker):
        return Headline.FAMILY
    return Headline.EXCUSE if excuse else Headline.BLOCKER


def _funnel(
    counts: Mapping[Stage, int], eligible: int, answered: int, threshold: int, before: tuple[Step, ...]
) -> tuple[Step, ...]:
    shown = suppress_chain({stage: counts.get(stage, 0) for stage in STAGES}, (eligible, answered), threshold)
    earlier = {step.stage: step.share for step in before}
    steps = []
    for stage in Stage:
        share = Share.measure(shown[stage], eligible) if stage in shown else None
        steps.append(Step(stage=stage, share=share, trend=share.trend(earlier.get(stage)) if share else None))
    return tuple(steps)


def _settled_funnel(snapshot: Snapshot, before: Page) -> tuple[Step, ...]:
    """The funnel between two countings: a stage keeps its figure until it has moved by the threshold."""
    if before.headline is Headline.TOO_FEW:
        return ()
    settled: dict[Stage, int] = {}
    for step in before.funnel:
        n = min(snapshot.funnel.get(step.stage, 0), before.eligible)
        kept = step.share is not None and abs(n - step.share.count) < snapshot.threshold
        settled[step.stage] = step.share.count if kept and step.share else n
    return _funnel(settled, before.eligible, before.answered, snapshot.threshold, before.funnel)
