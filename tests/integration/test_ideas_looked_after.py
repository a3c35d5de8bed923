"""What is planned of an idea is in somebody's hands: it ends with the plan, and whose hands know which idea it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from content.actions import State
from digests import acting, board
from storage.database import Database
from storage.models import Action, Idea, IdeaStatus, OutboxMessage, Person, Role
from storage.work import Work
from tests.integration.test_ideas_flow import TABLET, propose
from tests.support.company import Company, pressable

WEEK = timedelta(weeks=1)
SEE = "Voir l'idée"
DONE = "C'est fait"
HEAR = "soutenu ou commenté l'idée"


class Planned(Company):
    """Karim's idea, which Sandrine planned and put into Léa's hands."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.karim, self.lea = self.hire("Karim"), self.hire("Léa")
        self.sandrine = self.hire("Sandrine", Role.LEAD)
        self.idea: Idea = propose(self, self.karim, TABLET)
        self.fill(self.sandrine, "idea.answer", self.idea.id, status="planned")
        self.press(self.sandrine, "Je m'en occupe")
        self.action: Action = self.work.actions.of_project(self.project.id)[0]
        self.fill(self.sandrine, "action_change", self.action.id, owner="Léa")
        self.later(WEEK)

    def answer(self, status: str, reason: str = "") -> None:
        self.fill(self.sandrine, "idea.answer", self.idea.id, status=status, reason=reason)

    def sees(self, person: Person, label: str) -> bool:
        shown = self.screens[person.id].shown.values()
        return any(label == each for message in shown for _, _, each in pressable(message))

    def heard(self, person: Person) -> int:
        return self.screens[person.id].kinds().count("idea.answered")


@pytest.fixture
def planned(work: Work) -> Planned:
    return Planned(work)


@pytest.mark.parametrize("by", ["declined", "done", "hidden", "withdrawn"])
def test_it_ends_with_another_answer_or_with_the_idea(planned: Planned, by: str) -> None:
    assert planned.sees(planned.lea, DONE)
    if by == "withdrawn":
        planned.press_raw(planned.karim, "idea.withdraw", planned.idea.id)
    elif by == "hidden":
        planned.fill(planned.sandrine, "idea.hide", planned.idea.id, reason="Pas ici.")
    else:
        planned.answer(by, "Le quai ferme en mars.")
    planned.later(WEEK / 2)
    assert planned.action.state is State.EXPIRED
    for person in (planned.lea, planned.sandrine):
        assert not planned.sees(person, DONE), "no card asks for it any more"
    assert "une autre réponse" in planned.screens[planned.lea.id].text
    assert "Mise de côté" not in planned.screens[planned.lea.id].text, "who withdrew it is told nowhere"

    status, reason, heard = planned.idea.status, planned.idea.reason, planned.heard(planned.karim)
    planned.fill(planned.lea, "action_done", planned.action.id, said="Elle est au quai.")
    planned.later(3 * WEEK)
    assert (planned.idea.status, planned.idea.reason) == (status, reason), "a lead's answer stands"
    assert planned.heard(planned.karim) == heard
    assert "une autre réponse" in planned.screens[planned.lea.id].last.plain
    assert HEAR not in planned.screens[planned.lea.id].text
    assert "action.reminder" not in planned.screens[planned.lea.id].kinds()


def test_planned_once_more_it_goes_on(planned: Planned) -> None:
    planned.answer("planned", "Livrée lundi.")
    assert planned.action.state is State.TAKEN


def test_once_answered_no_more_is_said_of_who_hears(planned: Planned) -> None:
    planned.fill(planned.lea, "action_done", planned.action.id, said="Elle est au quai.")
    assert HEAR in planned.screens[planned.lea.id].last.plain
    planned.press_raw(planned.karim, "idea.withdraw", planned.idea.id)
    planned.press_raw(planned.lea, "action.done", planned.action.id)
    assert "C'est fait" in planned.screens[planned.lea.id].last.plain
    assert HEAR not in planned.screens[planned.lea.id].last.plain


def test_what_was_taken_before_the_idea_was_declined_changes_no_answer(planned: Planned) -> None:
    """As it stood in a database of before."""
    planned.idea.status = IdeaStatus.DECLINED
    planned.fill(planned.lea, "action_done", planned.action.id, said="Elle est au quai.")
    assert planned.idea.status is IdeaStatus.DECLINED
    assert planned.action.state is State.EXPIRED
    assert "une autre réponse" in planned.screens[planned.lea.id].last.plain


def test_the_idea_is_one_press_away_until_it_is_gone(planned: Planned) -> None:
    assert SEE in planned.labels(planned.lea)
    planned.later(WEEK + WEEK / 2)
    assert "action.reminder" in planned.screens[planned.lea.id].kinds()
    assert SEE in planned.labels(planned.lea)
    planned.press(planned.lea, SEE)
    assert TABLET in planned.screens[planned.lea.id].last.plain
    planned.command(planned.sandrine, "adoption", "actions")
    assert planned.labels(planned.sandrine) == [SEE, DONE, "Modifier", "Abandonner"]

    planned.press_raw(planned.karim, "idea.withdraw", planned.idea.id)
    for person in (planned.lea, planned.sandrine):
        assert not planned.sees(person, SEE)
        assert TABLET not in planned.screens[person.id].text
    rows = list(planned.work.session.scalars(select(OutboxMessage.args)))
    cards = [args for args in rows if planned.action.id in args]
    assert cards
    assert not any(planned.idea.id in args or planned.karim.id in args for args in cards)


def test_pressed_again_it_reminds_of_nothing_again(planned: Planned) -> None:
    planned.later(2 * WEEK)
    planned.press_raw(planned.sandrine, "action.idea", planned.idea.id)
    planned.later(2 * WEEK)
    assert planned.screens[planned.lea.id].kinds().count("action.reminder") == 1


@pytest.mark.both_databases
def test_of_two_leads_who_look_after_it_at_once_one_does(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        company = Company(work)
        leads = [company.hire(name, Role.LEAD) for name in ("Sandrine", "Oliver")]
        idea = board.propose(work, company.project.id, leads[0], TABLET, named=False, consent=True)
        board.answer(work, idea.id, leads[0].id, "planned", "")
        idea_id, project_id, ids = idea.id, idea.project_id, [lead.id for lead in leads]
    together = Barrier(2)

    def press(lead_id: str) -> bool:
        together.wait()
        with database.transaction(workspace_id) as work:
            seen = board.seen(work, idea_id, lead_id)
            assert seen
            return acting.look_after(work, seen, work.people.get(lead_id), date(2026, 12, 9)) is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, ids)) == [False, True]
    with database.reading(workspace_id) as work:
        (kept,) = work.actions.of_project(project_id)
        assert kept.state is State.TAKEN
