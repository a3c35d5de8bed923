"""A year of a made-up company, and the digests that the real code makes of it, week by week."""

from pathlib import Path

from content.actions import State
from content.stages import Stage
from digests.page import Headline, Page
from storage.database import Database
from storage.ids import CountedIds
from tests.support.clock import FixedClock
from tests.support.databases import SqliteTemplate, keyring
from tests.support.year import WEEKS, Year


def test_a_year_has_something_to_tell_in_every_part_of_the_page(
    tmp_path: Path, sqlite_template: SqliteTemplate
) -> None:
    database = Database(sqlite_template.clone(tmp_path), keyring(), FixedClock(), CountedIds())
    with database.system() as system:
        workspace = system.workspaces.add("playground", "demo", "Demo", lang="fr", address="tu")
    with database.transaction(workspace.id) as work:
        pages = [Page.from_json(digest.page) for digest in Year.begun(work).live()]
    database.dispose()
    assert len({page.week for page in pages}) == WEEKS
    last = pages[-1]
    assert (last.round, last.headline, last.causes[0].name) == (2, Headline.EXCUSE, "habit")
    assert last.matrix
    assert last.personas
    assert last.story
    assert {step.stage for step in last.funnel if step.count} >= {Stage.AWARE, Stage.TRIED, Stage.ADVOCATE}
    assert None not in (last.eligible, last.running, last.read)
    assert last.last
    assert (last.last.state, last.last.counts is not None) == (State.RESOLVED, True)
    assert last.proposal, "and there is something new to do"
    assert last.ideas
    assert (last.ideas.open, len(last.ideas.top)) == (2, 3)
    spring = pages[20]
    assert (spring.round, spring.causes[0].name) == (1, "trust")
    for number in (1, 2):
        answered = [page.answered for page in pages if page.round == number]
        assert answered == sorted(answered), "nobody who was counted is lost"
        assert len(set(answered)) > 2, "it was counted more than once"
