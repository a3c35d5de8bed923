"""Nobody's role shows what somebody told: every command of the chat, as every role, on an organisation that has answered."""

import pytest

from bot import demo
from bot.app import router
from bot.commands import WITH_ARGUMENT, _table
from content.blockers import Blocker
from content.catalog import Address, Lang, Voice
from content.texts import texts
from projects import roles
from storage.audit import SYSTEM, Action
from storage.models import Person, Role
from storage.roles import GrantedRole
from storage.work import Work
from tests.support.company import Company

ARGUMENTS = {"adoption": ("digest", "plan", "")}
"""What is said after a command that goes on."""

READS = {
    ("adoption", "digest"): "digest",
    ("adoption", "plan"): "plan",
    ("champions", ""): "champions",
    ("pilot", ""): "sample",
    ("preview", ""): "digest",
}
"""What shows a lead a report, and how the log calls it."""

SHOWS_NO_REPORT = frozenset(
    [
        "away",
        "back",
        "champion",
        "explain",
        "help",
        "idea",
        "ideas",
        "my_data",
        "page",
        "pause",
        "readers",
        "resume",
        "routine",
        "schedule",
        "send_now",
        "skip",
        "start",
        "stop",
        "testimonial",
        "who",
    ]
)

ROLES = [None, *GrantedRole]


@pytest.fixture
def lampion(work: Work) -> Company:
    demo.load_demo(work)
    return Company(work, "fr")


def _hired(company: Company, role: GrantedRole | None, lang: Lang) -> Person:
    person = company.hire("Zebulon", Role.EMPLOYEE, lang=lang)
    if role:
        where = None if role in roles.OF_WORKSPACE else company.project
        roles.give(company.work, person, role, where, SYSTEM)
    return person


def _said(company: Company, person: Person) -> str:
    for command in sorted(set(_table().values()) - {"stop"}):
        for argument in ARGUMENTS.get(command, ("",)):
            company.command(person, command, argument)
    return company.screens[person.id].text


def _told() -> set[str]:
    """What people at Lampion wrote to Entrain, but for the stories that they agreed to share."""
    return {
        text for colleague in demo.background().values() for text in colleague.answers.values() if " " in text
    }


@pytest.mark.parametrize(
    ("database_url", "role", "lang"),
    [
        *(("sqlite", role, lang) for role in ROLES for lang in Lang),
        pytest.param("postgres", GrantedRole.LEAD, Lang.FRENCH, marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)
def test_no_role_reads_what_somebody_told(lampion: Company, role: GrantedRole | None, lang: Lang) -> None:
    shown = _said(lampion, _hired(lampion, role, lang))
    assert len(shown) > 500
    assert not [words for words in _told() if words in shown]
    names = {row.name for row in demo.people()}
    causes = {texts().text(f"blocker_report.{blocker}", Voice(lang, Address.TU)) for blocker in Blocker}
    for line in shown.splitlines():
        if any(name in line for name in names):
            assert not [cause for cause in causes if cause in line.casefold()], line


@pytest.mark.parametrize("lang", list(Lang))
def test_one_who_has_answered_alone_is_in_no_screen_of_anybody_else(work: Work, lang: Lang) -> None:
    """Among twelve people, one has confirmed trust: for everybody else there is no trust here."""
    company = Company(work, "fr")
    for number in range(11):
        company.hire(f"Colleague {number}", team="Quai")
    alone = company.hire("Ornithorynque", team="Quai")
    company.found(alone, Blocker.TRUST)
    cause = texts().text("blocker_report.trust", Voice(lang, Address.TU))
    for role in ROLES:
        person = company.hire(f"Reader {role}", lang=lang)
        if role:
            where = None if role in roles.OF_WORKSPACE else company.project
            roles.give(company.work, person, role, where, SYSTEM)
        company.later(company.work.now - company.work.now)
        shown = _said(company, person)
        assert cause not in shown.casefold(), role
        assert "Ornithorynque" not in shown, role


def test_every_command_of_the_chat_is_known_to_show_a_report_or_none() -> None:
    """A new one is added above: what shows a report is recorded."""
    named = {command for command, _ in READS} | SHOWS_NO_REPORT | {"audit"}
    assert set(router()._commands) == named
    assert set(ARGUMENTS) == WITH_ARGUMENT - {"testimonial"}


@pytest.mark.parametrize(("said", "report"), READS.items(), ids=[" ".join(said) for said in READS])
def test_what_shows_a_lead_a_report_is_recorded(lampion: Company, said: tuple[str, str], report: str) -> None:
    lead = _hired(lampion, GrantedRole.LEAD, Lang.ENGLISH)
    lampion.command(lead, *said)
    latest = lampion.work.audit.latest(1)[0]
    assert (latest.action, latest.actor.id, latest.subject) == (
        Action.REPORT_ASKED,
        lead.id,
        lampion.project.id,
    )
    assert f'"report":"{report}"' in latest.detail


@pytest.mark.parametrize("said", READS, ids=[" ".join(said) for said in READS])
@pytest.mark.parametrize("role", [None, GrantedRole.CHAMPION, GrantedRole.ADMIN, GrantedRole.AUDITOR])
def test_nobody_else_is_shown_it(lampion: Company, said: tuple[str, str], role: GrantedRole | None) -> None:
    person = _hired(lampion, role, Lang.ENGLISH)
    before = lampion.work.audit.head()
    lampion.command(person, *said)
    assert lampion.work.audit.head() == before
    assert lampion.screens[person.id].kinds()[-1].endswith("not_lead")
