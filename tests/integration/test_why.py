"""Everything that comes unasked says why in one sentence, to that person alone, and offers less."""

from datetime import timedelta

import pytest

from bot.handlers import interview
from bot.kinds import KINDS
from bot.presenters.ways import WHY
from content.blockers import Blocker
from content.catalog import Lang
from nudges import service
from nudges.content import texts
from nudges.why import Facts, why
from storage.models import Person, Role
from storage.work import Work
from tests.support.company import Company, pressable

WEEK = timedelta(days=7)
FACTS = [
    Facts(routine, first, told, fixed)
    for routine in (True, False)
    for first in (True, False)
    for told in (True, False)
    for fixed in (True, False)
]


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim")


def begin(company: Company, person: Person, **values: str) -> None:
    company.fill(person, "routine", f"{company.project.id}|", **{"template": "standup", **values})


def answer(company: Company, person: Person) -> str:
    company.press(person, "Pourquoi ça\u00a0?")
    return company.screens[person.id].last.plain.replace("\u00a0", " ")


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_that_comes_unasked_has_its_sentence(kind: str) -> None:
    for facts in FACTS:
        for lang in Lang:
            assert why(kind, facts) in texts("why").keys(lang)


def test_a_nudge_says_who_chose_what_and_when_and_offers_less(company: Company, karim: Person) -> None:
    begin(company, karim)
    company.later(timedelta(days=2))
    assert company.labels(karim) == ["Moins souvent", "Arrêter", "Pourquoi ça\u00a0?"]
    assert answer(company, karim).startswith(
        "Tu as choisi cette routine le 24 novembre 2026, et c'est son premier jour."
    )
    assert company.labels(karim) == ["Moins souvent", "Ma routine", "Arrêter"]
    before = len(company.screens[karim.id].shown)
    company.press(karim, "Pourquoi ça\u00a0?")
    assert len(company.screens[karim.id].shown) == before, "asked twice, it is answered once"


def test_what_a_person_confirmed_is_named_to_them_and_only_while_it_holds(
    company: Company, karim: Person
) -> None:
    company.found(karim, Blocker.MEANING)
    service.plan_coaching(company.work, karim.id, company.project.id, company.scene(karim).week)
    company.later(timedelta(days=2))
    told = answer(company, karim)
    assert told.startswith("Le 24 novembre 2026, tu m'as dit ce qui te gêne : « Je ne voyais pas pourquoi")
    assert company.labels(karim) == ["Moins souvent", "Arrêter"]
    (nudge,) = company.work.nudges.of_person(karim.id)
    value = f"routine.nudge|{company.project.id}|{nudge.id}|"
    company.found(karim, Blocker.SKILLS)
    company.press_raw(karim, WHY, value, "m-other")
    later = company.screens[karim.id].last.plain
    assert "Je ne voyais pas" not in later
    assert later.startswith("Ce message part de ce que tu m'as raconté")


def test_nobody_learns_anything_of_somebody_else(company: Company, karim: Person) -> None:
    lea = company.hire("Léa")
    company.found(karim, Blocker.MEANING)
    begin(company, karim)
    company.later(timedelta(days=2))
    (nudge,) = company.work.nudges.of_person(karim.id)
    routine = company.work.routines.current(company.project.id, karim.id)
    assert routine
    for kind, ref in (("routine.nudge", f"{nudge.id}|{routine.id}"), ("routine.check_in", routine.id)):
        company.press_raw(lea, WHY, f"{kind}|{company.project.id}|{ref}", f"m-{kind}")
        shown = company.screens[lea.id].last.plain
        assert "pourquoi on faisait" not in shown
        assert "Ma routine" not in company.labels(lea)


@pytest.mark.parametrize("value", ["", "nothing", "routine.nudge", "routine.nudge|nowhere|x", "help||"])
def test_a_button_that_holds_nonsense_is_a_kind_sentence(company: Company, karim: Person, value: str) -> None:
    company.press_raw(karim, WHY, value)
    assert "Ce bouton ne sert plus" in company.screens[karim.id].last.plain


def test_what_comes_in_half_a_year_has_its_reason_and_at_most_four_buttons(
    company: Company, karim: Person
) -> None:
    aude, sandrine = company.hire("Aude"), company.hire("Sandrine", Role.LEAD)
    company.found(karim, Blocker.TRUST)
    words = {
        "text": "J'ai demandé qui peut lire, puis j'ai essayé.",
        "blocker": "trust",
        "naming": "anonymous",
    }
    company.fill(aude, "testimonial", f"{company.project.id}|2027-05-25", **words, consent="yes")
    assert WHY in actions(company, sandrine)
    company.press(sandrine, "Approuver")
    assert WHY in actions(company, aude)
    begin(company, karim, ends_on="2027-02-20")
    met: dict[str, list[str]] = {}
    for week in range(1, 26):
        count = len(company.screens[karim.id].arrived)
        company.later(WEEK)
        if len(company.screens[karim.id].arrived) > count:
            met[company.screens[karim.id].kinds()[-1]] = actions(company, karim)
            if week not in range(2, 7) and "Oui" in company.labels(karim):
                company.press(karim, "Oui")
        if week == 15:
            begin(company, karim, ends_on=str(company.work.now.date() + 2 * WEEK))
    assert met.keys() == {kind for kind in KINDS if kind.startswith("routine.")} | {"testimonial.share"}
    for kind, shown in met.items():
        assert WHY in shown, kind
        assert len(shown) <= 4, kind


def test_an_invitation_and_its_reminder_say_it_too(company: Company, karim: Person) -> None:
    campaign = company.work.campaigns.add(company.project.id, "adoption")
    interview.invite(company.scene(karim), campaign)
    company.later(timedelta(days=1))
    company.press(karim, "Qui voit quoi\u00a0?")
    assert "Tu fais partie du projet" in company.screens[karim.id].last.plain
    company.press(karim, "Allons-y")
    company.later(WEEK)
    assert company.screens[karim.id].kinds()[-1] == "interview.reminder"
    assert "Je la rappelle une seule fois" in answer(company, karim)


def test_the_weekly_page_says_it_too(company: Company) -> None:
    sandrine = company.hire("Sandrine", Role.LEAD)
    company.command(sandrine, "adoption", "digest")
    assert company.labels(sandrine)[-1] == "Pourquoi ça\u00a0?"
    assert len(company.labels(sandrine)) == 4
    assert "ne montre jamais la réponse d'une personne" in answer(company, sandrine)


def actions(company: Company, person: Person) -> list[str]:
    return [action for action, _, _ in pressable(company.screens[person.id].last)]
