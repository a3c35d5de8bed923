"""The machinery of the simulation, on a small bank whose statements read as what they say."""

import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from bot import simulation
from bot.cli import app
from content.blockers import CAUSES, Blocker
from content.catalog import Lang
from surveys import figures, library
from surveys.reading import Reading
from surveys.reading_statements import Statement
from surveys.script import Ask, Role
from surveys.simulation.people import Population, Reply, Respondent, person, population
from surveys.simulation.policies import Interview, Policy, Questionnaire, open_question, poll
from surveys.simulation.report import Resamples, summary, targets
from surveys.simulation.run import FIXED, INTERVIEW, OPEN, POLICIES, POLL, Trial, one_seed, trial
from surveys.simulation.scenarios import WRONG, Scenario, in_order, scenarios
from surveys.simulation.statements import Bank, Said
from surveys.state import Prompt

SCRIPT = library.script("adoption")
MODEL = figures.shipped()


def reads_as(label: Blocker | None) -> Reading:
    sure = 0.87 if label else 0.0
    rest = (1 - sure) / (len(Blocker) - bool(label))
    return Reading(probabilities={other: sure if other is label else rest for other in Blocker})


def small_bank() -> Bank:
    def said(label: Blocker, number: int) -> Said:
        text = f"a long enough statement about {label}, number {number}"
        return Said(
            Statement(text, Lang.ENGLISH, label, "hard" if number % 2 else "plain", "one", "one"),
            reads_as(label),
        )

    mumbled = Said(Statement("dunno", Lang.ENGLISH, Blocker.NONE, "phrase", "", ""), reads_as(None))
    texts = {label: tuple(said(label, number) for number in range(4)) for label in Blocker}
    return Bank(said={"en/one": texts}, mumbled={"en/one": (mumbled,)}, reader="exact")


BANK = small_bank()


def frank(honesty: float) -> Population:
    """People with one cause each who stay to the end, and tell it so often; asked to agree, they tell the truth."""
    people = population()
    return people.model_copy(
        update={
            "two_causes": 0.0,
            "honesty": dict.fromkeys(people.honesty, honesty),
            "shyness": 1.0,
            "agreeing": {"any": 0.001, "own_excuse": 0.001},
            "leaving": dict.fromkeys(people.leaving, 0.0),
            "skipping": {"button": 0.0, "open": 0.0},
            "mumbling": 0.0,
        }
    )


def shipped(people: Population | None = None) -> Scenario:
    return scenarios(SCRIPT, MODEL, people or population(), wrong=False)[0]


def tried(scenario: Scenario, seeds: int = 3, people: int = 30) -> Trial:
    *_, last = trial(scenario, BANK, seeds=seeds, people=people)
    assert isinstance(last, Trial)
    return last


def share(of: Trial, policy: str, count: str) -> float:
    return sum(tally[count] for tally in of.tallies[policy]) / sum(t["asked"] for t in of.tallies[policy])


