"""People, projects, campaigns, agenda and the playground's store, on both databases."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.errors import RowMissing, ThresholdTooLow
from storage.models import Person, PersonStatus, Project, Role
from storage.work import Work
from tests.support.clock import FixedClock

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


@pytest.fixture
def person(work: Work) -> Person:
    return work.people.ensure("U1", "Karim")


@pytest.fixture
def project(work: Work) -> Project:
    row = Project(
        id=work.ids.new(), workspace_id=work.workspace_id, key="trello", definition="{}", created_at=work.now
    )
    work.projects.add(row)
    return row


def test_a_stranger_is_added_once_and_a_name_replaces_the_id(work: Work) -> None:
    first = work.people.ensure("U1", "U1")
    assert work.people.ensure("U1", "Karim") is first
    assert work.people.ensure("U1", "Another name").name == "Karim"
    assert [person.external_id for person in work.people.all()] == ["U1"]


def test_a_person_is_found_by_mail_address_whatever_its_case(work: Work, person: Person) -> None:
    person.email = "Karim@Example.org"
    assert work.people.by_email("karim@example.ORG") is person
    assert work.people.by_email("nobody@example.org") is None


def test_reachability_and_conversation_are_kept(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        person_id = work.people.ensure("U1", "Karim").id
        work.people.mark_unreachable(person_id, "blocked")
        work.people.set_conversation(person_id, "D1")
    with database.reading(workspace_id) as work:
        person = work.people.get(person_id)
        assert (person.status, person.conversation) == (PersonStatus.UNREACHABLE, "D1")
        assert (person.status_reason, person.status_since) == ("blocked", work.now)


def test_somebody_who_does_not_exist_is_an_error_with_a_type(work: Work) -> None:
    with pytest.raises(RowMissing):
        work.people.get("0")
    with pytest.raises(RowMissing):
        work.people.locked("0")
    with pytest.raises(RowMissing):
        work.projects.get("0")


def test_joining_twice_changes_the_role_and_keeps_one_membership(
    work: Work, person: Person, project: Project
) -> None:
    work.projects.join(project.id, person.id, Role.EMPLOYEE, "planner")
    work.projects.join(project.id, person.id, Role.LEAD)
    ((membership, found),) = work.projects.of_person(person.id)
    assert (membership.role, membership.persona, found) == (Role.LEAD, None, project)
    assert work.projects.leads(project.id) == [person]
    assert work.projects.members(project.id, Role.CHAMPION) == []
    assert work.people.list_of_project(project.id) == [person]


def test_the_current_campaign_is_the_last_started_that_runs(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        project_id = work.ids.new()
        work.projects.add(
            Project(id=project_id, workspace_id=workspace_id, key="k", definition="{}", created_at=work.now)
        )
        assert work.campaigns.current(project_id) is None
        long = work.campaigns.add(project_id, "default").id
    clock.advance(DAY)
    with database.transaction(workspace_id) as work:
        short = work.campaigns.add(project_id, "default", ends_at=work.now + DAY).id
        current = work.campaigns.current(project_id)
        assert current is not None
        assert current.id == short
        assert (current.figure_threshold, current.word_threshold) == (5, 10)
    clock.advance(DAY)
    with database.reading(workspace_id) as work:
        current = work.campaigns.current(project_id)
        assert current is not None
        assert current.id == long


def test_an_agenda_item_is_one_row_per_person_kind_and_ref(work: Work, person: Person) -> None:
    other = work.people.ensure("U2", "Aude")
    work.agenda.set(person.id, "coaching", "p", work.now, "12345 09:15")
    work.agenda.set(other.id, "coaching", "p", work.now)
    item = work.agenda.set(person.id, "coaching", "p", work.now + DAY, "1 09:15")
    assert work.agenda.get(person.id, "coaching", "p") is item
    assert (item.next_due_at, item.rule) == (work.now + DAY, "1 09:15")
    assert len(work.agenda.of_person(person.id)) == 1


def test_clearing_reaches_one_kind_or_everything_of_the_person(work: Work, person: Person) -> None:
    other = work.people.ensure("U2", "Aude")
    for kind in ("coaching", "interview"):
        work.agenda.set(person.id, kind, "p", work.now)
    kept = work.agenda.set(other.id, "coaching", "p", work.now)
    assert work.agenda.clear(person.id, "coaching") == 1
    assert work.agenda.clear(person.id) == 1
    assert work.agenda.clear(person.id) == 0
    assert kept.next_due_at == work.now


def test_the_playground_keeps_one_message_per_key_in_order(work: Work, person: Person) -> None:
    store = work.playground
    first = store.add(person.id, author="entrain", key="a", body='{"text": "hello"}')
    second = store.add(person.id, author=person.id, key="b", body="{}")
    assert store.add(person.id, author="entrain", key="a", body="changed") is first
    assert store.after(person.id) == [first, second]
    assert store.after(person.id, first.id) == [second]
    assert store.replace(person.id, first.id, '{"text": "hello again"}')
    assert store.body(first) == '{"text": "hello again"}'
    assert "hello" not in first.body
    assert store.latest_by_person("entrain") == {"U1": first.id}
    assert not store.replace(person.id, 999, "{}")


def test_the_playground_clock_is_remembered(work: Work) -> None:
    assert work.playground.ahead_seconds() is None
    work.playground.set_ahead_seconds(60)
    work.playground.set_ahead_seconds(604_800)
    assert work.playground.ahead_seconds() == 604_800


@pytest.mark.parametrize("promised", [{"figure_threshold": 4}, {"word_threshold": 9}])
def test_no_round_promises_less_than_the_least(work: Work, promised: dict[str, int]) -> None:
    with pytest.raises(ThresholdTooLow, match="at least 5 people"):
        work.campaigns.add("p", "adoption", **promised)
