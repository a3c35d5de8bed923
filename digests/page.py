"""One week's page, the same for every lead: only what may be told, and no words of anybody.

Figures of answers come from what has been told of a round's cohorts (`digests.release`), figures of how things stand from
`digests.standing`. Published pages are never changed.
"""

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from content.actions import State
from content.stages import Stage
from digests.interval import paired, wilson
from digests.outlook import Week
from digests.response import Band, Stratum


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
