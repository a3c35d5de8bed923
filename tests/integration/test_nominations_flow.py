"""Whom people ask: sure names count, unclear ones are asked back, and nobody learns who named whom."""

import json

import pytest
from sqlalchemy import select

from storage.models import Nomination, OutboxMessage
from storage.work import Work
from tests.support.dock import DAY, WEEK, Dock


@pytest.fixture
def dock(work: Work) -> Dock:
    return Dock(work)


@pytest.mark.both_databases
def test_two_names_are_too_few_and_so_are_four_answers(dock: Dock) -> None:
    dock.begin()
    for person in dock.team:
        dock.name(person, "Aude" if person in dock.team[1:3] else "Mia" if person is dock.zoe else "Léa")
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(dock.aude)


def test_fewer_than_five_answers_name_nobody(dock: Dock) -> None:
    dock.begin()
    for person in dock.team[1:5]:
        dock.name(person, "Aude")
    dock.later(29 * DAY)
    assert "champion.invite" not in dock.kinds(dock.aude)


def test_an_unclear_name_is_chosen_by_whoever_wrote_it(dock: Dock) -> None:
    dock.hire("Paul Roux", team="Quai")
    dock.begin()
    dock.name(dock.zoe, "Paul, Marthe")
    assert "« Paul » : de qui s'agit-il" in dock.sees(dock.zoe)
    assert "« Marthe » : je ne trouve personne" in dock.sees(dock.zoe)
    (first, second) = dock.work.session.scalars(select(Nomination))
    assert "Paul" not in first.typed + second.typed
    dock.press_raw(dock.karim, "nomination.which", f"{first.id}|{dock.karim.id}")
    assert dock.work.champions.named(dock.project.id)[1] == 0
    dock.press(dock.zoe, "Paul Roux, Quai")
    named, answered = dock.work.champions.named(dock.project.id)
    assert (dict(named), answered) == (
        {next(p.id for p in dock.work.people.all() if p.name == "Paul Roux"): 1},
        1,
    )
    dock.name(dock.zoe, "Mia")
    assert sum(dock.work.champions.named(dock.project.id)[0].values()) == 2
    assert not [row for row in dock.work.session.scalars(select(Nomination)) if row.typed]


def test_nobody_names_themselves_or_more_than_three(dock: Dock) -> None:
    dock.begin()
    dock.name(dock.zoe, "Zoé Roux")
    assert dock.work.champions.named(dock.project.id)[1] == 0
    for names in ("Aude, Karim", "Mia, Noé", "Léa", "Aude"):
        dock.name(dock.zoe, names)
    assert dock.work.champions.nominated_by(dock.project.id, dock.zoe.id) == 3


def test_who_named_whom_is_in_no_message_of_anybodys(dock: Dock) -> None:
    dock.begun()
    dock.later(4 * WEEK)
    for person in (*dock.team, dock.sandrine):
        for other in dock.team[2:]:
            if other is not person:
                assert other.name not in dock.sees(person)
    posted = [json.loads(row.args) for row in dock.work.session.scalars(select(OutboxMessage))]
    ids = {person.id for person in dock.team}
    assert not any(ids & set(args.values()) for args in posted)


def test_who_named_whom_counts_for_thirty_days_and_no_longer(dock: Dock) -> None:
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(29 * DAY)
    assert dock.work.champions.named(dock.project.id)[1] == 7
    dock.later(2 * DAY)
    assert dock.work.champions.named(dock.project.id) == ({}, 0)
