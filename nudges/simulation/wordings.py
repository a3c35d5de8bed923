"""The choice of words alone: a stream of nudges in one workspace, each answered by use or not.

Everything else of coaching is left out, so that it is seen what learning brings, and after how many nudges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from content.blockers import CAUSES, Blocker
from nudges import content
from nudges.choice import draw, whether
from nudges.eligibility import Facts, Option
from nudges.learning import SEND, Belief, Context, Logged, learn
from nudges.pack import Occasion
from nudges.plan import NO_NUDGE
from nudges.simulation.figures import Figures
from nudges.simulation.people import ROLES
from nudges.simulation.tastes import Tastes

WEEKS = 26
"""The belief is learnt anew once a week."""

LEARNT, ANY, BEST_KNOWN = "wording learnt", "any wording", "best wording"


@dataclass(frozen=True)
class Effect:
    """Use without a nudge, and what the usual nudge adds to it, as shares."""

    name: str
    base: float
    lift: float


EFFECTS = (Effect("as in journals", 0.26, 0.087), Effect("as at scale", 0.173, 0.014))
"""Control groups and lifts of the trials in journals, and of those of two nudge units (DellaVigna & Linos 2022)."""

NUDGES = (1_000, 4_000)
"""Nudges that could leave in half a year, in the whole workspace."""


@dataclass(frozen=True)
class Moment:
    """A nudge that could leave. `luck` decides whether the tool is used, whatever is said."""

    context: Context
    options: tuple[Option, ...]
    luck: float


def stream(figures: Figures, effect: Effect, nudges: int, seed: int) -> dict[str, Mapping[str, float]]:
    """By way of choosing, how many nudges `left`, and how many of them were `followed` by use.

    What left is the same for all ways.
    """
    rng, tastes = Random(f"wordings|{seed}"), Tastes(figures.reminder, seed)  # noqa: S311
    belief, log = Belief(), list[Logged]()
    tally = dict.fromkeys((LEARNT, ANY, BEST_KNOWN), 0.0)
    left = 0
    for number in range(nudges):
        if number and number % max(nudges // WEEKS, 1) == 0:
            belief = learn(log)
        moment = _moment(figures, rng)
        sent = whether(belief, moment.context, rng)
        used_anyway = moment.luck < effect.base
        held = Logged(str(number), moment.context, sent.name, sent.propensities, float(used_anyway))
        if sent.name != SEND:
            log.append(held)
            continue
        chosen = draw(moment.options, belief, moment.context, rng)

        def used(option: Option, moment: Moment = moment) -> float:
            liked = tastes.liked(option.name, option.tone, option.rested, moment.context.persona or "")
            return float(moment.luck < effect.base + effect.lift * liked)

        said = {option.name: used(option) for option in moment.options}
        response = said[chosen.name]
        log.append(Logged(held.person, held.context, SEND, sent.propensities, response))
        log.append(
            Logged(held.person, held.context, chosen.name, chosen.propensities, response, moment.options)
        )
        left += 1
        tally[LEARNT] += response
        tally[ANY] += sum(said.values()) / len(said)
        tally[BEST_KNOWN] += max(said.values())
    return {way: {"followed": followed, "left": left} for way, followed in tally.items()}


def _moment(figures: Figures, rng: Random) -> Moment:
    """Somebody with a routine, nudged for an obstacle they can lift, who has read some of the wordings before."""
    labels = [label for label in CAUSES if label not in NO_NUDGE]
    blocker = rng.choices(labels, [figures.causes[label] for label in labels])[0]
    options: list[Option] = []
    while not options:
        rested = {name: rng.randint(14, 84) for name in _names(blocker) if rng.random() < 0.3}
        options = content.options(blocker, Facts(routine=True, rested=rested))
    context = Context(blocker, Occasion.ROUTINE, persona=rng.choice(ROLES))
    return Moment(context, tuple(options), rng.random())


def _names(blocker: Blocker) -> list[str]:
    return [option.name for option in content.options(blocker, Facts(routine=True))]
