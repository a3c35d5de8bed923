"""Ideas and the audit log on the way to revision 0029 and back."""

import pytest

from digests import board
from projects.service import load_project
from storage import migrate
from storage.audit import SYSTEM, Action, Verdict
from storage.database import Database
from storage.engines import parse_url
from storage.models import Idea
from storage.work import Work
from tests.support.chat import FILE

pytestmark = pytest.mark.both_databases

BEFORE = "0027"


def _proposed(work: Work, name: str, supporters: int) -> Idea:
    """An idea with so many supporters, its author the first."""
    project = load_project(work, FILE)
    people = [work.people.ensure(f"{name}{number}", name) for number in range(supporters)]
    for person in people:
        work.projects.join(project.id, person.id)
    idea = board.propose(work, project.id, people[0], f"The idea of {name}", named=False, consent=True)
    for person in people[1:]:
        board.support(work, idea.id, person.id)
    return idea


def test_what_was_told_of_supporters_is_told_still_and_what_is_nobodys_goes_on_the_way_down(
    database: Database, workspace_id: str, database_url: str
) -> None:
    url = parse_url(database_url)
    with database.transaction(workspace_id) as work:
        few, many, left = (
            _proposed(work, name, supporters) for name, supporters in (("few", 4), ("many", 7), ("left", 1))
        )
        author = left.author_id
        assert author
        board.leave_behind(work, author)
        project, ids = few.project_id, (few.id, many.id, left.id)
        work.audit.record(Action.REPORT_ASKED, SYSTEM)
    migrate.downgrade(url, BEFORE)
    migrate.upgrade(url)
    migrate.check(url)
    with database.transaction(workspace_id) as work:
        assert work.ideas.supports(project) == {ids[0]: 0, ids[1]: 7}
        assert work.ideas.find(ids[2]) is None
        assert work.audit.verify() == Verdict(1), "the log is whole, sealed before there were cuts"
