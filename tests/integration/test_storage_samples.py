"""Tests on a sample in storage: drawn for good, rules written once, one read for a batch of people."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select

from content.arms import Arms
from storage.database import Database
from storage.errors import PromiseBroken
from storage.models import Project, Sample, SampleKind, SamplePlace
from storage.repositories.samples import Drawn
from storage.work import Work

pytestmark = pytest.mark.both_databases

WEEK = timedelta(weeks=1)


@pytest.fixture
def project(work: Work) -> Project:
    project = Project(
        id="p", workspace_id=work.workspace_id, key="k", definition="{}", ends_on=None, created_at=work.now
    )
    work.projects.add(project)
    return project


def people(work: Work, *names: str) -> list[str]:
    return [work.people.ensure(name, name).id for name in names]


def sample(
    work: Work, kind: SampleKind, places: list[Drawn], *, running: bool = True, **given: object
) -> Sample:
    row = Sample(
        **{
            "id": work.ids.new(),
            "workspace_id": work.workspace_id,
            "project_id": "p",
            "key": f"{kind}-{work.ids.new()}",
            "kind": kind,
            "unit": "person",
            "strata": "persona",
            "seed": "s",
            "share": 0.5,
            "drawn_at": work.now,
            "started_at": work.now if running else None,
            "ends_at": work.now + 12 * WEEK if running else None,
            **given,
        }
    )
    work.samples.add(row, places)
    return row


def test_without_a_test_everything_is_open(work: Work, project: Project) -> None:
    (karim,) = people(work, "Karim")
    assert work.samples.arms(project.id, [karim]) == {karim: Arms()}


def test_each_kind_asks_for_its_own(work: Work, project: Project) -> None:
    one, other, third = people(work, "One", "Other", "Third")
    drawn = [Drawn(one, 0, treated=True), Drawn(other, 1, treated=False)]
    sample(work, SampleKind.HOLDOUT, drawn)
    sample(work, SampleKind.VARIANTS, drawn, treatment="trust.sheet", control="trust.story")
    sample(work, SampleKind.STORIES, drawn)
    sample(work, SampleKind.PILOT, [Drawn(one, 0, treated=False)], running=False)
    assert work.samples.arms(project.id, [one, other, third]) == {
        one: Arms(variant="trust.sheet", other="trust.story"),
        other: Arms(
            held_out=True,
            variant="trust.story",
            other="trust.sheet",
            stories=False,
            until=work.now + 12 * WEEK,
        ),
        third: Arms(),
    }


def test_waves_open_one_after_the_other_and_all_when_the_pilot_ends(work: Work, project: Project) -> None:
    first, second, rest, newcomer = people(work, "First", "Second", "Rest", "Newcomer")
    work.projects.join(project.id, newcomer)
    drawn = [Drawn(first, 0, True, 1), Drawn(second, 1, True, 2), Drawn(rest, 2, treated=False)]
    sample(work, SampleKind.PILOT, drawn, waves=2, wave_weeks=4)

    def until(person: str) -> datetime | None:
        return work.samples.arms(project.id, [person])[person].until

    assert [until(person) for person in (first, second, rest, newcomer)] == [
        None,
        work.now + 4 * WEEK,
        work.now + 12 * WEEK,
        work.now + 12 * WEEK,
    ]

    def open_after(weeks: float) -> set[str]:
        later = replace(work, now=work.now + weeks * WEEK)
        arms = later.samples.arms(project.id, [first, second, rest, newcomer])
        return {person for person, each in arms.items() if each.wave_open}

    assert open_after(0) == open_after(3.9) == {first}
    assert open_after(4) == open_after(11.9) == {first, second}
    assert open_after(12) == {first, second, rest, newcomer}


def test_one_read_for_a_batch(work: Work, project: Project) -> None:
    ids = people(work, *(f"Person {number}" for number in range(50)))
    sample(work, SampleKind.HOLDOUT, [Drawn(person, n, n % 2 == 0) for n, person in enumerate(ids)])
    sample(work, SampleKind.STORIES, [Drawn(person, n, n % 2 == 0) for n, person in enumerate(ids)])
    work.session.flush()
    read: list[str] = []
    listener = lambda *args: read.append(args[2])  # noqa: E731
    event.listen(work.session.connection(), "before_cursor_execute", listener)
    arms = work.samples.arms(project.id, ids)
    event.remove(work.session.connection(), "before_cursor_execute", listener)
    assert len(read) == 2, "the sides, and who leads"
    assert sum(each.held_out for each in arms.values()) == 25


def test_other_projects_and_workspaces_have_tests_of_their_own(database: Database, workspace_id: str) -> None:
    with database.system() as system:
        other = system.workspaces.add("slack", "T2", "Other").id
    for workspace in (workspace_id, other):
        with database.transaction(workspace) as work:
            work.projects.add(
                Project(
                    id=workspace,
                    workspace_id=workspace,
                    key="k",
                    definition="{}",
                    ends_on=None,
                    created_at=work.now,
                )
            )
            (karim,) = people(work, "Karim")
            if workspace == other:
                sample(work, SampleKind.HOLDOUT, [Drawn(karim, 0, treated=False)], project_id=other)
    with database.transaction(workspace_id) as work:
        assert work.samples.arms(other, [karim]) == {karim: Arms()}
    with database.transaction(other) as work:
        assert work.samples.arms(other, [karim]) == {karim: Arms(held_out=True, until=work.now + 12 * WEEK)}


@pytest.mark.parametrize(
    ("name", "value"), [("seed", "t"), ("share", 0.1), ("rules", "{}"), ("wave_weeks", 2)]
)
def test_what_was_written_down_stays(work: Work, project: Project, name: str, value: object) -> None:
    (karim,) = people(work, "Karim")
    running = sample(work, SampleKind.PILOT, [Drawn(karim, 0, treated=True)], rules='{"worth": 0.1}')
    setattr(running, name, getattr(running, name))
    with pytest.raises(PromiseBroken):
        setattr(running, name, value)


def test_a_place_is_for_good(work: Work, project: Project) -> None:
    (karim,) = people(work, "Karim")
    holdout = sample(work, SampleKind.HOLDOUT, [Drawn(karim, 3, treated=False)])
    place = work.session.scalars(select(SamplePlace)).one()
    with pytest.raises(PromiseBroken):
        place.treated = True
    work.people.get(karim).team = "another"
    assert work.samples.places(holdout.id) == [Drawn(karim, 3, False, 1)]


def test_there_is_one_running_test_of_a_kind(work: Work, project: Project) -> None:
    (karim,) = people(work, "Karim")
    drawn = [Drawn(karim, 0, treated=True)]
    assert work.samples.running(project.id, SampleKind.HOLDOUT) is None
    sample(work, SampleKind.HOLDOUT, drawn, running=False)
    running = sample(work, SampleKind.HOLDOUT, drawn)
    assert work.samples.running(project.id, SampleKind.HOLDOUT) is running
    assert work.samples.running(project.id, SampleKind.PILOT) is None
    assert work.samples.by_key(project.id, running.key) is running
    assert len(work.samples.all(project.id)) == 2
