"""What enough people share comes up on Mondays, without names or counts; on every database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from storage.models import BarrierStatus, OutboxMessage, OutboxState, Person
from storage.work import Work
from tests.support.shared import WEEK, Group


@pytest.fixture
def group(work: Work) -> Group:
    return Group(work)


def lead_reads(group: Group) -> str:
    return group.screens[group.lead.id].text


@pytest.mark.both_databases
def test_five_beside_five_come_up_on_monday_and_four_never(group: Group) -> None:
    group.answer(4, Blocker.ACCESS)
    group.answer(12, Blocker.HABIT)
    group.later(2 * WEEK)
    assert group.items() == []
    group.answer(1, Blocker.ACCESS)
    group.later(2 * WEEK)
    assert group.items() == [], "one more answer would tell whose it was"
    group.answer(4, Blocker.HABIT)
    group.later(WEEK)
    (item,) = group.items()
    assert (item.blocker, item.named_id) == (Blocker.ACCESS, None)
    assert "Au moins 5 personnes" in lead_reads(group)
    assert not any(f"P{n}" in lead_reads(group) for n in range(1, 22))


def test_who_shares_what_came_up_is_not_asked_for_their_name(group: Group) -> None:
    people = group.answer(6, Blocker.FIT)
    group.answer(6, Blocker.PEERS)
    group.later(3 * WEEK)
    assert group.seen(group.lead, "barrier.item") == 1
    assert [group.seen(person, "lever.tell") for person in people] == [0] * 6


def test_who_is_told_that_it_is_fixed_shows_in_no_plan(group: Group) -> None:
    """Beside what was foreseen before, it would say how many people it concerns."""
    group.answer(6, Blocker.ACCESS)
    group.answer(6, Blocker.PEERS)
    group.later(WEEK)
    group.press(group.lead, "Moi")
    group.later(timedelta(hours=12))

    def foreseen() -> list[tuple[str, datetime]]:
        others = group.work.agenda.foreseen(group.project.id, group.work.now + 8 * WEEK)
        return sorted(each for each in others if each[0] != group.lead.id)

    before = foreseen()
    group.press(group.lead, "C'est réglé")
    waiting = select(OutboxMessage).where(
        OutboxMessage.intent == "lever.news", OutboxMessage.state == OutboxState.READY
    )
    assert len(group.work.session.scalars(waiting).all()) == 6
    assert foreseen() == before


def test_what_was_fixed_is_asked_about_and_works_or_comes_back(group: Group) -> None:
    people = group.answer(6, Blocker.ACCESS)
    others = group.answer(6, Blocker.PEERS)
    group.later(WEEK)
    group.press(group.lead, "Moi")
    lead = group.screens[group.lead.id]
    assert "C'est pour Sandrine, d'ici le" in lead_reads(group)
    group.press(group.lead, "C'est réglé")
    group.later(timedelta(days=1))
    assert [group.seen(person, "lever.news") for person in (*people, *others)] == [1] * 6 + [0] * 6
    for person in people[:5]:
        group.press(person, "Ça marche")
    group.press(people[5], "Pas encore")
    assert "Je reviens vers toi" in group.screens[people[5].id].text or "je reviens vers toi" in (
        group.screens[people[5].id].text
    )
    assert group.items()[0].status is BarrierStatus.FIXED, "nothing moves at the moment of a press"
    group.later(WEEK)
    (item,) = group.items()
    assert item.status is BarrierStatus.OPEN
    assert "Tout le monde n'y arrive pas" in lead.text
    group.press(group.lead, "Moi")
    group.press(group.lead, "C'est réglé")
    group.later(3 * WEEK)
    assert [group.seen(person, "lever.news") for person in people] == [1] * 5 + [2]
    nudged = [person for person in people if group.seen(person, "routine.nudge")]
    assert people[5] not in nudged


def test_an_item_is_looked_after_until_a_day_that_is_asked_about(group: Group) -> None:
    group.answer(5, Blocker.FIT)
    group.answer(5, Blocker.PEERS)
    second = group.appoint("Inès")
    group.later(WEEK)
    (item,) = group.items()
    group.fill(group.lead, "barrier", item.id, owner="  Marc (informatique) ", due="7")
    for lead in (group.lead, second):
        assert "C'est pour Marc (informatique), d'ici le" in group.screens[lead.id].text
    group.later(2 * WEEK)
    assert [group.seen(lead, "barrier.reminder") for lead in (group.lead, second)] == [1, 0]
    group.press(group.lead, "Deux semaines de plus")
    group.later(3 * WEEK)
    assert group.seen(group.lead, "barrier.reminder") == 2
    group.press(group.lead, "Pas maintenant")
    group.later(4 * WEEK)
    assert group.seen(group.lead, "barrier.reminder") == 2
    assert item.status is BarrierStatus.DECLINED


def test_only_who_leads_decides_and_a_second_press_changes_nothing(group: Group) -> None:
    (karim, *_) = group.answer(5, Blocker.ACCESS)
    group.answer(5, Blocker.PEERS)
    group.later(WEEK)
    (item,) = group.items()
    for action in ("take", "other", "fixed", "decline", "later"):
        group.press_raw(karim, f"barrier.{action}", item.id)
        group.press_raw(karim, f"barrier.{action}", "nothing")
    group.fill(karim, "barrier", item.id, owner="Karim", due="7")
    assert item.status is BarrierStatus.OPEN
    group.press(group.lead, "Moi")
    group.press(group.lead, "C'est réglé")
    group.press_raw(group.lead, "barrier.fixed", item.id)
    group.press_raw(group.lead, "barrier.take", item.id)
    group.later(timedelta(days=1))
    assert item.status is BarrierStatus.FIXED
    assert group.seen(karim, "lever.news") == 1


def test_a_name_given_before_leaves_the_others_to_be_enough(group: Group) -> None:
    (karim, *_) = group.answer(5, Blocker.ACCESS)
    group.answer(3, Blocker.PEERS)
    group.later(WEEK)
    group.press(karim, "Oui, avec mon nom")
    group.answer(10, Blocker.HABIT)
    group.later(WEEK)
    assert [item.named_id for item in group.items()] == [karim.id]
    group.answer(4, Blocker.HABIT)
    group.answer(1, Blocker.ACCESS)
    group.later(WEEK)
    assert {item.named_id for item in group.items()} == {None, karim.id}


def test_a_text_that_several_people_wait_for_is_asked_of_the_leads_until_it_is_there(group: Group) -> None:
    group.answer(5, Blocker.TIME)
    group.answer(5, Blocker.MEANING)
    group.later(2 * WEEK)
    told = group.screens[group.lead.id].text
    assert "protected_slot" in told
    assert "leaders_why" not in told, "that one is in the file"


# ------------------------------------------------------------------ managers


@pytest.fixture
def boss(group: Group) -> Person:
    person = group.work.people.ensure("boss", "Claire")
    person.conversation = "c-boss"
    group.screens[person.id] = type(group.screens[group.lead.id])()
    return person


def test_a_manager_of_five_is_told_once_and_learns_neither_who_nor_how_many(
    group: Group, boss: Person
) -> None:
    people = group.answer(7, Blocker.MANAGEMENT, manager=boss)
    people += group.answer(5, Blocker.HABIT, manager=boss)
    group.later(10 * WEEK)
    screen = group.screens[boss.id]
    assert screen.kinds() == ["manager.nudge"]
    assert "Au moins 5 personnes de tes équipes" in screen.last.plain
    assert not any(person.name in screen.text for person in people)
    assert "7" not in screen.text
    assert group.seen(group.lead, "manager.nudge") == 0


def test_a_manager_of_four_hears_nothing_whoever_else_says_so(group: Group, boss: Person) -> None:
    group.answer(4, Blocker.MANAGEMENT, manager=boss)
    group.answer(10, Blocker.HABIT, manager=boss)
    group.answer(3, Blocker.MANAGEMENT)
    group.answer(10, Blocker.HABIT)
    group.later(6 * WEEK)
    assert group.screens[boss.id].arrived == []
    assert group.seen(group.lead, "manager.nudge") == 0


def test_of_people_without_a_known_manager_the_leads_are_told(group: Group) -> None:
    group.answer(5, Blocker.MANAGEMENT)
    group.answer(5, Blocker.HABIT)
    group.later(2 * WEEK)
    assert group.seen(group.lead, "manager.nudge") == 1
    assert "dont je ne connais pas" in lead_reads(group)


def test_a_manager_reads_other_words_when_five_more_have_answered(group: Group, boss: Person) -> None:
    group.answer(5, Blocker.MANAGEMENT, manager=boss)
    group.answer(5, Blocker.HABIT, manager=boss)
    group.later(5 * WEEK)
    group.answer(5, Blocker.MANAGEMENT, manager=boss)
    group.later(2 * WEEK)
    first, second = (message.plain for message in group.screens[boss.id].shown.values())
    assert first != second


def test_nothing_that_is_sent_to_leads_and_managers_holds_a_person_but_with_their_yes(
    group: Group, boss: Person
) -> None:
    people = group.answer(6, Blocker.MANAGEMENT, manager=boss) + group.answer(6, Blocker.FIT, manager=boss)
    group.later(4 * WEEK)
    ids = {person.id for person in people}
    rows = list(
        group.work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.person_id.in_([group.lead.id, boss.id]))
        )
    )
    assert {row.intent for row in rows} >= {"barrier.item", "manager.nudge"}
    assert not [row.args for row in rows if any(each in row.args or each in row.dedupe for each in ids)]
