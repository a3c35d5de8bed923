"""The schema is made by migrations alone, and says the same as the models."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from projects import tokens
from storage import migrate
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.errors import DatabaseUnreachable
from storage.ids import CountedIds
from storage.models import (
    Absence,
    Base,
    CampaignPrivacy,
    Interview,
    Lane,
    OutboxState,
    Person,
    PersonStatus,
    Project,
    Routine,
    RoutineStatus,
    Workspace,
    WorkspaceStatus,
)
from storage.repositories.outbox import Posting
from storage.repositories.routines import Scaling
from storage.repositories.usage import Used
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, SqliteTemplate, keyring

pytestmark = pytest.mark.both_databases


@pytest.fixture
def opened(database_url: str, clock: FixedClock) -> Iterator[Database]:
    database = Database(database_url, keyring(), clock, CountedIds())
    yield database
    database.dispose()


def _fill(database: Database) -> None:
    with database.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with database.transaction(workspace.id) as work:
        work.people.ensure("U1", "Karim")


def test_the_tables_say_what_the_models_say(database_url: str) -> None:
    migrate.check(parse_url(database_url))


def test_every_constraint_has_the_name_that_the_convention_gives(database_url: str) -> None:
    engine = migrator(parse_url(database_url))
    names = {
        constraint["name"]
        for table in Base.metadata.tables
        for constraint in [
            *inspect(engine).get_unique_constraints(table),
            *inspect(engine).get_foreign_keys(table),
        ]
    }
    engine.dispose()
    assert None not in names
    assert {"uq_people_workspace_id_external_id", "fk_people_workspace_id_workspaces"} <= names


def test_down_and_up_again_with_rows_in_it(opened: Database, database_url: str) -> None:
    url = parse_url(database_url)
    _fill(opened)
    opened.dispose()
    migrate.downgrade(url)
    engine = migrator(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    assert not migrate.is_current(url)
    migrate.upgrade(url)
    migrate.check(url)
    again = Database(database_url, keyring(), FixedClock(datetime(2027, 1, 1, tzinfo=UTC)), CountedIds())
    _fill(again)
    again.dispose()


def test_rounds_from_before_stay_confidential_and_survive_the_way_down(
    opened: Database, database_url: str
) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        person = work.people.ensure("U1", "Karim")
        project = Project(
            id="p", workspace_id=workspace.id, key="k", definition="{}", ends_on=None, created_at=work.now
        )
        work.session.add(project)
        work.session.flush()
        campaign = work.campaigns.add("p", "adoption")
        work.interviews.add(
            Interview(
                id="i",
                workspace_id=workspace.id,
                campaign_id=campaign.id,
                person_id=person.id,
                state="",
                invited_at=work.now,
            )
        )
    opened.dispose()
    migrate.downgrade(url, "0002")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        assert work.interviews.find("i") is not None
        kept = work.campaigns.get(campaign.id)
        assert (kept.privacy, kept.seeks_blockers) == (CampaignPrivacy.CONFIDENTIAL, True)


def test_messages_survive_the_way_down_and_keep_their_place(opened: Database, database_url: str) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    states = (OutboxState.READY, OutboxState.SENDING, OutboxState.UNCERTAIN, OutboxState.SENT)
    with opened.transaction(workspace.id) as work:
        person = work.people.ensure("U1", "Karim")
        work.session.add(Lane(workspace_id=workspace.id, closed_until=work.now, closed_for="rate_limited"))
        work.outbox.put_many([Posting(person.id, "nudge", {}, state.value, work.now) for state in states])
        for state in states:
            row = work.outbox.under(state.value)
            assert row
            row.state = state
    opened.dispose()
    migrate.downgrade(url, "0003")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        rows = [work.outbox.under(state.value) for state in states]
        assert [(row.state, row.tried_at, row.confirm_at) for row in rows if row] == [
            (OutboxState.READY, None, None),
            (OutboxState.SENDING, work.now, None),
            (OutboxState.UNCERTAIN, work.now, work.now),
            (OutboxState.SENT, work.now, None),
        ]
        work.session.delete(rows[-1])
        work.session.flush()
        work.outbox.put(Posting(person.id, "nudge", {}, "new", work.now))
        new = work.outbox.under("new")
        assert new
        assert new.seq == 5, "a number is never given twice"


def test_states_and_what_was_sent_once_more_survive_the_way_down(opened: Database, database_url: str) -> None:
    """Who is lost stays lost; since when and why, and who is away, has no place in the older schema."""
    url = parse_url(database_url)
    with opened.system() as system:
        revoked, mistaken = (system.workspaces.add("slack", team, team) for team in ("T1", "T2"))
        revoked.status, mistaken.status = WorkspaceStatus.REVOKED, WorkspaceStatus.MISCONFIGURED
        revoked.status_since, revoked.status_reason = system.now, "token_revoked"
    with opened.transaction(revoked.id) as work:
        person = work.people.ensure("U1", "Karim")
        person.status, person.status_since = PersonStatus.UNREACHABLE, work.now
        today = work.now.date()
        work.session.add(
            Absence(
                id="a",
                workspace_id=revoked.id,
                person_id=person.id,
                first_day=today,
                last_day=today,
                created_at=work.now,
            )
        )
        work.outbox.put_many([Posting(person.id, "nudge", {}, key, work.now) for key in ("once", "twice")])
        twice = work.outbox.under("twice")
        assert twice
        twice.repeated = True
    opened.dispose()
    migrate.downgrade(url, "0005")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.system() as system:
        states = {place.external_id: (place.status, place.status_since) for place in system.workspaces.all()}
        assert states == {"T1": (WorkspaceStatus.REVOKED, None), "T2": (WorkspaceStatus.ACTIVE, None)}
    with opened.transaction(revoked.id) as work:
        assert work.people.get(person.id).status is PersonStatus.UNREACHABLE
        assert work.session.query(Absence).count() == 0
        rows = [work.outbox.under(key) for key in ("once", "twice")]
        assert [row.repeated for row in rows if row] == [False, True]


def test_less_often_becomes_a_wish_of_the_person_and_a_rule_again_on_the_way_down(
    opened: Database, database_url: str
) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        boss, slow, usual = (work.people.ensure(name, name) for name in ("boss", "slow", "usual"))
        work.session.flush()
        slow.manager_id, slow.site, slow.at_most_weeks = boss.id, "Lyon", 4
        work.agenda.set(slow.id, "coaching", "a", None, "16:45 35")
        work.agenda.set(slow.id, "coaching", "b", None)
        work.agenda.set(slow.id, "digest", "a", None, "12:00 1")
        work.agenda.set(usual.id, "coaching", "a", None, "09:15 12345")
    opened.dispose()
    migrate.downgrade(url, "0008")
    engine = migrator(url)
    with engine.connect() as connection:
        rules = connection.execute(text("SELECT rule FROM agenda ORDER BY rule")).scalars().all()
    engine.dispose()
    assert rules == ["09:15 12345 1", "09:15 12345 4", "12:00 1", "16:45 35 4"]
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        assert [work.people.get(person.id).at_most_weeks for person in (boss, slow, usual)] == [1, 4, 1]
        assert [(p.site, p.manager_id) for p in work.people.all()] == [(None, None)] * 3
        items = {(item.kind, item.ref): item.rule for item in work.agenda.of_person(slow.id)}
    assert items == {
        ("coaching", "a"): "16:45 35",
        ("coaching", "b"): "09:15 12345",
        ("digest", "a"): "12:00 1",
    }


def test_a_routine_takes_its_time_from_its_rule_and_survives_the_way_down(
    opened: Database, database_url: str
) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        person = work.people.ensure("U1", "Karim")
        for key in ("ruled", "unruled"):
            work.session.add(
                Project(
                    id=key,
                    workspace_id=workspace.id,
                    key=key,
                    definition="{}",
                    ends_on=None,
                    created_at=work.now,
                )
            )
            work.session.flush()
            work.routines.add(
                Routine(
                    id=key,
                    workspace_id=workspace.id,
                    project_id=key,
                    person_id=person.id,
                    template="standup",
                    cue="sealed",
                    action="sealed",
                    days="35",
                    at="16:45",
                    status=RoutineStatus.ACTIVE,
                    paused_until=work.now.date(),
                    created_at=work.now,
                )
            )
        work.agenda.set(person.id, "coaching", "ruled", None, "16:45 35")
        asked = work.routines.add_check_in("ruled", work.now.date())
        work.routines.add_scales([Scaling("s", "ruled", work.now.date())])
    opened.dispose()
    migrate.downgrade(url, "0010")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        routines = {routine.id: routine for routine in work.routines.under_way(person.id)}
        assert {key: routine.at for key, routine in routines.items()} == {
            "ruled": "16:45",
            "unruled": "09:15",
        }
        assert [routine.paused_until for routine in routines.values()] == [None, None]
        kept = work.routines.find_check_in(asked.id)
        assert kept
        assert (kept.ease, kept.weeks) == (None, 1)
        assert work.routines.find_scale("s") is None, "there was no place for it"


def test_there_is_one_newest_revision() -> None:
    """Branches each bring a revision; whoever merges them puts them in a line."""
    assert len(ScriptDirectory.from_config(migrate.configuration()).get_heads()) == 1


def test_days_of_use_go_with_the_older_schema_and_people_stay(opened: Database, database_url: str) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        karim = work.people.ensure("U1", "Karim")
        work.projects.add(
            Project(id="p", workspace_id=workspace.id, key="k", definition="{}", created_at=work.now)
        )
        used = Used(karim.id, "p", work.now.date(), "card_created")
        assert work.usage.take(["e"]) == {"e"}
        work.usage.add([used])
        tokens.issue(work, "webhook", "secret")
    opened.dispose()
    migrate.downgrade(url, "0008")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        assert work.people.get(karim.id).name == "Karim"
        assert work.usage_tokens.all() == []
        assert work.usage.take(["e"]) == {"e"}
        work.usage.add([used, used])
        work.usage.add([used])
        assert work.usage.days("p", [karim.id], used.day) == {karim.id: [used.day]}


def test_upgrading_what_is_up_to_date_is_quick_and_keeps_the_rows(opened: Database) -> None:
    _fill(opened)
    opened.upgrade()
    started = time.perf_counter()
    opened.upgrade()
    assert time.perf_counter() - started < 1
    with opened.system() as system:
        assert system.session.query(Workspace).count() == system.session.query(Person).count() == 1


def test_children_survive_a_rebuilt_parent_table(
    sqlite_template: SqliteTemplate, tmp_path: Path, clock: FixedClock
) -> None:
    """SQLite changes a table by making a new one: with foreign keys on, dropping the old one deletes its children."""
    address = sqlite_template.clone(tmp_path)
    database = Database(address, keyring(), clock, CountedIds())
    _fill(database)
    engine = migrator(parse_url(address))
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("workspaces", recreate="always"):
            pass
    engine.dispose()
    with database.system() as system:
        assert system.session.query(Person).count() == 1
    database.dispose()


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="unable to open"):
        migrate.upgrade(parse_url(f"sqlite:///{tmp_path}"))


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable) as unreachable:
        migrate.upgrade(parse_url(f"postgresql://me:secret@/x?host={tmp_path}"))
    assert "secret" not in str(unreachable.value)


@pytest.mark.postgres
def test_two_processes_may_migrate_at_once(postgres_server: PostgresTemplate) -> None:
    url = parse_url(postgres_server.empty("migrated_twice"))
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(migrate.upgrade, url)
        migrate.upgrade(url)
        other.result()
    migrate.check(url)
