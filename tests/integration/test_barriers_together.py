"""Two leads at the same moment, each in a transaction of their own: what one has decided holds for the other."""

import pytest

from bot.handlers import barriers as handler
from bot.presenters import champion_leads
from bot.scene import Scene
from content.blockers import Blocker
from nudges import passing_on
from nudges.champions import SEARCH
from storage.database import Database
from storage.models import Barrier, BarrierStatus
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.shared import WEEK, Group
from tests.support.together import posted, press, together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


@pytest.fixture
def item_id(database: Database, workspace_id: str, clock: FixedClock) -> str:
    """What five people share was brought up, and is being looked after."""
    with database.transaction(workspace_id) as work:
        group = Group(work)
        group.appoint("Inès")
        group.answer(5, Blocker.ACCESS)
        group.answer(5, Blocker.PEERS)
        group.later(WEEK)
        group.press(group.lead, "Moi")
        clock.advance(group.work.now - clock.now())
        return group.items()[0].id


def found(work: Work, item_id: str) -> Barrier:
    barrier = work.barriers.find(item_id)
    assert barrier
    return barrier


def look(work: Work, project_id: str) -> None:
    lead = work.projects.leads(project_id)[0]
    handler.look(Scene(work, work.workspaces.get(work.workspace_id), lead, "look"), project_id)


def test_what_two_leads_call_fixed_together_is_told_once(
    database: Database, workspace_id: str, clock: FixedClock, item_id: str
) -> None:
    together(
        database,
        workspace_id,
        clock,
        lambda work: press(work, "sandrine", "barrier.fixed", item_id),
        lambda work: press(work, "inès", "barrier.fixed", item_id),
    )
    assert posted(database, workspace_id, "lever.news") == 5


def test_what_one_lead_has_fixed_the_other_does_not_put_aside(
    database: Database, workspace_id: str, clock: FixedClock, item_id: str
) -> None:
    together(
        database,
        workspace_id,
        clock,
        lambda work: press(work, "sandrine", "barrier.fixed", item_id),
        lambda work: press(work, "inès", "barrier.decline", item_id),
    )
    with database.transaction(workspace_id) as work:
        assert found(work, item_id).status is BarrierStatus.FIXED


def test_two_looks_together_bring_up_once_what_does_not_work(
    database: Database, workspace_id: str, clock: FixedClock, item_id: str
) -> None:
    asked = posted(database, workspace_id, "barrier.item")
    with database.transaction(workspace_id) as work:
        barrier = found(work, item_id)
        passing_on.fix(work, barrier)
        passing_on.not_yet(work, barrier)
    together(database, workspace_id, clock, *[lambda work: look(work, found(work, item_id).project_id)] * 2)
    assert posted(database, workspace_id, "barrier.item") == asked + 2


def test_two_first_looks_together_bring_up_once_what_is_shared(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        group = Group(work)
        group.answer(5, Blocker.ACCESS)
        group.answer(5, Blocker.PEERS)
        project_id = group.project.id
        clock.advance(group.work.now - clock.now())
    together(database, workspace_id, clock, *[lambda work: look(work, project_id)] * 2)
    assert posted(database, workspace_id, "barrier.item") == 1


def test_two_leads_who_begin_a_search_together_ask_everybody_once(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        group = Group(work)
        group.appoint("Inès")
        group.answer(5, Blocker.PEERS)
        project_id = group.project.id
        clock.advance(group.work.now - clock.now())
    together(
        database,
        workspace_id,
        clock,
        lambda work: press(work, "sandrine", champion_leads.START, project_id),
        lambda work: press(work, "inès", champion_leads.START, project_id),
    )
    assert posted(database, workspace_id, "champion.question") == 5
    with database.transaction(workspace_id) as work:
        begun = [work.agenda.get(lead.id, SEARCH, project_id) for lead in work.projects.leads(project_id)]
        assert len([item for item in begun if item]) == 1
