"""The board of ideas in chat: proposed, supported, answered; what is refused, and whom an answer reaches."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.audit import Action
from storage.models import Idea, IdeaStatus, OutboxMessage, Person, Purpose, Role
from storage.work import Work
from tests.support.company import Company

WEEK = timedelta(weeks=1)
TABLET = "Mettre une tablette sur le quai pour noter les urgences"
SAME = "Avoir une tablette au quai, pour saisir les urgences sur place"
OTHER = "Fermer l'ancien dossier partagé"


@dataclass(frozen=True)
class Words:
    """What one language's buttons say."""

    lang: str
    support: str
    unsupport: str
    answer: str
    change: str
    withdraw: str
    open: str
    few: str
    planned: str


FRENCH = Words(
    "fr",
    "Je soutiens",
    "Ne plus soutenir",
    "Répondre",
    "Modifier",
    "Retirer",
    "idées",
    "Moins de 5 soutiens au dernier compte",
    "c'est prévu",
)
ENGLISH = Words(
    "en",
    "I support it",
    "No longer support",
    "Answer",
    "Change",
    "Withdraw",
    "ideas",
    "Fewer than 5 supporters when last counted",
    "it is planned",
)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def propose(company: Company, person: Person, text: str, naming: str = "unnamed") -> Idea:
    company.fill(person, "idea", company.project.id, text=text, naming=naming, consent="yes")
    return company.work.ideas.of_author(person.id)[0]


def look(company: Company, person: Person, idea: Idea) -> str:
    company.press_raw(person, "idea.open", idea.id)
    return company.screens[person.id].last.plain.replace("\u00a0", " ")


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=lambda words: words.lang)
def test_from_the_form_to_the_answer(company: Company, words: Words) -> None:
    karim, lea = (company.hire(name, lang=words.lang) for name in ("Karim", "Léa"))
    sandrine = company.hire("Sandrine", Role.LEAD, lang=words.lang)
    company.say(karim, "idée")
    assert "form" in company.screens[karim.id].kinds()
    idea = propose(company, karim, TABLET)
    assert "idea.alike" not in company.screens[karim.id].kinds()

    company.say(lea, words.open)
    assert TABLET in company.screens[lea.id].text
    assert words.few in company.screens[lea.id].text.replace("\u00a0", " ")
    company.press(lea, TABLET)
    company.press(lea, words.support)
    assert words.unsupport in company.labels(lea)
    company.press(karim, {"fr": "Mes idées", "en": "My ideas"}[words.lang])
    assert TABLET in company.screens[karim.id].last.plain

    company.say(sandrine, words.open)
    company.press(sandrine, TABLET)
    company.press(sandrine, words.answer)
    company.fill(sandrine, "idea.answer", idea.id, status="planned", reason="Commandée mardi.")
    company.later(WEEK)
    for person in (karim, lea):
        assert company.screens[person.id].kinds().count("idea.answered") == 1
        told = company.screens[person.id].last.plain.replace("\u00a0", " ")
        assert words.planned in told
        assert {"fr": f"« {TABLET} »", "en": f"“{TABLET}”"}[words.lang] in told, "quoted as the language does"
        assert "Commandée mardi." in told
    assert "idea.answered" not in company.screens[sandrine.id].kinds()
    assert [entry.action for entry in company.work.audit.latest(1)] == [Action.IDEA_ANSWERED]

    company.fill(sandrine, "idea.answer", idea.id, status="planned", reason="Commandée mardi, livrée lundi.")
    company.later(WEEK)
    assert company.screens[lea.id].kinds().count("idea.answered") == 1, "the same answer is told once"
    company.fill(sandrine, "idea.answer", idea.id, status="done")
    company.later(WEEK)
    assert company.screens[lea.id].kinds().count("idea.answered") == 2


def test_what_is_planned_may_be_looked_after_and_whoever_cares_hears_when_it_is_done(
    company: Company,
) -> None:
    karim, lea, sandrine = company.hire("Karim"), company.hire("Léa"), company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    company.press_raw(lea, "idea.support", idea.id)
    company.fill(sandrine, "idea.answer", idea.id, status="planned", reason="Commandée mardi.")
    company.press(sandrine, "Je m'en occupe")
    assert company.labels(sandrine) == ["Voir l'idée", "C'est fait", "Modifier", "Abandonner"]
    assert "Une idée du tableau" in company.screens[sandrine.id].last.plain
    company.press_raw(sandrine, "action.idea", idea.id)
    (action,) = company.work.actions.of_project(company.project.id)
    assert action.owner_id == sandrine.id
    company.press_raw(lea, "action.idea", idea.id)
    assert "Seule une personne qui pilote" in company.screens[lea.id].last.plain
    company.later(2 * WEEK + WEEK / 2)
    assert "action.reminder" in company.screens[sandrine.id].kinds()

    company.fill(sandrine, "action_done", action.id, said="Elle est au quai.")
    assert "soutenu ou commenté l'idée" in company.screens[sandrine.id].text
    company.later(WEEK)
    assert idea.status is IdeaStatus.DONE
    for person in (karim, lea):
        assert "Elle est au quai." in company.screens[person.id].last.plain
        assert company.screens[person.id].kinds().count("idea.answered") == 2, "planned, and done"
    assert "idea.answered" not in company.screens[sandrine.id].kinds()