def test_the_same_seed_gives_the_same_counts_and_another_seed_others() -> None:
    first, again, other = (one_seed(shipped(), BANK, seed, 40) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_frank_people_are_understood_by_every_way_of_asking() -> None:
    found = tried(shipped(frank(0.999)))
    for policy in POLICIES:
        assert share(found, policy, "first") > 0.95
    assert share(found, INTERVIEW, "unfinished") == 0


def test_people_who_never_tell_are_understood_by_none() -> None:
    found = tried(shipped(frank(0.001)))
    for policy in POLICIES:
        assert share(found, policy, "first") < 0.25
    assert share(found, POLL, "first") == 0


def test_whoever_leaves_at_the_first_question_is_not_counted_as_begun() -> None:
    gone = frank(0.9).model_copy(update={"leaving": dict.fromkeys(population().leaving, 1.0)})
    found = tried(shipped(gone), seeds=1)
    for policy in POLICIES:
        tally = found.tallies[policy][0]
        assert (tally["began"], tally["questions"], tally["first"]) == (0, 0, 0)
        assert tally["unfinished"] == tally["lost"] == 30


class Recorder:
    """Passes questions on and keeps the replies."""

    def __init__(self, respondent: Respondent) -> None:
        self.respondent, self.replies = respondent, list[Reply]()

    def answer(self, probe: str, ask: Ask, prompt: Prompt) -> Reply:
        self.replies.append(self.respondent.answer(probe, ask, prompt))
        return self.replies[-1]


class Replay:
    """Nobody: only the replies somebody gave."""

    def __init__(self, replies: list[Reply]) -> None:
        self.replies = iter(replies)

    def answer(self, probe: str, ask: Ask, prompt: Prompt) -> Reply:
        return next(self.replies)


@pytest.mark.parametrize(
    "policy", [poll, open_question, Questionnaire(7), Interview(SCRIPT, MODEL)], ids=list(POLICIES)
)
def test_a_way_of_asking_knows_nothing_but_the_replies(policy: Policy) -> None:
    for number in range(40):
        who = person(population(), BANK.voices, f"seen|{number}")
        recorder = Recorder(Respondent(who, population(), BANK))
        outcome = policy(recorder, Random(number))
        assert policy(Replay(recorder.replies), Random(number)) == outcome


def test_nothing_hidden_can_be_read_off_a_respondent() -> None:
    who = person(population(), BANK.voices, "hidden")
    visible = [name for name in vars(Respondent(who, population(), BANK)) if not name.startswith("_")]
    assert visible == []


def test_the_same_person_gives_the_same_first_answer_to_every_interview() -> None:
    who = person(population(), BANK.voices, "pair")
    prompt = Prompt(number=1, step="incident", role=Role.INCIDENT)
    replies = {
        str(Respondent(who, population(), BANK).answer("incident", Ask.OPEN, prompt)) for _ in range(3)
    }
    assert len(replies) == 1


def test_an_excuse_is_never_the_real_cause() -> None:
    for number in range(500):
        who = person(population(), BANK.voices, f"excuse|{number}")
        assert who.excuse is not who.main
        assert who.second is not who.main


def test_every_scenario_ends_within_the_scripts_questions() -> None:
    for scenario in scenarios(SCRIPT, MODEL, population(), wrong=True):
        tally = one_seed(scenario, BANK, 7, 15)
        for policy in (FIXED, INTERVIEW):
            assert tally[policy]["questions"] <= tally[policy]["began"] * SCRIPT.questions
        assert tally[OPEN]["questions"] == tally[OPEN]["began"]


@pytest.mark.parametrize("key", WRONG)
def test_wrong_figures_differ_from_the_shipped_ones_and_repeat_by_seed(key: str) -> None:
    scenario = next(item for item in scenarios(SCRIPT, MODEL, population(), wrong=True) if item.key == key)
    assert scenario.model(Random(3)) == scenario.model(Random(3)) != MODEL


def test_taking_a_part_away_takes_only_that_part() -> None:
    by_key = {item.key: item for item in scenarios(SCRIPT, MODEL, population(), wrong=True)}
    whole = {step.key for step in SCRIPT.steps}
    assert whole - {step.key for step in by_key["no reflection"].script.steps} == {"reflection"}
    assert whole - {step.key for step in by_key["no confirming"].script.steps} == {"confirm", "own"}
    kept = [step for step in in_order(SCRIPT).steps if not step.key.startswith("between")]
    assert kept == list(SCRIPT.steps)


def test_differences_are_paired_by_seed() -> None:
    found = tried(shipped(), seeds=12, people=20)
    result = summary(found, Resamples.of(12, Random(1), 200), found)
    same = result.gains["as shipped"]["right cause first"]
    assert (same.value, same.low, same.high) == (0, 0, 0)
    own = result.measures[INTERVIEW]["right cause first"]
    assert own.value == pytest.approx(share(found, INTERVIEW, "first"))
    assert own.low is not None
    assert own.high is not None
    assert own.low <= own.value <= own.high
    gain = result.gains[POLL]["right cause first"]
    assert gain.value == pytest.approx(own.value - share(found, POLL, "first"))


def test_targets_are_met_or_missed_by_their_own_direction() -> None:
    found = tried(shipped(frank(0.999)), seeds=2)
    held = targets(summary(found, Resamples.of(2, Random(1), 20), found))
    gain, questions, precision, left = held.values()
    assert not gain[1]
    assert questions[1] is (questions[0] <= 5)
    assert precision[1]
    assert left == (0, True)


def test_causes_and_excuses_of_people_are_shares() -> None:
    people = population()
    assert sum(people.causes.values()) == pytest.approx(1)
    assert sum(people.excuses.values()) == pytest.approx(1)
    assert set(people.causes) == set(CAUSES)


def test_the_command_says_that_all_of_it_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "lexicon_bank", lambda langs, mumbles, contrast: BANK)
    file = tmp_path / "figures.json"
    options = ["--seeds", "2", "--people", "4", "--reader", "lexicons", "--wrong", "--json", str(file)]
    result = CliRunner().invoke(app, ["simulate", "interviews", *options])
    assert result.exit_code == 0, result.output
    assert "simulated: as shipped" in result.output
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["data"] == "simulated"
    assert document["scenarios"][0]["measures"]["poll"]["questions"]["value"] == 1


def test_a_wrong_language_is_refused() -> None:
    result = CliRunner().invoke(app, ["simulate", "interviews", "--lang", "de"])
    assert result.exit_code == 2
