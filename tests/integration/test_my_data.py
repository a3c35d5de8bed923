"""`my data`: what is held is read, taken away, put right, by the person alone."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import router
from bot.platforms.port import Fields
from content.blockers import Blocker
from storage.models import Interview, OutboxMessage, Person, Role, UsageDay
from storage.repositories.usage import Used
from storage.retention import Periods
from storage.work import Work
from tests.support.company import Company

pytestmark = pytest.mark.both_databases

CALLED = {"fr": "mes données", "en": "my data"}


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim", team="Quai")


def read(company: Company, person: Person) -> tuple[dict[str, str], dict[str, str]]:
    """What is held, and for how long."""
    company.command(person, "my_data")
    held, kept = (
        {label.replace("\u00a0", " "): value.replace("\u00a0", " ") for label, value in each.rows}
        for each in company.screens[person.id].last.blocks
        if isinstance(each, Fields)
    )
    return held, kept


def facts(company: Company, person: Person) -> dict[str, str]:
    return read(company, person)[0]


def test_everything_is_read_in_plain_words(company: Company, karim: Person) -> None:
    company.found(karim, Blocker.TRUST)
    company.fill(karim, "routine", f"{company.project.id}|", template="standup")
    today = company.work.now.date()
    company.work.usage.add({Used(karim.id, company.project.id, today, "card_created")})
    told = facts(company, karim)
    assert told["Nom"] == "Karim"
    assert told["Équipe"] == "Quai"
    assert told["Projet"].endswith("depuis le 24 novembre 2026")
    assert told["Entretiens"].startswith("1, le dernier le 24 novembre 2026")
    assert told["Ce que j'y ai compris"] == "Je n'avais pas confiance"
    assert told["Routine"].startswith("Après le point de 9 h")
    assert told["Jours d'utilisation de l'outil"] == "1, le dernier le 24 novembre 2026"
    assert company.labels(karim) == ["Exporter", "Corriger", "À quoi ça sert", "Effacer"]


def test_what_there_is_none_of_has_no_row(company: Company, karim: Person) -> None:
    assert set(facts(company, karim)) == {"Nom", "Langue", "Équipe", "Projet", "Messages que je t'ai envoyés"}


def test_it_is_said_for_how_many_days_what_of_it_is_kept(company: Company, karim: Person) -> None:
    assert set(read(company, karim)[1]) == {
        "Messages que je t'ai envoyés",
        "Ce que tu m'écris, tel que reçu",
        "Le reste",
    }
    company.router = router(
        kept=Periods(words=21, answers=22, coaching=23, stories=24, people=25, messages=26, events=27)
    )
    company.found(karim, Blocker.TRUST)
    company.fill(karim, "routine", f"{company.project.id}|", template="standup")
    company.work.usage.add({Used(karim.id, company.project.id, company.work.now.date(), "card_created")})
    days = {label: re.findall(r"\d+", value) for label, value in read(company, karim)[1].items()}
    assert days == {
        "Tes mots en entretien": ["21"],
        "Ce que j'y ai compris": ["22"],
        "Routines, accompagnement, idées, actions, obstacles transmis, absences": ["23", "23"],
        "Jours d'utilisation de l'outil": ["400"],
        "Messages que je t'ai envoyés": ["26"],
        "Ce que tu m'écris, tel que reçu": ["27"],
        "Le reste": ["25"],
    }
    (interview,) = company.work.session.scalars(select(Interview))
    interview.words_gone_at = company.work.now
    company.command(karim, "stop")
    kept = read(company, karim)[1]
    assert "Tes mots en entretien" not in kept
    assert "ton « stop » tienne" in kept["Le reste"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_is_asked_for_by_its_name(work: Work, lang: str) -> None:
    company = Company(work, lang)
    karim = company.hire("Karim", Role.LEAD, lang=lang)
    company.say(karim, CALLED[lang])
    assert len(company.labels(karim)) == 4
    company.say(karim, "help")
    assert CALLED[lang] in company.screens[karim.id].last.plain.replace("\u00a0", " ")


def test_a_stranger_reads_that_nothing_is_held(company: Company) -> None:
    zoe = company.work.people.ensure("zoe", "Zoé")
    company.watch(zoe)
    company.command(zoe, "my_data")
    assert "Je ne garde rien sur toi" in company.screens[zoe.id].last.plain.replace("\u00a0", " ")
    assert company.labels(zoe) == []


def test_the_code_opens_it_once_and_for_a_quarter_of_an_hour(company: Company, karim: Person) -> None:
    company.command(karim, "my_data")
    company.press(karim, "Exporter")
    code = company.work.personal.code(karim)
    assert code
    assert code in company.screens[karim.id].last.plain
    assert company.work.personal.redeem("00000-00000") is None
    assert company.work.personal.redeem(code.lower().replace("-", " ")) is karim
    assert company.work.personal.redeem(code) is None
    company.command(karim, "my_data")
    company.press(karim, "Exporter")
    late = company.work.personal.code(karim)
    assert late
    company.later(timedelta(minutes=15))
    assert company.work.personal.redeem(late) is None
    company.work.session.flush()
    rows = company.work.session.scalars(select(OutboxMessage))
    assert not any(given in json.dumps(row.args) for row in rows for given in (code, late))


def test_a_name_put_right_holds_and_the_next_words_are_in_the_other_language(
    company: Company, karim: Person
) -> None:
    company.fill(karim, "my_data.correct", "", name="  Karim B. ", lang="en")
    assert (karim.name, karim.lang, karim.corrected_at) == ("Karim B.", "en", company.work.now)
    assert company.screens[karim.id].last.plain == (
        "Done. I know you as Karim B., and I write to you in English."
    )
    company.fill(karim, "my_data.correct", "", name=" ", lang="fr")
    assert (karim.name, karim.lang) == ("Karim B.", "en")


def test_the_form_shows_what_is_known(company: Company, karim: Person) -> None:
    form = company.router.form(company.scene(karim), "my_data.correct", "")
    assert [field.initial for field in form.fields] == ["Karim", "fr"]
    assert company.work.session.scalars(select(UsageDay)).all() == []
