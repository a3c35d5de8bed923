"""A test from draw to verdict, on every database: drawn, started, looked at, and shown to a lead."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bot.presenters.samples import told
from content.catalog import Address, Lang, Voice
from content.markup import plain
from nudges import trials
from nudges.samples import Unit
from nudges.trials import Assumed, Plan, Target, TrialRefused
from nudges.verdict import Rules, Word
from storage.errors import PromiseBroken
from storage.models import Role, Sample, SampleKind
from storage.work import Work
from tests.support.company import Company

pytestmark = pytest.mark.both_databases

WEEK = timedelta(weeks=1)


class Trial:
    """A company of `teams` teams of six, and one test in it."""

    def __init__(self, work: Work, teams: int, **plan: object) -> None:
        self.company = Company(work)
        self.sandrine = self.company.hire("Sandrine", Role.LEAD)
        for team in range(teams):
            for number in range(6):
                self.company.hire(f"Person {team} {number}", team=f"Team {team}", lang="en")
        self.project = self.company.project
        given = {"kind": SampleKind.PILOT, **plan}
        self.sample: Sample = trials.draw(work, self.project, "spring", Plan(**given), "seed")

    @property
    def work(self) -> Work:
        return self.company.work

    def start(self, target: Target | None = None) -> Rules:
        rules = trials.foresee(self.work, self.sample, Assumed(), target or Target())
        trials.start(self.work, self.sample, rules)
        return rules

    def uses(self, treated: float, untreated: float, weeks: int = 12) -> dict[str, set[date]]:
        """Everybody uses the tool in about these parts of the weeks from eight before to `weeks` after the start."""
        rng, begun = Random(1), self.sample.started_at
        assert begun
        return {
            place.person_id: {
                (begun + week * WEEK).date()
                for week in range(-8, weeks)
                if rng.random() < (treated if place.treated and week >= 0 else untreated)
            }
            for place in self.work.samples.places(self.sample.id)
        }

    def later(self, weeks: float) -> None:
        self.company.work = replace(self.work, now=self.work.now + weeks * WEEK)

    def look(self, uses: dict[str, set[date]]) -> trials.Look:
        return trials.look(self.work, self.sample, uses)

    def page(self) -> str:
        self.company.command(self.sandrine, "adoption", "échantillon")
        return self.company.screens[self.sandrine.id].last.plain.replace("\u00a0", " ")


@pytest.fixture
def trial(work: Work) -> Trial:
    return Trial(work, 20)


def test_teams_are_drawn_whole_and_half_of_them(trial: Trial) -> None:
    places = trial.work.samples.places(trial.sample.id)
    assert len(places) == 120
    assert trials.shown_sizes(trial.work, trial.sample) == (60, 60)
    found = trials.balance(trial.work, trial.project, trial.sample)
    assert (found.largest, found.missing) == (0, ())


def test_nothing_changes_before_the_start(trial: Trial) -> None:
    ids = [place.person_id for place in trial.work.samples.places(trial.sample.id)]
    assert all(arms.wave_open for arms in trial.work.samples.arms(trial.project.id, ids).values())
    with pytest.raises(TrialRefused, match="has not started"):
        trial.look({})
    trial.start()
    open_now = trial.work.samples.arms(trial.project.id, ids)
    assert sum(arms.wave_open for arms in open_now.values()) == 60


def test_a_draw_outlives_moves_and_imports(trial: Trial) -> None:
    before = trial.work.samples.places(trial.sample.id)
    for place in before[::2]:
        trial.work.people.get(place.person_id).team = "Team 0"
    trial.company.hire("Newcomer", team="Team 0")
    assert trial.work.samples.places(trial.sample.id) == before
    with pytest.raises(TrialRefused, match="never repeated"):
        trials.draw(trial.work, trial.project, "spring", Plan(SampleKind.PILOT), "other")


def test_go_where_it_works(trial: Trial) -> None:
    trial.start()
    uses = trial.uses(0.7, 0.3)
    trial.later(2)
    assert trial.look(uses).why == "early"
    trial.later(4)
    found = trial.look(uses)
    assert found.why.word is Word.GO
    assert found.points
    assert 30 < found.points[0] < 50
    assert found.people == (60, 60)


def test_not_yet_where_nothing_changes_and_what_is_told_then(trial: Trial) -> None:
    trial.start()
    trial.later(6.5)
    assert trial.look(trial.uses(0.3, 0.3)).why.word is Word.NOT_YET
    page = trial.page()
    assert "Pas encore" in page
    assert "60 personnes d'un côté, 60 de l'autre." in page
    assert "Semaine 6 sur 12" in page


def test_whose_wave_comes_later_counts_from_then_on(work: Work) -> None:
    trial = Trial(work, 36, waves=2, wave_weeks=4)
    trial.start()
    uses = trial.uses(0.3, 0.3)
    for place in trial.work.samples.places(trial.sample.id):
        if place.treated and place.wave == 2:
            uses[place.person_id] |= {trial.work.now.date() + week * WEEK for week in range(4, 12)}
    trial.later(3)
    assert trial.look(uses).people == (54, 108)
    trial.later(5)
    found = trial.look(uses)
    assert found.points
    assert found.people == (108, 108)
    assert 25 < found.points[0] < 45, "half of the treated by seventy points"


def test_below_eight_teams_a_side_no_figure_is_told(work: Work) -> None:
    trial = Trial(work, 12)
    rules = trial.start()
    trial.later(8)
    found = trial.look(trial.uses(1.0, 0.0))
    assert (found.why.word, found.points) == (Word.TOO_FEW, None)
    page = trial.page()
    assert "Chaque côté a besoin de 8 équipes au moins" in page
    assert f"Environ {rules.enough} équipes de chaque côté suffiraient pour 10 points." in page


def test_without_usage_nothing_is_made_up(trial: Trial) -> None:
    trial.start()
    trial.later(8)
    assert trial.look({}).why == "no_use"


def test_rules_stay_as_they_were_written(trial: Trial) -> None:
    rules = trial.start()
    with pytest.raises(TrialRefused, match="started already"):
        trials.start(trial.work, trial.sample, rules)
    with pytest.raises(PromiseBroken):
        trial.sample.rules = replace(rules, worth=0.01).to_json()


def test_one_test_of_a_kind_runs_at_a_time(trial: Trial) -> None:
    rules = trial.start()
    second = trials.draw(trial.work, trial.project, "second", Plan(SampleKind.PILOT), "s")
    with pytest.raises(TrialRefused, match="'spring' is under way"):
        trials.start(trial.work, second, rules)
    trials.end(trial.work, trial.sample)
    trial.later(1)
    trials.start(trial.work, second, rules)
    with pytest.raises(TrialRefused, match="not under way"):
        trials.end(trial.work, trial.sample)


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"share": 0.0}, "between 1 and 99"),
        ({"waves": 0}, "in 1 to 9 waves"),
        ({"kind": SampleKind.VARIANTS}, "names the two"),
        ({"variants": ("a", "b")}, "names the two"),
        ({"unit": Unit.PERSON, "share": 0.01}, "each side needs 5"),
    ],
)
def test_what_cannot_be_drawn_is_refused(work: Work, plan: dict[str, object], why: str) -> None:
    with pytest.raises(TrialRefused, match=why):
        Trial(work, 4, **plan)


def test_waves_have_to_fit(work: Work) -> None:
    trial = Trial(work, 20, waves=3, wave_weeks=6)
    with pytest.raises(TrialRefused, match="last wave"):
        trial.start()


def test_a_side_of_few_is_not_shown(work: Work) -> None:
    trial = Trial(work, 4, share=0.25)
    assert trials.shown_sizes(trial.work, trial.sample) is None
    assert "personnes d'un côté" not in trial.page()


def test_who_does_not_lead_learns_nothing(trial: Trial) -> None:
    someone = trial.work.people.get(trial.work.samples.places(trial.sample.id)[0].person_id)
    trial.company.command(someone, "adoption", "pilot")
    assert "for those who lead" in trial.company.screens[someone.id].last.plain


def test_a_lead_without_a_test_is_told_how_to_make_one(work: Work) -> None:
    company = Company(work)
    sandrine = company.hire("Sandrine", Role.LEAD)
    company.command(sandrine, "pilot")
    assert "Aucun test n'est en cours" in company.screens[sandrine.id].last.plain
    company.command(sandrine, "adoption", "digest")
    assert company.screens[sandrine.id].kinds()[-1] == "digest.weekly"


@pytest.mark.parametrize(
    "voice", [Voice(Lang.ENGLISH), Voice(Lang.FRENCH, Address.TU), Voice(Lang.FRENCH, Address.VOUS)]
)
def test_every_state_has_its_words(trial: Trial, voice: Voice) -> None:
    def words() -> str:
        return " ".join(plain(text) for text in told(trial.work, trial.sample, voice, "Europe/Paris"))

    seen = [words()]
    trial.start()
    seen.append(words())
    trial.later(6)
    trial.look(trial.uses(0.1, 0.9))
    seen.append(words())
    trials.end(trial.work, trial.sample)
    seen.append(words())
    assert len(set(seen)) == 4
    assert not any("{" in each for each in seen)
    assert "−" in seen[-1]
