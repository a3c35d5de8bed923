"""What a champion is given and asked, and what a story did."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.handlers import champions
from content.blockers import Blocker
from nudges.cards import CARDS
from storage.models import AgendaItem, Champion, ChampionStatus
from storage.work import Work
from tests.support.dock import DAY, WEEK, Dock


@pytest.fixture
def dock(work: Work) -> Dock:
    return Dock(work)


def kit(dock: Dock, row: Champion) -> AgendaItem:
    item = dock.work.agenda.get(dock.aude.id, champions.KIT, row.id)
    assert item
    return item


@pytest.mark.both_databases
def test_stopping_is_one_press_and_leaves_nothing_behind(dock: Dock) -> None:
    row = dock.begun()
    dock.command(dock.aude, "champion")
    dock.press(dock.aude, "Ne plus être relais")
    assert row.status is ChampionStatus.ENDED
    assert "tu n'es plus relais" in dock.sees(dock.aude)
    before = len(dock.kinds(dock.aude))
    dock.later(8 * WEEK)
    assert "champion.card" not in dock.kinds(dock.aude)[before:]
    dock.command(dock.sandrine, "champions")
    assert "Aude" not in dock.screens[dock.sandrine.id].last.plain


def test_the_kit_comes_a_card_at_a_time(dock: Dock) -> None:
    dock.begun()
    dock.later(26 * WEEK)
    came = [at for at, kind in dock.screens[dock.aude.id].arrived if kind == "champion.card"]
    assert len(came) == len(CARDS)
    assert all(later - earlier >= 6 * DAY for earlier, later in pairwise(came))


def test_two_hours_done_and_nothing_more_is_asked_that_week(dock: Dock) -> None:
    row = dock.begun()
    dock.later(10 * DAY)
    assert dock.kinds(dock.aude).count("champion.card") == 1
    dock.later(7 * DAY)
    before = dock.kinds(dock.aude).count("champion.card")
    dock.press(dock.aude, "Mes deux heures sont faites")
    dock.press(dock.aude, "Mes deux heures sont faites")
    assert dock.kinds(dock.aude).count("champion.full") == 1
    full_on = row.full_on
    assert full_on is not None
    while dock.work.now.date().isocalendar()[:2] == full_on.isocalendar()[:2]:
        assert dock.kinds(dock.aude).count("champion.card") == before
        dock.later(DAY)
    dock.later(2 * WEEK)
    assert dock.kinds(dock.aude).count("champion.card") > before


def test_a_stop_costs_no_card(dock: Dock) -> None:
    dock.begun()
    dock.later(10 * DAY)
    assert dock.kinds(dock.aude).count("champion.card") == 1
    dock.command(dock.aude, "stop")
    dock.later(3 * WEEK)
    assert dock.kinds(dock.aude).count("champion.card") == 1
    dock.command(dock.aude, "resume")
    dock.later(26 * WEEK)
    assert dock.kinds(dock.aude).count("champion.card") == len(CARDS)


@pytest.mark.parametrize("number", [1, len(CARDS)])
def test_a_card_that_was_taken_back_before_it_left_comes_again(dock: Dock, number: int) -> None:
    row = dock.begun()
    while row.cards < number - 1:
        dock.later(DAY)
    while row.cards < number:
        planned = kit(dock, row).next_due_at
        assert planned
        dock.later(planned - dock.work.now - timedelta(seconds=1))
        champions.due(dock.scene(dock.aude), kit(dock, row))
    assert dock.work.outbox.cancel(dock.aude.id) == 1
    assert row.cards == number
    dock.later(20 * WEEK)
    assert dock.kinds(dock.aude).count("champion.card") == len(CARDS)
    assert kit(dock, row).next_due_at is None


def test_a_champion_may_have_a_card_now(dock: Dock) -> None:
    dock.begun()
    dock.press(dock.aude, "Une carte maintenant")
    assert "Dis qu'on peut te demander" in dock.sees(dock.aude)
    for _ in range(len(CARDS)):
        dock.command(dock.aude, "champion")
        if "Une carte maintenant" in dock.labels(dock.aude):
            dock.press(dock.aude, "Une carte maintenant")
    assert dock.kinds(dock.aude).count("champion.card") == len(CARDS)
    dock.later(20 * WEEK)
    assert dock.kinds(dock.aude).count("champion.card") == len(CARDS)


def test_an_author_learns_what_a_story_did_from_five_people_on(dock: Dock) -> None:
    people = [dock.hire(f"Somebody {n}") for n in range(9)]
    for person in people:
        dock.found(person, Blocker.TRUST)
    dock.fill(
        dock.aude,
        "testimonial",
        f"{dock.project.id}|{dock.work.now.date() + timedelta(days=180)}",
        text="Je notais sur papier au quai, maintenant sur mon téléphone.",
        blocker="trust",
        naming="full",
        consent="yes",
    )
    dock.press(dock.sandrine, "Approuver")
    (row,) = dock.work.testimonials.approved(dock.project.id)
    shares = [dock.work.testimonials.add_share(row.id, person.id) for person in people]
    for person, share in zip(people[:4], shares, strict=False):
        dock.press_raw(person, "testimonial.react", f"{share.id}|me")
    dock.later(2 * WEEK)
    assert "champion.reach" not in dock.kinds(dock.aude)
    for person, share in zip(people[4:], shares[4:], strict=True):
        dock.press_raw(person, "testimonial.react", f"{share.id}|me")
        dock.press_raw(person, "testimonial.react", f"{share.id}|me")
    dock.later(2 * WEEK)
    assert dock.kinds(dock.aude).count("champion.reach") == 1
    assert "au moins 5 personnes" in dock.sees(dock.aude)


def test_in_a_project_that_is_over_nobody_is_looked_for_and_no_card_comes(dock: Dock) -> None:
    dock.begun()
    dock.later(2 * WEEK)
    told = dock.screens[dock.aude.id].kinds().count("champion.card")
    assert told
    dock.project.ends_on = dock.work.now.date()
    dock.later(30 * WEEK)
    assert dock.screens[dock.aude.id].kinds().count("champion.card") == told
    dock.command(dock.sandrine, "adoption", "champions")
    assert "Le projet est terminé" in dock.sees(dock.sandrine)
    dock.press_raw(dock.sandrine, "champion.start", dock.project.id)
    dock.later(2 * WEEK)
    assert dock.screens[dock.zoe.id].kinds().count("champion.question") == 1, "the one of the first search"
