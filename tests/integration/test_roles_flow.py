"""Who leads, who read what: as people, leads, admins and auditors see it in the chat."""

import pytest

from bot.presenters import champions as presenters
from projects import roles
from storage.audit import Action, Actor
from storage.models import Champion, ChampionStatus, Person, Role
from storage.roles import GrantedRole
from storage.work import Work
from tests.support.company import Company

HERE = Actor.command("root")


@pytest.fixture(params=["fr", "en"])
def company(request: pytest.FixtureRequest, work: Work) -> Company:
    return Company(work, request.param)


def said(company: Company, person: Person, command: str) -> str:
    before = set(company.screens[person.id].shown)
    company.command(person, command)
    new = [message for key, message in company.screens[person.id].shown.items() if key not in before]
    return "\n".join(message.plain for message in new)


def give(company: Company, person: Person, role: GrantedRole, by: Actor = HERE) -> None:
    where = None if role in roles.OF_WORKSPACE else company.project
    assert roles.give(company.work, person, role, where, by)


@pytest.mark.both_databases
def test_whoever_is_in_a_project_learns_who_leads_it_since_when_and_by_whom(company: Company) -> None:
    karim, sandrine = company.hire("Karim"), company.hire("Sandrine")
    assert "Sandrine" not in said(company, karim, "who")
    give(company, sandrine, GrantedRole.LEAD)
    told = said(company, karim, "who")
    assert "Sandrine" in told
    assert "2026" in told
    assert {"fr": "la ligne de commande", "en": "the command line"}[company.scene(karim).voice.lang] in told
    zoe = company.hire("Zoé")
    give(company, zoe, GrantedRole.LEAD, company.scene(sandrine).actor)
    assert {"fr": "par Sandrine", "en": "by Sandrine"}[company.scene(karim).voice.lang] in said(
        company, karim, "who"
    )


def test_a_lead_from_before_is_shown_without_a_giver(company: Company) -> None:
    karim = company.hire("Karim")
    company.hire("Sandrine", Role.LEAD)
    assert {"fr": "plus longtemps", "en": "since before"}[company.scene(karim).voice.lang] in said(
        company, karim, "who"
    )


def test_a_stranger_learns_nothing(company: Company) -> None:
    company.hire("Sandrine", Role.LEAD)
    stranger = company.work.people.ensure("stranger", "Stranger")
    stranger.conversation = "c-stranger"
    company.screens[stranger.id] = type(company.screens[next(iter(company.screens))])()
    assert "Sandrine" not in said(company, stranger, "who")


def test_admins_see_every_role_and_lose_that_with_theirs(company: Company) -> None:
    admin, zoe = company.hire("Omar"), company.hire("Zoé")
    give(company, zoe, GrantedRole.AUDITOR)
    assert "Zoé" not in said(company, admin, "who")
    give(company, admin, GrantedRole.ADMIN)
    told = said(company, admin, "who")
    assert "Omar – admin" in told
    assert "Zoé – audit" in told
    assert roles.take(company.work, admin, GrantedRole.ADMIN, None, HERE)
    assert "Zoé" not in said(company, admin, "who")


def test_an_auditor_reads_who_was_shown_what_and_that_is_recorded(company: Company) -> None:
    auditor, lead = company.hire("Zoé"), company.hire("Sandrine", Role.LEAD)
    company.command(lead, "adoption", "digest")
    give(company, auditor, GrantedRole.AUDITOR)
    told = said(company, auditor, "audit")
    lang = company.scene(auditor).voice.lang
    assert {"fr": "Sandrine · a demandé : la page", "en": "Sandrine · asked for: the weekly page"}[lang] in (
        told.replace("\u00a0", " ")
    )
    latest = company.work.audit.latest(1)[0]
    assert (latest.action, latest.actor) == (Action.AUDIT_READ, company.scene(auditor).actor)
    assert str(company.work.audit.head()) in told, "the head stands in a chat, outside of the database"


@pytest.mark.parametrize("role", [None, GrantedRole.CHAMPION, GrantedRole.LEAD, GrantedRole.ADMIN])
def test_the_log_is_for_auditors_alone(company: Company, role: GrantedRole | None) -> None:
    person, lead = company.hire("Karim"), company.hire("Sandrine", Role.LEAD)
    company.command(lead, "adoption", "digest")
    if role:
        give(company, person, role)
    before = company.work.audit.head()
    assert "Sandrine" not in said(company, person, "audit")
    assert company.work.audit.head() == before


def test_every_role_and_report_has_its_word(company: Company) -> None:
    """What is recorded anywhere can be shown to an auditor."""
    auditor = company.hire("Zoé")
    give(company, auditor, GrantedRole.AUDITOR)
    for action in Action:
        company.work.audit.record(action, HERE, role="lead")
        assert said(company, auditor, "audit")
    for role in (*GrantedRole, "reader"):
        company.work.audit.record(Action.ROLE_GIVEN, HERE, role=role)
        assert said(company, auditor, "audit")
    for report in (
        "digest",
        "plan",
        "sample",
        "champions",
        "barriers",
        "management",
        "calibration",
        "nudges",
    ):
        company.work.audit.record(Action.REPORT_ASKED, company.scene(auditor).actor, report=report)
        assert said(company, auditor, "audit")


def test_who_has_gone_is_named_no_more(company: Company) -> None:
    auditor, lead = company.hire("Zoé"), company.hire("Sandrine", Role.LEAD)
    company.command(lead, "adoption", "digest")
    give(company, auditor, GrantedRole.AUDITOR)
    company.work.session.delete(lead)
    company.work.session.flush()
    told = said(company, auditor, "audit")
    assert "Sandrine" not in told
    assert {"fr": "n'est plus là", "en": "no longer here"}[company.scene(auditor).voice.lang] in told
    assert company.work.audit.verify().flaw is None, "the log stands when a person goes"


def test_whom_a_lead_asks_to_read_testimonials_is_in_the_log_and_so_is_their_no(company: Company) -> None:
    lead, reader = company.hire("Sandrine", Role.LEAD), company.hire("Aude", Role.CHAMPION)
    place = company.work.projects.member(company.project.id, reader.id)
    assert place
    company.press_raw(lead, "testimonial.choose_reader", place.id)
    company.press_raw(reader, "testimonial.refuse_reading", company.project.id)
    company.press_raw(reader, "testimonial.refuse_reading", company.project.id)
    told = [(entry.action, entry.actor.id, entry.subject) for entry in company.work.audit.latest(9, "role.")]
    assert told == [("role.taken", reader.id, reader.id), ("role.given", lead.id, reader.id)]


def test_a_champion_who_is_welcomed_and_one_who_stops_are_in_the_log(company: Company) -> None:
    lead, aude = company.hire("Sandrine", Role.LEAD), company.hire("Aude")
    champion = Champion(
        id=company.work.ids.new(),
        workspace_id=company.work.workspace_id,
        project_id=company.project.id,
        person_id=aude.id,
        status=ChampionStatus.WILLING,
        signs="",
        since=company.work.now,
    )
    company.work.session.add(champion)
    company.work.session.flush()
    company.press_raw(lead, "champion.welcome", champion.id)
    company.press_raw(aude, presenters.STOP, champion.id)
    told = [(entry.action, entry.actor.id, entry.subject) for entry in company.work.audit.latest(9, "role.")]
    assert told == [("role.taken", aude.id, aude.id), ("role.given", lead.id, aude.id)]
