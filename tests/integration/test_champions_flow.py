"""From the question whom people ask to a champion with a kit: nobody is drafted, and nothing is shown before a yes."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.handlers import interview
from bot.platforms.port import TextReceived
from content.blockers import Blocker
from nudges.cards import CARDS
from storage.models import (
    Champion,
    ChampionStatus,
    Nomination,
    OutboxMessage,
    Person,
    Role,
)
from storage.work import Work
from surveys import service as surveys
from tests.support.company import Company

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Dock(Company):
    """A lead and a team of seven on the dock."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.sandrine = self.hire("Sandrine Petit", Role.LEAD)
        names = (
            "Aude Martin",
            "Karim Benali",
            "Zoé Roux",
            "Paul Morel",
            "Léa Blanc",
            "Noé Faure",
            "Mia Girard",
        )
        self.team = [self.hire(name, team="Quai") for name in names]
        self.aude, self.karim, self.zoe = self.team[:3]

    def begin(self) -> None:
        self.command(self.sandrine, "adoption", "champions")
        self.press(self.sandrine, "Chercher des relais")

    def name(self, person: Person, names: str) -> None:
        self.fill(person, "champion.names", self.project.id, names=names)

    def everybody_names_aude_and_karim(self) -> None:
        for person in self.team:
            self.name(person, "Aude, Karim")

    def asked(self) -> Champion:
        """Aude, asked."""
        self.begin()
        self.everybody_names_aude_and_karim()
        self.later(15 * DAY)
        return self.row(self.aude)

    def begun(self) -> Champion:
        row = self.asked()
        self.press(self.aude, "Oui")
        self.press(self.sandrine, "Oui, avec plaisir")
        return row

    def row(self, person: Person) -> Champion:
        return next(row for row in self.work.champions.all(self.project.id) if row.person_id == person.id)

    def sees(self, person: Person) -> str:
        """Their conversation, with plain spaces."""
        return self.screens[person.id].text.replace("\u00a0", " ")

    def say(self, person: Person, words: str) -> None:
        self.router.handle(self.work, TextReceived(**self._event(person), text=words))
        self.deliver()

    def kinds(self, person: Person) -> list[str]:
        return self.screens[person.id].kinds()


@pytest.fixture
def dock(work: Work) -> Dock:
    return Dock(work)


def test_the_whole_way(dock: Dock) -> None:
    dock.command(dock.sandrine, "adoption", "champions")
    assert "Personne pour l'instant" in dock.sees(dock.sandrine)
    dock.press(dock.sandrine, "Chercher des relais")
    assert "C'est parti" in dock.sees(dock.sandrine)
    assert "à qui demandes-tu" in dock.sees(dock.zoe)
    assert "champion.question" not in dock.kinds(dock.sandrine)

    dock.press(dock.zoe, "Donner un nom")
    dock.everybody_names_aude_and_karim()
    assert "Personne ne voit qui nomme qui" in dock.sees(dock.zoe)

    dock.later(15 * DAY)
    invited = [person for person in dock.team if "champion.invite" in dock.kinds(person)]
    assert invited == [dock.aude, dock.karim]
    assert "plusieurs collègues disent que c'est à toi qu'ils demandent" in dock.sees(dock.aude)
    assert "Aude" not in dock.sees(dock.sandrine)

    dock.press(dock.aude, "Oui")
    assert "Je le dis à Sandrine" in dock.sees(dock.aude)
    assert "Aude Martin (Quai) serait d'accord pour être relais de" in dock.sees(dock.sandrine)
    assert "plusieurs collègues lui demandent de l'aide" in dock.sees(dock.sandrine)

    dock.press(dock.sandrine, "Oui, avec plaisir")
    assert "Aude Martin est relais" in dock.sees(dock.sandrine)
    assert "tu es relais" in dock.sees(dock.aude)

    dock.press(dock.karim, "Oui")
    dock.press(dock.sandrine, "Oui, avec plaisir")
    assert "Avec toi dans l'équipe : Aude Martin" in dock.sees(dock.karim)

    dock.command(dock.sandrine, "champions")
    assert "Quai – Aude Martin et Karim Benali" in dock.sees(dock.sandrine)


