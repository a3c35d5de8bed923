"""Leads choose when their page comes, look at it before it does, and send it early, once."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handlers.digest import schedule_digest
from bot.platforms.port import Form
from content.catalog import Lang
from storage.audit import Action
from storage.models import Person, Role
from storage.work import Work
from tests.support import pages
from tests.support.company import Company

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WEEK = timedelta(weeks=1)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def lead(company: Company, name: str, lang: str = "fr") -> Person:
    person = company.hire(name, Role.LEAD, lang=lang)
    membership = company.work.projects.member(company.project.id, person.id)
    assert membership
    schedule_digest(company.scene(person), membership)
    return person


def due_at(company: Company, person: Person) -> datetime | None:
    return next(i for i in company.work.agenda.of_person(person.id) if i.kind == "digest").next_due_at


def pages_got(company: Company, person: Person) -> list[datetime]:
    return [at for at, kind in company.screens[person.id].arrived if kind == "digest.weekly"]


def said(company: Company, person: Person) -> str:
    return company.screens[person.id].last.plain.replace("\u00a0", " ").replace("\u202f", " ")


def choose(company: Company, person: Person, day: str, at: str) -> None:
    company.fill(person, "digest.schedule", "", day=day, at=at)


def test_a_lead_chooses_day_and_hour_and_the_page_comes_then(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    company.say(sandrine, "adoption horaire")
    (form,) = company.screens[sandrine.id].last.blocks
    assert isinstance(form, Form)
    days, hours = (dict(field.options) for field in form.fields)
    assert [field.initial for field in form.fields] == ["monday", "09:00"]
    assert list(days.values()) == ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"]
    assert [*hours][:: len(hours) - 1] == ["09:00", "17:00"]
    choose(company, sandrine, "thursday", "14:00")
    assert "le jeudi à 14:00, la prochaine fois jeudi 26 novembre à 14:00" in said(company, sandrine)
    company.later(2 * WEEK)
    thursday = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    assert pages_got(company, sandrine) == [thursday, thursday + WEEK]


def test_the_hour_is_the_leads_own_through_a_change_of_clocks(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    choose(company, sandrine, "friday", "11:00")
    company.later(datetime(2027, 3, 20, tzinfo=UTC) - company.work.now)
    before = due_at(company, sandrine)
    assert before == datetime(2027, 3, 26, 10, 0, tzinfo=UTC)
    company.later(2 * WEEK)
    assert due_at(company, sandrine) == datetime(2027, 4, 9, 9, 0, tzinfo=UTC)


def test_an_import_of_the_same_people_and_a_new_role_keep_what_was_chosen(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    choose(company, sandrine, "thursday", "14:00")
    chosen = due_at(company, sandrine)
    membership = company.work.projects.member(company.project.id, sandrine.id)
    assert membership
    schedule_digest(company.scene(sandrine), membership)
    assert due_at(company, sandrine) == chosen
    membership.role = Role.EMPLOYEE
    company.later(WEEK)
    assert due_at(company, sandrine) is None
    membership.role = Role.LEAD
    schedule_digest(company.scene(sandrine), membership)
    assert due_at(company, sandrine) == datetime(2026, 12, 3, 13, 0, tzinfo=UTC)


def test_a_week_that_was_sent_is_not_sent_again_on_the_new_day(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    company.later(MONDAY + timedelta(hours=1) - company.work.now)
    choose(company, sandrine, "thursday", "14:00")
    assert "jeudi 10 décembre" in said(company, sandrine)
    company.later(2 * WEEK)
    assert pages_got(company, sandrine) == [MONDAY, datetime(2026, 12, 10, 13, 0, tzinfo=UTC)]


@pytest.mark.parametrize(("day", "at"), [("sunday", "09:00"), ("monday", "03:00"), ("", ""), ("x y", "9")])
def test_what_the_form_does_not_offer_changes_nothing(company: Company, day: str, at: str) -> None:
    sandrine = lead(company, "Sandrine")
    choose(company, sandrine, day, at)
    assert due_at(company, sandrine) == MONDAY


def test_a_pause_holds_on_the_day_that_was_chosen(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    choose(company, sandrine, "thursday", "14:00")
    sandrine.snoozed_until = company.work.now + WEEK
    company.later(2 * WEEK)
    assert pages_got(company, sandrine) == [datetime(2026, 12, 3, 13, 0, tzinfo=UTC)]


@pytest.mark.parametrize("lang", list(Lang))
def test_a_preview_before_the_page_says_when_and_counts_nothing(company: Company, lang: Lang) -> None:
    sandrine, oliver = lead(company, "Sandrine", lang), lead(company, "Oliver")
    choose(company, oliver, "thursday", "14:00")
    company.say(sandrine, {"fr": "Adoption aperçu", "en": "adoption preview"}[lang])
    told = said(company, sandrine)
    assert {
        "fr": "Elle sera comptée jeudi 26 novembre à 14:00, une fois pour tout le monde. Tu la recevras lundi 30",
        "en": "It is counted on Thursday 26 November at 14:00, once for everyone. You will get it on Monday 30",
    }[lang] in told
    assert company.work.digests.latest(company.project.id) is None


def test_a_preview_of_a_published_page_is_the_page_and_when_it_comes(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    company.work.digests.add(company.project.id, pages.WEEK, pages.full().to_json())
    choose(company, sandrine, "thursday", "14:00")
    company.command(sandrine, "adoption", "preview")
    told = said(company, sandrine)
    assert "Tu la recevras jeudi 26 novembre à 14:00" in told
    assert "la confiance : 9 personnes sur 31" in told
    assert company.labels(sandrine) == ["Envoyer maintenant", "Changer le jour ou l'heure"]
    company.later(timedelta(days=3))
    company.command(sandrine, "adoption", "preview")
    assert "Elle t'a déjà été envoyée" in said(company, sandrine)


def test_a_page_of_a_week_whose_hour_has_passed_is_not_promised_for_the_next(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    company.command(sandrine, "adoption", "preview")
    assert (
        "Elle sera comptée lundi 30 novembre à 09:00, une fois pour tout le monde, et te parviendra"
        in said(company, sandrine)
    )
    company.work.digests.add(company.project.id, pages.WEEK, pages.full().to_json())
    company.command(sandrine, "adoption", "preview")
    told = said(company, sandrine)
    assert "La prochaine page te parviendra lundi 30 novembre à 09:00" in told
    assert "Tu la recevras" not in told


@pytest.mark.parametrize("lang", list(Lang))
def test_two_leads_send_the_page_at_once_and_everybody_gets_it_once(company: Company, lang: Lang) -> None:
    sandrine, oliver, keiko = (lead(company, name, lang) for name in ("Sandrine", "Oliver", "Keiko"))
    for person in (sandrine, oliver):
        company.command(person, "adoption", {"fr": "envoyer", "en": "send now"}[lang])
    assert company.work.digests.latest(company.project.id) is None, "asking counts nothing"
    label = {"fr": "Envoyer aux 3 personnes qui pilotent", "en": "Send to 3 leads now"}[lang]
    company.press(sandrine, label)
    assert pages_got(company, sandrine) == [company.work.now], "who asks does not wait"
    company.press(oliver, label)
    company.press_raw(sandrine, "digest.send", f"{company.project.id}|2026-W48")
    company.later(timedelta(days=2))
    assert [len(pages_got(company, person)) for person in (sandrine, oliver, keiko)] == [1, 1, 1]
    company.command(keiko, "adoption", {"fr": "envoyer", "en": "send now"}[lang])
    assert {"fr": "est déjà partie", "en": "has already gone out"}[lang] in said(company, keiko)
    company.later(WEEK)
    assert [len(pages_got(company, person)) for person in (sandrine, oliver, keiko)] == [2, 2, 2]
    sent = [entry.actor.id for entry in company.work.audit.latest(100, Action.REPORT_SENT.value)]
    assert sorted(sent) == sorted([sandrine.id, oliver.id, keiko.id] * 2)


def test_a_question_from_last_week_is_asked_anew(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    choose(company, sandrine, "friday", "16:00")
    company.command(sandrine, "adoption", "send now")
    company.later(timedelta(days=6))
    company.press(sandrine, "Envoyer maintenant")
    assert "Envoyer la page de la semaine 49 maintenant" in company.screens[sandrine.id].text.replace(
        "\u00a0", " "
    )
    assert len(pages_got(company, sandrine)) == 1


def test_not_now_sends_nothing_and_says_when(company: Company) -> None:
    sandrine = lead(company, "Sandrine")
    company.command(sandrine, "adoption", "send")
    company.press(sandrine, "Pas maintenant")
    assert "La page viendra lundi 30 novembre à 09:00" in said(company, sandrine)
    assert pages_got(company, sandrine) == []


@pytest.mark.parametrize("command", ["preview", "send now", "schedule"])
def test_who_leads_nothing_is_told_whose_page_it_is(company: Company, command: str) -> None:
    karim = company.hire("Karim")
    company.command(karim, "adoption", command)
    assert company.screens[karim.id].kinds() == ["digest.not_lead"]
    company.press_raw(karim, "digest.send", f"{company.project.id}|2026-W48")
    company.fill(karim, "digest.schedule", "", day="monday", at="09:00")
    assert company.work.digests.latest(company.project.id) is None
    assert company.work.agenda.of_person(karim.id) == []
