"""Steps, barriers and looks: kept, found again, and gone with whom they are about; on every database."""

from collections.abc import Iterator

import pytest

from content.blockers import Blocker
from nudges.mending import open_barrier
from storage import migrate
from storage.database import Database
from storage.engines import parse_url
from storage.ids import CountedIds
from storage.models import (
    Barrier,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    LeverStep,
    Look,
    Project,
)
from storage.repositories.barriers import Said
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import keyring

pytestmark = pytest.mark.both_databases


@pytest.fixture
def opened(database_url: str, clock: FixedClock) -> Iterator[Database]:
    database = Database(database_url, keyring(), clock, CountedIds())
    yield database
    database.dispose()


def fill(work: Work, name: str = "Karim") -> Said:
    """A project, and somebody who was asked about what is in their way."""
    project = Project(
        id=work.ids.new(), workspace_id=work.workspace_id, key=name, definition="{}", created_at=work.now
    )
    work.projects.add(project)
    person, campaign = work.people.ensure(name, name), work.campaigns.add(project.id, "adoption")
    interview = Interview(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        campaign_id=campaign.id,
        person_id=person.id,
        status=InterviewStatus.CLOSED,
        state="",
        invited_at=work.now,
        closed_at=work.now,
    )
    work.interviews.add(interview)
    finding = Finding(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        interview_id=interview.id,
        blocker="access",
        status=FindingStatus.CONFIRMED,
        stated=True,
        belief=0.9,
        rank=1,
        resolved_at=work.now,
    )
    work.interviews.add_findings([finding])
    said = Said(work.ids.new(), project.id, person.id, interview.id, "ticket")
    work.barriers.add_steps([said, said._replace(id=work.ids.new())])
    return said


def test_a_step_is_said_once_after_an_interview_and_forgotten_unless_answered(work: Work) -> None:
    said = fill(work)
    assert work.barriers.said(said.project_id, [said.person_id]) == {
        said.person_id: [("ticket", said.interview_id)]
    }
    latest = work.interviews.latest_heard(said.project_id)[said.person_id]
    assert (latest.interview_id, latest.findings[0].resolved_at) == (said.interview_id, work.now)
    work.barriers.remove_unanswered([said.id])
    assert work.session.query(LeverStep).count() == 0


def test_names_are_told_apart_from_what_is_shared(work: Work) -> None:
    said = fill(work)
    open_barrier(work, said.project_id, Blocker.FIT)
    named = open_barrier(work, said.project_id, Blocker.ACCESS, said.person_id, "Karim cannot get in.")
    assert work.barriers.shared(said.project_id) == {"fit"}
    assert work.barriers.named(said.project_id) == {"access": {said.person_id}}
    assert named.sentence
    assert "Karim" not in named.sentence, "sealed at rest"


def test_a_look_and_what_a_manager_read_are_the_latest_of_each_group(work: Work) -> None:
    said = fill(work)
    for _ in range(2):
        work.barriers.look(said.project_id, "project")
        work.barriers.add_manager_nudge(said.project_id, said.person_id, "m", "management.one_of_yours")
    assert work.barriers.looked(said.project_id) == {"project": work.now}
    assert work.session.query(Look).count() == 1
    assert work.barriers.told(said.project_id) == {"m": work.now}
    assert work.barriers.words(said.person_id) == {"management.one_of_yours": work.now}


def test_what_is_about_somebody_goes_with_them(work: Work) -> None:
    said = fill(work)
    open_barrier(work, said.project_id, Blocker.ACCESS, said.person_id, "Karim cannot get in.")
    work.barriers.add_manager_nudge(said.project_id, said.person_id, "m", "management.one_of_yours")
    work.session.delete(work.people.get(said.person_id))
    work.session.flush()
    work.session.expire_all()
    assert [work.session.query(table).count() for table in (Barrier, LeverStep)] == [0, 0]
    assert work.barriers.told(said.project_id) == {}


def test_interviews_survive_the_way_down_and_up(opened: Database, database_url: str) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        said = fill(work)
        open_barrier(work, said.project_id, Blocker.ACCESS, said.person_id, "Karim cannot get in.")
        work.barriers.look(said.project_id, "project")
    opened.dispose()
    migrate.downgrade(url, "0010")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        latest = work.interviews.latest_heard(said.project_id)[said.person_id]
        assert [(cause.blocker, cause.resolved_at) for cause in latest.findings] == [("access", None)]
        assert work.session.query(Barrier).count() == 0
