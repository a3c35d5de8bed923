"""The trial itself: the same simulated people asked in every way, seed by seed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from surveys.simulation.people import Person, Respondent, person
from surveys.simulation.policies import Interview, Outcome, Policy, Questionnaire, open_question, poll
from surveys.simulation.scenarios import Scenario
from surveys.simulation.statements import Bank

POLL, OPEN, FIXED, INTERVIEW = "poll", "open question", "fixed questionnaire", "interview"
POLICIES = (POLL, OPEN, FIXED, INTERVIEW)

Tally = Counter[str]
"""Counts over the people of one seed; see `counted`."""


@dataclass(frozen=True)
class Trial:
    """What came of one scenario: per way of asking, one tally per seed, in the order of the seeds."""

    scenario: str
    group: str
    people: int
    tallies: Mapping[str, tuple[Tally, ...]]


def trial(
    scenario: Scenario, bank: Bank, *, seeds: int, people: int, first: int = 0
) -> Iterator[Trial | int]:
    """Yields how many seeds are done, and at last the trial."""
    tallies: dict[str, list[Tally]] = {name: [] for name in POLICIES}
    for done, seed in enumerate(range(first, first + seeds), start=1):
        for name, tally in one_seed(scenario, bank, seed, people).items():
            tallies[name].append(tally)
        yield done
    yield Trial(scenario.key, scenario.group, people, {name: tuple(each) for name, each in tallies.items()})


def one_seed(scenario: Scenario, bank: Bank, seed: int, people: int) -> dict[str, Tally]:
    """One organisation: the same people for every way of asking, and the interview's figures of this seed."""
    model = scenario.model(Random(f"figures|{seed}"))  # noqa: S311
    policies: dict[str, Policy] = {
        POLL: poll,
        OPEN: open_question,
        FIXED: Questionnaire(model.thresholds.solves),
        INTERVIEW: Interview(scenario.script, model),
    }
    tallies = {name: Tally() for name in policies}
    for number in range(people):
        who = person(scenario.people, bank.voices, f"{seed}|{number}")
        for name, policy in policies.items():
            respondent = Respondent(who, scenario.people, bank)
            outcome = policy(respondent, Random(f"order|{who.seed}"))  # noqa: S311
            tallies[name].update(counted(who, outcome))
    return tallies


def counted(who: Person, outcome: Outcome) -> Tally:
    """Over everyone: `asked`, `began`; `first` and `two`, the main cause guessed first or among two; `reported`; people
    with a `confirmed` cause and those whose first is `confirmed_main`; `causes` confirmed, `real` ones of them;
    `unfinished` left before the end, `lost` left without any guess.
    """
    return Tally(
        asked=1,
        began=outcome.began,
        questions=outcome.questions,
        first=outcome.causes[:1] == (who.main,),
        two=who.main in outcome.causes,
        reported=outcome.reported is who.main,
        confirmed=bool(outcome.confirmed),
        confirmed_main=outcome.confirmed[:1] == (who.main,),
        causes=len(outcome.confirmed),
        real=sum(cause in who.causes for cause in outcome.confirmed),
        unfinished=outcome.left,
        lost=outcome.left and not outcome.causes,
    )
