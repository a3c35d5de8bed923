"""The audit log on both databases: a chain that is added to and never changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import migrate
from storage.audit import BEGINNING, SYSTEM, Action, Actor, Flaw, Head, Verdict
from storage.crypto import Keyring
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.ids import CountedIds
from storage.models import AuditEntry, AuditHead, Grant, Project
from storage.roles import GrantedRole
from tests.support.clock import FixedClock
from tests.support.databases import keyring

pytestmark = pytest.mark.both_databases

SEEN = Actor.person("p1")
YEAR = timedelta(days=365)


@pytest.fixture
def recorded(database: Database, workspace_id: str) -> Database:
    """Five entries."""
    for number in range(5):
        with database.transaction(workspace_id) as work:
            work.audit.record(
                Action.REPORT_ASKED, SEEN, "project", report="digest", week=f"2026-W{number:02d}"
            )
    return database


def _sql(database: Database, *statements: str) -> None:
    """As somebody who has the database and knows about the triggers."""
    engine = migrator(parse_url(database.engine.url.render_as_string(hide_password=False)))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _drop_triggers(database: Database) -> None:
    if database.engine.dialect.name == "postgresql":
        statements = [
            f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("audit_entries", "audit_heads")
        ]
    else:
        names = ("audit_entries_update", "audit_entries_delete", "audit_heads_update", "audit_heads_delete")
        statements = [f"DROP TRIGGER {name}" for name in names]
    _sql(database, *statements)


def _flaw(database: Database, workspace_id: str, kept: Head | None = None) -> Flaw | None:
    with database.transaction(workspace_id) as work:
        return work.audit.verify(kept).flaw


def test_what_is_recorded_is_a_chain_in_its_order(recorded: Database, workspace_id: str) -> None:
    with recorded.transaction(workspace_id) as work:
        verdict = work.audit.verify()
        assert (verdict.entries, verdict.flaw) == (5, None)
        latest = work.audit.latest(2)
        assert [(entry.seq, entry.actor, entry.action) for entry in latest] == [
            (5, SEEN, "report.asked"),
            (4, SEEN, "report.asked"),
        ]
        assert latest[0].previous == latest[1].digest
        assert work.audit.head() == Head(5, latest[0].digest)
        assert work.audit.latest(9, "role.") == []


def test_nothing_is_recorded_of_what_was_rolled_back(recorded: Database, workspace_id: str) -> None:
    def fails() -> None:
        with recorded.transaction(workspace_id) as work:
            work.audit.record(Action.REPORT_ASKED, SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with recorded.transaction(workspace_id) as work:
        assert work.audit.verify().entries == 5


def test_a_field_that_could_hold_an_answer_is_refused(recorded: Database, workspace_id: str) -> None:
    with recorded.transaction(workspace_id) as work, pytest.raises(ValueError, match="blocker"):
        work.audit.record(Action.REPORT_ASKED, SYSTEM, blocker="trust")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'nobody' WHERE seq = 3",
        "DELETE FROM audit_entries WHERE seq = 5",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET seq = 4",
        "UPDATE audit_heads SET cut_seq = 6",
        "UPDATE grants SET given = false",
        "DELETE FROM grants",
    ],
)
def test_the_database_refuses_to_change_it(recorded: Database, workspace_id: str, statement: str) -> None:
    with recorded.transaction(workspace_id) as work:
        person = work.people.ensure("U1", "Karim")
        work.grants.add(person.id, GrantedRole.ADMIN, None, SYSTEM, given=True)
    with pytest.raises(DBAPIError, match="append-only"):
        _sql(recorded, statement)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_table_cannot_be_emptied_either(recorded: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        _sql(recorded, "TRUNCATE audit_entries")


def test_a_workspace_takes_its_log_along_and_a_person_their_roles(
    recorded: Database, workspace_id: str
) -> None:
    with recorded.transaction(workspace_id) as work:
        karim, zoe = (work.people.ensure(name, name) for name in ("karim", "zoe"))
        project = Project(
            id="p", workspace_id=workspace_id, key="k", definition="{}", ends_on=None, created_at=work.now
        )
        work.projects.add(project)
        for person in (karim, zoe):
            work.grants.add(person.id, GrantedRole.LEAD, "p", SYSTEM, given=True)
        work.session.delete(karim)
        work.session.flush()
        assert [grant.person_id for grant in work.grants.all()] == [zoe.id]
        work.session.delete(project)
        work.session.flush()
        assert work.grants.all() == []
        work.grants.add(zoe.id, GrantedRole.ADMIN, None, SYSTEM, given=True)
    with recorded.system() as system:
        system.session.delete(system.workspaces.get(workspace_id))
    with recorded.system() as system:
        for model in (AuditEntry, AuditHead, Grant):
            assert system.session.query(model).count() == 0


@pytest.mark.parametrize(
    ("statements", "flaw"),
    [
        (["UPDATE audit_entries SET actor = 'other' WHERE seq = 3"], Flaw.CHANGED),
        (["UPDATE audit_entries SET detail = '{}' WHERE seq = 5"], Flaw.CHANGED),
        (["DELETE FROM audit_entries WHERE seq = 3"], Flaw.MISSING),
        (["DELETE FROM audit_entries WHERE seq = 5"], Flaw.CUT),
        (["DELETE FROM audit_entries", "DELETE FROM audit_heads"], None),
        (
            [
                "DELETE FROM audit_entries WHERE seq = 5",
                "UPDATE audit_heads SET seq = 4, digest = (SELECT digest FROM audit_entries WHERE seq = 4)",
            ],
            Flaw.SEAL,
        ),
        (["UPDATE audit_heads SET sealed = 'v1.k.AAAA'"], Flaw.SEAL),
        (["DELETE FROM audit_heads"], Flaw.BEYOND),
    ],
)
def test_whoever_has_only_the_database_cannot_change_it_unnoticed(
    recorded: Database, workspace_id: str, statements: list[str], flaw: Flaw | None
) -> None:
    with recorded.transaction(workspace_id) as work:
        kept = work.audit.head()
    _drop_triggers(recorded)
    _sql(recorded, *statements)
    assert _flaw(recorded, workspace_id) == flaw
    assert _flaw(recorded, workspace_id, kept) == (flaw or Flaw.KEPT), (
        "a log that began anew is found by a head kept"
    )


def test_a_head_that_was_kept_is_met_on_the_way(recorded: Database, workspace_id: str) -> None:
    with recorded.transaction(workspace_id) as work:
        kept = work.audit.head()
        assert kept
        work.audit.record(Action.ROLE_GIVEN, SYSTEM, role="lead")
    assert _flaw(recorded, workspace_id, Head.parse(str(kept))) is None
    assert _flaw(recorded, workspace_id, Head(kept.seq, "f" * 64)) is Flaw.KEPT


def test_the_head_is_sealed_with_the_keys_of_the_settings(
    recorded: Database, workspace_id: str, database_url: str, clock: FixedClock
) -> None:
    elsewhere = Database(database_url, Keyring.parse(Keyring.generate()), clock, CountedIds())
    assert _flaw(elsewhere, workspace_id) is Flaw.SEAL
    elsewhere.dispose()


def test_several_at_once_make_one_chain(database_url: str, clock: FixedClock, workspace_id: str) -> None:
    """Each on connections of its own, as processes have."""

    def add(process: int) -> None:
        mine = Database(database_url, keyring(), clock, CountedIds())
        for number in range(20):
            with mine.transaction(workspace_id) as work:
                work.audit.record(Action.REPORT_ASKED, SYSTEM, str(process), entries=number)
        mine.dispose()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(add, range(3)))
    after = Database(database_url, keyring(), clock, CountedIds())
    with after.transaction(workspace_id) as work:
        verdict = work.audit.verify()
        assert (verdict.entries, verdict.flaw) == (60, None)
        mine = [entry.detail for entry in reversed(work.audit.latest(60)) if entry.subject == "1"]
    after.dispose()
    assert mine == [f'{{"entries":{number}}}' for number in range(20)]


def test_the_walls_hold_for_the_log(recorded: Database) -> None:
    with recorded.system() as system:
        other = system.workspaces.add("slack", "T2", "Other").id
    with recorded.transaction(other) as work:
        assert work.audit.latest(9) == []
        work.audit.record(Action.REPORT_ASKED, SYSTEM)
        assert work.audit.verify().entries == 1


def test_what_is_past_its_time_is_cut_off_and_the_rest_is_still_proved(
    recorded: Database, workspace_id: str, clock: FixedClock
) -> None:
    with recorded.transaction(workspace_id) as work:
        kept = [Head(entry.seq, entry.digest) for entry in work.audit.latest(5)][::-1]
    clock.advance(YEAR)
    with recorded.transaction(workspace_id) as work:
        work.audit.record(Action.SETTINGS_CHANGED, SYSTEM, ENTRAIN_HOST="::1", ENTRAIN_PORT=1)
        work.audit.record(Action.SETTINGS_CHANGED, SYSTEM, ENTRAIN_PORT=2)
        assert work.audit.cut(work.now - YEAR) == 0
        assert work.audit.cut(work.now) == 5
    assert _flaw(recorded, workspace_id) is None
    assert [_flaw(recorded, workspace_id, each) for each in kept] == [*[Flaw.OLDER] * 4, None]
    clock.advance(YEAR)
    with recorded.transaction(workspace_id) as work:
        assert work.audit.would_go(work.now) == 3
        assert work.audit.cut(work.now) == 3
        assert work.audit.settings() == {"ENTRAIN_HOST": "::1", "ENTRAIN_PORT": 2}
        assert [entry.action for entry in work.audit.latest(9)] == [Action.LOG_CUT]
        clock.advance(YEAR)
    with recorded.transaction(workspace_id) as work:
        assert work.audit.cut(work.now) == 0, "a cut alone is no reason for another one"
        work.audit.record(Action.ROLE_GIVEN, SYSTEM, role="lead")
        assert work.audit.verify() == Verdict(2)


@pytest.mark.parametrize(
    ("statements", "flaw"),
    [
        (["DELETE FROM audit_entries WHERE seq = 6"], Flaw.MISSING),
        (
            [
                "UPDATE audit_heads SET cut_seq = 6, cut_digest = (SELECT digest FROM audit_entries WHERE seq = 6)",
                "DELETE FROM audit_entries WHERE seq <= 6",
            ],
            Flaw.SEAL,
        ),
        ([f"UPDATE audit_heads SET cut_seq = 0, cut_digest = '{BEGINNING}'"], Flaw.MISSING),
    ],
)
def test_nobody_else_cuts_it_unnoticed(
    recorded: Database, workspace_id: str, clock: FixedClock, statements: list[str], flaw: Flaw
) -> None:
    with recorded.transaction(workspace_id) as work:
        between = work.now + YEAR / 2
    clock.advance(YEAR)
    with recorded.transaction(workspace_id) as work:
        work.audit.record(Action.ROLE_GIVEN, SYSTEM, role="lead")
        assert work.audit.cut(between) == 5
    _drop_triggers(recorded)
    _sql(recorded, *statements)
    assert _flaw(recorded, workspace_id) is flaw


def test_down_and_up_again_and_the_triggers_are_back(
    recorded: Database, workspace_id: str, database_url: str
) -> None:
    url = parse_url(database_url)
    migrate.downgrade(url, "0012")
    migrate.upgrade(url)
    migrate.check(url)
    with recorded.transaction(workspace_id) as work:
        assert work.audit.verify().entries == 0
        work.audit.record(Action.REPORT_ASKED, SYSTEM)
    with pytest.raises(DBAPIError, match="append-only"):
        _sql(recorded, "DELETE FROM audit_entries")
