"""Which wordings can be said to one person now. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from content.blockers import Blocker
from content.stages import Stage
from nudges.pack import After, Occasion, Pack, Tone, Variant
from nudges.plan import Lever


@dataclass(frozen=True)
class Facts:
    """What a choice of words depends on.

    `routine` and `first`: there is one, and this is its first message. `stage` is None where it is not known; words for
    one stage are then left out. `after` is what came just before, if anything. `rested` are the days since this person
    last got each variant, by its full name; what is not in it was never said.
    """

    routine: bool = False
    first: bool = False
    stage: Stage | None = None
    after: After | None = None
    rested: Mapping[str, int] = field(default_factory=dict)

    @property
    def occasion(self) -> Occasion:
        if not self.routine:
            return Occasion.NO_ROUTINE
        return Occasion.FIRST if self.first else Occasion.ROUTINE


@dataclass(frozen=True)
class Option:
    """A wording that fits. `name` is its full name, `habit.first_cue`; `rested` is None if it was never said."""

    name: str
    blocker: Blocker
    lever: Lever | None
    tone: Tone
    rested: int | None


def fitting(pack: Pack, facts: Facts) -> list[Option]:
    """The wordings of `pack` that can be said now. With none left, nothing is said: better silence than the same again."""
    options = []
    for key, variant in pack.variants.items():
        name = f"{pack.blocker}.{key}"
        rested = facts.rested.get(name)
        if _fits(variant, facts) and (rested is None or rested >= variant.rest_days):
            options.append(Option(name, pack.blocker, variant.lever, variant.tone, rested))
    return options


def _fits(variant: Variant, facts: Facts) -> bool:
    return (
        facts.occasion in variant.occasions
        and (not variant.stage or facts.stage in variant.stage)
        and (not variant.after or facts.after in variant.after)
    )
