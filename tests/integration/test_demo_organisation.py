"""The demo organisation, on every database: loaded by the real engine, once, and honest."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot.demo import background, found, load, load_demo, people, playable
from bot.presenters.digest import weekly
from bot.scene import Scene
from content.actions import State
from content.blockers import Blocker
from content.stages import Stage
from digests import board
from digests.ideas import Order
from digests.page import Headline, Page
from digests.service import publish, standing
from projects.service import definition
from storage.database import Database
from storage.models import AgendaItem, Base, Interview, InterviewStatus, OutboxMessage, Project, Role
from storage.work import Work

pytestmark = pytest.mark.both_databases


@pytest.fixture
def lampion(work: Work) -> Project:
    workspace = work.workspaces.get(work.workspace_id)
    workspace.lang, workspace.address, workspace.timezone = "fr", "tu", "Europe/Paris"
    assert load_demo(work)
    project = work.projects.by_key("trello")
    assert project
    return project


def counts(work: Work) -> dict[str, int]:
    session = work.session
    tables = [mapper.class_ for mapper in Base.registry.mappers]
    return {table.__name__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_second_load_changes_nothing(work: Work, lampion: Project) -> None:
    before = counts(work)
    assert not load_demo(work)
    assert counts(work) == before


def test_whom_one_can_be(work: Work, lampion: Project) -> None:
    cast = [(person.external_id, place.role, person.lang) for person, place in playable(work)]
    assert cast == [
        ("karim", Role.EMPLOYEE, "fr"),
        ("emma", Role.EMPLOYEE, "en"),
        ("aude", Role.CHAMPION, "en"),
        ("nadia", Role.CHAMPION, "fr"),
        ("sandrine", Role.LEAD, "fr"),
        ("oliver", Role.LEAD, "en"),
        ("theo", Role.EMPLOYEE, "fr"),
        ("grace", Role.EMPLOYEE, "en"),
    ]


def test_before_it_is_loaded_one_can_be_nobody(work: Work) -> None:
    assert playable(work) == []


def test_only_those_who_can_be_played_are_written_to(work: Work, lampion: Project) -> None:
    rows = work.session.scalars(select(OutboxMessage)).all()
    invited = {work.people.get(row.person_id).external_id for row in rows}
    assert invited == {"karim", "emma", "aude", "nadia", "theo", "grace"}
    assert {row.intent for row in rows} == {"interview.invite"}
    answered = {
        interview.person_id for interview in work.session.scalars(select(Interview)) if interview.outcome
    }
    agenda = {item.person_id for item in work.session.scalars(select(AgendaItem)) if item.next_due_at}
    assert not agenda & answered


def test_the_tool_has_told_a_little(work: Work, lampion: Project) -> None:
    funnel = standing(work, lampion, work.now.date()).stages
    assert funnel[Stage.TRIED] == sum(bool(colleague.used) for colleague in background().values()) > 5
    assert funnel[Stage.ROUTINE] >= 2


def test_leads_have_their_monday(work: Work, lampion: Project) -> None:
    due = {
        work.people.get(item.person_id).external_id: item.next_due_at
        for item in work.session.scalars(select(AgendaItem).where(AgendaItem.kind == "digest"))
    }
    assert due == {
        "sandrine": datetime(2026, 11, 30, 8, 0, tzinfo=UTC),
        "oliver": datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    }


def test_the_background_has_answered_to_the_end_in_the_past(work: Work, lampion: Project) -> None:
    interviews = [row for row in work.session.scalars(select(Interview)) if row.outcome]
    assert len(interviews) == len(background())
    assert all(row.status is InterviewStatus.CLOSED for row in interviews)
    assert all(row.closed_at and row.closed_at < work.now for row in interviews)
    counted = work.counts.answers(work.campaigns.all(lampion.id)[0].id)
    assert sum(row.people for row in counted if row.confirmed == Blocker.TRUST) == sum(
        colleague.really is Blocker.TRUST for colleague in background().values()
    )


def test_the_project_lasts_eight_more_weeks(work: Work, lampion: Project) -> None:
    assert (
        lampion.ends_on == definition(lampion).ends_on == work.now.date().replace(year=2027, month=1, day=19)
    )


def test_the_first_digest_has_something_to_say(work: Work, lampion: Project) -> None:
    page = Page.from_json(publish(work, lampion, work.now.date()).page)
    assert page.headline is Headline.EXCUSE
    assert page.causes[0].name == "trust"
    assert page.excuse
    assert page.excuse.name == "time"
    assert page.story
    assert page.last
    assert (page.last.state, page.last.counts) == (State.RESOLVED, (6, 5, 0))
    lead = work.people.by_external("sandrine")
    assert lead
    scene = Scene(work, work.workspaces.get(work.workspace_id), lead, "test")
    message = weekly(scene, {"project": lampion.id, "week": "2026-W48"})
    assert message
    assert "Lucie, Quai, avec son accord" in message.plain
    assert "Trello ne sonne plus que pour ses propres cartes" in message.plain
    assert "Réglé pour 6, mieux pour 5, toujours là pour personne." in message.plain
    names = {row.name for row in people()} - {"Lucie"}
    assert not any(name in message.plain for name in names)


def test_it_is_founded_and_loaded_from_nothing(database: Database) -> None:
    for _ in range(2):
        found(database)
        load(database)
    with database.system() as system:
        workspace = system.workspaces.by_external("playground", "demo")
    assert workspace
    assert (workspace.lang, workspace.address, workspace.timezone) == ("fr", "tu", "Europe/Paris")
    with database.reading(workspace.id) as work:
        assert len(playable(work)) == 8


def test_two_ideas_are_on_the_board(work: Work, lampion: Project) -> None:
    lines = board.lines(work, lampion.id, Order.TOP)
    assert [line.support for line in lines] == [5, None]
    assert all(line.open for line in lines)