def test_a_no_needs_its_reason_and_only_leads_answer(company: Company) -> None:
    karim, sandrine = company.hire("Karim"), company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    company.fill(sandrine, "idea.answer", idea.id, status="declined", reason="  ")
    assert "Il manquait la raison" in company.screens[sandrine.id].last.plain
    company.press(sandrine, "Rouvrir le formulaire")
    assert "Répondre" in company.screens[sandrine.id].last.plain
    for form in ("idea.answer", "idea.hide"):
        company.fill(karim, form, idea.id, status="done", reason="Parce que.")
    for action in ("idea.answer", "idea.hide", "idea.join"):
        company.press_raw(karim, action, idea.id)
    company.press_raw(karim, "idea.join_with", f"{idea.id}|{idea.id}")
    company.work.session.refresh(idea)
    assert idea.status is IdeaStatus.OPEN
    assert company.work.audit.latest(5) == []
    company.fill(sandrine, "idea.answer", idea.id, status="hidden", reason="x")
    assert idea.status is IdeaStatus.OPEN, "hiding is no answer"


def test_support_counts_once_and_shows_from_five_on(company: Company) -> None:
    people = [company.hire(f"Person{number}") for number in range(6)]
    idea = propose(company, people[0], TABLET)
    for person in people[1:4]:
        company.press_raw(person, "idea.support", idea.id)
        company.press_raw(person, "idea.support", idea.id)
    assert "Moins de 5 soutiens au dernier compte" in look(company, people[5], idea)
    company.press_raw(people[4], "idea.support", idea.id)
    assert "5 soutiens au dernier compte" in look(company, people[5], idea)
    assert "Moins" not in company.screens[people[5].id].last.plain
    company.press_raw(people[4], "idea.unsupport", idea.id)
    assert "5 soutiens au dernier compte" in look(company, people[5], idea), (
        "one less says nothing of anybody"
    )
    company.press_raw(people[0], "idea.unsupport", idea.id)
    assert people[0].id in company.work.ideas.supporters([idea.id]), "an author's own support stays"


def test_somebody_outside_the_project_sees_and_does_nothing(company: Company) -> None:
    idea = propose(company, company.hire("Karim"), TABLET)
    stranger = company.work.people.ensure("zoe", "Zoé")
    company.watch(stranger)
    for action in ("idea.open", "idea.support", "idea.comment"):
        company.press_raw(stranger, action, idea.id)
    for value in (f"{company.project.id}|new|0", "||", "x|new|9999999", f"{company.project.id}|old|0"):
        company.press_raw(stranger, "idea.board", value)
    company.say(stranger, "idées")
    company.fill(stranger, "idea", company.project.id, text=OTHER, naming="named", consent="yes")
    assert TABLET not in company.screens[stranger.id].text
    assert company.work.ideas.supporters([idea.id]) == {idea.author_id}
    assert company.work.ideas.of_author(stranger.id) == []


def test_without_consent_or_room_nothing_is_kept(company: Company) -> None:
    karim = company.hire("Karim")
    context = company.project.id
    company.fill(karim, "idea", context, text=TABLET, naming="named")
    assert "Sans ton accord" in company.screens[karim.id].last.plain
    company.fill(karim, "idea", context, text="court", naming="named", consent="yes")
    company.fill(karim, "idea", context, text="x" * 401, naming="named", consent="yes")
    assert company.work.ideas.of_author(karim.id) == []
    propose(company, karim, TABLET)
    propose(company, karim, f" {TABLET.upper()} ")
    assert len(company.work.ideas.of_author(karim.id)) == 1


def test_an_answer_reaches_nobody_who_refused_stopped_or_left(company: Company) -> None:
    karim, lea, max_, nora = (company.hire(name) for name in ("Karim", "Léa", "Max", "Nora"))
    sandrine = company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    for person in (lea, max_, nora):
        company.press_raw(person, "idea.support", idea.id)
    company.work.consents.say(lea.id, Purpose.IDEAS, given=False)
    company.say(max_, "stop")
    place = company.work.projects.member(company.project.id, nora.id)
    company.work.session.delete(place)
    company.work.session.flush()
    company.fill(sandrine, "idea.answer", idea.id, status="done")
    company.later(WEEK)
    heard = {
        person.name
        for person in (karim, lea, max_, nora)
        if "idea.answered" in company.screens[person.id].kinds()
    }
    assert heard == {"Karim"}


def test_no_outbox_row_says_which_idea_is_whose(company: Company) -> None:
    """What is planned for the author alone names no idea; what names one goes to supporters and commenters alike."""
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    propose(company, lea, SAME)
    idea = propose(company, karim, TABLET)
    company.press(karim, "Oui, la même")
    company.press(karim, "Les séparer")
    company.fill(sandrine, "idea.hide", idea.id, reason="Déjà en cours.")
    company.later(WEEK)
    assert "idea.hidden" in company.screens[karim.id].kinds()
    rows = company.work.session.scalars(select(OutboxMessage)).all()
    assert not [row.intent for row in rows if row.person_id == karim.id and idea.id in row.args + row.dedupe]
