"""A routine that names the event by which it is seen: only that event keeps it."""

import json
from datetime import timedelta

import pytest

from bot.presenters.routine_words import kept_by
from projects.definition import ProjectFile, read
from projects.service import save
from storage.models import Person
from storage.repositories.usage import Used
from storage.work import Work
from tests.integration.test_routines_coaching import begin
from tests.support.company import FILE, Company

WEEK = timedelta(weeks=1)


def file(event: str | None = "card_created") -> ProjectFile:
    """The planner's routine "after the stand-up, I add one urgent order" is seen by this event."""
    plain = json.loads(read(FILE).to_json())
    plain["personas"]["planner"]["routines"][0]["event"] = event
    return ProjectFile.model_validate(plain)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    save(company.work, file())
    return company.hire("Karim")


def five_weeks(company: Company, person: Person, event: str) -> None:
    for _ in range(5):
        company.later(timedelta(days=5))
        company.work.usage.add([Used(person.id, company.project.id, company.work.now.date(), event)])
        company.later(timedelta(days=2))
    company.later(timedelta(days=2))


@pytest.mark.parametrize(("event", "asked"), [("card_created", False), ("card_moved", True)])
def test_only_its_own_event_spares_the_question(
    company: Company, karim: Person, event: str, asked: bool
) -> None:
    begin(company, karim, weeks=20)
    five_weeks(company, karim, event)
    assert ("routine.check_in" in company.screens[karim.id].kinds()) is asked
    company.command(karim, "routine")
    assert ("4 semaines sur 4" in company.screens[karim.id].last.plain) is not asked


def test_in_own_words_any_use_keeps_it(company: Company, karim: Person) -> None:
    begin(company, karim, template=None, weeks=20)
    five_weeks(company, karim, "card_moved")
    assert "routine.check_in" not in company.screens[karim.id].kinds()


def test_an_event_that_the_project_no_longer_hears_gives_way_to_any_use() -> None:
    assert kept_by(file(), "planner", "standup") == "card_created"
    assert kept_by(file(), None, "standup") == "card_created", "the file's first persona"
    assert kept_by(file(), "sales", "standup") is None
    assert kept_by(file(None), "planner", "standup") is None
    assert kept_by(file(), "planner", "habit.first_window") is None
