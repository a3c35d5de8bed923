"""Who leads three projects or more gets one message with the conclusion of each, in place of as many pages."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handlers.digest import schedule_digest
from content.catalog import Lang
from projects.definition import read
from projects.service import save
from storage.models import Person, Project, Role
from storage.work import Work
from tests.support import pages
from tests.support.company import FILE, Company

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
TOOLS = ("Trello", "Notion", "Salesforce", "Copilot")


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def lead_of(company: Company, count: int, lang: str = "fr") -> tuple[Person, list[Project]]:
    sandrine = company.hire("Sandrine", Role.LEAD, lang=lang)
    projects = [company.project]
    for tool in TOOLS[1:count]:
        file = read(FILE).model_copy(update={"key": tool.lower(), "name": f"Projet {tool}", "tool": tool})
        projects.append(save(company.work, file))
        company.work.projects.join(projects[-1].id, sandrine.id, Role.LEAD, None)
    for project in projects:
        membership = company.work.projects.member(project.id, sandrine.id)
        assert membership
        schedule_digest(company.scene(sandrine), membership)
        company.work.digests.add(project.id, pages.NEXT, pages.full(pages.NEXT).to_json())
    return sandrine, projects


def kinds(company: Company, person: Person) -> list[str]:
    return [kind for _, kind in company.screens[person.id].arrived if kind.startswith("digest.")]


@pytest.mark.parametrize("lang", list(Lang))
def test_three_projects_are_one_message_with_the_way_to_each_page(company: Company, lang: Lang) -> None:
    sandrine, projects = lead_of(company, 3, lang)
    company.later(MONDAY + timedelta(hours=1) - company.work.now)
    assert kinds(company, sandrine) == ["digest.several"]
    screen = company.screens[sandrine.id].last.plain.replace("\u00a0", " ")
    headline = {"fr": "Le frein qui compte n'est pas le temps", "en": "The obstacle that counts is not time"}
    assert screen.count(headline[lang]) == 3
    button = {"fr": "Voir la page\u00a0: Notion", "en": "See the page: Notion"}[lang]
    assert len(company.labels(sandrine)) == 5, "one a project, stop, why"
    company.press(sandrine, button)
    assert kinds(company, sandrine) == ["digest.several", "digest.weekly"]
    reports = [entry.subject for entry in company.work.audit.latest(100, "report.sent")]
    assert sorted(reports) == sorted(project.id for project in projects)
    company.later(timedelta(weeks=1))
    assert kinds(company, sandrine)[2:] == ["digest.several"]


def test_asked_for_it_is_one_message_too(company: Company) -> None:
    sandrine, _ = lead_of(company, 4)
    company.command(sandrine, "adoption", "digest")
    assert kinds(company, sandrine) == ["digest.several"]


def test_two_projects_are_two_pages(company: Company) -> None:
    sandrine, _ = lead_of(company, 2)
    company.later(MONDAY + timedelta(hours=1) - company.work.now)
    assert kinds(company, sandrine) == ["digest.weekly", "digest.weekly"]


def test_a_project_that_is_led_no_more_is_left_out(company: Company) -> None:
    sandrine, projects = lead_of(company, 3)
    company.command(sandrine, "adoption", "digest")
    company.work.projects.join(projects[1].id, sandrine.id, Role.EMPLOYEE, None)
    company.press(sandrine, "Voir la page\u00a0: Notion")
    assert kinds(company, sandrine) == ["digest.several"], "nothing of what is not theirs"
    company.command(sandrine, "adoption", "digest")
    assert kinds(company, sandrine)[1:] == ["digest.weekly", "digest.weekly"]
