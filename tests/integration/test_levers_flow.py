"""What is said once before any nudge, and the question about what others have to mend; on every database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from nudges import service
from storage.models import Finding, FindingStatus, Interview, LeverStep, OutboxMessage, PassedOn, Person
from storage.work import Work
from tests.integration.test_routines_coaching import begin
from tests.support.shared import WEEK, Group

WHY = "Pourquoi ça\u00a0?"


@pytest.fixture
def group(work: Work) -> Group:
    return Group(work)


@pytest.fixture
def karim(group: Group) -> Person:
    return group.hire("Karim Benali")


@pytest.mark.both_databases
def test_somebody_without_trust_reads_the_data_sheet_a_week_before_the_first_cue(
    group: Group, karim: Person
) -> None:
    group.found(karim, Blocker.HABIT, Blocker.TRUST)
    begin(group, karim)
    group.later(timedelta(days=3))
    screen = group.screens[karim.id]
    assert screen.kinds() == ["lever.tell"]
    assert "Farid Meziane" in screen.last.plain
    assert group.labels(karim) == ["Lire", "Moins souvent", "Arrêter", WHY]
    group.press(karim, "Lire")
    assert "les retards par personne" in screen.last.plain
    assert "l'accord du 3 octobre" in screen.last.plain
    group.later(WEEK)
    assert screen.kinds() == ["lever.tell", "routine.nudge"]


def test_each_text_is_told_once_and_the_why_before_any_nudge(group: Group, karim: Person) -> None:
    group.found(karim, Blocker.SKILLS, Blocker.MEANING)
    service.plan_coaching(group.work, karim.id, group.project.id, group.scene(karim).week)
    group.later(12 * WEEK)
    screen = group.screens[karim.id]
    assert screen.kinds() == ["lever.tell", *["routine.nudge"] * 4]
    assert "onze urgences" in screen.text
    assert all(row.variant.startswith("meaning.") for row in group.work.nudges.of_person(karim.id))
    group.found(karim, Blocker.MEANING)
    service.plan_coaching(group.work, karim.id, group.project.id, group.scene(karim).week)
    group.later(4 * WEEK)
    assert screen.kinds().count("lever.tell") == 1


def test_a_text_that_never_left_is_told_later(group: Group, karim: Person) -> None:
    group.found(karim, Blocker.MEANING)
    begin(group, karim)
    karim.snoozed_until = group.work.now + timedelta(days=10)
    group.later(4 * WEEK)
    assert group.screens[karim.id].kinds()[0] == "lever.tell"


def test_nobody_reads_or_answers_what_was_said_to_somebody_else(group: Group, karim: Person) -> None:
    group.found(karim, Blocker.ACCESS)
    begin(group, karim)
    group.later(timedelta(days=3))
    (step,) = group.work.session.scalars(select(LeverStep))
    lea = group.hire("Léa")
    for action, value in [
        ("lever.read", step.id),
        ("lever.answer", f"{step.id}|yes"),
        ("lever.answer", f"{step.id}|maybe"),
        ("lever.works", "nothing|works"),
        ("lever.answer", ""),
    ]:
        group.press_raw(lea, action, value)
        assert "Ce bouton ne sert plus" in group.screens[lea.id].last.plain
    assert step.answer is None
    assert group.items() == []


# ------------------------------------------------------------------ one question


def asked(group: Group, person: Person, blocker: Blocker = Blocker.ACCESS) -> None:
    group.found(person, blocker)
    begin(group, person)
    group.later(timedelta(days=2))
    assert group.screens[person.id].kinds() == ["lever.tell"]


def test_without_a_yes_nobody_hears_of_it(group: Group, karim: Person) -> None:
    asked(group, karim)
    assert group.labels(karim) == ["Oui, avec mon nom", "Non, entre nous", "C'est réglé", WHY]
    assert "Karim Benali n'arrive pas à se servir de Trello" in group.screens[karim.id].last.plain
    group.press(karim, "Non, entre nous")
    assert "ça reste entre nous" in group.screens[karim.id].last.plain
    group.later(12 * WEEK)
    assert group.screens[karim.id].kinds() == ["lever.tell"]
    assert group.items() == []
    assert "Karim" not in group.screens[group.lead.id].text


def test_with_a_yes_the_lead_reads_exactly_the_sentence_agreed_to(group: Group, karim: Person) -> None:
    asked(group, karim, Blocker.FIT)
    group.press(karim, "Oui, avec mon nom")
    assert "mot pour mot" in group.screens[karim.id].last.plain
    karim.lang, karim.name = "en", "Karim B."
    group.later(timedelta(days=1))
    lead = group.screens[group.lead.id]
    assert lead.kinds() == ["barrier.item"]
    assert "Pour Karim Benali, Trello ne colle pas au travail tel qu'il se fait." in lead.last.plain
    assert group.labels(group.lead) == ["Moi", "Quelqu'un d'autre", "Pas maintenant", WHY]


def test_what_is_solved_is_no_longer_in_the_way_and_the_routine_goes_on(group: Group, karim: Person) -> None:
    asked(group, karim)
    group.press(karim, "C'est réglé")
    group.later(2 * WEEK)
    assert group.screens[karim.id].kinds()[1] == "routine.nudge"
    assert group.items() == []


def test_the_first_answer_holds(group: Group, karim: Person) -> None:
    asked(group, karim)
    (step,) = group.work.session.scalars(select(LeverStep))
    group.press(karim, "Non, entre nous")
    group.press_raw(karim, "lever.answer", f"{step.id}|yes")
    assert step.answer is PassedOn.NO
    assert group.items() == []


def test_a_later_interview_may_be_asked_about_again(group: Group, karim: Person) -> None:
    asked(group, karim)
    group.press(karim, "Non, entre nous")
    group.later(7 * WEEK)
    group.found(karim, Blocker.ACCESS)
    begin(group, karim)
    group.later(2 * WEEK)
    assert group.seen(karim, "lever.tell") == 2


def test_no_row_that_is_sent_says_what_is_in_somebodys_way(group: Group, karim: Person) -> None:
    asked(group, karim)
    group.press(karim, "Non, entre nous")
    for row in group.work.session.scalars(select(OutboxMessage).where(OutboxMessage.person_id == karim.id)):
        told = f"{row.intent} {row.args} {row.dedupe}"
        assert not any(word in told for word in ("access", "ticket", "fit", "workaround", "barrier", 'no"'))


# ------------------------------------------------------------------ left in peace


@pytest.mark.parametrize("outcome", ["none", "advocate"])
def test_whoever_has_nothing_in_the_way_any_more_is_left_in_peace(
    group: Group, karim: Person, outcome: str
) -> None:
    group.found(karim, Blocker.HABIT)
    routine = begin(group, karim, weeks=20)
    group.later(4 * WEEK)
    before = len(group.screens[karim.id].arrived)
    assert before
    group.found(karim)
    latest = group.work.interviews.latest_closed(karim.id)
    assert latest
    latest.outcome = outcome
    group.later(20 * WEEK)
    assert len(group.screens[karim.id].arrived) == before
    assert group.work.routines.current(group.project.id, karim.id) is None
    assert routine.ends_on
    begin(group, karim, weeks=4)
    group.later(2 * WEEK)
    assert len(group.screens[karim.id].arrived) > before, "a routine that they chose since is theirs"


def test_what_a_lever_has_lifted_is_not_nudged_for_again(group: Group, karim: Person) -> None:
    group.found(karim, Blocker.FEAR, Blocker.PEERS)
    for row in group.work.session.scalars(
        select(Finding).join(Interview, Interview.id == Finding.interview_id)
    ):
        if row.blocker == Blocker.FEAR:
            row.status = FindingStatus.VALIDATED
    service.plan_coaching(group.work, karim.id, group.project.id, group.scene(karim).week)
    group.later(8 * WEEK)
    told = {row.variant.partition(".")[0] for row in group.work.nudges.of_person(karim.id)}
    assert told == {"peers"}
