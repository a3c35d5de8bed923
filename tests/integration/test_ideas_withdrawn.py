"""An idea that is changed, withdrawn, hidden or erased changes wherever it was shown."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.handlers.idea_places import show
from storage.audit import Action
from storage.models import AgendaItem, Idea, IdeaStatus, OutboxMessage, OutboxState, Person, Role
from storage.work import Work
from tests.integration.test_ideas_flow import OTHER, SAME, TABLET, look, propose
from tests.support.company import Company

WEEK = timedelta(weeks=1)
ADDED = "Et une prise pour la charger, au poste 3."


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


def shown_to(company: Company, person: Person) -> str:
    return company.screens[person.id].text


def test_withdrawn_it_is_gone_from_boards_looks_answers_and_digests(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    propose(company, lea, OTHER)
    company.say(lea, "idées")
    look(company, lea, idea)
    company.press(lea, "Je soutiens")
    company.fill(sandrine, "idea.answer", idea.id, status="planned")
    company.later(WEEK)
    company.command(sandrine, "adoption", "digest")
    for person in (lea, sandrine):
        assert TABLET in shown_to(company, person)
    company.press_raw(karim, "idea.withdraw", idea.id)
    for person in (lea, sandrine):
        assert TABLET not in shown_to(company, person)
        assert OTHER in shown_to(company, person)
    assert idea.status is IdeaStatus.WITHDRAWN
    assert company.work.ideas.supporters([idea.id]) == frozenset()
    assert company.work.open("ideas.text", idea.text, row=idea.id) == "", "the words are not kept either"
    before = len(company.screens[karim.id].shown)
    company.press_raw(karim, "idea.withdraw", idea.id, "m-other")
    assert len(company.screens[karim.id].shown) == before + 1, "pressed twice, it is said and nothing happens"


def test_changed_it_reads_anew_until_it_is_answered(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    company.say(lea, "idées")
    context = f"{company.project.id}|change|{idea.id}"
    company.fill(karim, "idea", context, text=OTHER, naming="named", consent="yes")
    assert TABLET not in shown_to(company, lea)
    assert OTHER in shown_to(company, lea)
    assert "Karim" in shown_to(company, lea), "signed now"
    company.fill(lea, "idea", context, text="Ce n'est pas la mienne", naming="named", consent="yes")
    assert company.work.open("ideas.text", idea.text, row=idea.id) == OTHER
    company.fill(sandrine, "idea.answer", idea.id, status="done")
    company.fill(karim, "idea", context, text=TABLET, naming="named", consent="yes")
    assert "son texte ne change plus" in company.screens[karim.id].last.plain
    assert company.work.open("ideas.text", idea.text, row=idea.id) == OTHER


def test_hidden_its_author_alone_reads_why_and_the_log_has_it(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    company.say(lea, "idées")
    company.press(lea, TABLET)
    company.press(lea, "Je soutiens")
    company.fill(sandrine, "idea.hide", idea.id, reason="Elle nomme un client.")
    assert TABLET not in shown_to(company, lea)
    company.later(WEEK)
    told = company.screens[karim.id].last.plain
    assert TABLET in told
    assert "Elle nomme un client." in told
    assert "Elle nomme un client." not in shown_to(company, lea)
    entry = company.work.audit.latest(1)[0]
    assert (entry.action, entry.subject, entry.actor.id) == (Action.IDEA_HIDDEN, idea.id, sandrine.id)
    assert karim.id not in entry.detail
    company.press_raw(karim, "idea.mine", company.project.id)
    assert "masquée" in company.screens[karim.id].last.plain


def test_what_is_foreseen_tells_no_lead_how_many_it_concerns(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    supported, hidden = propose(company, karim, TABLET), propose(company, lea, OTHER)
    company.press_raw(lea, "idea.support", supported.id)

    def foreseen() -> list[str]:
        until = company.work.now + 2 * WEEK
        return sorted(id_ for id_, _ in company.work.agenda.foreseen(company.project.id, until))

    company.later(timedelta(hours=12))
    before = foreseen()
    company.fill(sandrine, "idea.answer", supported.id, status="planned")
    company.fill(sandrine, "idea.hide", hidden.id, reason="Elle nomme un client.")
    assert foreseen() == before
    company.later(WEEK)
    assert company.screens[lea.id].kinds().count("idea.answered") == 1
    assert company.screens[lea.id].kinds().count("idea.hidden") == 1


def test_withdrawn_it_is_gone_for_whoever_leads_no_longer_too(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    idea, other = propose(company, karim, TABLET), propose(company, lea, OTHER)
    company.command(sandrine, "adoption", "digest")
    company.press_raw(sandrine, "idea.join", other.id)
    assert TABLET[:40] in repr(company.screens[sandrine.id].last)
    company.work.projects.join(company.project.id, sandrine.id, Role.EMPLOYEE, "planner")
    company.press_raw(karim, "idea.withdraw", idea.id)
    assert TABLET[:40] not in repr(company.screens[sandrine.id].shown)


def test_what_was_just_being_sent_is_made_anew_later(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    idea = propose(company, karim, TABLET)
    company.say(lea, "idées")
    (place,) = company.work.ideas.places(idea.id)
    message = company.work.outbox.under(place.key)
    assert isinstance(message, OutboxMessage)
    receipt, message.receipt_message, message.state = message.receipt_message, None, OutboxState.SENDING
    company.press_raw(karim, "idea.withdraw", idea.id)
    assert TABLET in shown_to(company, lea)
    message.receipt_message, message.state = receipt, OutboxState.SENT
    company.later(timedelta(minutes=11))
    assert TABLET not in shown_to(company, lea)
    (item,) = company.work.session.scalars(select(AgendaItem).where(AgendaItem.kind == "idea.again"))
    assert item.next_due_at is None


def test_a_board_that_leaves_late_shows_no_idea_that_could_not_be_taken_from_it(company: Company) -> None:
    """One that came in between waits for the next look."""
    karim, lea = company.hire("Karim"), company.hire("Léa")
    propose(company, lea, OTHER)
    show(company.scene(lea), "idea.board", {"project": company.project.id, "order": "new", "page": "0"})
    idea = propose(company, karim, TABLET)
    assert "idea.board" in company.screens[lea.id].kinds(), "it left after he had proposed"
    assert OTHER in shown_to(company, lea)
    company.press_raw(karim, "idea.withdraw", idea.id)
    assert TABLET not in shown_to(company, lea)


def test_what_was_joined_to_an_idea_that_was_open_already_can_be_taken_from_there(company: Company) -> None:
    karim, lea, max_ = (company.hire(name) for name in ("Karim", "Léa", "Max"))
    first = propose(company, karim, TABLET)
    look(company, max_, first)
    second = propose(company, lea, SAME)
    company.press(lea, "Oui, la même")
    company.press(max_, "Je soutiens")
    assert SAME in shown_to(company, max_)
    company.press_raw(lea, "idea.withdraw", second.id)
    assert SAME not in shown_to(company, max_)
    assert TABLET in shown_to(company, max_)


def test_joined_ones_count_together_and_can_be_taken_apart(company: Company) -> None:
    karim, lea, max_ = (company.hire(name) for name in ("Karim", "Léa", "Max"))
    sandrine = company.hire("Sandrine", Role.LEAD)
    first, second = propose(company, karim, TABLET), propose(company, lea, SAME)
    assert TABLET in company.screens[lea.id].last.plain, "she is asked whether it is this one"
    company.press(lea, "Oui, la même")
    assert second.joined_to == first.id
    for person in (max_, *(company.hire(f"Person{n}") for n in range(3))):
        company.press_raw(person, "idea.support", second.id)
    assert "5 soutiens" in look(company, max_, second)
    assert TABLET in company.screens[max_.id].last.plain
    company.press(lea, "Les séparer")
    assert second.joined_to is None
    assert "5 soutiens" in look(company, max_, second)
    assert "Moins de 5 soutiens au dernier compte" in look(company, max_, first)

    company.press_raw(sandrine, "idea.open", first.id)
    company.press(sandrine, "Réunir avec…")
    company.press(sandrine, SAME[:59].rstrip() + "…" if len(SAME) > 60 else SAME)
    assert first.joined_to == second.id
    company.press(sandrine, "Défaire")
    assert first.joined_to is None
    actions = [entry.action for entry in company.work.audit.latest(2)]
    assert actions == [Action.IDEA_SEPARATED, Action.IDEA_JOINED]


def test_where_the_main_one_is_withdrawn_the_joined_one_stands_by_itself(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    first, second = propose(company, karim, TABLET), propose(company, lea, SAME)
    company.press(lea, "Oui, la même")
    company.press_raw(karim, "idea.withdraw", first.id)
    company.say(sandrine, "idées")
    assert SAME in shown_to(company, sandrine)
    company.fill(sandrine, "idea.answer", second.id, status="done")
    company.later(WEEK)
    assert "idea.answered" in company.screens[lea.id].kinds()
    assert "idea.answered" not in company.screens[karim.id].kinds()


def test_words_are_added_once_each_without_a_name_and_can_go_again(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    sandrine = company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET)
    company.fill(lea, "idea.comment", idea.id, text="Un premier mot.")
    company.fill(lea, "idea.comment", idea.id, text=ADDED)
    assert ADDED in look(company, sandrine, idea)
    assert "Un premier mot." not in company.screens[sandrine.id].last.plain
    assert "Léa" not in company.screens[sandrine.id].last.plain
    company.fill(lea, "idea.comment", idea.id, text=" ")
    assert ADDED not in shown_to(company, sandrine)
    company.fill(lea, "idea.comment", idea.id, text=ADDED)
    look(company, sandrine, idea)
    company.press(sandrine, ADDED)
    assert ADDED not in shown_to(company, sandrine)
    company.fill(lea, "idea.comment", idea.id, text="Encore moi.")
    assert "Encore moi." not in look(company, sandrine, idea), "a hidden word stays hidden"


def test_erased_everything_of_theirs_is_gone_from_every_board(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    propose(company, karim, TABLET, "named")
    hers = propose(company, lea, OTHER)
    company.fill(karim, "idea.comment", hers.id, text=ADDED)
    company.press_raw(karim, "idea.support", hers.id)
    company.say(lea, "idées")
    look(company, lea, hers)
    assert ADDED in shown_to(company, lea)
    company.say(karim, "mes données")
    assert "Idées que tu as proposées – 1" in shown_to(company, karim)
    company.press(karim, "Effacer")
    company.press(karim, "Tout effacer")
    company.later(timedelta(minutes=1))
    for words in (TABLET, ADDED, "Karim"):
        assert words not in shown_to(company, lea)
    assert company.work.ideas.supporters([hers.id]) == {lea.id}
    assert company.work.session.scalars(select(Idea.id)).all() == [hers.id]


def test_erased_they_may_be_left_behind_and_are_nobodys(company: Company) -> None:
    karim, lea, sandrine = company.hire("Karim"), company.hire("Léa"), company.hire("Sandrine", Role.LEAD)
    idea = propose(company, karim, TABLET, "named")
    company.say(lea, "idées")
    look(company, lea, idea)
    assert "Karim" in shown_to(company, lea)
    company.say(karim, "mes données")
    company.press(karim, "Effacer")
    company.press(karim, "Effacer, mais laisser mes idées")
    assert "tes idées restent au tableau, sans nom" in shown_to(company, karim)
    company.later(timedelta(minutes=1))
    assert TABLET in shown_to(company, lea)
    assert "Karim" not in shown_to(company, lea)
    company.work.session.refresh(idea)
    assert (idea.author_id, idea.named) == (None, False)
    assert company.work.ideas.supporters([idea.id]) == frozenset()
    company.press(lea, "Je soutiens")
    company.fill(sandrine, "idea.answer", idea.id, status="done", reason="Elle est arrivée.")
    company.later(WEEK)
    assert "Elle est arrivée." in shown_to(company, lea), "it is answered as any other"
    company.fill(sandrine, "idea.hide", idea.id, reason="Déjà là.")
    assert TABLET not in shown_to(company, lea)


def test_who_has_nothing_on_a_board_is_not_asked_about_ideas(company: Company) -> None:
    karim = company.hire("Karim")
    idea = propose(company, karim, TABLET)
    company.press_raw(karim, "idea.withdraw", idea.id)
    company.say(karim, "mes données")
    company.press(karim, "Effacer")
    assert company.labels(karim) == ["Garder", "Tout effacer"]


def test_no_two_looks_tell_that_a_supporter_was_erased(company: Company) -> None:
    """Whoever knows of the erasure sees the same number before and after it, whatever the number."""
    lea, karim = company.hire("Léa"), company.hire("Karim")
    idea = propose(company, lea, TABLET)
    told: set[str] = set()
    for number in range(9):
        company.press_raw(company.hire(f"Person{number}"), "idea.support", idea.id)
        company.press_raw(karim, "idea.support", idea.id)
        before = look(company, lea, idea).splitlines()
        company.press_raw(karim, "idea.unsupport", idea.id)
        assert look(company, lea, idea).splitlines() == before
        told |= {line for line in before if "soutiens" in line}
    assert len(told) == 3, "fewer than five, five, ten"
    company.press_raw(karim, "idea.support", idea.id)
    company.say(karim, "mes données")
    company.press(karim, "Effacer")
    company.press(karim, "Tout effacer")
    company.later(timedelta(minutes=1))
    assert company.work.ideas.supports(company.project.id) == {idea.id: 10}
    assert len(company.work.ideas.supporters([idea.id])) == 10


def test_a_no_to_ideas_takes_them_back_and_takes_no_more(company: Company) -> None:
    karim, lea = company.hire("Karim"), company.hire("Léa")
    propose(company, karim, TABLET)
    company.say(lea, "idées")
    company.press_raw(karim, "my_data.change", "ideas|no")
    assert TABLET not in shown_to(company, lea)
    company.say(karim, "idée")
    assert "Tu as dit non aux idées" in company.screens[karim.id].last.plain
    company.press(karim, "Oui aux idées")
    propose(company, karim, OTHER)
    assert len(company.work.ideas.on_board(company.project.id)) == 1