def test_nothing_is_shown_to_a_lead_before_the_persons_own_yes(dock: Dock) -> None:
    row = dock.asked()
    for _ in range(3):
        dock.command(dock.sandrine, "champions")
        dock.press_raw(dock.sandrine, "champion.welcome", row.id)
        dock.later(WEEK)
    assert row.status is ChampionStatus.ASKED
    for name in ("Aude", "Karim"):
        assert name not in dock.sees(dock.sandrine)
    dock.press(dock.aude, "Non merci")
    dock.later(WEEK)
    dock.command(dock.sandrine, "champions")
    assert "Aude" not in dock.sees(dock.sandrine)
    assert row.signs == ""


def test_a_yes_may_leave_the_reasons_out(dock: Dock) -> None:
    row = dock.asked()
    dock.press(dock.aude, "Oui, mon nom seul")
    assert "Aude Martin (Quai) serait d'accord" in dock.sees(dock.sandrine)
    assert "Pourquoi" not in dock.sees(dock.sandrine)
    assert row.signs == ""


def test_only_the_person_answers_and_only_a_lead_decides(dock: Dock) -> None:
    row = dock.asked()
    dock.press_raw(dock.karim, "champion.yes", row.id)
    assert row.status is ChampionStatus.ASKED
    dock.press(dock.aude, "Oui")
    dock.press_raw(dock.karim, "champion.welcome", row.id)
    dock.press_raw(dock.aude, "champion.welcome", row.id)
    dock.press_raw(dock.zoe, "champion.stop", row.id)
    dock.press_raw(dock.zoe, "champion.card", row.id)
    dock.press_raw(dock.zoe, "champion.full", row.id)
    assert row.status is ChampionStatus.WILLING
    assert "Seule une personne qui pilote" in dock.sees(dock.karim)


def test_the_first_word_holds_on_either_side(dock: Dock) -> None:
    row = dock.asked()
    dock.press(dock.aude, "Non merci")
    dock.press_raw(dock.aude, "champion.yes", row.id)
    assert row.status is ChampionStatus.DECLINED
    assert "champion.proposal" not in dock.kinds(dock.sandrine)


def test_a_yes_can_be_taken_back_until_a_lead_has_spoken(dock: Dock) -> None:
    other = dock.hire("Omar Lead", Role.LEAD)
    row = dock.asked()
    dock.press(dock.aude, "Oui")
    dock.press(dock.aude, "Changer d'avis")
    assert row.status is ChampionStatus.ENDED
    for lead in (dock.sandrine, other):
        assert "Aude" not in dock.sees(lead)
        assert "a changé d'avis" in dock.sees(lead)


def test_one_lead_decides_for_all_and_the_other_sees_it(dock: Dock) -> None:
    other = dock.hire("Omar Lead", Role.LEAD)
    dock.asked()
    dock.press(dock.aude, "Oui")
    dock.press(other, "Pas cette fois")
    assert "Pas cette fois" in dock.sees(dock.sandrine)
    assert "Aude" not in dock.sees(dock.sandrine)
    assert "Merci d'avoir dit oui" in dock.sees(dock.aude)
    assert dock.row(dock.aude).signs == ""


def test_a_no_is_final_for_half_a_year(dock: Dock) -> None:
    dock.asked()
    dock.press(dock.aude, "Non merci")
    before = dock.kinds(dock.aude).count("champion.invite")
    dock.later(5 * WEEK)
    dock.command(dock.sandrine, "champions")
    assert "Chercher des relais" not in dock.labels(dock.sandrine)
    dock.press_raw(dock.sandrine, "champion.start", dock.project.id)
    dock.later(20 * WEEK)
    assert dock.kinds(dock.aude).count("champion.invite") == before == 1
    assert dock.kinds(dock.aude).count("champion.question") == 1

    dock.later(2 * WEEK)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(15 * DAY)
    assert dock.kinds(dock.aude).count("champion.invite") == 2
    dock.press(dock.aude, "Oui")
    assert "Aude Martin (Quai) serait d'accord" in dock.sees(dock.sandrine)


