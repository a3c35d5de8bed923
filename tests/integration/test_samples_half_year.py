"""Half a year with a test in it: whoever waits gets nothing unasked, may ask for anything, and gets all of it afterwards."""

from datetime import timedelta
from random import Random

import pytest

from bot.handlers.interview import plan_invitation
from content.blockers import CAUSES
from nudges import service
from projects.people import Row
from projects.service import import_people
from storage.models import Sample, SampleKind
from storage.work import Work
from tests.support.company import pressable
from tests.support.fleet import FULL
from tests.support.tested import PARIS, UnderTest

WEEK = timedelta(weeks=1)


def live(company: UnderTest, rng: Random) -> None:
    """A week in which people answer, ask, begin something, and move to other teams; the file is imported again."""
    for person in company.people:
        shown = company.screens[person.id].shown
        buttons = pressable(company.screens[person.id].last) if shown else []
        if buttons and rng.random() < 0.4:
            action, value, _ = rng.choice([each for each in buttons if each[0] != "membership.stop"])
            company.press_raw(person, action, value)
        if rng.random() < 0.1:
            company.begin(person)
        if rng.random() < 0.2:
            company.command(person, "help")
            assert company.screens[person.id].arrived[-1] == (company.work.now, "help"), (
                "whoever asks is answered"
            )
    rows = [
        Row(n, p.external_id, p.name, team=f"Team {rng.randrange(4)}")
        for n, p in enumerate(company.people, 2)
    ]
    import_people(company.work, company.project, rows)
    company.later(WEEK)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("database_url", "kind", "seed"),
    [
        ("sqlite", SampleKind.HOLDOUT, 0),
        ("sqlite", SampleKind.PILOT, 1),
        *([("sqlite", SampleKind.HOLDOUT, 1), ("sqlite", SampleKind.PILOT, 0)] if FULL else []),
        pytest.param("postgres", SampleKind.PILOT, 2, marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)
def test_nothing_unasked_reaches_whoever_waits(work: Work, kind: SampleKind, seed: int) -> None:
    rng, company = Random(seed), UnderTest(work, 12)
    causes = [cause for cause in CAUSES if cause.value not in {"access", "fit", "management"}]
    for number, person in enumerate(company.people):
        if number % 3:
            company.found(person, rng.choice(causes))
            service.plan_coaching(company.work, person.id, company.project.id, PARIS)
        if number % 2:
            company.begin(person)
    for author, cause in zip(company.people, causes, strict=False):
        company.told(author, cause)
    campaign = company.work.campaigns.add(company.project.id, "adoption")
    sample = company.draw(kind, **({"waves": 2, "wave_weeks": 4} if kind is SampleKind.PILOT else {}))
    company.later(2 * WEEK)
    plan_invitation(company.scene(company.people[0], "early"), campaign)
    company.start(sample)
    for person in company.people:
        plan_invitation(company.scene(person, f"invite:{person.id}"), campaign)
    for _ in range(26):
        live(company, rng)
    check(company, sample)


def check(company: UnderTest, sample: Sample) -> None:
    begun, end = sample.started_at, sample.ends_at
    assert begun
    assert end
    reached = 0
    for place in company.work.samples.places(sample.id):
        person = company.work.people.get(place.person_id)
        opens = sample.opens(place.wave) if place.treated else end
        assert opens
        assert company.unasked(person, begun, opens) == []
        decided = [nudge.decided_at for nudge in company.work.nudges.of_person(person.id)]
        assert not any(begun <= at < opens for at in decided), "it is not even planned"
        reached += len(company.unasked(person, opens, end))
    assert reached > 12, "whose turn it is gets what everybody gets"
    _, waiting = company.sides(sample)
    after = [company.unasked(person, end, end + 20 * WEEK) for person in waiting]
    assert sum(map(bool, after)) > 3, "and so does everybody afterwards"
    assert any("interview.invite" in kinds for kinds in after)
