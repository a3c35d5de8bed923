"""What becomes of published pages and of promises where a revision changes them."""

from random import Random

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from storage import migrate
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.models import Campaign, Interview, Project, Routine
from tests.support import random_company
from tests.support.answering import Company

pytestmark = pytest.mark.both_databases


def test_pages_from_before_go_and_promises_are_held_to_the_least(
    database: Database, database_url: str
) -> None:
    url = parse_url(database_url)
    with database.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with database.transaction(workspace.id) as work:
        work.projects.add(
            Project(id="p", workspace_id=workspace.id, key="k", definition="{}", created_at=work.now)
        )
        campaign = work.campaigns.add("p", "adoption", figure_threshold=8)
        work.digests.close(campaign.id, 1, "2026-W48", "{}", "{}")
        work.digests.add("p", "2026-W48", "{}")
    database.dispose()
    migrate.downgrade(url, "0015")
    engine = migrator(url)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM digests").scalar() == 0
        connection.exec_driver_sql("UPDATE campaigns SET figure_threshold = 2, word_threshold = 12")
        connection.exec_driver_sql(
            "INSERT INTO digests (id, project_id, week, page, published_at, workspace_id) "
            f"SELECT 'd', id, '2026-W48', '', created_at, '{workspace.id}' FROM projects"
        )
    engine.dispose()
    migrate.upgrade(url)
    migrate.check(url)
    with database.transaction(workspace.id) as work:
        assert work.digests.latest("p") is None
        kept = work.campaigns.get(campaign.id)
        assert (kept.figure_threshold, kept.word_threshold) == (5, 12)
    with pytest.raises(IntegrityError), database.transaction(workspace.id) as work:
        work.session.execute(update(Campaign).values(figure_threshold=1))


def test_what_a_digest_reads_is_filled_from_what_people_did(database: Database, database_url: str) -> None:
    url = parse_url(database_url)
    with database.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with database.transaction(workspace.id) as work:
        random_company.fill(Company(work), 60, Random(3), by_tool=False)
    written = _kept(database, workspace.id)
    assert len(written) > 40, "of many kinds"
    database.dispose()
    migrate.downgrade(url, "0029")
    migrate.upgrade(url)
    migrate.check(url)
    assert _kept(database, workspace.id) == written


def _kept(database: Database, workspace_id: str) -> set[tuple[object, ...]]:
    routines = select(Routine.id, Routine.kept_first, Routine.kept_last, Routine.kept_days)
    interviews = select(Interview.id, Interview.stated, Interview.confirmed, Interview.unserved)
    with database.transaction(workspace_id) as work:
        rows = [*work.session.execute(routines), *work.session.execute(interviews)]
    return {tuple(row) for row in rows if any(row[1:])}