def test_a_no_makes_room_for_somebody_else(dock: Dock) -> None:
    dock.begin()
    for person in dock.team:
        dock.name(person, "Aude, Karim, Zoé")
    dock.later(15 * DAY)
    asked = {person.name for person in dock.team if "champion.invite" in dock.kinds(person)}
    assert len(asked) == 2
    one = next(person for person in dock.team if person.name in asked)
    dock.press(one, "Non merci")
    dock.later(WEEK)
    later = {person.name for person in dock.team if "champion.invite" in dock.kinds(person)}
    assert later == {"Aude Martin", "Karim Benali", "Zoé Roux"}


@pytest.mark.parametrize("blocker", [Blocker.ACCESS, Blocker.FIT])
def test_nobody_is_asked_while_the_tool_does_not_open_or_fit(dock: Dock, blocker: Blocker) -> None:
    dock.found(dock.aude, blocker)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(dock.aude)
    assert "champion.invite" in dock.kinds(dock.karim)


def test_a_team_in_which_it_does_not_open_for_a_third_waits(dock: Dock) -> None:
    for person in dock.team[3:6]:
        dock.found(person, Blocker.ACCESS)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(15 * DAY)
    assert not any("champion.invite" in dock.kinds(person) for person in dock.team)


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


def test_who_said_stop_is_neither_asked_nor_proposed(dock: Dock) -> None:
    dock.command(dock.zoe, "stop")
    dock.begin()
    assert "champion.question" not in dock.kinds(dock.zoe)
    for person in dock.team[:6]:
        dock.name(person, "Karim, Aude, Zoé")
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(dock.zoe)


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


# ------------------------------------------------------------------ who named whom


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


# ------------------------------------------------------------------ what a story did


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


# ------------------------------------------------------------------ those who would gladly tell


def interviewed(dock: Dock, person: Person, tells: str, *, anonymous: bool = False) -> None:
    """An interview of somebody who uses the tool already."""
    campaign = surveys.start_campaign(dock.work, dock.project.id, "adoption", anonymous=anonymous)
    interview.invite(dock.scene(person, f"invitation:{person.id}"), campaign)
    dock.deliver()
    dock.press(person, "Allons-y")
    dock.press(person, "Dans Trello")
    dock.say(person, "Je retrouve mes urgences au même endroit le lundi matin, c'est plus calme.")
    dock.press(person, tells)


def test_who_would_gladly_tell_is_asked_a_week_later(dock: Dock) -> None:
    interviewed(dock, dock.aude, "Oui, volontiers")
    dock.later(6 * DAY)
    assert "champion.invite" not in dock.kinds(dock.aude)
    dock.later(4 * DAY)
    assert dock.kinds(dock.aude).count("champion.invite") == 1
    assert "tu raconterais volontiers comment tu fais" in dock.sees(dock.aude)
    assert "Aude" not in dock.sees(dock.sandrine)


def test_who_would_rather_not_is_left_in_peace_even_if_named(dock: Dock) -> None:
    interviewed(dock, dock.aude, "Pas maintenant")
    dock.later(2 * WEEK)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(4 * WEEK)
    assert "champion.invite" not in dock.kinds(dock.aude)
    assert "champion.invite" in dock.kinds(dock.karim)


def test_an_anonymous_round_leads_nowhere(dock: Dock) -> None:
    interviewed(dock, dock.aude, "Oui, volontiers", anonymous=True)
    dock.later(4 * WEEK)
    assert "champion.invite" not in dock.kinds(dock.aude)
