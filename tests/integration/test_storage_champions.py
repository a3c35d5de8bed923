"""Champions and nominations on both databases: what is kept, for how long, and what goes with a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from nudges import champions
from storage import migrate
from storage.database import Database
from storage.engines import parse_url
from storage.models import Champion, ChampionStatus, Nomination, Person, Project, Role
from storage.purge import Purge
from storage.repositories.champions import KEPT
from storage.work import Work
from tests.support.clock import FixedClock

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


def fill(work: Work) -> tuple[Project, list[Person]]:
    project = Project(
        id="p", workspace_id=work.workspace_id, key="k", definition="{}", ends_on=None, created_at=work.now
    )
    work.projects.add(project)
    people = [work.people.ensure(f"U{n}", f"Person {n}") for n in range(3)]
    for person in people:
        work.projects.join(project.id, person.id, Role.EMPLOYEE)
    first, second, third = people
    champions.ask(work, project.id, first.id, ["named", "early"])
    work.champions.nominate(project.id, second.id, first.id)
    work.champions.nominate(project.id, third.id, first.id)
    work.champions.nominate(project.id, third.id, first.id)
    nomination = work.champions.add_unclear(project.id, third.id)
    nomination.typed = work.seal(champions.TYPED, "Nobody", row=nomination.id)
    return project, people


def test_the_same_name_twice_counts_once(work: Work) -> None:
    project, (first, _, third) = fill(work)
    assert work.champions.named(project.id) == ({first.id: 2}, 2)
    assert work.champions.nominated_by(project.id, third.id) == 1


def test_asking_again_begins_anew(work: Work) -> None:
    project, (first, *_) = fill(work)
    (before,) = work.champions.all(project.id)
    before.cards, before.status = 5, ChampionStatus.ENDED
    after = champions.ask(work, project.id, first.id, ["gladly"])
    assert [row.id for row in work.champions.all(project.id)] == [after.id]
    assert (after.status, after.cards, after.signs) == (ChampionStatus.ASKED, 0, "gladly")


@pytest.mark.parametrize(
    ("status", "days", "may"),
    [
        (ChampionStatus.ASKED, 181, False),
        (ChampionStatus.ASKED, 182, True),
        (ChampionStatus.DECLINED, 181, False),
        (ChampionStatus.DECLINED, 182, True),
        (ChampionStatus.PASSED, 181, False),
        (ChampionStatus.ENDED, 181, False),
        (ChampionStatus.WILLING, 900, False),
        (ChampionStatus.BEGUN, 900, False),
    ],
)
def test_a_no_and_silence_hold_for_half_a_year(
    work: Work, status: ChampionStatus, days: int, may: bool
) -> None:
    project, _ = fill(work)
    (row,) = work.champions.all(project.id)
    row.status, row.since = status, work.now - days * DAY
    assert champions.may_be_asked(work, row) is may


def test_whoever_goes_takes_it_along(work: Work) -> None:
    project, (first, second, _) = fill(work)
    work.session.delete(second)
    work.session.flush()
    assert work.champions.named(project.id) == ({first.id: 1}, 1)
    work.session.delete(first)
    work.session.flush()
    work.session.expire_all()
    assert work.champions.named(project.id) == ({}, 0)
    assert work.champions.all(project.id) == []


async def test_who_named_whom_is_gone_after_thirty_days(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        fill(work)
    clock.advance(KEPT - DAY)
    with database.transaction(workspace_id) as work:
        work.champions.nominate("p", work.people.ensure("U0", "").id, work.people.ensure("U2", "").id)
    clock.advance(DAY)
    await Purge(database, 30 * DAY, 90 * DAY, ()).run()
    with database.system() as system:
        assert len(system.session.scalars(select(Nomination)).all()) == 1
        assert len(system.session.scalars(select(Champion)).all()) == 1


def test_the_rest_survives_the_way_down(database: Database, workspace_id: str, database_url: str) -> None:
    with database.transaction(workspace_id) as work:
        fill(work)
    database.dispose()
    url = parse_url(database_url)
    migrate.downgrade(url, "0016-1")
    migrate.upgrade(url)
    migrate.check(url)
    with database.transaction(workspace_id) as work:
        assert len(work.projects.members("p")) == 3
        assert work.champions.all("p") == []
        champions.ask(work, "p", work.projects.members("p")[0][1].id, [])
