"""Erased at an awkward moment: while something is on its way to them, in the middle of an interview, as the only one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.handlers import interview
from bot.handlers.digest import schedule_digest
from digests.service import publish
from storage.database import Database
from storage.models import Interview, OutboxMessage, Person, Role
from storage.work import Work
from surveys import service as surveys
from tests.support.clock import FixedClock
from tests.support.company import Company
from tests.support.outbox import SECOND, SETTLE, People, worker

WORDS = "si je note dans trello tout le monde voit que j'ai laissé traîner"
WEEK = timedelta(weeks=1)


def erase(company: Company, person: Person) -> None:
    company.command(person, "my_data")
    company.press(person, "Effacer")
    company.press(person, "Tout effacer")
    company.later(timedelta(minutes=1))


@pytest.mark.both_databases
@pytest.mark.parametrize("uncertain", [False, True], ids=["sending", "uncertain"])
async def test_what_was_on_its_way_leaves_nothing_behind_and_is_not_sent_again(
    database: Database, workspace_id: str, clock: FixedClock, uncertain: bool
) -> None:
    people, outbox = People(database, workspace_id), worker(database, "a", clock)
    people.plan("n1")
    people.plan("n2", people.aude)
    mine = next(each for each in await outbox.claim(2) if each.dedupe == "n1")
    if uncertain:
        assert await outbox.mark_uncertain(mine.seq)
    with database.transaction(workspace_id) as work:
        work.personal.forget(work.people.get(people.karim))
    assert await outbox.mark_sent(mine.seq, "m1", "c1") is False
    clock.advance(SETTLE + SECOND)
    assert [each.dedupe for each in await outbox.uncertain(5)] == []
    clock.advance(timedelta(hours=1))
    await outbox.recover()
    assert [each.dedupe for each in await outbox.claim(5)] == []
    with database.reading(workspace_id) as work:
        assert [row.dedupe for row in work.session.scalars(select(OutboxMessage))] == ["n2"]


def test_in_the_middle_of_an_interview(work: Work) -> None:
    company = Company(work)
    karim = company.hire("Karim")
    campaign = surveys.start_campaign(work, company.project.id, "adoption")
    interview.invite(company.scene(karim), campaign)
    company.deliver()
    company.press(karim, "Allons-y")
    company.press(karim, "Papier, Excel")
    company.say(karim, WORDS)
    erase(company, karim)
    assert work.session.scalars(select(Interview)).all() == []
    arrived = len(company.screens[karim.id].arrived)
    company.later(8 * WEEK)
    assert len(company.screens[karim.id].arrived) == arrived, "no question, no reminder, no new round"


def test_the_only_lead_leaves_a_project_that_goes_on_and_that_another_may_lead(work: Work) -> None:
    company = Company(work)
    sandrine, emma = company.hire("Sandrine", Role.LEAD), company.hire("Emma")
    schedule_digest(company.scene(sandrine), work.projects.of_person(sandrine.id)[0][0])
    erase(company, sandrine)
    company.later(2 * WEEK)
    assert work.projects.get(company.project.id)
    oliver = company.hire("Oliver", Role.LEAD)
    company.command(oliver, "adoption", "digest")
    assert "Rien à montrer pour l'instant" in company.screens[oliver.id].text
    assert work.projects.member(company.project.id, emma.id)


def test_the_only_member_leaves_a_project_of_which_nothing_is_told(work: Work) -> None:
    company = Company(work)
    karim = company.hire("Karim")
    erase(company, karim)
    company.later(WEEK)
    page = publish(work, company.project, work.now.date() + WEEK).page
    assert '"headline":"too_few"' in page
    assert '"eligible":null' in page
