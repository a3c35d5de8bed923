"""From the page's proposal to what those concerned say of it: who reads what, who is told, and what nobody learns."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.platforms.port import Buttons
from bot.presenters import actions as presenters
from bot.presenters.digest import weekly
from content.actions import Answer, State
from content.markup import plain
from digests import board, service
from digests.page import Page
from storage.models import Action, ActionAnswer, OutboxMessage, Purpose
from storage.work import Work
from tests.support.acting import SAID, Acting, spaced
from tests.support.company import pressable
from tests.support.shared import WEEK

DAY = timedelta(days=1)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def group(work: Work) -> Acting:
    return Acting(work)


def test_the_first_press_wins_and_the_others_read_whose_it_is(group: Acting) -> None:
    oliver = group.oliver
    assert "Une action cette semaine : Écrire avec les équipes la règle" in group.reads(oliver)
    assert "Premier pas : Demander la première ligne" in group.reads(oliver)
    assert group.labels(oliver) == [
        "Je la prends",
        "Une autre action",
        "Pas cette semaine",
        "Pourquoi ça\u00a0?",
    ]
    seen = [(id_, message) for id_, message in group.screens[oliver.id].shown.items()]
    group.press(group.lead, "Je la prends")
    assert "entre les mains de Sandrine" in group.reads(group.lead)
    assert "entre les mains de Sandrine" in group.reads(oliver)
    assert len(group.screens[oliver.id].shown) == len(seen), "it takes the place of the question"
    _, value, _ = next(each for each in pressable(seen[-1][1]) if each[2] == "Je la prends")
    group.press_raw(oliver, presenters.TAKE, value, seen[-1][0])
    assert (group.action().state, group.action().owner_id) == (State.TAKEN, group.lead.id)


def test_another_one_and_not_this_week(group: Acting) -> None:
    group.press(group.lead, "Une autre action")
    assert "Dire en trois lignes" in group.reads(group.lead)
    group.press(group.lead, "Pas cette semaine")
    assert "Mise de côté pour l'instant par Sandrine" in group.reads(group.oliver)
    group.later(WEEK)
    assert "Montrer ce sur quoi" in group.reads(group.lead), "what was declined is left out"
    assert len(group.work.actions.of_project(group.project.id)) == 3


def test_the_words_the_owner_and_the_date_can_be_changed(group: Acting) -> None:
    helper = group.hire("Aude Martin")
    group.press(group.lead, "Je la prends")
    group.press(group.lead, "Modifier")
    form = presenters.change_form(group.scene(group.lead), group.action().id)
    assert form.fields[0].initial.startswith("Écrire avec les équipes la règle")
    words = {"text": "Écrire la règle <b>lundi</b>.", "due": "2026-12-18"}
    group.fill(group.lead, presenters.CHANGE_FORM, group.action().id, owner="aude martin", **words)
    assert "Écrire la règle <b>lundi</b>." in group.reads(group.oliver)
    assert "entre les mains de Aude Martin, d'ici le 18 décembre 2026" in group.reads(group.lead)
    assert "Sandrine t'a confié une action" in group.screens[helper.id].text
    group.fill(group.lead, presenters.CHANGE_FORM, group.action().id, owner="Nobody Known", **words)
    assert "Écris-le en entier" in group.screens[group.lead.id].text
    assert group.action().owner_id == helper.id
    group.later(2 * WEEK + 4 * DAY)
    assert group.seen(helper, "action.reminder") == 1, "once, on their day"
    assert group.seen(group.lead, "action.reminder") == 0
    group.press(helper, "Abandonner")
    assert group.action().state is State.DECLINED
    kept = group.work.session.scalars(select(Action.text)).all()
    assert not any(text and "lundi" in text for text in kept), "sealed"


def test_who_neither_leads_nor_looks_after_it_can_press_nothing(group: Acting) -> None:
    somebody = group.hire("Nadia")
    group.press(group.lead, "Je la prends")
    for name in (presenters.TAKE, presenters.OTHER, presenters.DONE, presenters.DROP, presenters.LATER):
        group.press_raw(somebody, name, group.action().id)
        assert "Seule une personne qui pilote" in group.screens[somebody.id].last.plain
    group.fill(somebody, presenters.DONE_FORM, group.action().id, said="Hacked")
    assert group.action().state is State.TAKEN


def test_those_concerned_are_told_asked_and_have_the_last_word(group: Acting) -> None:
    quiet, stopped, refusing, *others = group.concerned
    group.command(stopped, "stop")
    group.work.consents.say(refusing.id, Purpose.INTERVIEW, given=False)
    group.press(group.lead, "Je la prends")
    foreseen = len(group.work.agenda.foreseen(group.project.id, group.work.now + 8 * WEEK))
    group.finish(group.lead)
    after = len(group.work.agenda.foreseen(group.project.id, group.work.now + 8 * WEEK))
    assert after == foreseen - 1, "one reminder less: what is foreseen tells no lead how many are told"
    group.later(2 * DAY)
    assert group.told("action.told") == {person.id for person in (quiet, *others)}
    assert SAID in group.sees(quiet)
    assert "tu m'as dit : « Je n'avais pas confiance »" in group.sees(quiet)
    for lead in (group.lead, group.oliver):
        assert not any(person.name in group.sees(lead) for person in group.concerned)

    group.later(3 * WEEK)
    assert group.told("action.ask") == {person.id for person in (quiet, *others)}
    for person in others[:6]:
        group.press(person, "C'est réglé")
        assert "Ta réponse compte avec celles des autres" in group.screens[person.id].last.plain
    for person in others[6:]:
        group.press(person, "Ça va mieux")
    assert group.last().state is State.DONE, "nothing is told before it is counted"
    group.later(3 * WEEK)
    assert (group.last().state, group.last().counts) == (State.RESOLVED, (6, 6, 0))
    assert "La plupart des personnes concernées qui ont répondu le disent." in group.reads(group.lead)
    assert "Réglé pour 6, mieux pour 6, toujours là pour personne." in group.reads(group.lead)
    assert [group.seen(quiet, intent) for intent in ("action.told", "action.ask")] == [1, 1], "never twice"
    group.command(others[0], "my_data")
    group.press(others[0], "Effacer")
    group.press(others[0], "Tout effacer")
    group.later(WEEK)
    assert group.last().counts == (6, 6, 0), "who is erased changes no figure that was told"
    messages = select(OutboxMessage.args).where(OutboxMessage.intent.startswith("action"))
    args = [json.loads(each) for each in group.work.session.scalars(messages)]
    assert {tuple(each) for each in args} == {("action", "project"), ("action",)}


def test_of_few_answers_only_that_is_told(group: Acting) -> None:
    group.press(group.lead, "Je la prends")
    group.finish(group.lead)
    group.later(3 * WEEK + 2 * DAY)
    for person in group.concerned[:4]:
        group.press(person, "Ça gêne toujours")
    group.later(3 * WEEK)
    assert (group.last().state, group.last().settled, group.last().counts) == (State.DONE, True, None)
    assert "Trop peu de réponses" in group.reads(group.lead)
    group.press(group.concerned[5], "C'est réglé")
    group.later(WEEK)
    assert "Trop peu de réponses" in group.reads(group.lead), "counted once: a late answer moves nothing"


def test_what_is_under_way_can_be_read_by_a_word(group: Acting) -> None:
    group.command(group.lead, "adoption", "actions")
    assert "Aucune action n'est en cours" in group.screens[group.lead.id].last.plain
    group.press(group.lead, "Je la prends")
    group.later(WEEK)
    assert "En cours : Écrire avec les équipes" in group.reads(group.lead)
    group.command(group.lead, "adoption", "actions")
    assert group.labels(group.lead) == ["C'est fait", "Modifier", "Abandonner"]


def test_two_rows_of_three_buttons_the_actions_first(group: Acting) -> None:
    """Whatever there is: a page to open, a board, an action to take, in hand, or done."""
    for text in ("Un écran près de la porte 2.", "Commencer le point par le tableau."):
        board.propose(group.work, group.project.id, group.concerned[0], text, named=False, consent=True)
    group.later(WEEK)
    week = service.iso_week(group.work.now.date())
    scene = replace(group.scene(group.lead), public_url="https://entrain.example")

    def rows() -> list[list[str]]:
        message = weekly(scene, {"project": group.project.id, "week": week})
        assert message
        found = [block.buttons for block in message.blocks if isinstance(block, Buttons)]
        return [[spaced(button.label) for button in buttons] for buttons in found]

    below = ["Idées (2 à répondre)", "Voir la page", "Pourquoi ça ?"]
    assert rows() == [["Je la prends", "Une autre action", "Pas cette semaine"], below]
    group.press(group.lead, "Je la prends")
    assert rows() == [["C'est fait", "Modifier", "Abandonner"], below]
    group.finish(group.lead)
    assert rows() == [below]
    group.press(group.lead, "Pourquoi ça\u00a0?")
    assert "Arrêter" in group.labels(group.lead)


def test_what_was_done_is_said_in_own_words(group: Acting) -> None:
    """What was to be done stands above, and is not sent as what was done."""
    group.press(group.lead, "Je la prends")
    form = presenters.done_form(group.scene(group.lead), group.action().id)
    assert "Écrire avec les équipes la règle" in plain(form.intro)
    assert [field.initial for field in form.fields] == [""]


def test_a_page_from_before_is_still_read(group: Acting) -> None:
    digest = service.latest(group.work, group.project)
    assert digest
    made = json.loads(digest.page)
    del made["last"], made["proposal"]
    page = Page.from_json(json.dumps(made))
    assert (page.last, page.proposal) == (None, None)
    group.work.session.delete(group.action())
    digest.page = page.to_json()
    group.work.session.flush()
    group.command(group.lead, "adoption", "digest")
    assert "Écrire avec les équipes la règle" in group.reads(group.lead)


def test_at_the_end_of_the_project_nothing_is_proposed(group: Acting) -> None:
    group.press(group.lead, "Je la prends")
    group.end_project()
    group.later(WEEK)
    assert {one.state for one in group.work.actions.of_project(group.project.id)} == {State.EXPIRED}


def test_of_an_anonymous_round_everybody_is_told_in_words_that_presume_nothing(group: Acting) -> None:
    """Who said it and who did not read the same, and what they answer is nobody's."""
    nameless = [group.hire(f"N{n}") for n in range(6)]
    round_ = group.anonymous_round()
    for person in nameless:
        group.took_part(person, round_)
    group.press(group.lead, "Je la prends")
    group.finish(group.lead)
    group.later(2 * DAY)
    assert {person.id for person in nameless} <= group.told("action.told")
    first, *rest = (group.sees(person) for person in nameless)
    assert all(each == first for each in rest)
    assert "je ne sais pas qui a dit quoi" in first
    assert "tu m'as dit" not in first
    assert "onfiance" not in first, "the obstacle is not put into anybody's mouth"
    group.later(3 * WEEK)
    assert "Si cela te gênait : où en es-tu ?" in group.sees(nameless[0])
    for person in nameless:
        group.press(person, "Ça va mieux")
        group.press_raw(person, presenters.ANSWER, f"{group.action().id}|still", "m0")
    rows = [(row.person_id, row.answer) for row in group.work.session.scalars(select(ActionAnswer))]
    assert len(rows) == 12, "each counts once"
    assert all((person_id is None) == (answer is Answer.LESS) for person_id, answer in rows)
    shown = {json.dumps(each) for each in group.work.session.scalars(select(OutboxMessage.args))}
    assert not any("less" in each or "trust" in each for each in shown)


def test_who_goes_or_pauses_or_refuses_meanwhile_hears_no_more(group: Acting) -> None:
    leaves, pauses, refuses, stays = group.concerned[:4]
    group.press(group.lead, "Je la prends")
    group.finish(group.lead)
    group.later(2 * DAY)
    group.work.session.delete(group.work.projects.member(group.project.id, leaves.id))
    group.work.people.get(pauses.id).snoozed_until = group.work.now + 5 * WEEK
    group.work.consents.say(refuses.id, Purpose.INTERVIEW, given=False)
    group.later(3 * WEEK)
    asked = group.told("action.ask")
    assert stays.id in asked
    assert not asked & {leaves.id, pauses.id, refuses.id}
    group.press_raw(leaves, presenters.ANSWER, f"{group.action().id}|gone")
    group.press_raw(group.others[0], presenters.ANSWER, f"{group.action().id}|gone")
    assert group.work.session.scalars(select(ActionAnswer)).all() == [], "it is not theirs to answer"
